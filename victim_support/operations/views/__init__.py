"""Pages of running a shelter: space, helpers, people's records, the diary, papers."""

from victim_support.operations.views import (
    crews,
    diary,
    home,
    papers,
    people,
    registers,
    space,
    transfers,
    wishes,
)
from victim_support.operations.views.blueprint import bp

__all__ = [
    "bp",
    "crews",
    "diary",
    "home",
    "papers",
    "people",
    "registers",
    "space",
    "transfers",
    "wishes",
]
