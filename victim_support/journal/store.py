"""Read and write operations in their table."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, insert, select

from victim_support.journal.codec import OpRecord
from victim_support.journal.models import Op

FIELDS = OpRecord.__struct_fields__
_columns = [getattr(Op, name) for name in FIELDS]


def insert_ops(connection: Connection, ops: Collection[OpRecord]) -> None:
    """Store operations in the order given."""
    connection.execute(insert(Op), [msgspec.structs.asdict(op) for op in ops])


def read_ops(
    connection: Connection, *conditions: ColumnElement[bool], order_by: Sequence[Any] = (Op.lsn,)
) -> Iterator[OpRecord]:
    """Yield operations, in the order of arrival unless told otherwise."""
    statement = select(*_columns).where(*conditions).order_by(*order_by)
    for row in connection.execute(statement.execution_options(yield_per=1000)):
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
