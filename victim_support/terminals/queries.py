"""Reads of the staff LAN: where this laptop is reached, and whether it is."""

from typing import cast

from flask import current_app

from victim_support.core import clock
from victim_support.terminals.rules import StaffLan

EXTENSION = "staff_lan"


def find_lan() -> StaffLan | None:
    """Return the staff LAN while it is open, None when this laptop answers only itself."""
    lan = cast("StaffLan | None", current_app.extensions.get(EXTENSION))
    return lan if lan and clock.now() < lan.until else None
