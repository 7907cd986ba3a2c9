"""Reads of reception: stays, counts, rosters, and what the desk's one box finds."""

from victim_support.evacuees.queries.counts import (
    Board,
    count_nameless,
    find_head_count,
    get_board,
)
from victim_support.evacuees.queries.rosters import (
    Roster,
    RosterLine,
    RosterOrder,
    list_roster,
    list_wall,
)
from victim_support.evacuees.queries.stays import (
    find_group,
    find_group_of_sheet,
    get_stay,
    list_all_stays,
    list_core_stays_of_group,
    list_group_stays,
    list_groups,
    list_open_stays,
    list_shelter_stays,
    list_stays,
    list_stays_by_ids,
)

__all__ = [
    "Board",
    "Roster",
    "RosterLine",
    "RosterOrder",
    "count_nameless",
    "find_group",
    "find_group_of_sheet",
    "find_head_count",
    "get_board",
    "get_stay",
    "list_all_stays",
    "list_core_stays_of_group",
    "list_group_stays",
    "list_groups",
    "list_open_stays",
    "list_roster",
    "list_shelter_stays",
    "list_stays",
    "list_stays_by_ids",
    "list_wall",
]
