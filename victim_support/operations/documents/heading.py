"""What stands over every paper."""

from typing import Any

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.context import is_training
from victim_support.core.dates import long_time


def heading(title: str, shelter_name: str) -> dict[str, Any]:
    """Return title, place, time and who printed."""
    return {
        "title": title,
        "shelter_name": shelter_name,
        "printed_at": long_time(clock.now()),
        "printed_by": current_actor().name,
        "training": is_training(),
    }
