"""The window of the office's envelope, a setting of the municipality."""

from dataclasses import fields

from victim_support.batches.rules import Window
from victim_support.core.settings import setting

WINDOW = "mail.window"


def find_window() -> Window:
    """Return the window that the office has set, or the usual one."""
    kept = setting(WINDOW) or {}
    names = {one.name for one in fields(Window)}
    return Window(**{name: float(value) for name, value in kept.items() if name in names})
