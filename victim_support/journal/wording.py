"""Values of fields in the words of the office."""

from datetime import date, datetime
from enum import StrEnum
from functools import singledispatch
from typing import Any
from uuid import UUID

from victim_support.core.actor import find_name
from victim_support.core.dates import long_day, long_time

NOTHING = "（なし）"


def words_of(value: Any) -> str:
    """Return a value for the history page."""
    return _words(value) or NOTHING


@singledispatch
def _words(value: object) -> str:
    return "" if value is None else str(value)


@_words.register
def _(value: bool) -> str:
    return "はい" if value else "いいえ"


@_words.register
def _(value: StrEnum) -> str:
    return str(getattr(value, "label", value))


@_words.register
def _(value: datetime) -> str:
    return long_time(value)


@_words.register
def _(value: date) -> str:
    return long_day(value)


@_words.register
def _(value: UUID) -> str:
    return find_name(value) or f"記録 {value.hex[-8:]}"


@_words.register
def _(value: dict) -> str:  # type: ignore[type-arg]
    return f"{len(value)} 項目" if value else ""


@_words.register
def _(value: list) -> str:  # type: ignore[type-arg]
    return "、".join(words_of(each) for each in value)
