"""Put operations from elsewhere into the journal and the rows: restore, later exchange."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from victim_support.core.db import Synced, synced_classes
from victim_support.core.db.tripwire import drain_tripwires, written_rows
from victim_support.journal import chain
from victim_support.journal.codec import OpRecord
from victim_support.journal.merge import blank_row, project
from victim_support.journal.store import Head, insert_ops, ops_of_row, read_heads, write_head


class BrokenChainError(Exception):
    """Operations do not follow those that are there: one is missing, changed or from a fork."""


def apply_ops(connection: Connection, ops: Sequence[OpRecord]) -> int:
    """Append operations that are not there yet and bring their rows up to date.

    Those that are there already are left out, so applying twice is applying once. Tables and
    fields that this version does not know stay in the journal for a newer one.

    Returns:
        How many operations were new.

    Raises:
        BrokenChainError: An operation does not follow its predecessor.
    """
    new = _appended(connection, ops)
    for cls in {op.tbl: _class_of(op.tbl) for op in new}.values():
        if cls is not None:
            rows = {(op.scope, op.row_id) for op in new if op.tbl == cls.__sync__.number}
            for scope, row_id in sorted(rows):
                rebuild_row(connection, cls, scope, row_id)
    drain_tripwires(connection)
    return len(new)


def rebuild_row(connection: Connection, cls: type[Synced], scope: str, row_id: UUID) -> None:
    """Set one row to what its operations say."""
    ops = [op for _, op in ops_of_row(connection, cls.__sync__.number, row_id, [scope])]
    values: dict[str, Any] = blank_row(cls) | project(cls, ops)
    here = (cls.scope == scope) & (cls.id == row_id)
    if connection.execute(select(cls.id).where(here)).first() is None:
        connection.execute(insert(cls).values(scope=scope, id=row_id, **values))
    else:
        connection.execute(update(cls).where(here).values(**values))


def put_back_strays(connection: Connection) -> int:
    """Set rows that somebody wrote around the journal back to what it says; return how many.

    Whoever did it used the key and another program; nothing of it was ever acknowledged.
    """
    strays = written_rows(connection)
    classes = {cls.__tablename__: cls for cls in synced_classes()}
    for table, scope, hexadecimal in strays:
        cls, row_id = classes.get(table), _uuid(hexadecimal)
        if cls is not None and row_id is not None:
            if ops_of_row(connection, cls.__sync__.number, row_id, [scope]):
                rebuild_row(connection, cls, scope, row_id)
            else:
                connection.execute(delete(cls).where(cls.scope == scope, cls.id == row_id))
    drain_tripwires(connection)
    return len(strays)


def _uuid(hexadecimal: str) -> UUID | None:
    try:
        return UUID(hex=hexadecimal)
    except ValueError:
        return None


def _appended(connection: Connection, ops: Sequence[OpRecord]) -> list[OpRecord]:
    """Append to their chains the operations that are not there yet, and return them."""
    heads = read_heads(connection)
    new: list[OpRecord] = []
    for op in ops:
        head = heads.get((op.scope, op.node), Head(op.scope, op.node))
        if op.seq <= head.seq:
            continue
        if op.seq != head.seq + 1 or chain.link(head.hash, op) != op.hash:
            raise BrokenChainError(f"{op.scope} {op.node} {op.seq}")
        heads[op.scope, op.node] = head.after(op)
        new.append(op)
    for key in {(op.scope, op.node) for op in new}:
        write_head(connection, heads[key])
    if new:
        insert_ops(connection, new)
    return new


def _class_of(number: int) -> type[Synced] | None:
    return next((cls for cls in synced_classes() if cls.__sync__.number == number), None)
