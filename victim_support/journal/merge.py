"""Fold all operations of one row into its values, by field class, in any order of arrival.

Everything here is a function of a set of operations: whatever came first, on however many ways
and however often, every machine arrives at the same row and the same open conflicts (食い違い).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.types import TypeEngine

from victim_support.core.db import FieldClass, OpenEnum, Synced, synced_fields
from victim_support.journal.codec import REASON, UNDOES, OpRecord, OpRef, pack, reader_of, unpack

REVIEWED = frozenset({FieldClass.REVIEW, FieldClass.RESTRICTIVE})
SEEN = REVIEWED | {FieldClass.BOTH_KEPT}  # of these an operation says what its author had seen
BETWEEN = "、"  # between the values of a field of which both are kept
WITHDRAWN = 999  # the field ``is_withdrawn`` of every table
FRONTIER = 0  # in ``seen`` of a withdrawal: the last operation of each machine that was known
_TRUE = pack(True)
_MISFIT = (TypeError, ValueError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Slot:
    """One field as the fold needs it."""

    name: str
    number: int
    register: str | int  # what is written as a whole: the field, or its coupled group
    field_class: FieldClass
    type_: TypeEngine[Any]
    read: Callable[[Any], Any]
    default: Any


@dataclass(frozen=True)
class Plan:
    """How the operations of one table become its rows; made once."""

    slots: Mapping[int, Slot]
    known: frozenset[int]  # the numbers of its fields, and of what is told beside them
    reviewed: tuple[Slot, ...]
    seen: tuple[Slot, ...]
    blank: Mapping[str, Any]
    is_set: bool


@cache
def plan_of(cls: type[Synced]) -> Plan:
    """Return the plan of a class."""
    columns, fields = inspect(cls).columns, synced_fields(cls)
    slots = [
        Slot(
            name=name,
            number=spec.number,
            register=spec.group or spec.number,
            field_class=spec.field_class,
            type_=columns[name].type,
            read=reader_of(columns[name].type),
            default=getattr(columns[name].default, "arg", None),
        )
        for name, spec in fields.items()
    ]
    return Plan(
        slots={slot.number: slot for slot in slots},
        known=frozenset({slot.number for slot in slots} | {REASON, UNDOES}),
        reviewed=tuple(slot for slot in slots if slot.field_class in REVIEWED),
        seen=tuple(slot for slot in slots if slot.field_class in SEEN),
        blank={slot.name: slot.default for slot in slots},
        is_set=any(slot.field_class is FieldClass.SET_ELEMENT for slot in slots),
    )


def project(cls: type[Synced], ops: Sequence[OpRecord]) -> dict[str, Any]:
    """Return the values of a row by attribute; what no operation has set is left out.

    Fields and values that this version does not know stay in their operations.
    """
    plan = plan_of(cls)
    return _readable(plan, _valid(plan, ops), {})


def whole_row(cls: type[Synced], ops: Sequence[OpRecord]) -> dict[str, Any]:
    """Return the values of a row by attribute, also of those that no operation has set."""
    plan = plan_of(cls)
    return _readable(plan, _valid(plan, ops), dict(plan.blank))


def is_set(cls: type[Synced]) -> bool:
    """Tell whether rows are elements of a set: added and removed at once, one is there."""
    return plan_of(cls).is_set


def blank_row(cls: type[Synced]) -> dict[str, Any]:
    """Return the values of a row of which no operation says anything."""
    return dict(plan_of(cls).blank)


def is_understood(cls: type[Synced] | None, op: OpRecord) -> bool:
    """Tell whether this version knows the table and every field of an operation."""
    if cls is None:
        return False
    known = plan_of(cls).known
    return op.payload.keys() <= known or max(op.payload.keys() - known) <= 0


def heads(ops: Iterable[OpRecord], number: int) -> list[OpRecord]:
    """Return the operations whose value of a review field nobody has superseded.

    More than one with unequal values is a conflict (食い違い) for a person to decide. What was
    taken back (取り消し) counts as if neither it nor its taking back had been written. Who wrote
    without having seen anything, as by an import, says nothing against somebody who decided
    otherwise after seeing the same value; only that a record is there is said by its making.
    """
    writers = [op for op in ops if number in op.payload]
    if len(writers) < 2:
        return writers
    writers = _standing(writers, number)
    seen = {ref for op in writers for ref in op.seen_heads.get(number, ())}
    left = [op for op in writers if op.ref not in seen]
    if len(left) < 2 or number == WITHDRAWN:
        return left
    known = {_raw(op, number) for op in writers if op.ref in seen}
    said = [op for op in left if op.seen_heads.get(number) or _raw(op, number) not in known]
    return said or left


def open_registers(cls: type[Synced], ops: Sequence[OpRecord]) -> dict[int, int]:
    """Return the fields about which a person has to decide, with the clock of the second opinion.

    Two unequal values of a review field; a record withdrawn by one and worked on by another.
    """
    if len(ops) < 2:
        return {}
    plan, ordered = plan_of(cls), sorted(ops, key=lambda op: op.stamp)
    found = {}
    for slot in plan.reviewed:
        if slot.number == WITHDRAWN and plan.is_set:
            continue  # an element added and removed at once is there
        opinions = heads(ordered, slot.number)
        first = [_raw(op, slot.number) for op in opinions[:1]]
        other = next((op for op in opinions[1:] if _raw(op, slot.number) != first[0]), None)
        if other is not None:
            found[slot.number] = other.hlc
    if not plan.is_set and WITHDRAWN not in found and (edits := unseen_edits(ordered)):
        withdrawn = heads(ordered, WITHDRAWN)[0]
        found[WITHDRAWN] = max(withdrawn.hlc, edits[0].hlc)
    return found


def unseen_edits(ops: Iterable[OpRecord]) -> list[OpRecord]:
    """Return what was written to a withdrawn record at the same time as its withdrawal."""
    ordered = sorted(ops, key=lambda op: op.stamp)
    withdrawals = heads(ordered, WITHDRAWN)
    if not withdrawals or any(_raw(op, WITHDRAWN) != _TRUE for op in withdrawals):
        return []
    known: dict[UUID, int] = {}
    for op in withdrawals:
        for node, seq in (*op.seen_heads.get(FRONTIER, ()), op.ref):
            known[node] = max(seq, known.get(node, 0))
    refs = {op.ref for op in withdrawals}
    return [op for op in ordered if _is_edit(op) and not _knew(op, refs, known)]


def frontier(ops: Iterable[OpRecord]) -> list[OpRef]:
    """Return the last operation of each machine."""
    last: dict[UUID, int] = {}
    for op in ops:
        last[op.node] = max(op.seq, last.get(op.node, 0))
    return sorted(last.items())


def _is_edit(op: OpRecord) -> bool:
    payload = op.payload
    return WITHDRAWN not in payload and any(number > 0 for number in payload)


def _knew(edit: OpRecord, withdrawals: set[OpRef], known: Mapping[UUID, int]) -> bool:
    """Tell whether who withdrew knew of an edit, or who edited knew of the withdrawal."""
    if edit.seq <= known.get(edit.node, 0):
        return True
    return not withdrawals.isdisjoint(edit.seen_heads.get(WITHDRAWN, ()))


def _standing(writers: list[OpRecord], number: int) -> list[OpRecord]:
    """Leave out decisions that were taken back, and the taking back."""
    undoing = [op for op in writers if UNDOES in op.payload]
    if not undoing:
        return writers
    by_ref = {op.ref: op for op in writers}
    void: set[OpRef] = set()
    for op in undoing:
        seen = op.seen_heads.get(number, [])
        undone = by_ref.get(seen[0]) if len(seen) == 1 else None
        txn = UUID(bytes=unpack(op.payload[UNDOES]))
        if undone is not None and undone.txn == txn and undone.seen_heads.get(number):
            void |= {op.ref, undone.ref}
    return [op for op in writers if op.ref not in void]


def _valid(plan: Plan, ops: Sequence[OpRecord]) -> Mapping[int, Any]:
    """Return what counts of operations on one row, as plain values."""
    if len(ops) == 1:
        return ops[0].values
    ordered = sorted(ops, key=lambda op: op.stamp)
    found = _last_written(plan, ordered)
    for slot in plan.seen:
        if slot.number in found and (last := heads(ordered, slot.number)):
            found[slot.number] = _in_force(plan, slot, last)
    return found


def _last_written(plan: Plan, ordered: Iterable[OpRecord]) -> dict[int, Any]:
    """Return, of each register (a field or a coupled group), what its last writer wrote."""
    winners: dict[str | int, dict[int, Any]] = {}
    for op in ordered:
        written: dict[str | int, dict[int, Any]] = {}
        for number, value in op.values.items():
            slot = plan.slots.get(number)
            if slot is not None:
                written.setdefault(slot.register, {})[number] = value
        winners |= written
    return {number: value for each in winners.values() for number, value in each.items()}


def _readable(plan: Plan, values: Mapping[int, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Put values, as columns hold them, into a row; what no column could hold is left out."""
    slots = plan.slots
    for number, value in values.items():
        slot = slots.get(number)
        if slot is None:
            continue
        if value is None:
            found[slot.name] = None
            continue
        try:
            found[slot.name] = slot.read(value)
        except _MISFIT:
            continue
    return found


def _in_force(plan: Plan, slot: Slot, found: list[OpRecord]) -> Any:
    """Return which of several heads counts until a person has decided, as a plain value."""
    values = [op.values[slot.number] for op in found]
    if slot.field_class is FieldClass.RESTRICTIVE:
        return max(values, key=lambda value: _restriction(slot, value))
    if slot.field_class is FieldClass.BOTH_KEPT:
        return join_kept(values) or values[-1]
    if slot.number == WITHDRAWN:
        return all(values)  # who says that a record is there must not be lost meanwhile
    return values[-1]


def parts_of(text: Any) -> list[str]:
    """Return the values in a field of which several given at once are kept."""
    return [part for part in text.split(BETWEEN) if part] if isinstance(text, str) else []


def join_kept(texts: Iterable[Any]) -> str:
    """Return texts one after the other, each value once."""
    return BETWEEN.join(dict.fromkeys(part for text in texts for part in parts_of(text)))


def _restriction(slot: Slot, plain: Any) -> int:
    """Rank a value by how much it restricts.

    Enums are declared from open to restrictive, and what only a newer version knows is highest;
    of two last days the earlier counts; yes restricts more than no; nothing is open.
    """
    value = _readable_value(slot, plain)
    if value is None:
        return -1
    if isinstance(slot.type_, OpenEnum):
        members = [str(member) for member in slot.type_.members]
        return members.index(value) if value in members else len(members)
    if isinstance(value, date):
        return date.max.toordinal() - value.toordinal()
    return int(bool(value))


def _readable_value(slot: Slot, plain: Any) -> Any:
    try:
        return None if plain is None else slot.read(plain)
    except _MISFIT:
        return None


def _raw(op: OpRecord, number: int) -> bytes:
    return bytes(op.payload[number])
