"""Writes of reception: who came, who left, what was counted."""

from victim_support.evacuees.services.arrivals import (
    Arrival,
    Details,
    Reception,
    add_unnamed_person,
    person_of,
    register_group,
    register_known_household,
    register_new_household,
)
from victim_support.evacuees.services.departures import (
    come_back,
    end_roll_call,
    go_out,
    leave,
)
from victim_support.evacuees.services.edits import correct_person, link_corrected
from victim_support.evacuees.services.protection import protect_person, take_over_resident

__all__ = [
    "Arrival",
    "Details",
    "Reception",
    "add_unnamed_person",
    "come_back",
    "correct_person",
    "end_roll_call",
    "go_out",
    "leave",
    "link_corrected",
    "person_of",
    "protect_person",
    "register_group",
    "register_known_household",
    "register_new_household",
    "take_over_resident",
]
