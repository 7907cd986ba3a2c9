"""Writes of statements, enquiries, messages, of what was given, and of the dead."""

from victim_support.safety.services.enquiries import (
    Asked,
    Left,
    deliver_message,
    leave_message,
    record_enquiry,
)
from victim_support.safety.services.hearsay import Hearsay, record_hearsay
from victim_support.safety.services.protecting import (
    name_opponent,
    record_death,
    seal_what_tells,
    tell_family,
)
from victim_support.safety.services.provisions import Given, record_provision, save_columns

__all__ = [
    "Asked",
    "Given",
    "Hearsay",
    "Left",
    "deliver_message",
    "leave_message",
    "name_opponent",
    "record_death",
    "record_enquiry",
    "record_hearsay",
    "record_provision",
    "save_columns",
    "seal_what_tells",
    "tell_family",
]
