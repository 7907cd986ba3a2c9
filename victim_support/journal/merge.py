"""Fold all operations of one row into its values, by field class, in any order of arrival."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.types import TypeEngine

from victim_support.core.db import FieldClass, FieldSpec, OpenEnum, Synced, synced_fields
from victim_support.journal.codec import OpRecord, OpRef, Payload, unpack_as

REVIEWED = frozenset({FieldClass.REVIEW, FieldClass.RESTRICTIVE})


def heads(ops: Iterable[OpRecord], number: int) -> list[OpRecord]:
    """Return the operations whose value of a review field nobody has superseded.

    More than one with unequal values is a conflict (食い違い) for a person to decide.
    """
    writers = [op for op in ops if number in op.payload]
    superseded: set[OpRef] = set()
    for op in writers:
        superseded.update(op.seen_heads.get(number, ()))
    return [op for op in writers if op.ref not in superseded]


def project(cls: type[Synced], ops: Sequence[OpRecord]) -> dict[str, Any]:
    """Return the values of a row by attribute; what no operation has set is left out.

    Fields this version does not know stay in their operations.
    """
    columns = inspect(cls).columns
    fields = synced_fields(cls)
    ordered = sorted(ops, key=lambda op: op.stamp)
    winners = _last_writers(fields, [op.payload for op in ordered])
    values = {}
    for name, spec in fields.items():
        raw = winners.get(_register(spec), {}).get(spec.number)
        if raw is not None:
            values[name] = unpack_as(columns[name].type, raw)
        if spec.field_class in REVIEWED and len(found := heads(ordered, spec.number)) > 1:
            each = [unpack_as(columns[name].type, op.payload[spec.number]) for op in found]
            values[name] = _in_force(cls, name, columns[name].type, each, values.get(name))
    return values


def blank_row(cls: type[Synced]) -> dict[str, Any]:
    """Return the values of a row of which no operation says anything."""
    columns = inspect(cls).columns
    return {name: getattr(columns[name].default, "arg", None) for name in synced_fields(cls)}


def _last_writers(
    fields: Mapping[str, FieldSpec], payloads: Iterable[Payload]
) -> dict[str | int, Payload]:
    """Return, for each register (a field or a coupled group), what its last writer wrote."""
    registers = {spec.number: _register(spec) for spec in fields.values()}
    winners: dict[str | int, Payload] = {}
    for payload in payloads:
        written: dict[str | int, Payload] = {}
        for number, raw in payload.items():
            if number in registers:
                written.setdefault(registers[number], {})[number] = raw
        winners |= written
    return winners


def _register(spec: FieldSpec) -> str | int:
    return spec.group or spec.number


def _in_force(
    cls: type[Synced], name: str, column_type: TypeEngine[Any], values: list[Any], last: Any
) -> Any:
    """Return which of several unequal heads counts until a person has decided."""
    spec = synced_fields(cls)[name]
    if spec.field_class is FieldClass.RESTRICTIVE:
        return max(values, key=lambda value: _restriction(column_type, value))
    if name == "is_withdrawn" and _is_set(cls):
        return all(values)  # an element added and removed at once is there: add wins
    return last


def _restriction(column_type: TypeEngine[Any], value: Any) -> int:
    """Rank a value by how much it restricts.

    Enums are declared from open to restrictive, and what only a newer version knows is highest;
    of two last days the earlier counts; yes restricts more than no; nothing is open.
    """
    if value is None:
        return -1
    if isinstance(column_type, OpenEnum):
        members = [str(member) for member in column_type.members]
        return members.index(value) if value in members else len(members)
    if isinstance(value, date):
        return date.max.toordinal() - value.toordinal()
    return int(bool(value))


def _is_set(cls: type[Synced]) -> bool:
    return any(spec.field_class is FieldClass.SET_ELEMENT for spec in synced_fields(cls).values())
