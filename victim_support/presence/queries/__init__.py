"""Reads of presence: whose a card is, who was not seen, who lives outside, who is called."""

from victim_support.presence.queries.cards import (
    FoundCard,
    ShownCard,
    find_card,
    list_cards,
    list_cards_of,
    list_holding_numbers,
    list_shown_cards,
    read_number,
)
from victim_support.presence.queries.paging import Call, find_call, get_paging, list_calls
from victim_support.presence.queries.sightings import (
    NotSeen,
    Outsider,
    list_last_seen,
    list_not_seen,
    list_outside,
    list_sightings,
)

__all__ = [
    "Call",
    "FoundCard",
    "NotSeen",
    "Outsider",
    "ShownCard",
    "find_call",
    "find_card",
    "get_paging",
    "list_calls",
    "list_cards",
    "list_cards_of",
    "list_holding_numbers",
    "list_last_seen",
    "list_not_seen",
    "list_outside",
    "list_shown_cards",
    "list_sightings",
    "read_number",
]
