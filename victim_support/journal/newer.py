"""Operations of a newer version (新しい版): kept, passed on, and shown after an upgrade."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import Connection, delete, func, select

from victim_support.core.db import Synced, db, synced_classes
from victim_support.core.db.bulk import insert_rows
from victim_support.core.db.tripwire import clear_tripwires
from victim_support.journal.codec import OpRecord, OpRef
from victim_support.journal.merge import is_understood
from victim_support.journal.models import UnknownOp
from victim_support.journal.rows import table_of, write_again
from victim_support.journal.store import ops_of_rows

_COLUMNS = ("scope", "node", "seq", "tbl", "row_id")


def unknown_ops(*, with_sealed: bool = True) -> int:
    """Return how many operations wait for a newer version (新しい版が必要な項目)."""
    count = select(func.count()).select_from(UnknownOp)
    if not with_sealed:
        count = count.where(UnknownOp.scope.not_like("%/sealed"))
    return db.session.scalar(count) or 0


def note_unknown(connection: Connection, ops: Iterable[OpRecord]) -> None:
    """Note which of new operations this version cannot show whole."""
    rows = [(op.scope, op.node, op.seq, op.tbl, op.row_id) for op in not_understood(ops)]
    insert_rows(connection, table_of(UnknownOp), rows, _COLUMNS)


def not_understood(ops: Iterable[OpRecord]) -> Iterator[OpRecord]:
    """Yield operations on tables or fields that this version does not know."""
    classes = _classes()
    for op in ops:
        if not is_understood(classes.get(op.tbl), op):
            yield op


def noted_unknown(connection: Connection) -> set[tuple[str, OpRef]]:
    """Return the operations that are noted, with their scopes."""
    rows = connection.execute(select(UnknownOp.scope, UnknownOp.node, UnknownOp.seq))
    return {(row.scope, (row.node, row.seq)) for row in rows}


def replay_unknown(connection: Connection) -> int:
    """Write the rows of operations that this version understands and the former one did not.

    Run after every migration, before ``verify``, and at every start; does nothing twice.

    Returns:
        How many rows were written.
    """
    waiting = connection.execute(select(UnknownOp.tbl, UnknownOp.scope, UnknownOp.row_id)).all()
    count = 0
    for number, cls in _classes().items():
        keys = {(row.scope, row.row_id) for row in waiting if row.tbl == number}
        known = {
            (op.scope, op.node, op.seq): (op.scope, op.row_id)
            for ops in ops_of_rows(connection, number, keys).values()
            for op in ops
            if is_understood(cls, op)
        }
        noted = {key for key in known if _forget(connection, *key)}
        rows = {known[key] for key in noted}
        if rows:
            write_again(connection, cls, rows)
            count += len(rows)
    if count:
        clear_tripwires(connection)
    return count


def _forget(connection: Connection, scope: str, node: UUID, seq: int) -> bool:
    here = (UnknownOp.scope == scope, UnknownOp.node == node, UnknownOp.seq == seq)
    return bool(connection.execute(delete(UnknownOp).where(*here)).rowcount)


def _classes() -> dict[int, type[Synced]]:
    return {cls.__sync__.number: cls for cls in synced_classes()}
