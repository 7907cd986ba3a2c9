"""Read and write operations in their table."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from msgspec.structs import astuple
from sqlalchemy import ColumnElement, Connection, Table, bindparam, insert, inspect, select, update

from victim_support.core.db.among import is_among
from victim_support.core.db.bulk import insert_rows
from victim_support.journal.chain import GENESIS
from victim_support.journal.codec import OpRecord
from victim_support.journal.models import Chain, Op

FIELDS = OpRecord.__struct_fields__
_TABLE: Table = inspect(Op).local_table  # type: ignore[assignment]
_columns = [getattr(Op, name) for name in FIELDS]
_HEADS = select(Chain.scope, Chain.node, Chain.seq, Chain.hash, Chain.hlc)
_MOVE = update(Chain).where(
    Chain.scope == bindparam("of_scope"), Chain.node == bindparam("of_node")
)


class Head(NamedTuple):
    """The last operation of one node in one scope."""

    scope: str
    node: UUID
    seq: int = 0
    hash: bytes = GENESIS
    hlc: int = 0

    def after(self, op: OpRecord) -> "Head":
        """Return the head that an operation makes."""
        return Head(op.scope, op.node, op.seq, op.hash, op.hlc)


def read_heads(connection: Connection) -> dict[tuple[str, UUID], Head]:
    """Return the head of every chain, by scope and node."""
    heads = (Head(*row) for row in connection.execute(_HEADS))
    return {(head.scope, head.node): head for head in heads}


def write_head(connection: Connection, head: Head) -> None:
    """Move the head of a chain, or begin the chain."""
    values = {"seq": head.seq, "hash": head.hash, "hlc": head.hlc}
    here = {"of_scope": head.scope, "of_node": head.node}
    if not connection.execute(_MOVE, values | here).rowcount:
        connection.execute(insert(Chain).values(scope=head.scope, node=head.node, **values))


def insert_ops(connection: Connection, ops: Collection[OpRecord]) -> None:
    """Store operations in the order given."""
    insert_rows(connection, _TABLE, [astuple(op) for op in ops], FIELDS)


def read_ops(
    connection: Connection, *conditions: ColumnElement[bool], order_by: Sequence[Any] = (Op.lsn,)
) -> Iterator[OpRecord]:
    """Yield operations, in the order of arrival unless told otherwise."""
    statement = select(*_columns).where(*conditions).order_by(*order_by)
    with connection.execute(statement.execution_options(yield_per=1000)) as rows:
        for row in rows:
            yield OpRecord(*row)


def ops_of_row(
    connection: Connection, tbl: int, row_id: UUID, scopes: Collection[str]
) -> list[tuple[int, OpRecord]]:
    """Return the operations of one row with their order of arrival."""
    statement = (
        select(Op.lsn, *_columns)
        .where(Op.row_id == row_id, Op.tbl == tbl, Op.scope.in_(scopes))
        .order_by(Op.lsn)
    )
    return [(row[0], OpRecord(*row[1:])) for row in connection.execute(statement)]


def ops_of_rows(
    connection: Connection, tbl: int, keys: Collection[tuple[str, UUID]]
) -> dict[tuple[str, UUID], list[OpRecord]]:
    """Return the operations of many rows of one table (scope and id), in the order of arrival."""
    found: dict[tuple[str, UUID], list[OpRecord]] = {}
    chosen = is_among(connection, Op.row_id, {row_id for _, row_id in keys})
    for op in read_ops(connection, chosen, Op.tbl == tbl) if keys else ():
        if (op.scope, op.row_id) in keys:
            found.setdefault((op.scope, op.row_id), []).append(op)
    return found


def hashes_of(
    connection: Connection, scope: str, node: UUID, first: int, last: int
) -> dict[int, bytes]:
    """Return the chain hash after each operation of a part of one chain."""
    here = (Op.scope == scope, Op.node == node, Op.seq.between(first, last))
    return {row.seq: row.hash for row in connection.execute(select(Op.seq, Op.hash).where(*here))}
