"""Writes of running a shelter; services never commit."""

from victim_support.operations.services.people import (
    Owner,
    bring_animals,
    complete_transfer,
    file_night_out,
    hand_over,
    leave_with,
    note_return,
    receive_parcel,
    receive_wish,
    register_vehicle,
    send_to_hospital,
    settle_wish,
)
from victim_support.operations.services.sealing import find_open_entries, open_entries, seal_entries
from victim_support.operations.services.shelter import (
    add_area,
    arrive_crew,
    close_area,
    edit_area,
    leave_crew,
    place_people,
    withdraw_entry,
    write_diary,
)

__all__ = [
    "Owner",
    "add_area",
    "arrive_crew",
    "bring_animals",
    "close_area",
    "complete_transfer",
    "edit_area",
    "file_night_out",
    "find_open_entries",
    "hand_over",
    "leave_crew",
    "leave_with",
    "note_return",
    "open_entries",
    "place_people",
    "receive_parcel",
    "receive_wish",
    "register_vehicle",
    "seal_entries",
    "send_to_hospital",
    "settle_wish",
    "withdraw_entry",
    "write_diary",
]
