"""Corrections that a sealing overtook (同期のあと).

One machine corrects somebody; another one, not knowing, seals her a moment later. By the clocks the
sealing has the last word on the open row, and yet it said nothing against the correction: it only
copied what was there before. What it copied tells such corrections, and they belong in the sealed
row, where they would be had the machines met first.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select

from victim_support.core.db import FieldClass, db, synced_fields
from victim_support.core.scopes import current_scopes
from victim_support.journal.codec import OpRecord, unpack_as
from victim_support.journal.store import ops_of_rows
from victim_support.victims.models import Person
from victim_support.victims.services.resealing import protected_ids
from victim_support.victims.services.sealing import (
    fullest_row,
    hidden_fields,
    index_person,
    person_rows,
)

_BY_CLOCK = frozenset({FieldClass.ORDINARY, FieldClass.COUPLED})
Values = Mapping[str, Any]


def find_overtaken() -> dict[UUID, Values]:
    """Return by protected person what was corrected before she was sealed, and is not there."""
    scopes = current_scopes()
    sealed = select(Person.id, Person.protection).where(
        Person.scope == scopes.sealed, Person.id.in_(protected_ids())
    )
    levels = {row.id: row.protection for row in db.session.execute(sealed)}
    keys = {(scope, person_id) for person_id in levels for scope in (scopes.core, scopes.sealed)}
    ops = ops_of_rows(db.session.connection(), Person.__sync__.number, keys)
    found: dict[UUID, Values] = {}
    for person_id in sorted(levels, key=lambda each: each.int):
        there, moved = (ops.get((at, person_id), []) for at in (scopes.core, scopes.sealed))
        values: dict[str, Any] = {}
        for names in _registers(hidden_fields(levels[person_id])):
            values |= _overtaken(names, there, moved)
        if values:
            found[person_id] = values
    return found


def take_over(person_id: UUID, values: Values) -> None:
    """Write corrections into the sealed row."""
    person = db.session.get_one(Person, (current_scopes().sealed, person_id))
    for name, value in values.items():
        setattr(person, name, value)
    index_person(fullest_row(person_rows(person_id)))


def _registers(hidden: Collection[str]) -> Iterator[list[str]]:
    """Yield hidden fields of which the last writer counts, those together that are coupled."""
    found: dict[str, list[str]] = {}
    for name, spec in synced_fields(Person).items():
        if name in hidden and spec.field_class in _BY_CLOCK:
            found.setdefault(spec.group or name, []).append(name)
    yield from found.values()


def _overtaken(names: list[str], there: Sequence[OpRecord], moved: Sequence[OpRecord]) -> Values:
    numbers = [synced_fields(Person)[name].number for name in names]
    open_ops, sealed_ops = (_writers(ops, numbers) for ops in (there, moved))
    seal = next((op for op in reversed(open_ops) if _is_empty(_said(op, numbers))), None)
    if seal is None or any(op.stamp > seal.stamp for op in sealed_ops):
        return {}
    before = [op for op in open_ops if op.stamp < seal.stamp and not _is_empty(_said(op, numbers))]
    copied = _said(sealed_ops[-1], numbers) if sealed_ops else [None] * len(numbers)
    is_older = _is_empty(copied) or copied in [_said(op, numbers) for op in before[:-1]]
    if not before or copied == _said(before[-1], numbers) or not is_older:
        return {}  # known to who sealed, or typed by her
    columns, payload = inspect(Person).columns, before[-1].payload
    return {
        name: unpack_as(columns[name].type, payload[number])
        for name, number in zip(names, numbers, strict=True)
        if number in payload
    }


def _writers(ops: Sequence[OpRecord], numbers: list[int]) -> list[OpRecord]:
    """Return who wrote any of the fields, in the order that counts."""
    writers = [op for op in ops if any(number in op.payload for number in numbers)]
    return sorted(writers, key=lambda op: op.stamp)


def _said(op: OpRecord, numbers: list[int]) -> list[Any]:
    return [op.values.get(number) for number in numbers]


def _is_empty(values: list[Any]) -> bool:
    return all(value is None for value in values)
