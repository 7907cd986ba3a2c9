"""Put operations from elsewhere into the journal and the rows: exchange, restore, intake log."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection, delete

from victim_support.core.db import Synced, synced_classes
from victim_support.core.db.tripwire import clear_tripwires, written_rows
from victim_support.journal import chain
from victim_support.journal.codec import OpRecord
from victim_support.journal.derived import rebuild_derived
from victim_support.journal.erasure import erased_on_arrival, take_effect
from victim_support.journal.newer import note_unknown
from victim_support.journal.rows import RowOps, write_rows
from victim_support.journal.store import (
    Head,
    hashes_of,
    insert_ops,
    ops_of_row,
    ops_of_rows,
    read_heads,
    write_head,
)


class BrokenChainError(Exception):
    """Operations do not follow those that are there: one was changed, or it is as below."""


class GapError(BrokenChainError):
    """Operations of a machine are missing between those that are there and those that came."""

    def __init__(self, scope: str, node: UUID, have: int, got: int) -> None:
        super().__init__(f"{scope} {node}: {have} → {got}")
        self.scope, self.node, self.have, self.got = scope, node, have, got


class ForkError(BrokenChainError):
    """A machine has two pasts: a copy of it, or an old state of it, went on by itself."""

    def __init__(self, scope: str, node: UUID, seq: int) -> None:
        super().__init__(f"{scope} {node}: {seq}")
        self.scope, self.node, self.seq = scope, node, seq


@dataclass
class Applied:
    """What operations from elsewhere have done here."""

    ops: list[OpRecord] = field(default_factory=list)  # those that were new, as they are kept
    rows: set[tuple[type[Synced], str, UUID]] = field(default_factory=set)
    opened: int = 0  # conflicts (食い違い) that people now have to decide
    closed: int = 0  # conflicts that somebody elsewhere has decided

    @property
    def count(self) -> int:
        """How many operations were new."""
        return len(self.ops)


def apply_ops(
    connection: Connection, ops: Iterable[OpRecord], *, is_proven: bool = False
) -> Applied:
    """Append operations that are not there yet and bring their rows up to date.

    Those that are there already are left out, so applying twice is applying once; rows, heads and
    conflicts are the same in whatever order and portions the operations of several machines come,
    as long as those of one machine have no gap. Tables and fields that this version does not know
    stay in the journal for a newer one.

    Args:
        connection: The ledger.
        ops: In any order.
        is_proven: Each operation was computed from the one before it, as a segment is; then only
            the first one is compared with what is here.

    Raises:
        GapError: Operations of a machine are missing in between.
        ForkError: An operation that is here already came as another one.
        BrokenChainError: An operation is not the one that followed its predecessor.
    """
    with _uncollected():
        new = erased_on_arrival(connection, _appended(connection, ops, is_proven=is_proven))
        return _written(connection, new) if new else Applied()


def _written(connection: Connection, new: list[OpRecord]) -> Applied:
    """Store operations that follow their chains, and write their rows."""
    applied = Applied(new)
    touched = _touched(new)
    earlier = {
        number: ops_of_rows(connection, number, rows.keys()) for number, rows in touched.items()
    }
    insert_ops(connection, new)
    note_unknown(connection, new)
    classes = {cls.__sync__.number: cls for cls in synced_classes()}
    for number in sorted(touched.keys() & classes.keys()):
        rows = {key: earlier[number].get(key, []) + came for key, came in touched[number].items()}
        opened, closed = write_rows(connection, classes[number], rows)
        applied.opened += opened
        applied.closed += closed
        applied.rows |= {(classes[number], *key) for key in rows}
    take_effect(connection, new)
    clear_tripwires(connection)
    return applied


def put_back_strays(connection: Connection) -> int:
    """Set rows that somebody wrote around the journal back to what it says; return how many.

    Whoever did it used the key and another program; nothing of it was ever acknowledged.
    """
    strays = written_rows(connection)
    classes = {cls.__tablename__: cls for cls in synced_classes()}
    for table, scope, hexadecimal in strays:
        cls, row_id = classes.get(table), _uuid(hexadecimal)
        if cls is not None and row_id is not None:
            ops = [op for _, op in ops_of_row(connection, cls.__sync__.number, row_id, [scope])]
            if ops:
                write_rows(connection, cls, {(scope, row_id): ops})
            else:
                connection.execute(delete(cls).where(cls.scope == scope, cls.id == row_id))
    clear_tripwires(connection)
    if strays:
        rebuild_derived(connection)
    return len(strays)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let the collector wait: it would look through everything alive again and again.

    Of the many small objects that a batch makes none is part of a cycle.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _uuid(hexadecimal: str) -> UUID | None:
    try:
        return UUID(hex=hexadecimal)
    except ValueError:
        return None


def _appended(
    connection: Connection, ops: Iterable[OpRecord], *, is_proven: bool
) -> list[OpRecord]:
    """Append to their chains the operations that are not there yet, and return them."""
    heads = read_heads(connection)
    new: list[OpRecord] = []
    ordered = sorted(ops, key=lambda op: (op.scope, op.node.int, op.seq))  # UUIDs compare slowly
    for (scope, node), of_chain in groupby(ordered, key=lambda op: (op.scope, op.node)):
        head = heads.get((scope, node), Head(scope, node))
        came = list(of_chain)
        _check_known(connection, head, [op for op in came if op.seq <= head.seq])
        following = list(_following(head, [op for op in came if op.seq > head.seq], is_proven))
        if following:
            write_head(connection, head.after(following[-1]))
            new += following
    return sorted(new, key=lambda op: op.hlc)  # what somebody saw arrives before what she did


def _check_known(connection: Connection, head: Head, ops: Sequence[OpRecord]) -> None:
    """Refuse operations that are here already, but otherwise."""
    if not ops:
        return
    known = hashes_of(connection, head.scope, head.node, ops[0].seq, ops[-1].seq)
    for op in ops:
        if known.get(op.seq) != op.hash:
            raise ForkError(op.scope, op.node, op.seq)


def _following(head: Head, ops: Iterable[OpRecord], is_proven: bool) -> Iterable[OpRecord]:
    """Yield operations that follow a head, each once."""
    seq, last = head.seq, head.hash
    for op in ops:
        if op.seq == seq:
            if op.hash != last:
                raise ForkError(op.scope, op.node, op.seq)
            continue
        if op.seq != seq + 1:
            raise GapError(op.scope, op.node, seq, op.seq)
        is_known = is_proven and seq > head.seq
        if not is_known and chain.link(last, op) != op.hash:
            raise BrokenChainError(f"{op.scope} {op.node} {op.seq}")
        seq, last = op.seq, op.hash
        yield op


def _touched(ops: Iterable[OpRecord]) -> dict[int, RowOps]:
    """Return operations by table number and row."""
    touched: dict[int, RowOps] = {}
    for op in ops:
        rows = touched.setdefault(op.tbl, {})
        rows.setdefault((op.scope, op.row_id), []).append(op)
    return touched
