"""Reads of running a shelter: areas, helpers, animals, the diary, records about people."""

from victim_support.operations.queries.areas import (
    AreaState,
    Space,
    get_area,
    get_space,
    list_areas,
    list_placements,
    space_standards,
)
from victim_support.operations.queries.counts import (
    AnimalCount,
    CrewCount,
    count_animals,
    count_crews,
    count_open_wishes,
    list_crews,
)
from victim_support.operations.queries.diary import get_diary_entry, list_diary
from victim_support.operations.queries.entries import (
    Entry,
    get_entry,
    list_entries,
    list_of_person,
)

__all__ = [
    "AnimalCount",
    "AreaState",
    "CrewCount",
    "Entry",
    "Space",
    "count_animals",
    "count_crews",
    "count_open_wishes",
    "get_area",
    "get_diary_entry",
    "get_entry",
    "get_space",
    "list_areas",
    "list_crews",
    "list_diary",
    "list_entries",
    "list_of_person",
    "list_placements",
    "space_standards",
]
