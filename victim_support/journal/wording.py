"""Values of fields in the words of the office."""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from functools import singledispatch
from typing import Any
from uuid import UUID

from sqlalchemy import inspect

from victim_support.core.actor import find_name
from victim_support.core.dates import long_day, long_time
from victim_support.core.db import OpenEnum, Synced

NOTHING = "（なし）"
NEWER = "不明（新しい版）"
Names = Callable[[UUID], str | None]
Values = Callable[[str], str | None]
_names: list[Names] = []
_values: dict[tuple[str, str], Values] = {}


def names_records(names: Names) -> Names:
    """Let a slice say what its records are called; it says nothing of what may not be shown."""
    _names.append(names)
    return names


def tell_values(table: str, field: str, words: Values) -> None:
    """Let a slice say what the plain texts in one of its fields mean, such as kinds in a list."""
    _values[table, field] = words


def words_of_field(cls: type[Synced], name: str, value: Any) -> str:
    """Return a value of one field for the history page, in the words of the office."""
    if (told := _values.get((cls.__tablename__, name))) is not None:
        many = value if isinstance(value, list) else [value]
        return "、".join(told(each) or NEWER for each in many if each) or NOTHING
    is_unknown = isinstance(value, str) and not isinstance(value, StrEnum)
    if is_unknown and value and isinstance(inspect(cls).columns[name].type, OpenEnum):
        return NEWER
    return words_of(value)


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
    told = (name for names in (find_name, *_names) if (name := names(value)))
    return next(told, f"記録 {value.hex[-8:]}")


@_words.register
def _(value: dict) -> str:  # type: ignore[type-arg]
    return f"{len(value)} 項目" if value else ""


@_words.register
def _(value: list) -> str:  # type: ignore[type-arg]
    return "、".join(words_of(each) for each in value)
