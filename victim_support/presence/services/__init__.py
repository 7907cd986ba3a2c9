"""Writes of presence: cards given, cards read, calls without a name."""

from victim_support.presence.services.cards import give_card
from victim_support.presence.services.paging import answer, call
from victim_support.presence.services.scans import Scanned, scan
from victim_support.presence.services.sealing import (
    find_open_cards,
    open_cards_of,
    seal_cards_of,
)

__all__ = [
    "Scanned",
    "answer",
    "call",
    "find_open_cards",
    "give_card",
    "open_cards_of",
    "scan",
    "seal_cards_of",
]
