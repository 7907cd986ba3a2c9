"""Reads of erasures: what a record has that can be erased, the orders, and where they reached."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flask import abort, current_app
from sqlalchemy import Uuid, inspect, select

from victim_support.backup.periodic import FOLDER
from victim_support.backup.rules import taken_at
from victim_support.backup.services import list_backups
from victim_support.core.access import current_actor
from victim_support.core.context import municipality
from victim_support.core.db import FieldClass, Synced, db, synced_classes, synced_fields
from victim_support.core.disclosure import SEALED_PERMISSION
from victim_support.core.scopes import current_scopes
from victim_support.erasures.rules import OrderState
from victim_support.journal.codec import REASON, OpRecord, unpack, unpack_as
from victim_support.journal.erasure import (
    KEPT_TABLES,
    OF_PAPERS,
    REASON_TEXT,
    erased_at,
    is_clean,
)
from victim_support.journal.history import label_of, title_of
from victim_support.journal.models import Erasure, Op
from victim_support.journal.queries import get_class, get_history
from victim_support.journal.store import ops_of_row, read_ops
from victim_support.sync.losses import bundles_with
from victim_support.sync.machines import is_headquarters, list_machines
from victim_support.sync.models import Peer, WrittenBundle
from victim_support.sync.queries import Vector, find_authority, may_hold, unpack_vector

if TYPE_CHECKING:
    from pathlib import Path

    from victim_support.core.instance import OpenInstance
    from victim_support.sync.machines import Machine

REASON_LABEL = "変更の理由に書いた文"
_SEALED = "/sealed"


@dataclass(frozen=True)
class Target:
    """A record of which values can be erased.

    Fields that tell the same, such as the parts of an address, are one choice.
    """

    cls: type[Synced]
    row_id: UUID
    rows: list[Synced]
    together: dict[str, list[str]]  # by choice: the fields
    texts: dict[str, list[str]]  # by choice: every text it ever held
    txns: set[UUID]  # transactions that wrote it with a reason

    @property
    def title(self) -> str:
        return title_of(self.cls)

    @property
    def choices(self) -> dict[str, str]:
        """Return what people call each choice."""
        return {
            choice: REASON_LABEL
            if choice == REASON_TEXT
            else "・".join(label_of(self.cls, name) for name in names)
            for choice, names in self.together.items()
        }


@dataclass(frozen=True)
class Order:
    """An order to erase: everything that was asked for in one transaction.

    That is a row for each scope in which the record lies, and one for each record that holds the
    same reasons. Its id is that of the transaction.
    """

    id: UUID
    rows: list[Erasure]
    ops: list[OpRecord]  # of all rows, in the order of arrival

    @property
    def first(self) -> Erasure:
        return self.rows[0]

    @property
    def state(self) -> OrderState:
        if self.first.approved_by is not None:
            return OrderState.APPROVED
        return OrderState.REFUSED if self.first.is_withdrawn else OrderState.ASKED

    @property
    def target(self) -> type[Synced] | None:
        """Return the class of the record, None when a newer version knows it."""
        number = self.first.target_table
        found = (cls for cls in synced_classes() if cls.__sync__.number == number)
        return next(found, None)

    @property
    def table(self) -> str | None:
        return self.target.__tablename__ if self.target else None

    @property
    def title(self) -> str:
        return title_of(self.target) if self.target else "記録(新しい版)"

    @property
    def further(self) -> int:
        """Return how many other records lose a reason that was written with this one."""
        return len({row.target_id for row in self.rows} - {self.first.target_id})

    @property
    def labels(self) -> list[str]:
        """Return what people call the fields, without any value."""
        cls, numbers = self.target, self.first.target_fields or []
        if cls is None:
            return [f"項目{number}" for number in numbers]
        labels = {spec.number: label_of(cls, name) for name, spec in synced_fields(cls).items()}
        labels[REASON] = REASON_LABEL
        return [labels.get(number, f"項目{number}") for number in numbers]

    @property
    def asked_at(self) -> datetime:
        return self.ops[0].recorded_at

    @property
    def decided_at(self) -> datetime | None:
        """Return when it was approved or refused."""
        return self.ops[-1].recorded_at if self.state is not OrderState.ASKED else None


@dataclass(frozen=True)
class Effect:
    """Whether an approved order has reached a machine."""

    machine: "Machine"
    words: str
    badge: str


def may_order() -> bool:
    """Tell whether this machine may order erasures: the headquarters, or before there is one."""
    return is_headquarters() or find_authority() is None


def get_target(table: str, row_id: UUID) -> Target:
    """Return a record that the actor may read and whose values can be erased, or 404."""
    cls = get_class(table)
    if table in KEPT_TABLES:
        abort(404)
    scopes = current_scopes()
    get_history(cls, scopes, row_id)
    rows = [row for scope in _scopes_of(cls) if (row := db.session.get(cls, (scope, row_id)))]
    ops = _ops_of(cls, rows)
    values = _values_of(cls, ops)
    together: dict[str, list[str]] = {}
    for name in values:
        together.setdefault(_choice_of(cls, name), []).append(name)
    texts = {
        choice: [text for name in names for value in values[name] for text in _texts(value)]
        for choice, names in together.items()
    }
    txns = {op.txn for op in ops if REASON in op.payload}
    return Target(cls, row_id, rows, together, texts, txns)


def list_orders() -> list[Order]:
    """Return the orders of this municipality that the actor may see, the newest first."""
    found: dict[UUID, list[OpRecord]] = {}
    asked: dict[tuple[str, UUID], UUID] = {}
    mine = Op.scope.startswith(f"{municipality()}/", autoescape=True)
    conditions = (Op.tbl == Erasure.__sync__.number, mine)
    for op in read_ops(db.session.connection(), *conditions, order_by=(Op.lsn,)):
        order = asked.setdefault((op.scope, op.row_id), op.txn)
        found.setdefault(order, []).append(op)
    orders = [_order(order, ops) for order, ops in found.items()]
    return [order for order in reversed(orders) if _may_see(order)]


def get_order(order_id: UUID) -> Order:
    """Return an order that the actor may see, or 404."""
    return next((order for order in list_orders() if order.id == order_id), None) or abort(404)


def list_holders(target: Target) -> list[Synced]:
    """Return the other records that hold a reason which was written with a record."""
    wanted = Op.txn.in_(target.txns) & (Op.row_id != target.row_id)
    query = select(Op.scope, Op.tbl, Op.row_id).where(wanted).distinct()
    classes = {cls.__sync__.number: cls for cls in synced_classes()}
    keys = [row for row in db.session.execute(query) if row.tbl in classes]
    found = (db.session.get(classes[key.tbl], (key.scope, key.row_id)) for key in keys)
    return [row for row in found if row is not None and not isinstance(row, Erasure)]


def list_effects(order: Order) -> list[Effect]:
    """Return where an approved order has reached, as far as machines have told this one."""
    return [_effect(order, machine) for machine in list_machines() if not machine.is_former]


def list_sticks(order: Order) -> list[WrittenBundle]:
    """Return the bundles (USB) of this machine that were written before and may hold a value."""
    connection = db.session.connection()
    ops = [
        (row.scope, op.node, op.seq)
        for row in order.rows
        for _, op in ops_of_row(connection, row.target_table, row.target_id, [row.scope])
    ]
    decided = order.decided_at
    written = bundles_with(ops) if decided else []
    return [each for each in written if decided and each.written_at <= decided]


def list_old_backups() -> list[datetime]:
    """Return when the backups here were taken that may still hold erased values, newest first."""
    moment = erased_at()
    if moment is None:
        return []
    taken = [taken_at(path.name) for path in list_backups(backup_folder())]
    return [each for each in taken if each is not None and each <= moment]


def backup_folder() -> "Path":
    """Return where this machine's own backups lie."""
    opened: OpenInstance = current_app.extensions["instance"]
    return opened.folder / FOLDER


def _order(order: UUID, ops: list[OpRecord]) -> Order:
    keys = dict.fromkeys((op.scope, op.row_id) for op in ops)
    rows = [db.session.get_one(Erasure, key) for key in keys]
    return Order(order, rows, ops)


def _may_see(order: Order) -> bool:
    is_sealed = any(row.scope.endswith(_SEALED) for row in order.rows)
    return not is_sealed or current_actor().may(SEALED_PERMISSION)


def _scopes_of(cls: type[Synced]) -> list[str]:
    scopes = current_scopes()
    if scopes.disaster is None:
        return [scopes.base]
    return [scopes.base, scopes.core, scopes.sealed]


def _ops_of(cls: type[Synced], rows: Sequence[Synced]) -> list[OpRecord]:
    scopes = [row.scope for row in rows]
    number = cls.__sync__.number
    return [op for _, op in ops_of_row(db.session.connection(), number, rows[0].id, scopes)]


def _choice_of(cls: type[Synced], name: str) -> str:
    """Return the choice to which a field belongs: coupled fields, and a name with its display."""
    group = None if name == REASON_TEXT else synced_fields(cls)[name].group
    return group or name.removesuffix("_display")


def _texts(value: object) -> Iterator[str]:
    """Yield the texts in a value, such as those on a paper."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _values_of(cls: type[Synced], ops: Sequence[OpRecord]) -> dict[str, list[object]]:
    """Return by field every value that the record has held.

    Links to other records are left out, and what hides: without it she would be found.
    """
    columns = inspect(cls).columns
    only = OF_PAPERS.get(cls.__tablename__, columns)
    names = {
        spec.number: name
        for name, spec in synced_fields(cls).items()
        if spec.field_class is not FieldClass.RESTRICTIVE and name in only
    }
    found: dict[str, list[object]] = {}
    for op in ops:
        for number, raw in op.payload.items():
            if number == REASON:
                found.setdefault(REASON_TEXT, []).append(unpack(op.payload[REASON]))
            name = names.get(number)
            if name is None or name == "is_withdrawn" or isinstance(columns[name].type, Uuid):
                continue
            value = unpack_as(columns[name].type, raw)
            if value is not None:
                found.setdefault(name, []).append(value)
    return {name: found[name] for name in [*names.values(), REASON_TEXT] if name in found}


def _effect(order: Order, machine: "Machine") -> Effect:
    if machine.is_here:
        done = ("消去済", "success") if is_clean() else ("消去済(ファイルを片付けています)", "info")
        return Effect(machine, *done)
    held = {row.scope for row in order.rows if may_hold(machine.certificate, row.scope)}
    if not held:
        return Effect(machine, "この記録を持たない端末", "quiet")
    peer = db.session.get(Peer, machine.node)
    there = unpack_vector(peer.acknowledged if peer else None)
    if _has_reached(order, held, there):
        return Effect(machine, "消去済", "success")
    if machine.revocation is not None:
        return Effect(machine, "届かない(登録取り消し)", "error")
    return Effect(machine, "まだ届いていない", "warning")


def _has_reached(order: Order, scopes: Collection[str], there: Vector) -> bool:
    """Tell whether a machine holds the approval, and with it the erasure, in its scopes."""
    number = synced_fields(Erasure)["approved_by"].number
    approvals = [op for op in order.ops if number in op.payload and op.scope in scopes]
    return bool(approvals) and all(
        (op.scope, op.node) in there and there[op.scope, op.node].seq >= op.seq for op in approvals
    )
