"""Writes of reception: who came, who left, what was counted."""

from victim_support.evacuees.services.arrivals import (
    Arrival,
    Asked,
    Details,
    Reception,
    add_unnamed_person,
    person_of,
    receive_again,
    register_group,
    register_known_household,
    register_new_household,
)
from victim_support.evacuees.services.deciding import (
    decide_on_people,
    identify_person,
    not_in_register,
)
from victim_support.evacuees.services.departures import (
    come_back,
    end_roll_call,
    go_out,
    leave,
    record_departure,
    settle_departure,
)
from victim_support.evacuees.services.edits import correct_person, link_corrected
from victim_support.evacuees.services.households import AllMembersError, change_members
from victim_support.evacuees.services.liftings import (
    close_lifting,
    confirm_lifting,
    request_lifting,
)
from victim_support.evacuees.services.outside import FOLLOWED, Place, change_place, follow
from victim_support.evacuees.services.protection import (
    lift_protection,
    protect_person,
    take_over_resident,
)
from victim_support.evacuees.services.resealing import seal_what_came_back
from victim_support.evacuees.services.sightings import record_events, record_sighting

__all__ = [
    "FOLLOWED",
    "AllMembersError",
    "Arrival",
    "Asked",
    "Details",
    "Place",
    "Reception",
    "add_unnamed_person",
    "change_members",
    "change_place",
    "close_lifting",
    "come_back",
    "confirm_lifting",
    "correct_person",
    "decide_on_people",
    "end_roll_call",
    "follow",
    "go_out",
    "identify_person",
    "leave",
    "lift_protection",
    "link_corrected",
    "not_in_register",
    "person_of",
    "protect_person",
    "receive_again",
    "record_departure",
    "record_events",
    "record_sighting",
    "register_group",
    "register_known_household",
    "register_new_household",
    "request_lifting",
    "seal_what_came_back",
    "settle_departure",
    "take_over_resident",
]
