"""Writes of needs, of the support register and of block lists."""

from victim_support.vulnerable.services.blocks import (
    OwnRequestError,
    decide_publication,
    drop_block,
    request_publication,
    save_block,
)
from victim_support.vulnerable.services.details import change_details
from victim_support.vulnerable.services.entries import (
    KnownEntryError,
    add_entry,
    correct_entry,
    withdraw_entry,
)
from victim_support.vulnerable.services.people import add_person, ledger_person
from victim_support.vulnerable.services.protection import find_open_vulnerable, seal_vulnerable
from victim_support.vulnerable.services.register import SUPPORT, import_in_steps
from victim_support.vulnerable.services.rounds import (
    NoDecisionError,
    end_decision,
    record_check,
    record_decision,
    record_provision,
)

__all__ = [
    "SUPPORT",
    "KnownEntryError",
    "NoDecisionError",
    "OwnRequestError",
    "add_entry",
    "add_person",
    "change_details",
    "correct_entry",
    "decide_publication",
    "drop_block",
    "end_decision",
    "find_open_vulnerable",
    "import_in_steps",
    "ledger_person",
    "record_check",
    "record_decision",
    "record_provision",
    "request_publication",
    "save_block",
    "seal_vulnerable",
    "withdraw_entry",
]
