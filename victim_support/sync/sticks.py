"""The ledger of sticks (USBの台帳): which stick this is, and where each was seen last.

A registered stick bears a mark: its id, signed by the machine that registered it, so that every
machine of the municipality knows it without having met the other. A copy of the mark on another
stick is found where the system tells file systems apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

import msgspec
from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.core.settings import setting
from victim_support.sync.bundles import read_file
from victim_support.sync.carrying import names_of
from victim_support.sync.machines import find_machine_name
from victim_support.sync.models import ReadBundles, Stick, StickState, WrittenBundle
from victim_support.sync.queries import (
    UntrustedError,
    find_enrolment,
    find_revocation,
    trusted,
)
from victim_support.sync.statements import BadStatementError, StickMark, read

MARK = "usb-mark"
ONLY_REGISTERED = "usb.only_registered"
LONGEST_MARK = 1 << 14
VOLUMES = Path("/dev/disk/by-uuid")


class StickFault(StrEnum):
    """Why a stick is not to be used, or is none of the ledger."""

    UNKNOWN = "unknown"
    COPIED = "copied"
    LOST = "lost"

    @property
    def label(self) -> str:
        return _WORDS[self]

    @property
    def advice(self) -> str:
        """Return why it is refused, and what to do."""
        return self.label if self is StickFault.LOST else f"{self.label}{_USE_OTHER}"


_USE_OTHER = "本部が登録したUSBを使ってください(「USBの台帳」に出ます)。"
_WORDS = {
    StickFault.UNKNOWN: "このUSBは台帳にありません。",
    StickFault.COPIED: "別のUSBから印を写したUSBです。台帳のUSBではありません。",
    StickFault.LOST: "紛失と記録されたUSBです。本部が「USBの台帳」に、戻ったと書くまで使えません。",
}


@dataclass(frozen=True)
class Found:
    """What is known of the stick on which a folder lies."""

    stick: UUID | None = None
    label: str = ""
    fault: StickFault | None = None

    @property
    def is_refused(self) -> bool:
        """Tell whether the office does not let it be used."""
        return self.fault is StickFault.LOST or (self.fault is not None and is_only_registered())


@dataclass(frozen=True)
class Sighting:
    """Where a stick was seen."""

    at: datetime
    machine: str
    what: str


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """The file on a stick: the statement, and the certificate of who signed it."""

    certificate: bytes
    statement: bytes


def is_only_registered() -> bool:
    """Tell whether the office uses sticks of its ledger alone."""
    return bool(setting(ONLY_REGISTERED, default=False))


def find_stick(folder: Path) -> Found:
    """Return which stick a folder lies on."""
    said = _mark_of(folder)
    if said is None:
        return Found(fault=StickFault.UNKNOWN)
    here = volume_of(folder)
    if said.volume and here and said.volume != here:
        return Found(fault=StickFault.COPIED)
    row = db.session.get(Stick, (current_scopes().base, said.stick))
    is_lost = row is not None and row.state != StickState.IN_USE
    fault = StickFault.LOST if is_lost else None
    return Found(said.stick, said.label, fault)


def list_sticks() -> list[Stick]:
    """Return every stick of the ledger, by label."""
    statement = select(Stick).where(
        Stick.scope == current_scopes().base, Stick.is_withdrawn.is_(False)
    )
    return list(db.session.scalars(statement.order_by(Stick.label, Stick.id)))


def list_bundles_on(stick: UUID) -> list[WrittenBundle]:
    """Return the bundles that this machine has written onto a stick, newest first."""
    statement = select(WrittenBundle).where(WrittenBundle.stick == stick)
    return list(db.session.scalars(statement.order_by(WrittenBundle.written_at.desc())))


def sightings_of(stick: UUID) -> list[Sighting]:
    """Return where a stick was seen, as far as known here, newest first."""
    found = {*_written(stick), *_read(stick)}
    return sorted(found, key=lambda each: (each.at, each.machine, each.what), reverse=True)


def find_label(stick: UUID | None) -> str:
    """Return what a stick is called; empty when it is none of the ledger."""
    row = db.session.get(Stick, (current_scopes().base, stick)) if stick else None
    return row.label if row else "(名前はまだ届いていません)" if stick else ""


def proposed_label() -> str:
    """Return a label for the next stick that no other machine gives."""
    enrolment = find_enrolment()
    if enrolment is None:
        return ""
    prefix = f"USB-{enrolment.certificate.prefix}-"
    numbers = [row.label.removeprefix(prefix) for row in list_sticks()]
    return f"{prefix}{max((int(each) for each in numbers if each.isdecimal()), default=0) + 1}"


def volume_of(folder: Path) -> str:
    """Return the system's id of the file system of a folder; empty where it does not tell."""
    try:
        device = folder.stat().st_dev
        volumes = sorted(VOLUMES.iterdir())
        return next((each.name for each in volumes if each.stat().st_rdev == device), "")
    except OSError:
        return ""


def top_of(folder: Path) -> Path:
    """Return where the mark of a stick lies: beside the bundles."""
    return folder.parent if folder.name.startswith("bundle-") else folder


def _mark_of(folder: Path) -> StickMark | None:
    """Return what a mark says, None when there is none that is to be believed."""
    try:
        raw = read_file(top_of(folder) / MARK, LONGEST_MARK)
        mark = msgspec.msgpack.decode(raw, type=Mark)
        certificate = trusted(mark.certificate)
        said = read(mark.statement, StickMark, certificate.sign_key)
    except (OSError, msgspec.DecodeError, UntrustedError, BadStatementError):
        return None
    is_known = db.session.get(Stick, (current_scopes().base, said.stick)) is not None
    is_believed = is_known or find_revocation(certificate.node) is None
    is_own = (said.municipality, said.node) == (current_scopes().municipality, certificate.node)
    return said if is_own and is_believed else None


def _written(stick: UUID) -> Iterator[Sighting]:
    enrolment = find_enrolment()
    here = enrolment.certificate.name if enrolment else ""
    for bundle in list_bundles_on(stick):
        yield Sighting(bundle.written_at, here, "書き出した")
        for node, at in bundle.acks.items():
            yield Sighting(_time(at), names_of([node])[0], "取り込んだ")


def _read(stick: UUID) -> Iterator[Sighting]:
    enrolment = find_enrolment()
    here = enrolment.certificate.name if enrolment else ""
    for row in db.session.scalars(select(ReadBundles).where(ReadBundles.stick == stick)):
        yield Sighting(row.read_at, here, "取り込んだ")
        for report in row.report:
            if report.get("sender") and report.get("written_at"):
                yield Sighting(_time(report["written_at"]), report["sender"], "書き出した")


def _time(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def machine_of(stick: Stick) -> str:
    """Return the machine at which a stick was registered."""
    return find_machine_name(stick.node) or "不明な端末"
