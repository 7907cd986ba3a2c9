"""Where the dated forms of this disaster come from: its day, and the municipality's own files."""

from datetime import date
from pathlib import Path

from flask import current_app

from victim_support.core import clock
from victim_support.disasters.queries import get_current_disaster


def disaster_day() -> date:
    """Return the day the disaster began, by which its forms are chosen; today without one."""
    disaster = get_current_disaster()
    began = disaster.started_at if disaster else None
    return clock.local(began).date() if began else clock.today()


def disaster_name() -> str:
    """Return the name of the disaster, or nothing."""
    disaster = get_current_disaster()
    return disaster.name if disaster else ""


def own_folder() -> Path:
    """Return the instance folder, in which own editions of the forms may lie."""
    return Path(current_app.instance_path)
