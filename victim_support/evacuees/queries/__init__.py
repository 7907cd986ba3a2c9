"""Reads of reception: stays, counts, rosters, and what the desk's one box finds."""

from victim_support.evacuees.queries.counts import (
    Board,
    count_nameless,
    find_head_count,
    get_board,
)
from victim_support.evacuees.queries.moving import moved_of, moved_on
from victim_support.evacuees.queries.naming import name_of_group, name_of_household, name_of_person
from victim_support.evacuees.queries.rosters import (
    Roster,
    RosterLine,
    RosterOrder,
    list_roster,
    list_wall,
)
from victim_support.evacuees.queries.sightings import (
    list_event_rows,
    list_events,
    list_whereabouts,
    list_whereabouts_rows,
)
from victim_support.evacuees.queries.stays import (
    find_group,
    find_group_of_sheet,
    get_stay,
    list_all_stays,
    list_core_stays_of_group,
    list_elsewhere,
    list_group_stays,
    list_groups,
    list_open_stays,
    list_shelter_stays,
    list_stays,
    list_stays_by_ids,
)
from victim_support.evacuees.queries.tasks import (
    count_tasks,
    find_open_lifting,
    get_departure,
    get_lifting,
    list_departure_tasks,
    list_departures_of,
    list_lifting_tasks,
    list_liftings,
)

__all__ = [
    "Board",
    "Roster",
    "RosterLine",
    "RosterOrder",
    "count_nameless",
    "count_tasks",
    "find_group",
    "find_group_of_sheet",
    "find_head_count",
    "find_open_lifting",
    "get_board",
    "get_departure",
    "get_lifting",
    "get_stay",
    "list_all_stays",
    "list_core_stays_of_group",
    "list_departure_tasks",
    "list_departures_of",
    "list_elsewhere",
    "list_event_rows",
    "list_events",
    "list_group_stays",
    "list_groups",
    "list_lifting_tasks",
    "list_liftings",
    "list_open_stays",
    "list_roster",
    "list_shelter_stays",
    "list_stays",
    "list_stays_by_ids",
    "list_wall",
    "list_whereabouts",
    "list_whereabouts_rows",
    "moved_of",
    "moved_on",
    "name_of_group",
    "name_of_household",
    "name_of_person",
]
