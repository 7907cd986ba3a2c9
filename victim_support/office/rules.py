"""What is kept of a page of settings that two people had open at once; pure."""

from collections.abc import Mapping
from typing import Any

Values = Mapping[str, Any]


def touched(typed: Values, shown: Values) -> dict[str, Any]:
    """Return what somebody changed on a page; the rest is left to whoever else changes it."""
    return {name: value for name, value in typed.items() if value != shown.get(name)}


def clashes(changes: Values, shown: Values, kept: Values) -> dict[str, Any]:
    """Return what others wrote meanwhile into the same fields, where it is something else.

    Args:
        changes: What somebody changed on the page.
        shown: What the page showed.
        kept: What is kept now.
    """
    return {
        name: kept[name]
        for name, value in changes.items()
        if kept[name] != shown.get(name) and kept[name] != value
    }
