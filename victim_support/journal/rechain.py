"""Say operations again in another chain: when one machine's past has split into two.

What was done, when, by whom and in which order stays; only the place in a chain is another.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update

from victim_support.journal import chain
from victim_support.journal.apply import apply_ops
from victim_support.journal.codec import OpRecord, OpRef, Seen, pack_seen
from victim_support.journal.models import Chain, Op, UnknownOp
from victim_support.journal.store import FIELDS, Head, read_heads, write_head


def move_ops(
    connection: Connection, *, scope: str, node: UUID, after: int, heir: UUID
) -> list[OpRecord]:
    """Move the end of a chain to the end of another one; return the operations as they are now.

    They keep their order of arrival, and the rows stay as they are. The intake log must be begun
    anew in the same transaction.

    Args:
        connection: The ledger.
        scope: The scope of both chains.
        node: The machine whose chain loses its end.
        after: The last operation that stays there.
        heir: The machine whose chain grows.
    """
    found = _end_of_chain(connection, scope, node, after)
    moved = _said_again(connection, [op for _, op in found], heir)
    if not moved:
        return []
    changed = ("node", "seq", "seen", "hash")
    statement = update(Op).where(Op.lsn == bindparam("at"))
    rows = [
        {"at": lsn, **{f"new_{name}": getattr(op, name) for name in changed}}
        for (lsn, _), op in zip(found, moved, strict=True)
    ]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in changed}
    connection.execute(statement.values(values), rows)
    _cut(connection, scope, node, after)
    _move_unknown(connection, found, moved)
    write_head(connection, Head(scope, heir).after(moved[-1]))
    return moved


def adopt_ops(connection: Connection, ops: Sequence[OpRecord], heir: UUID) -> list[OpRecord]:
    """Say operations of one scope that are not in the journal at the end of a machine's chain."""
    adopted = _said_again(connection, ops, heir)
    apply_ops(connection, adopted)
    return adopted


def _move_unknown(
    connection: Connection, found: Sequence[tuple[int, OpRecord]], moved: Sequence[OpRecord]
) -> None:
    """Let what waits for a newer version be found at its new place."""
    for (_, old), new in zip(found, moved, strict=True):
        waits = UnknownOp.scope == old.scope, UnknownOp.node == old.node, UnknownOp.seq == old.seq
        connection.execute(update(UnknownOp).where(*waits).values(node=new.node, seq=new.seq))


def _end_of_chain(
    connection: Connection, scope: str, node: UUID, after: int
) -> list[tuple[int, OpRecord]]:
    """Return the end of a chain, each operation with its order of arrival."""
    columns = [getattr(Op, name) for name in FIELDS]
    here = (Op.scope == scope, Op.node == node, Op.seq > after)
    statement = select(Op.lsn, *columns).where(*here).order_by(Op.seq)
    return [(row[0], OpRecord(*row[1:])) for row in connection.execute(statement)]


def _said_again(connection: Connection, ops: Sequence[OpRecord], heir: UUID) -> list[OpRecord]:
    """Return operations of one scope as the next ones of another chain."""
    if not ops:
        return []
    scope = ops[0].scope
    head = read_heads(connection).get((scope, heir), Head(scope, heir))
    places = {op.ref: (heir, head.seq + count) for count, op in enumerate(ops, 1)}
    stays = ops[0].node, ops[0].seq - 1
    said: list[OpRecord] = []
    for op in ops:
        seen = pack_seen(_seen_again(op.seen_heads, places, stays))
        again = msgspec.structs.replace(op, node=heir, seq=head.seq + 1, seen=seen, hash=b"")
        again = msgspec.structs.replace(again, hash=chain.link(head.hash, again))
        head = head.after(again)
        said.append(again)
    return said


def _seen_again(seen: Seen, places: dict[OpRef, OpRef], stays: OpRef) -> Seen:
    """Return what was seen, by where it stands now.

    A pseudo field says "up to": of a chain that was cut, what stays was seen too.
    """
    again: Seen = {}
    for number, refs in seen.items():
        again[number] = [places.get(ref, ref) for ref in refs]
        if number <= 0 and stays[1] > 0 and any(ref in places for ref in refs):
            again[number].append(stays)
    return again


def _cut(connection: Connection, scope: str, node: UUID, last: int) -> None:
    """Let a chain end with an operation; with 0 there is none any more."""
    connection.execute(delete(Chain).where(Chain.scope == scope, Chain.node == node))
    end = (Op.scope == scope) & (Op.node == node) & (Op.seq == last)
    row = connection.execute(select(Op.hash, Op.hlc).where(end)).first()
    if row is not None:
        write_head(connection, Head(scope, node, last, row.hash, row.hlc))
