"""Take back (取り消し) what one transaction did, as a new transaction; nothing is ever erased."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, inspect, select

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
from victim_support.journal.capture import decide
from victim_support.journal.codec import REASON, UNDOES, OpRecord, unpack
from victim_support.journal.history import label_of, title_of
from victim_support.journal.merge import REVIEWED, project
from victim_support.journal.models import Op
from victim_support.journal.store import ops_of_row, read_ops

UNDO_REASON = "取り消し"
_LOOK_BACK = 500  # operations of one person
_Follower = Callable[[Collection[Synced]], None]
_followers: list[_Follower] = []


class NothingToUndoError(Exception):
    """There is nothing of this person's that could be taken back."""


class NotYoursError(Exception):
    """Somebody else did this; only the author takes an action back."""


class NotLastError(Exception):
    """The author did something else since; only the last action that stands is taken back."""


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
    made are withdrawn unless somebody else worked on them since, or something that stands points
    at them. Records of a class with ``__undo__ = False`` stand: a number that was drawn is never
    taken back. Nor is a protection (支援措置) of somebody who was in the ledger before.

    Only the last action that stands can go, whichever records it touched: what came before it
    can follow one by one, and something old is corrected, not undone.

    Raises:
        NothingToUndoError: There is nothing, or all of it stands.
        NotYoursError: Somebody else did it.
        NotLastError: The author did something else since.
    """
    ops = list(read_ops(db.session.connection(), Op.txn == txn))
    if any(op.actor != current_actor_id() for op in ops):
        raise NotYoursError
    last = last_action(current_actor_id())
    if ops and last is not None and last.txn != txn:
        raise NotLastError
    steps = [step for op in ops if (step := _step_of(op)) is not None]
    if any(step.seals for step in steps):
        raise NothingToUndoError
    current_write().undoes = txn
    report = UndoReport()
    standing = _standing_rows(steps)
    for step in steps:
        if step.stands or step.row in standing:
            report.kept.append(title_of(type(step.row)))
        elif step.is_creation:
            step.row.is_withdrawn = True
            report.rows += 1
        else:
            report.rows += _put_back(step.row, step.op, step.before, step.after, report)
    if not report.rows:
        raise NothingToUndoError
    for follow in _followers:
        follow([step.row for step in steps])
    return report


def on_undo(follower: _Follower) -> _Follower:
    """Call a function with the rows of every undo, such as one that keeps an index."""
    _followers.append(follower)
    return follower


@dataclass(frozen=True, eq=False)
class _Step:
    """One operation to take back, with what happened to its row before and since."""

    op: OpRecord
    row: Synced
    before: list[OpRecord]
    after: list[OpRecord]

    @property
    def is_creation(self) -> bool:
        return not self.before

    @property
    def stands(self) -> bool:
        """Whether the class is never undone, or somebody else worked on what was made here."""
        is_others = any(each.actor != self.op.actor for each in self.after)
        return not getattr(type(self.row), "__undo__", True) or (self.is_creation and is_others)

    @property
    def seals(self) -> bool:
        """Whether somebody already in the ledger was protected by it."""
        name = getattr(type(self.row), "__seal__", None)
        if name is None or self.is_creation:
            return False
        return synced_fields(type(self.row))[name].number in self.op.payload


def _step_of(op: OpRecord) -> _Step | None:
    cls = next((cls for cls in synced_classes() if cls.__sync__.number == op.tbl), None)
    row = db.session.get(cls, (op.scope, op.row_id)) if cls else None
    if row is None:
        return None
    ops = [each for _, each in ops_of_row(db.session.connection(), op.tbl, op.row_id, [op.scope])]
    place = next(n for n, each in enumerate(ops) if each.ref == op.ref)
    return _Step(op, row, ops[:place], _standing(ops[place + 1 :]))


def _standing_rows(steps: list[_Step]) -> set[Synced]:
    """Return the rows made here that something points at which is not withdrawn with them."""
    made = {step.row for step in steps if step.is_creation}
    leaving = {step.row for step in steps if step.is_creation and not step.stands}
    while True:
        staying = {row for row in leaving if _is_pointed_at(row, leaving)}
        if not staying:
            return made - leaving
        leaving -= staying


def _is_pointed_at(row: Synced, leaving: Collection[Synced]) -> bool:
    return any(
        other not in leaving
        for cls in synced_classes()
        for column in inspect(cls).columns
        if column.info.get("is_indexed") and isinstance(column.type, Uuid)
        for other in db.session.scalars(
            select(cls).where(
                cls.scope.in_(_scopes_beside(row)), column == row.id, cls.is_withdrawn.is_(False)
            )
        )
    )


def _scopes_beside(row: Synced) -> tuple[str, ...]:
    """Return the scopes in which rows point at this one: of a disaster both the open and sealed."""
    place = row.scope.rpartition("/")[0]
    return row.scope, f"{place}/core", f"{place}/sealed"


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
            if spec.field_class in REVIEWED:
                decide(row, name)  # what was decided between two values is open again
            is_changed = True
    return is_changed


def _fields_in(cls: type[Synced], op: OpRecord) -> Iterator[tuple[str, FieldSpec]]:
    payload = op.payload
    for name, spec in synced_fields(cls).items():
        if spec.number in payload:
            yield name, spec


def _default(cls: type[Synced], name: str) -> Any:
    return getattr(inspect(cls).columns[name].default, "arg", None)
