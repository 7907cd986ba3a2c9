"""Whether a record tells of somebody who is protected (支援措置), also where her own rows are not.

A machine that may not hold what is sealed has the mark of the person, and what it had been told
before she was protected; nothing of that is shown any more.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import exists, inspect, select

from victim_support.core.db import Synced, db, synced_classes, synced_fields
from victim_support.core.scopes import Scopes
from victim_support.journal.codec import unpack
from victim_support.journal.models import Op
from victim_support.journal.store import ops_of_row, read_ops

_REACH = 3  # a copy, its certificate, the application, a person


def is_sealed(cls: type[Synced], scopes: Scopes, row_id: UUID) -> bool:
    """Tell whether a record lies in the sealed scope, or tells of somebody who does."""
    row = db.session.get(cls, (scopes.core, row_id))
    ids = {row_id} | (set(_pointers(row)) if row is not None else set())
    statement = select(exists().where(Op.scope == scopes.sealed, Op.row_id.in_(ids)))
    if db.session.scalar(statement):
        return True
    return row is not None and (_leads_to_mark(row) or _was_sealed(row))


def _leads_to_mark(row: Synced) -> bool:
    """Follow what a record points at; of a person only her own mark counts."""
    rows, seen = [row], {row.id}
    for _ in range(_REACH):
        if any(_is_marked(each) for each in rows):
            return True
        ids = {value for each in rows if _mark(type(each)) is None for value in _pointers(each)}
        rows = _rows(row.scope, ids - seen)
        seen |= ids
    return any(_is_marked(each) for each in rows)


def _was_sealed(row: Synced) -> bool:
    """Tell whether one act changed the record and protected somebody: it names her."""
    connection = db.session.connection()
    ops = [op for _, op in ops_of_row(connection, row.__sync__.number, row.id, [row.scope])]
    acts = {op.txn for op in ops[1:]} - {op.txn for op in ops[:1]}
    fields = {
        cls.__sync__.number: (synced_fields(cls)[name].number, _open_value(cls, name))
        for cls in synced_classes()
        if (name := _mark(cls))
    }
    for op in read_ops(connection, Op.txn.in_(acts), Op.tbl.in_(list(fields))) if acts else ():
        number, open_value = fields[op.tbl]
        if number in op.payload and unpack(op.payload[number]) not in (None, open_value):
            return True
    return False


def _mark(cls: type[Synced]) -> str | None:
    return getattr(cls, "__seal__", None)


def _is_marked(row: Synced) -> bool:
    name = _mark(type(row))
    return name is not None and getattr(row, name) not in (None, _open_value(type(row), name))


def _open_value(cls: type[Synced], name: str) -> object:
    return getattr(inspect(cls).columns[name].default, "arg", None)


def _pointers(row: Synced) -> Iterable[UUID]:
    values = (getattr(row, name) for name in synced_fields(type(row)))
    return (value for value in values if isinstance(value, UUID))


def _rows(scope: str, ids: Collection[UUID]) -> list[Synced]:
    if not ids:
        return []
    classes = {cls.__sync__.number: cls for cls in synced_classes()}
    statement = select(Op.tbl, Op.row_id).where(Op.row_id.in_(ids), Op.scope == scope).distinct()
    found = (
        db.session.get(classes[tbl], (scope, row_id))
        for tbl, row_id in db.session.execute(statement.order_by(Op.tbl, Op.row_id))
        if tbl in classes
    )
    return [row for row in found if row is not None]
