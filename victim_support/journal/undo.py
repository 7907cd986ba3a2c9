"""Take back (取り消し) what one transaction did, as a new transaction; nothing is ever erased."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select

from victim_support.core.actor import current_actor_id
from victim_support.core.db import (
    FieldClass,
    FieldSpec,
    Synced,
    current_write,
    db,
    synced_classes,
    synced_fields,
)
from victim_support.journal.codec import REASON, UNDOES, OpRecord, unpack
from victim_support.journal.history import label_of, title_of
from victim_support.journal.merge import project
from victim_support.journal.models import Op
from victim_support.journal.store import ops_of_row, read_ops

UNDO_REASON = "取り消し"
_LOOK_BACK = 500  # operations of one person


class NothingToUndoError(Exception):
    """There is nothing of this person's that could be taken back."""


class NotYoursError(Exception):
    """Somebody else did this; only the author takes an action back."""


@dataclass(frozen=True)
class Action:
    """Something a person did: one transaction."""

    txn: UUID
    when: datetime
    why: str


@dataclass
class UndoReport:
    """What was taken back, and what stands because somebody changed it since or it must."""

    rows: int = 0
    kept: list[str] = field(default_factory=list)


def last_action(actor: UUID | None) -> Action | None:
    """Return the last thing a person did and has not taken back."""
    lsns = select(Op.lsn).where(Op.actor == actor).order_by(Op.lsn.desc()).limit(_LOOK_BACK)
    undone: set[UUID] = set()
    for op in read_ops(db.session.connection(), Op.lsn.in_(lsns), order_by=(Op.lsn.desc(),)):
        payload = op.payload
        if UNDOES in payload:
            undone.update((op.txn, UUID(bytes=unpack(payload[UNDOES]))))
        elif op.txn not in undone:
            why = unpack(payload[REASON]) if REASON in payload else ""
            return Action(op.txn, op.recorded_at, why)
    return None


def undo_last(actor: UUID | None) -> UndoReport:
    """Take back the last thing a person did; inside ``transaction(reason=UNDO_REASON)``.

    Raises:
        NothingToUndoError: There is nothing, or all of it stands.
    """
    action = last_action(actor)
    if action is None:
        raise NothingToUndoError
    return undo(action.txn)


def undo(txn: UUID) -> UndoReport:
    """Take back one transaction of the acting person; inside ``transaction(reason=UNDO_REASON)``.

    Fields get their old values unless somebody changed them since; records that the transaction
    made are withdrawn unless somebody else worked on them since. Records of a class with
    ``__undo__ = False`` stand: a number that was drawn is never taken back.

    Raises:
        NothingToUndoError: There is nothing, or all of it stands.
        NotYoursError: Somebody else did it.
    """
    ops = list(read_ops(db.session.connection(), Op.txn == txn))
    if any(op.actor != current_actor_id() for op in ops):
        raise NotYoursError
    current_write().undoes = txn
    report = UndoReport()
    for op in ops:
        _undo_op(op, report)
    if not report.rows:
        raise NothingToUndoError
    return report


def _undo_op(op: OpRecord, report: UndoReport) -> None:
    cls = next((cls for cls in synced_classes() if cls.__sync__.number == op.tbl), None)
    row = db.session.get(cls, (op.scope, op.row_id)) if cls else None
    if cls is None or row is None:
        return
    if not getattr(cls, "__undo__", True):
        report.kept.append(title_of(cls))
        return
    ops = [each for _, each in ops_of_row(db.session.connection(), op.tbl, op.row_id, [op.scope])]
    place = next(n for n, each in enumerate(ops) if each.ref == op.ref)
    before, after = ops[:place], _standing(ops[place + 1 :])
    if not before and any(each.actor != op.actor for each in after):
        report.kept.append(title_of(cls))
    elif not before:
        row.is_withdrawn = True
        report.rows += 1
    else:
        report.rows += _put_back(row, op, before, after, report)


def _standing(ops: list[OpRecord]) -> list[OpRecord]:
    """Leave out what was taken back, and the taking back."""
    undone = {UUID(bytes=unpack(op.payload[UNDOES])) for op in ops if UNDOES in op.payload}
    return [op for op in ops if UNDOES not in op.payload and op.txn not in undone]


def _put_back(
    row: Synced, op: OpRecord, before: list[OpRecord], after: list[OpRecord], report: UndoReport
) -> bool:
    """Give the fields of one operation their old values; False when none could be."""
    cls = type(row)
    old = project(cls, before)
    changed_since = {number for each in after for number in each.payload}
    is_changed = False
    for name, spec in _fields_in(cls, op):
        if spec.number in changed_since or spec.field_class is FieldClass.FACT:
            report.kept.append(f"{title_of(cls)}の{label_of(cls, name)}")
        else:
            setattr(row, name, old.get(name, _default(cls, name)))
            is_changed = True
    return is_changed


def _fields_in(cls: type[Synced], op: OpRecord) -> Iterator[tuple[str, FieldSpec]]:
    payload = op.payload
    for name, spec in synced_fields(cls).items():
        if spec.number in payload:
            yield name, spec


def _default(cls: type[Synced], name: str) -> Any:
    return getattr(inspect(cls).columns[name].default, "arg", None)
