"""Conflicts (食い違い): what two people decided differently without knowing of each other.

The table is computed from the operations alone, in the transaction that writes them, so every
machine that holds the same operations has the same tasks; ``verify`` computes it anew.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, delete, func, inspect, select

from victim_support.core.db import Synced, current_write, db, synced_classes, synced_fields
from victim_support.core.db.among import is_among
from victim_support.core.db.bulk import insert_rows
from victim_support.journal.codec import REASON, OpRecord, unpack, unpack_as
from victim_support.journal.derived import RowKey
from victim_support.journal.merge import WITHDRAWN, heads, open_registers, unseen_edits
from victim_support.journal.models import OpenConflict
from victim_support.journal.store import ops_of_rows

ConflictKey = tuple[str, int, UUID, int]  # scope, table, row, field


@dataclass(frozen=True)
class Opinion:
    """One of the values that stand against each other, and who gave it."""

    value: Any
    actor: UUID | None
    node: UUID
    recorded_at: datetime
    reason: str
    written: tuple[str, ...]  # everything the same act wrote to the record, by attribute


@dataclass(frozen=True)
class Conflict:
    """A field of a record with several opinions; the oldest first."""

    cls: type[Synced]
    scope: str
    row_id: UUID
    name: str
    opened_at: int
    opinions: tuple[Opinion, ...]


def open_conflicts(
    scopes: Collection[str], row_ids: Collection[UUID] | None = None
) -> list[Conflict]:
    """Return what people have to decide, the oldest first; of all records or of some.

    Of a record that one withdrew while others worked on it, the opinions are the withdrawal
    (True) and each of the edits (False).
    """
    connection = db.session.connection()
    chosen = () if row_ids is None else (OpenConflict.row_id.in_(row_ids),)
    found = _rows(connection, OpenConflict.scope.in_(scopes), *chosen)
    classes = {cls.__sync__.number: cls for cls in synced_classes()}
    conflicts = []
    for number in sorted({tbl for _, tbl, _, _ in found} & classes.keys()):
        cls = classes[number]
        keys = {(scope, row_id) for scope, tbl, row_id, _ in found if tbl == number}
        ops = ops_of_rows(connection, number, keys)
        names = {spec.number: name for name, spec in synced_fields(cls).items()}
        conflicts += [
            Conflict(cls, scope, row_id, names[field], opened, _opinions(cls, field, ops[key]))
            for (scope, tbl, row_id, field), opened in found.items()
            if tbl == number and (key := (scope, row_id)) in ops
        ]
    return sorted(conflicts, key=lambda each: (each.opened_at, each.row_id.int, each.name))


def count_conflicts(scopes: Collection[str]) -> int:
    """Return how many fields people have to decide."""
    counted = select(func.count()).select_from(OpenConflict).where(OpenConflict.scope.in_(scopes))
    return db.session.scalar(counted) or 0


def open_fields(scopes: Collection[str], row_ids: Collection[UUID]) -> set[tuple[str, UUID, str]]:
    """Return table, record and field of every conflict of some records.

    Whatever depends on one of these values (issuing, paying) waits until somebody has decided.
    """
    chosen = OpenConflict.row_id.in_(row_ids)
    found = _rows(db.session.connection(), OpenConflict.scope.in_(scopes), chosen)
    classes = {cls.__sync__.number: cls for cls in synced_classes()}
    return {
        (classes[number].__tablename__, row_id, name)
        for _scope, number, row_id, field in found
        if number in classes
        for name, spec in synced_fields(classes[number]).items()
        if spec.number == field
    }


def is_open(cls: type[Synced], scope: str, row_id: UUID, *fields: str) -> bool:
    """Tell whether a record has a conflict, in any field or in one of those named.

    Whatever depends on the value (issuing, paying) waits until somebody has decided.
    """
    conditions = [
        OpenConflict.scope == scope,
        OpenConflict.tbl == cls.__sync__.number,
        OpenConflict.row_id == row_id,
    ]
    if fields:
        numbers = [synced_fields(cls)[name].number for name in fields]
        conditions.append(OpenConflict.field.in_(numbers))
    return db.session.scalar(select(OpenConflict.field).where(*conditions).limit(1)) is not None


def resolve(row: Synced, name: str, value: Any, reason: str) -> None:
    """Decide a conflict; inside ``transaction()``.

    It is recorded as a decision on every opinion there is here (or, after ``check_version``, on
    those that the page showed), also when the value in force stays. Taking it back opens the
    conflict again; who decides differently elsewhere at the same time opens a new one.
    """
    from victim_support.journal.capture import decide  # noqa: PLC0415 - records through this module

    current_write().reason = reason
    setattr(row, name, value)
    decide(row, name)


def keep_conflicts(
    connection: Connection, cls: type[Synced], rows: Mapping[RowKey, Sequence[OpRecord]]
) -> tuple[int, int]:
    """Bring the conflicts of rows up to date with all their operations.

    Returns:
        How many were opened, and how many closed.
    """
    number = cls.__sync__.number
    several = {key: ops for key, ops in rows.items() if len(ops) > 1}
    if not several:
        return 0, 0
    expected = {
        (scope, number, row_id, field): opened
        for (scope, row_id), ops in several.items()
        for field, opened in open_registers(cls, ops).items()
    }
    there = _conflicts_of(connection, number, several.keys())
    stale = [key for key, opened in there.items() if expected.get(key) != opened]
    fresh = [(*key, opened) for key, opened in expected.items() if there.get(key) != opened]
    for key in stale:
        connection.execute(delete(OpenConflict).where(*_is(key)))
    insert_rows(connection, _table(), fresh)
    return len(expected.keys() - there.keys()), len(there.keys() - expected.keys())


def all_conflicts(connection: Connection) -> dict[ConflictKey, int]:
    """Return everything in the table, with when it was opened."""
    return _rows(connection)


def _conflicts_of(
    connection: Connection, number: int, keys: Collection[RowKey]
) -> dict[ConflictKey, int]:
    chosen = is_among(connection, OpenConflict.row_id, {row_id for _, row_id in keys})
    scopes = OpenConflict.scope.in_({scope for scope, _ in keys})
    found = _rows(connection, scopes, OpenConflict.tbl == number, chosen)
    return {key: opened for key, opened in found.items() if (key[0], key[2]) in keys}


def _rows(connection: Connection, *conditions: ColumnElement[bool]) -> dict[ConflictKey, int]:
    columns = (OpenConflict.scope, OpenConflict.tbl, OpenConflict.row_id, OpenConflict.field)
    found = connection.execute(select(*columns, OpenConflict.opened_at).where(*conditions))
    return {(row[0], row[1], row[2], row[3]): row[4] for row in found}


def _is(key: ConflictKey) -> tuple[ColumnElement[bool], ...]:
    scope, tbl, row_id, field = key
    return (
        OpenConflict.scope == scope,
        OpenConflict.tbl == tbl,
        OpenConflict.row_id == row_id,
        OpenConflict.field == field,
    )


def _opinions(cls: type[Synced], number: int, ops: Sequence[OpRecord]) -> tuple[Opinion, ...]:
    ordered = sorted(ops, key=lambda op: op.stamp)
    name = next(name for name, spec in synced_fields(cls).items() if spec.number == number)
    column_type = inspect(cls).columns[name].type
    names = {spec.number: each for each, spec in synced_fields(cls).items()}
    found = [(op, unpack_as(column_type, op.payload[number])) for op in heads(ordered, number)]
    if number == WITHDRAWN:
        found += [(op, False) for op in unseen_edits(ordered)]
    return tuple(
        Opinion(
            value=value,
            actor=op.actor,
            node=op.node,
            recorded_at=op.recorded_at,
            reason=unpack(op.payload[REASON]) if REASON in op.payload else "",
            written=tuple(names[each] for each in op.payload if each in names),
        )
        for op, value in sorted(found, key=lambda pair: pair[0].stamp)
    )


def _table() -> Table:
    table: Any = inspect(OpenConflict).local_table
    return table  # type: ignore[no-any-return]
