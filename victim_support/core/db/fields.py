"""What models declare about synced tables and their fields."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import TypeEngine

from victim_support.core.scopes import ScopeKind


class FieldClass(StrEnum):
    """How two machines' values of one field become one (class A to G)."""

    FACT = "A"  # set once with the row, never changed
    ORDINARY = "B"  # last writer wins, silently, history kept
    COUPLED = "C"  # last writer wins for the whole group
    REVIEW = "D"  # two unequal values are a task for a person
    RESTRICTIVE = "E"  # as REVIEW, the most restrictive value in force meanwhile
    SET_ELEMENT = "F"  # part of a row that is an element of a set; add wins
    BOTH_KEPT = "F+"  # one line of text; what two wrote at once stands there one after the other
    QUANTITY = "G"  # movement rows that are summed, never a stored total


@dataclass(frozen=True)
class FieldSpec:
    """Stable number, merge class and coupling group of one field."""

    number: int
    field_class: FieldClass
    group: str | None = None


@dataclass(frozen=True)
class SyncSpec:
    """Stable number of a synced table and the kind of scope its rows live in."""

    number: int
    scope: ScopeKind


def sync_table(number: int, scope: ScopeKind) -> SyncSpec:
    """Declare a synced table; the number is stable for ever and never reused."""
    return SyncSpec(number, scope)


def field(
    number: int,
    field_class: FieldClass,
    *,
    type_: TypeEngine[Any] | None = None,
    group: str | None = None,
    default: bool | int | str | None = None,
    index: bool = False,
) -> MappedColumn[Any]:
    """Declare a journalled column; it is nullable, whatever the annotation says.

    ``active_history`` makes the value before a change known even on an expired object.
    A default is also the server's, so that a row built from another machine's operations has it.
    An index begins with the scope, as every query does (see ``Synced``).
    """
    options: dict[str, Any] = {
        "nullable": True,
        "active_history": True,
        "info": {"field": FieldSpec(number, field_class, group), "is_indexed": index},
    }
    if default is not None:
        options |= {"default": default, "server_default": _server_default(default)}
    return mapped_column(type_, **options) if type_ is not None else mapped_column(**options)


def _server_default(value: bool | int | str) -> Any:
    if isinstance(value, bool):
        return sa.true() if value else sa.false()
    return sa.text(str(value)) if isinstance(value, int) else value
