"""Keep where the window of the office's envelope is."""

from dataclasses import asdict

from victim_support.batches.queries import WINDOW
from victim_support.batches.rules import Window
from victim_support.core.settings import put_setting


def keep_window(window: Window) -> None:
    """Keep where the window is (窓の位置)."""
    put_setting(key=WINDOW, value=asdict(window))
