"""Writes of presence: cards given, scans, messages."""

from victim_support.presence.services.cards import give_card
from victim_support.presence.services.sealing import (
    find_open_rows,
    open_rows_of,
    seal_rows_of,
)

__all__ = ["find_open_rows", "give_card", "open_rows_of", "seal_rows_of"]
