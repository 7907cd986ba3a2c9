"""Write the register for one machine (住民データを渡す): envelopes, a signed list, a record of it.

The record is made before the first file: a stick that is lost in the middle has held something.
"""

import hashlib
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.jobs import Progress
from victim_support.core.reads import log_security
from victim_support.core.scopes import current_scopes
from victim_support.residents.queries import count_residents, find_newest_extract
from victim_support.residents.rules.handing import Provenance
from victim_support.residents.services import hand_out
from victim_support.sync import messages
from victim_support.sync.bundles import BundleWriter, Part
from victim_support.sync.envelope import CARRIED_LEVEL, seal
from victim_support.sync.queries import Enrolment, get_enrolment
from victim_support.sync.statements import Certificate
from victim_support.sync.sticks import find_stick
from victim_support.takeouts.models import RegisterTakeout
from victim_support.takeouts.parts import (
    BEGUN_KIND,
    FOLDER_KIND,
    FORMAT,
    MANIFEST_KIND,
    PART_KIND,
    Begun,
    HandedRegister,
    pack_rows,
)
from victim_support.takeouts.queries import list_targets


class HandingError(Exception):
    """The register is not handed out so; the message is for the desk, in Japanese."""


@dataclass(frozen=True)
class Wanted:
    """What is to be handed to whom, until when; no towns mean the whole municipality."""

    node: UUID
    expires_on: date
    towns: Collection[str] = ()


@dataclass(frozen=True)
class Handed:
    """A register that is on the stick, whole and read again."""

    folder: Path
    files: int
    people: int


def export_register(
    target: Path, wanted: Wanted, *, takeout: UUID, by: UUID | None
) -> Generator[Progress, None, Handed]:
    """Write the register for one machine into a folder; begins transactions of its own.

    Args:
        target: The folder, usually the top one of a stick.
        wanted: What is to be handed to whom.
        takeout: The id of this handing.
        by: Who hands it out.

    Raises:
        NotEnrolledError: This machine has no certificate yet.
        HandingError: There is nothing to hand out, nobody to hand it to, or the office does not
            let this stick be used.
        BundleError: The stick fails.
    """
    enrolment, reader = get_enrolment(), _reader(wanted.node)
    stick = _stick(target)
    provenance = provenance_for(wanted, takeout)
    note_handed(wanted.node, provenance, by, stick)
    writer = BundleWriter(target, takeout, FOLDER_KIND)
    packing = RegisterPacking(provenance, reader, enrolment, level=CARRIED_LEVEL)
    try:
        for raw in packing.envelopes():
            writer.add(raw)
            done = packing.people
            yield Progress(done, provenance.people, f"{done} 人を書きました")
        writer.finish(packing.manifest())
    except BaseException:  # cancelled, too: half a register helps nobody
        writer.discard()
        raise
    return Handed(writer.folder, len(packing.parts), provenance.people)


class RegisterPacking:
    """The envelopes of a register, for a stick or for a stream; the list of them last.

    Args:
        provenance: What is handed out.
        reader: Who alone can open it.
        enrolment: Of this machine, which signs.
        level: How hard to compress.
        held: What the reader holds of it; that is listed, and not made once more.
    """

    def __init__(
        self,
        provenance: Provenance,
        reader: Certificate,
        enrolment: Enrolment,
        *,
        level: int,
        held: Sequence[Part] = (),
    ) -> None:
        self._provenance, self._reader = provenance, reader
        self._enrolment, self._level = enrolment, level
        self.parts: list[Part] = list(held)

    @property
    def people(self) -> int:
        return sum(part.ops for part in self.parts)

    def beginning(self) -> bytes:
        """Return the envelope that says what follows; before all others."""
        return self._sealed(messages.pack(Begun(self._provenance, self.people)), BEGUN_KIND)

    def envelopes(self) -> Iterator[bytes]:
        """Yield one envelope after the other, from one state of the register."""
        rest = islice(hand_out(self._provenance.towns), self.people, None)
        for rows, people in pack_rows(rest):
            raw = self._sealed(rows, PART_KIND)
            self.parts.append(Part(len(raw), hashlib.sha256(raw).digest(), people))
            yield raw

    def manifest(self) -> bytes:
        """Return the envelope of the list."""
        reader = self._reader
        manifest = HandedRegister(
            FORMAT,
            reader.municipality,
            reader.node,
            clock.now(),
            self._provenance,
            self.parts,
        )
        return self._sealed(messages.pack(manifest), MANIFEST_KIND)

    def _sealed(self, text: bytes, kind: str) -> bytes:
        return seal(
            text,
            kind=kind,
            certificate=self._enrolment.raw,
            key=self._enrolment.secrets.sign_key,
            recipients=[self._reader.box_key],
            level=self._level,
        )


def check_handing(wanted: Wanted) -> None:
    """Refuse what could not be handed out today.

    Raises:
        HandingError: There is nothing to hand out, or nobody to hand it to.
    """
    _reader(wanted.node)
    _as_of(count_residents(wanted.towns))


def provenance_for(wanted: Wanted, takeout: UUID) -> Provenance:
    """Return what is handed out now; ends the session.

    Raises:
        HandingError: There is nothing to hand out here.
    """
    people = count_residents(wanted.towns)
    as_of = _as_of(people)
    db.session.remove()
    return Provenance(takeout, as_of, wanted.expires_on, sorted(wanted.towns), people)


def _as_of(people: int) -> datetime:
    newest = find_newest_extract()
    if newest is None or not people:
        raise HandingError("渡す住民データがありません。先に住民データを取り込んでください。")
    if newest.provenance is not None:
        raise HandingError("この端末の住民データも持ち出しです。取り込んだ端末から渡してください。")
    return newest.imported_at


def _reader(node: UUID) -> Certificate:
    found = next((each for each in list_targets() if each.node == node), None)
    if found is None:
        raise HandingError("その端末は登録されていないか、取り消されたか、期限が切れています。")
    return found


def _stick(folder: Path) -> UUID | None:
    """Return the stick of the ledger on which a folder lies."""
    found = find_stick(folder)
    if found.fault is not None and found.is_refused:
        raise HandingError(found.fault.advice)
    return found.stick


def note_handed(
    node: UUID, provenance: Provenance, by: UUID | None, stick: UUID | None = None
) -> None:
    """Record what is handed out, before the first of it; begins a transaction of its own."""
    with transaction(reason="住民データの持ち出し") as session:
        session.add(
            RegisterTakeout(
                scope=current_scopes().base,
                id=provenance.takeout,
                node=node,
                as_of=provenance.as_of,
                expires_on=provenance.expires_on,
                towns=provenance.towns,
                people=provenance.people,
                handed_at=clock.now(),
                handed_by=by,
                stick=stick,
            )
        )
    log_security(
        "register.handed", staff_id=by, takeout=provenance.takeout.hex, count=provenance.people
    )
