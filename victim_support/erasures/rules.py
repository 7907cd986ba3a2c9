"""Where an order to erase stands, and what its words must not say."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

_SHORTEST = 2


class OrderState(StrEnum):
    """Where an order stands (消去の状態)."""

    ASKED = "asked"
    REFUSED = "refused"
    APPROVED = "approved"

    @property
    def label(self) -> str:
        return _LABELS[self][0]

    @property
    def badge(self) -> str:
        return _LABELS[self][1]


_LABELS = {
    OrderState.ASKED: ("承認待ち", "warning"),
    OrderState.REFUSED: ("認めない", "quiet"),
    OrderState.APPROVED: ("消去した", "success"),
}


def repeats(text: str, values: Iterable[object]) -> bool:
    """Tell whether a text says again what is to be erased, in whole or in one of its words."""
    plain = _plain(text)
    return any(
        len(word) >= _SHORTEST and word in plain
        for value in values
        if isinstance(value, str)
        for word in (_plain(value), *map(_plain, value.split()))
    )


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
