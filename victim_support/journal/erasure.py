"""Erasure (消去): values that by law must be nowhere any more, on any machine.

Two people order it: one asks, another approves. The order travels like every other record. Where
it arrives, the values leave the operations (the chain still verifies), the row and the search
index; operations that come later and are older than the order lose them before they are stored.
``clean_up`` then frees the database, the intake log and copies made by this program of them.
Backups on other media are not reached; whoever keeps them destroys them by the office's own rules.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from flask import current_app
from sqlalchemy import Connection, and_, bindparam, select, update

from victim_support.core.actor import current_actor_id
from victim_support.core.blobs import this_store
from victim_support.core.clock import now
from victim_support.core.db import Synced, db, reading, synced_classes, synced_fields, transaction
from victim_support.core.db.bulk import compact, upsert_rows
from victim_support.core.ids import new_id
from victim_support.core.instance import OpenInstance
from victim_support.core.settings import machine_setting, set_machine_setting
from victim_support.journal import chain
from victim_support.journal.codec import OpRecord
from victim_support.journal.derived import rebuild_derived
from victim_support.journal.merge import WITHDRAWN, project
from victim_support.journal.models import ErasedValue, Erasure, Op, UnknownOp
from victim_support.journal.rows import table_of, write_again
from victim_support.journal.store import ops_of_rows

KEPT_TABLES = frozenset(
    {
        "disasters",
        "erasures",
        "number_register",
        "register_takeouts",
        "settings",
        "shelter_operations",
        "shelters",
        "staff",
        "wipe_proofs",
    }
)
"""Records of the office itself: not erased from the screen."""
OF_PAPERS = {"certificates": frozenset({"snapshot"}), "certificate_copies": frozenset({"reason"})}
"""What may go of issued papers: their numbers stay in the register, and can be checked."""
_CLEANED = "erasure.cleaned_at"
REASON_TEXT = "reason"  # the reasons given for changes of the record, which are text, too
_KEY = (
    ErasedValue.scope,
    ErasedValue.tbl,
    ErasedValue.row_id,
    ErasedValue.field,
    ErasedValue.hlc,
)
_COLUMNS = ("scope", "tbl", "row_id", "field", "hlc", "is_clean")
ErasedKey = tuple[str, int, UUID]
Limits = dict[ErasedKey, dict[int, int]]  # by row: field and clock


class SameApproverError(Exception):
    """Whoever asks for an erasure cannot approve it."""


class ErasureOverError(Exception):
    """The order was approved or taken back before."""


def propose_erasure(row: Synced, fields: Collection[str], *, reason: str, ground: str) -> Erasure:
    """Ask that values of a record be erased; inside ``transaction()``. Nothing is erased yet.

    Args:
        row: The record; one whose presence is sealed has a row in each scope, with an order each,
            and a reason was written with every record of its transaction.
        fields: Attributes; ``REASON_TEXT`` for the reasons written with changes.
        reason: Why, without repeating what is to be erased.
        ground: The law or decision that orders it.
    """
    specs = synced_fields(type(row))
    numbers = [0 if name == REASON_TEXT else specs[name].number for name in fields]
    erasure = Erasure(
        scope=row.scope,
        id=new_id(),
        target_table=row.__sync__.number,
        target_id=row.id,
        target_fields=sorted(set(numbers) - {WITHDRAWN}),
        requested_by=current_actor_id(),
        reason=reason,
        ground=ground,
    )
    db.session.add(erasure)
    return erasure


def approve_erasure(erasure: Erasure) -> None:
    """Let the values be erased, on every machine; inside ``transaction()``. It is never undone.

    Raises:
        SameApproverError: The acting person asked for it, or nobody acts.
        ErasureOverError: It was approved or taken back before.
    """
    if erasure.approved_by is not None or erasure.is_withdrawn:
        raise ErasureOverError
    if current_actor_id() in {None, erasure.requested_by}:
        raise SameApproverError
    erasure.approved_by = current_actor_id()


def is_erased(row: Synced, name: str) -> bool:
    """Tell whether an order says that a value of a record must be nowhere any more."""
    here = (ErasedValue.scope == row.scope) & (ErasedValue.tbl == row.__sync__.number)
    number = synced_fields(type(row))[name].number
    of_field = select(ErasedValue.field).where(
        here, ErasedValue.row_id == row.id, ErasedValue.field == number
    )
    return db.session.scalar(of_field.limit(1)) is not None


def erased_on_arrival(connection: Connection, ops: Sequence[OpRecord]) -> list[OpRecord]:
    """Return operations without values whose erasure is known here already."""
    limits = _limits(connection)
    return [_without(op, limits) for op in ops] if limits else list(ops)


def take_effect(connection: Connection, ops: Iterable[OpRecord]) -> int:
    """Erase what orders among new operations say; return how many values' places were erased."""
    number = Erasure.__sync__.number
    keys = {(op.scope, op.row_id) for op in ops if op.tbl == number}
    if not keys:
        return 0
    limits: Limits = {}
    for (scope, _), of_order in ops_of_rows(connection, number, keys).items():
        clock = max(op.hlc for op in of_order)
        target = _target(scope, of_order)
        if target is not None:
            row, fields = target
            of_row = limits.setdefault(row, {})
            of_row.update({field: max(clock, of_row.get(field, 0)) for field in fields})
    _note(connection, limits)
    for cls in synced_classes():
        rows = {(scope, row_id) for scope, tbl, row_id in limits if tbl == cls.__sync__.number}
        if rows:
            write_again(connection, cls, rows)
    return sum(map(len, limits.values()))


def clean_up() -> bool:
    """Free files of what was erased in them: free pages, search index, intake log, old copies.

    Pictures whose addresses were erased are deleted, too.

    Outside ``transaction()``; takes as long as it takes to write the ledger anew. Done at the
    start, after an exchange, and by whoever approves; tells whether there was anything to do.
    """
    from victim_support.journal.intake import this_intake  # noqa: PLC0415 - it applies operations

    with reading() as session:
        found = session.execute(select(*_KEY).where(ErasedValue.is_clean.is_(False))).all()
    if not found:
        return False
    with transaction() as session:
        rebuild_derived(session.connection())
        this_intake().begin_anew()
    db.session.remove()
    compact(db.engine)
    _drop_files()
    for path in _copies(current_app.extensions["instance"]):
        path.unlink()
    # Not what an exchange brought meanwhile: that is written in the files again.
    these = and_(*(column == bindparam(f"k_{column.key}") for column in _KEY))
    rows = [{f"k_{name}": value for name, value in row._mapping.items()} for row in found]
    with transaction() as session:
        statement = update(ErasedValue.__table__).where(these)  # type: ignore[arg-type]
        session.connection().execute(statement.values(is_clean=True), rows)
        set_machine_setting(_CLEANED, now().isoformat())
    return True


def is_clean() -> bool:
    """Tell whether nothing of what was erased is left in this machine's own files."""
    left = select(ErasedValue.field).where(ErasedValue.is_clean.is_(False)).limit(1)
    return db.session.scalar(left) is None


def erased_at() -> datetime | None:
    """Return up to when copies of this machine's files may hold erased values, None for never."""
    if not is_clean():
        return now()
    moment = machine_setting(_CLEANED)
    return datetime.fromisoformat(moment) if moment else None


def _drop_files() -> None:
    """Delete what no row names any more; not while rows of a newer version wait, which may."""
    if db.session.scalar(select(UnknownOp.seq).limit(1)) is None:
        this_store().drop_unnamed()
    db.session.remove()


def _copies(opened: OpenInstance) -> list[Path]:
    """Return the files that this program set aside, with everything that was in the ledger."""
    log = opened.intake_log
    return [*opened.folder.glob(f"{opened.main.name}.before-*"), *log.parent.glob(f"{log.name}.*")]


def _target(scope: str, order: Sequence[OpRecord]) -> tuple[ErasedKey, list[int]] | None:
    """Return the row and fields of an order, None while two people have not ordered it."""
    values = project(Erasure, order)
    people = {values.get("requested_by"), values.get("approved_by")} - {None}
    tbl, row_id = values.get("target_table"), values.get("target_id")
    fields = values.get("target_fields") or []
    if len(people) < 2 or tbl is None or row_id is None or tbl == Erasure.__sync__.number:
        return None
    numbers = [field for field in fields if type(field) is int and field != WITHDRAWN]
    return (scope, tbl, row_id), numbers


def _note(connection: Connection, limits: Limits) -> None:
    """Keep the orders for what comes later, and erase what is here."""
    known = _limits(connection)
    rows = [
        (*key, field, max(clock, known.get(key, {}).get(field, 0)), False)
        for key, fields in limits.items()
        for field, clock in fields.items()
    ]
    upsert_rows(connection, table_of(ErasedValue), rows, _COLUMNS)
    changed = []
    for scope, tbl, row_id in limits:
        for ops in ops_of_rows(connection, tbl, {(scope, row_id)}).values():
            pairs = ((op, _without(op, limits)) for op in ops)
            changed += [after for before, after in pairs if after is not before]
    if changed:
        here = (
            (Op.scope == bindparam("s")) & (Op.node == bindparam("n")) & (Op.seq == bindparam("q"))
        )
        values = [
            {"s": o.scope, "n": o.node, "q": o.seq, "d": o.data, "t": o.salt} for o in changed
        ]
        statement = update(Op.__table__).where(here)  # type: ignore[arg-type]
        connection.execute(statement.values(data=bindparam("d"), salt=bindparam("t")), values)


def _without(op: OpRecord, limits: Limits) -> OpRecord:
    """Return an operation without the values that were erased up to its clock."""
    fields = limits.get((op.scope, op.tbl, op.row_id))
    if fields is None:
        return op
    payload = op.payload
    gone = {number for number, clock in fields.items() if number in payload and op.hlc <= clock}
    return chain.erase(op, gone) if gone else op


def _limits(connection: Connection) -> Limits:
    columns = (ErasedValue.scope, ErasedValue.tbl, ErasedValue.row_id, ErasedValue.field)
    limits: Limits = {}
    for scope, tbl, row_id, field, clock in connection.execute(select(*columns, ErasedValue.hlc)):
        limits.setdefault((scope, tbl, row_id), {})[field] = clock
    return limits
