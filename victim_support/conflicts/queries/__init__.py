"""Reads of conflicts: cards, and what is known around them."""

from victim_support.conflicts.queries.around import facts_of
from victim_support.conflicts.queries.cards import (
    Card,
    Choice,
    Question,
    Voice,
    find_card,
    get_subject,
    list_cards,
)
from victim_support.conflicts.queries.deciding import is_decision_about, may_decide

__all__ = [
    "Card",
    "Choice",
    "Question",
    "Voice",
    "facts_of",
    "find_card",
    "get_subject",
    "is_decision_about",
    "list_cards",
    "may_decide",
]
