"""Rows of any synced table, written from what the table declares: a new one takes part by itself.

What has rules of its own (a number belongs to a paper, a household to its people) is written by
acts of the state machine instead; ``BY_ACTS`` names the act for each, and is the only list to keep.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import inspect

from tests.prepared import SCOPES
from victim_support.certificates.models import Certificate, NumberEntry
from victim_support.core.db import (
    FieldClass,
    OpenEnum,
    ScopeKind,
    Synced,
    UtcDateTime,
    db,
    synced_classes,
    synced_fields,
)
from victim_support.core.db.types import PlainText
from victim_support.core.ids import natural_id
from victim_support.core.settings import Setting
from victim_support.journal.models import Erasure
from victim_support.victims.models import Household, Person

BY_ACTS: Mapping[type[Synced], str] = {  # table: the rule of the state machine that writes it
    Person: "edit",
    Household: "register",
    Setting: "set_policy",
    Certificate: "draw_number",
    NumberEntry: "draw_number",
    Erasure: "erase",
}
ROWS_OF_TABLE = 2
WITHDRAWN = "is_withdrawn"
_IDS = tuple(UUID(int=number) for number in (1, 2))
_SAMPLES: tuple[tuple[type[Any], Sequence[Any]], ...] = (
    (PlainText, ("", "架空", "a")),
    (sa.Boolean, (True, False)),
    (sa.Float, (0.0, 38.5, -1.25)),
    (sa.Numeric, (Decimal("0.1"), Decimal(3))),
    (sa.Integer, (0, 1, -7)),
    (sa.Date, (date(2026, 7, 15), date(1950, 1, 2))),
    (sa.Time, (time(9, 30),)),
    (UtcDateTime, (datetime(2026, 7, 15, 9, 30, tzinfo=UTC),)),
    (sa.Uuid, _IDS),
    (sa.LargeBinary, (b"", b"\0x")),
    (sa.JSON, ([], ["a"])),
)


def samples_of(column: sa.Column[Any]) -> Sequence[Any]:
    """Return values that a column may hold, one that only a newer version knows among them."""
    if isinstance(column.type, OpenEnum):
        return (*column.type.members, "newer_value")
    return next((values for kind, values in _SAMPLES if isinstance(column.type, kind)), ())


def written_from_metadata() -> list[type[Synced]]:
    """Return the classes whose rows are made and edited by what their fields declare."""
    return [cls for cls in synced_classes() if cls not in BY_ACTS]


def key_of(cls: type[Synced], number: int, *, is_sealed: bool = False) -> tuple[str, UUID]:
    """Return the key of a row that any machine may make."""
    row_id = natural_id("any", SCOPES.municipality, f"{cls.__tablename__}/{number % ROWS_OF_TABLE}")
    if cls.__sync__.scope is ScopeKind.BASE:
        return SCOPES.base, row_id
    return SCOPES.sealed if is_sealed else SCOPES.core, row_id


def new_values(cls: type[Synced], dice: Any) -> dict[str, Any]:
    """Return what somebody may write into a new row: some of its fields."""
    columns = inspect(cls).columns
    names = [name for name in synced_fields(cls) if name != WITHDRAWN and dice.random() < 0.7]
    return {name: dice.choice(samples_of(columns[name])) for name in names}


def changed_values(cls: type[Synced], row: Synced, dice: Any) -> dict[str, Any]:
    """Return what somebody may write into a row: one field, or the facts that are still open."""
    columns, fields = inspect(cls).columns, synced_fields(cls)
    open_ = [
        name
        for name, spec in fields.items()
        if spec.field_class is not FieldClass.FACT or getattr(row, name) is None
    ]
    name = dice.choice(open_)
    return {name: dice.choice(samples_of(columns[name]))}


def write(session: Any, cls: type[Synced], key: tuple[str, UUID], dice: Any) -> dict[str, Any]:
    """Make a row or change it; inside ``transaction()``. Return what was written."""
    row = session.get(cls, key)
    if row is None:
        values = new_values(cls, dice)
        session.add(cls(scope=key[0], id=key[1], **values))
        return values
    values = changed_values(cls, row, dice)
    for name, value in values.items():
        setattr(row, name, value)
    return values


def save(town: Any, place: Any, cls: type[Synced], key: tuple[str, UUID], dice: Any) -> None:
    """Write a row at a desk of a town, and see at once what was saved."""
    with town.writing(place) as session:
        values = write(session, cls, key, dice)
    with town.reading(place):
        assert read(cls, key, list(values)) == values, f"{place.name} does not see what it saved"
    town.look(place)


def read(cls: type[Synced], key: tuple[str, UUID], names: Sequence[str]) -> dict[str, Any]:
    """Return fields of a row as they are stored."""
    row = db.session.get_one(cls, key)
    return {name: getattr(row, name) for name in names}
