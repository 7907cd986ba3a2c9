"""Reads of registers that were handed out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from victim_support.core import clock
from victim_support.core.actor import name_of
from victim_support.core.dates import long_day, long_time
from victim_support.core.db import db
from victim_support.core.node import list_lives
from victim_support.core.scopes import current_scopes
from victim_support.journal.models import Op
from victim_support.residents.queries import find_newest_extract
from victim_support.sync.carrying import list_readers
from victim_support.sync.losses import Beside, on_lost_machine, on_lost_stick
from victim_support.sync.machines import (
    list_certificates,
    list_machines,
    names_of_one_machine,
)
from victim_support.sync.queries import find_certificate, find_enrolment, list_signers
from victim_support.sync.statements import BadStatementError, Certificate, Wipe, read
from victim_support.sync.sticks import find_label
from victim_support.takeouts.models import RegisterPermit, RegisterTakeout, WipeProof
from victim_support.takeouts.rules import COLUMNS, Proving, TakeoutState


@dataclass(frozen=True)
class Takeout:
    """A register that was handed out, as the list shows it."""

    row: RegisterTakeout
    machine: str
    is_here: bool
    wiped_at: datetime | None
    way: str
    """How it travelled: the stick of the ledger, another one, or over a link."""

    @property
    def area(self) -> str:
        return "、".join(self.row.towns or []) or "全町"

    @property
    def state(self) -> TakeoutState:
        if self.wiped_at is not None:
            return TakeoutState.WIPED
        return TakeoutState.EXPIRED if self.row.expires_on < clock.today() else TakeoutState.OUT


def list_takeouts() -> list[Takeout]:
    """Return every register that was handed out, the newest first."""
    wiped, lives = wiped_takeouts(), list_lives()
    query = select(RegisterTakeout).where(RegisterTakeout.scope == current_scopes().base)
    rows = db.session.scalars(query.order_by(RegisterTakeout.handed_at.desc(), RegisterTakeout.id))
    linked = set(db.session.scalars(_permits().with_only_columns(RegisterPermit.id)))
    return [
        Takeout(
            row=row,
            machine=name_of_machine(row.node),
            is_here=row.node in lives,
            wiped_at=wiped.get((row.node, row.id)),
            way="同期" if row.id in linked else find_label(row.stick) or "USB(台帳の名前なし)",
        )
        for row in rows
    ]


@on_lost_machine
def _handed_to(node: UUID) -> Beside:
    """Tell which registers lie on a machine that was lost."""
    lives = names_of_one_machine(node)
    found = [each for each in list_takeouts() if each.row.node in lives]
    facts = [("渡した住民データ", f"{_words(each)}({each.state.label})") for each in found]
    left = [each.row.people for each in found if each.state is not TakeoutState.WIPED]
    return Beside(facts, max(left, default=0))


@on_lost_stick
def _carried_on(stick: UUID) -> Beside:
    """Tell which registers travelled on a stick that was lost; wiped machines leave it as it is."""
    found = [each for each in list_takeouts() if each.row.stick == stick]
    facts = [fact for each in found for fact in _carried(each)]
    readers = frozenset(each.row.node for each in found)
    return Beside(facts, max((each.row.people for each in found), default=0), readers)


def _carried(takeout: Takeout) -> list[tuple[str, str]]:
    row = takeout.row
    return [
        ("住民データ", f"{_words(takeout)}、{long_time(row.handed_at)}に書き出し"),
        ("住民データの項目", COLUMNS),
        (
            "住民データを開ける端末",
            f"{takeout.machine} だけ。端末の鍵で暗号にしています(age X25519)。"
            "合言葉では開きません。",
        ),
        ("住民データを渡した人", name_of(row.handed_by)),
    ]


def _words(takeout: Takeout) -> str:
    row = takeout.row
    until = f"期限 {long_day(row.expires_on)}"
    return f"{long_day(row.as_of)}時点、{takeout.area}、{row.people} 人、{until}"


@dataclass(frozen=True)
class Permit:
    """A permit that nobody has used, as the list shows it."""

    row: RegisterPermit
    machine: str
    is_here: bool

    @property
    def area(self) -> str:
        return "、".join(self.row.towns or []) or "全町"

    @property
    def is_over(self) -> bool:
        return self.row.expires_on < clock.today()


def list_waiting() -> list[Permit]:
    """Return the permits of which no use was made, the newest first."""
    lives = list_lives()
    handed = select(RegisterTakeout.id).where(RegisterTakeout.scope == current_scopes().base)
    rows = db.session.scalars(_permits().where(RegisterPermit.id.not_in(handed)))
    return [Permit(row, name_of_machine(row.node), row.node in lives) for row in rows]


def get_permit(permit_id: UUID) -> RegisterPermit:
    """Return a permit, or 404."""
    return db.get_or_404(RegisterPermit, (current_scopes().base, permit_id))


def find_permit(node: UUID) -> RegisterPermit | None:
    """Return the newest permit by which a machine may have the register today.

    Every enrolled machine can write a record: only what this machine or the headquarters has
    written allows anything.
    """
    wiped = wiped_takeouts()
    for permit in db.session.scalars(_permits().where(RegisterPermit.node == node)):
        is_good = _writers(permit) <= _allowing() and permit.expires_on >= clock.today()
        if is_good and (node, permit.id) not in wiped:
            return permit
    return None


def _permits() -> Select[RegisterPermit]:
    is_valid = RegisterPermit.is_withdrawn.is_(False)
    here = RegisterPermit.scope == current_scopes().base
    order = (RegisterPermit.allowed_at.desc(), RegisterPermit.id)
    return select(RegisterPermit).where(here, is_valid).order_by(*order)


def _writers(permit: RegisterPermit) -> set[UUID]:
    here = (Op.scope == permit.scope) & (Op.tbl == RegisterPermit.__sync__.number)
    return set(db.session.scalars(select(Op.node).where(here, Op.row_id == permit.id)))


def _allowing() -> set[UUID]:
    headquarters = {each.node for each in list_certificates() if each.is_headquarters}
    return headquarters | set(list_lives())


def headquarters_address() -> str:
    """Return where the headquarters was met last; nothing when it never was."""
    found = (each for each in list_machines() if each.certificate.is_headquarters)
    return next((each.address for each in found if each.address), "")


def wiped_takeouts() -> dict[tuple[UUID, UUID], datetime]:
    """Return by machine and takeout when it was wiped, as far as a signature proves it."""
    found: dict[tuple[UUID, UUID], datetime] = {}
    for wipe in list_wipes():
        for takeout in wipe.takeouts:
            found.setdefault((wipe.node, takeout), wipe.wiped_at)
    return found


def list_wipes() -> list[Wipe]:
    """Return what machines have said they wiped, proven, the oldest first."""
    query = select(WipeProof.statement).where(WipeProof.scope == current_scopes().base)
    found = [proven(raw) for raw in db.session.scalars(query)]
    return sorted((wipe for wipe in found if wipe), key=lambda wipe: wipe.wiped_at)


def list_wiped_machines() -> dict[UUID, datetime]:
    """Return when machines were wiped as a whole."""
    return {wipe.node: wipe.wiped_at for wipe in list_wipes() if wipe.is_machine}


def proven(raw: bytes | None) -> Wipe | None:
    """Return a statement when the machine that it names has signed it."""
    for certificate in list_certificates() if raw else ():
        try:
            wipe = read(raw or b"", Wipe, certificate.sign_key)
        except BadStatementError:
            continue
        if wipe.node == certificate.node and wipe.municipality == certificate.municipality:
            return wipe
    return None


def proving() -> Proving:
    """Return what this machine can prove when it is wiped today."""
    if find_enrolment() is not None:
        return Proving.NOW
    return Proving.LATER if list_signers() else Proving.NOTHING


def handed_to(takeouts: Collection[UUID]) -> dict[UUID, UUID]:
    """Return to which machine each of these registers was sealed, as far as that is known here."""
    here = (RegisterTakeout.scope == current_scopes().base) & RegisterTakeout.id.in_(takeouts)
    rows = db.session.execute(select(RegisterTakeout.id, RegisterTakeout.node).where(here))
    return {row.id: row.node for row in rows}


def open_takeouts(node: UUID) -> list[UUID]:
    """Return what a machine was handed and has not said it wiped."""
    wiped = wiped_takeouts()
    mine = (RegisterTakeout.scope == current_scopes().base) & (RegisterTakeout.node == node)
    rows = db.session.scalars(select(RegisterTakeout.id).where(mine).order_by(RegisterTakeout.id))
    return [row for row in rows if (node, row) not in wiped]


def list_targets() -> list[Certificate]:
    """Return the machines to which the register can be handed today."""
    lives = list_lives()
    found = [each for each in list_readers() if each.node not in lives]
    return sorted(found, key=lambda each: (each.prefix, each.node))


def name_of_machine(node: UUID) -> str:
    """Return what people call a machine."""
    certificate = find_certificate(node)
    return certificate.name if certificate else f"端末 {node.hex[-8:]}"


def register_line() -> str:
    """Return where the register here stands, in one line; nothing when it is this machine's own."""
    newest = find_newest_extract()
    provenance = newest.provenance if newest else None
    if provenance is None:
        return ""
    as_of, end = clock.local(provenance.as_of), provenance.expires_on
    until = f"{end.month}/{end.day}"
    if end.year != as_of.year:
        until = f"R{end.year - 2018}.{until.replace('/', '.')}"
    if end < clock.today():
        return f"住民データの期限({until})が切れました。消してください"
    return (
        f"住民データ: R{as_of.year - 2018}.{as_of.month}.{as_of.day} 時点、"
        f"{provenance.area}、{until} まで"
    )
