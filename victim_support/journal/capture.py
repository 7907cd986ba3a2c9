"""Turn what a transaction did to synced rows into operations, in the same transaction."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import event, inspect, update
from sqlalchemy.orm import Session, attributes

from victim_support.core import clock
from victim_support.core.actor import current_actor_id
from victim_support.core.db import (
    FieldClass,
    FieldSpec,
    ScopeKind,
    Synced,
    current_write,
    synced_fields,
)
from victim_support.core.db.session import LedgerSession
from victim_support.core.db.tripwire import StrayWriteError, clear_tripwires, drain_tripwires
from victim_support.core.db.writing import WriteTransaction
from victim_support.core.node import this_node
from victim_support.journal import chain, codec
from victim_support.journal.clock import next_hlc
from victim_support.journal.codec import OpRecord, pack
from victim_support.journal.conflicts import keep_conflicts
from victim_support.journal.derived import follow
from victim_support.journal.erasure import take_effect
from victim_support.journal.merge import FRONTIER, SEEN, WITHDRAWN, blank_row, frontier, project
from victim_support.journal.store import Head, insert_ops, ops_of_row, read_heads, write_head
from victim_support.journal.versions import heads_at, split_at

BASE_SUFFIX = "/base"


class WrongScopeError(ValueError):
    """A row lies in a scope that its table does not belong to."""


class FactChangedError(ValueError):
    """A fact (class A) was changed after it was recorded; record a new one instead."""


@dataclass(frozen=True)
class _Beside:
    """An opinion that is written down for somebody else, in an operation of its own."""

    name: str
    value: bytes
    reason: str
    over: Collection[bytes]


@dataclass
class RowChange:
    """What all flushes of one transaction did to one row."""

    row: Synced
    is_new: bool
    before: dict[str, bytes] = field(default_factory=dict)
    writes: int = 0  # statements sent, to compare with what the tripwires counted
    decided: set[str] = field(default_factory=set)  # fields to record even when they stay the same
    beside: list[_Beside] = field(default_factory=list)  # what others said, each as it is
    known: list[OpRecord] = field(default_factory=list)  # what was there, if it had to be read


@event.listens_for(LedgerSession, "after_flush")
def _collect(session: Session, _context: Any) -> None:
    for row in session.new:
        if isinstance(row, Synced):
            _check_scope(row)
            change = current_write().changes.setdefault(_key(row), RowChange(row, is_new=True))
            change.writes += 1
    for row in session.dirty:
        if isinstance(row, Synced):
            _collect_update(row)


def _collect_update(row: Synced) -> None:
    history = {name: attributes.get_history(row, name) for name in synced_fields(type(row))}
    changed = {name: found for name, found in history.items() if found.has_changes()}
    if not changed:
        return
    change = current_write().changes.setdefault(_key(row), RowChange(row, is_new=False))
    change.writes += 1
    for name, found in changed.items():
        change.before.setdefault(name, pack(found.deleted[0] if found.deleted else None))


def decide(row: Synced, name: str) -> None:
    """Record a field of a row in this transaction even if its value stays what it is."""
    _change_of(row).decided.add(name)


def stand_beside(
    row: Synced, name: str, value: Any, *, reason: str, over: Collection[bytes]
) -> None:
    """Record a value of a review field in this transaction as an opinion of its own.

    For what somebody wrote elsewhere without knowing of what is here: people decide then. What
    else the transaction writes to the row is written after it.

    Args:
        row: The record.
        name: The attribute.
        value: What was said.
        reason: Who said it, for whoever decides.
        over: The packed values that who said it knew and left.
    """
    _change_of(row).beside.append(_Beside(name, pack(value), reason, over))


def _change_of(row: Synced) -> RowChange:
    new = RowChange(row, is_new=not inspect(row).persistent)
    change: RowChange = current_write().changes.setdefault(_key(row), new)
    return change


def record_changes(session: Session, write: WriteTransaction) -> list[OpRecord]:
    """Write one operation for each row this transaction changed, and return them.

    Raises:
        StrayWriteError: A synced table was written around the session.
    """
    _compare_with_tripwires(session, write)
    groups: dict[str, list[tuple[RowChange, dict[int, bytes] | None]]] = {}
    for change in write.changes.values():
        values = _changed_values(change)
        if values is not None or change.beside:
            groups.setdefault(change.row.scope, []).append((change, values))
    if not groups:
        return []
    connection, node = session.connection(), this_node().id
    heads = read_heads(connection)
    hlc = next_hlc(max((head.hlc for head in heads.values()), default=0))
    ops: list[OpRecord] = []
    for scope in sorted(groups):
        head = heads.get((scope, node), Head(scope, node))
        ops += _chained(head, hlc, list(_draft(session, write, groups[scope])))
        write_head(connection, head.after(ops[-1]))
    insert_ops(connection, ops)
    _settle(session, write, ops)
    if take_effect(connection, ops):
        clear_tripwires(connection)
        session.expire_all()
    return ops


def _compare_with_tripwires(session: Session, write: WriteTransaction) -> None:
    captured = {
        (change.row.__tablename__, change.row.scope, change.row.id.hex): change.writes
        for change in write.changes.values()
        if change.writes
    }
    written = drain_tripwires(session.connection())
    if written != captured:
        strays = written.items() ^ captured.items()
        raise StrayWriteError(", ".join(sorted({f"{key[0]} {key[2]}" for key, _ in strays})))


def _changed_values(change: RowChange) -> dict[int, bytes] | None:
    """Return the packed new value of each field that differs in the end, None when none does."""
    cls = type(change.row)
    fields = synced_fields(cls)
    after = {name: pack(getattr(change.row, name)) for name in fields}
    if change.is_new:
        named = {name for name in fields if not _goes_without_saying(cls, name, after[name])}
    else:
        named = {name for name, before in change.before.items() if after[name] != before}
        named |= change.decided
        _check_facts(change, fields, named)
        if not named:
            return None
    groups = {fields[name].group for name in named} - {None}
    return {
        spec.number: after[name]
        for name, spec in fields.items()
        if name in named or spec.group in groups
    }


def _goes_without_saying(cls: type[Synced], name: str, value: bytes) -> bool:
    """Tell whether a new row has this value without an operation.

    That it is there is always said: two machines may make the same row, and one withdraw it.
    """
    return value == pack(None) and inspect(cls).columns[name].default is None


def _check_facts(change: RowChange, fields: dict[str, FieldSpec], named: set[str]) -> None:
    for name in named:
        is_fact = fields[name].field_class is FieldClass.FACT
        if is_fact and change.before.get(name, pack(None)) != pack(None):
            raise FactChangedError(f"{change.row.__tablename__}.{name}")


def _check_scope(row: Synced) -> None:
    kind = row.__sync__.scope
    is_base = row.scope.endswith(BASE_SUFFIX) if row.scope else False
    fits = kind is ScopeKind.EITHER or is_base == (kind is ScopeKind.BASE)
    if not row.scope or not fits:
        raise WrongScopeError(f"{row.__tablename__}: {row.scope}")


@dataclass(frozen=True)
class _Draft:
    """An operation without its place in the chain."""

    row: Synced
    data: bytes
    seen: bytes | None


def _draft(
    session: Session,
    write: WriteTransaction,
    group: list[tuple[RowChange, dict[int, bytes] | None]],
) -> Iterator[_Draft]:
    pseudo = {codec.REASON: pack(write.reason)} if write.reason else {}
    if write.undoes:
        pseudo[codec.UNDOES] = pack(write.undoes)
    for change, values in group:
        for said in change.beside:
            yield _said_beside(session, write, change, said)
        if values is not None:
            seen = _seen(session, write, change, values)
            yield _Draft(change.row, codec.pack_payload(values | pseudo), seen)


def _said_beside(
    session: Session, write: WriteTransaction, change: RowChange, said: _Beside
) -> _Draft:
    number = synced_fields(type(change.row))[said.name].number
    payload = {number: said.value, codec.REASON: pack(said.reason)}
    seen = _seen(session, write, change, {number: said.value}, over=said.over)
    return _Draft(change.row, codec.pack_payload(payload), seen)


def _chained(head: Head, hlc: int, drafts: list[_Draft]) -> Iterator[OpRecord]:
    """Yield the operations of one scope, each after its predecessor."""
    actor, now, txn = current_actor_id(), clock.now(), current_write().id
    for draft in drafts:
        op = OpRecord(
            scope=head.scope,
            node=head.node,
            seq=head.seq + 1,
            txn=txn,
            hlc=hlc,
            schema=codec.SCHEMA,
            tbl=draft.row.__sync__.number,
            row_id=draft.row.id,
            data=draft.data,
            salt=chain.new_salt(),
            seen=draft.seen,
            actor=actor,
            recorded_at=now,
            hash=b"",
        )
        op = msgspec.structs.replace(op, hash=chain.link(head.hash, op))
        head = head.after(op)
        yield op


def _seen(
    session: Session,
    write: WriteTransaction,
    change: RowChange,
    values: dict[int, bytes],
    *,
    over: Collection[bytes] | None = None,
) -> bytes | None:
    """Return which heads of review fields the person had before her.

    Of a withdrawal also which edits were known; of an edit of a withdrawn row, that it was.
    """
    row = change.row
    if change.is_new:
        return None
    specs = synced_fields(type(row)).values()
    numbers = [s.number for s in specs if s.field_class in SEEN and s.number in values]
    if row.is_withdrawn and WITHDRAWN not in numbers:
        numbers.append(WITHDRAWN)
    if not numbers:
        return None
    ops = ops_of_row(session.connection(), row.__sync__.number, row.id, [row.scope])
    token = write.seen.get(_key(row))
    seen = {number: heads_at(ops, number, token) for number in numbers}
    if over is not None:
        [number] = values
        known = {op.ref for _, op in ops if bytes(op.payload.get(number, b"")) in over}
        seen[number] = [ref for ref in seen[number] if ref in known]
    if WITHDRAWN in values:
        seen[FRONTIER] = frontier(split_at(ops, token)[0] if token else [op for _, op in ops])
    change.known = [op for _, op in ops]
    return codec.pack_seen(seen) if seen else None


def _settle(session: Session, write: WriteTransaction, ops: list[OpRecord]) -> None:
    """Note which conflicts are open now, and let stand what is in force meanwhile."""
    connection = session.connection()
    written: dict[tuple[int, str, UUID], list[OpRecord]] = {}
    for op in ops:
        written.setdefault((op.tbl, op.scope, op.row_id), []).append(op)
    for change in write.changes.values():
        row: Synced = change.row
        wrote = written.get((row.__sync__.number, row.scope, row.id), [])
        if not wrote or not (change.known or change.beside):
            continue
        there = [*change.known, *wrote]
        keep_conflicts(connection, type(row), {(row.scope, row.id): there})
        values = project(type(row), there)
        for name, spec in synced_fields(type(row)).items():
            if spec.field_class in SEEN and name in values:
                _overrule(session, row, name, values[name])
        if change.beside:
            follow(connection, type(row), {(row.scope, row.id): blank_row(type(row)) | values})


def _overrule(session: Session, row: Synced, name: str, value: Any) -> None:
    if pack(getattr(row, name)) == pack(value):
        return
    cls = type(row)
    connection = session.connection()
    connection.execute(
        update(cls).where(cls.scope == row.scope, cls.id == row.id).values({name: value})
    )
    drain_tripwires(connection)
    attributes.set_committed_value(row, name, value)


def _key(row: Synced) -> tuple[str, str, UUID]:
    return row.__tablename__, row.scope, row.id
