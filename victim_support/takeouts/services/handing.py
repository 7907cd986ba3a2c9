"""Write the register for one machine (住民データを渡す): envelopes, a signed list, a record of it.

The record is made before the first file: a stick that is lost in the middle has held something.
"""

import hashlib
from collections.abc import Collection, Generator
from dataclasses import dataclass
from datetime import date
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
from victim_support.takeouts.models import RegisterTakeout
from victim_support.takeouts.parts import (
    FOLDER_KIND,
    FORMAT,
    MANIFEST_KIND,
    PART_KIND,
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
        HandingError: There is nothing to hand out, or nobody to hand it to.
        BundleError: The stick fails.
    """
    enrolment, reader = get_enrolment(), _reader(wanted.node)
    provenance = _provenance(wanted, takeout)
    _note(wanted.node, provenance, by)
    writer = BundleWriter(target, takeout, FOLDER_KIND)
    parts: list[Part] = []
    try:
        for raw, people in pack_rows(hand_out(provenance.towns)):
            part = _sealed(raw, PART_KIND, enrolment, reader)
            writer.add(part)
            parts.append(Part(len(part), hashlib.sha256(part).digest(), people))
            done = sum(part.ops for part in parts)
            yield Progress(done, provenance.people, f"{done} 人を書きました")
        manifest = messages.pack(
            HandedRegister(
                FORMAT,
                reader.municipality,
                reader.node,
                clock.now(),
                provenance,
                parts,
            )
        )
        writer.finish(_sealed(manifest, MANIFEST_KIND, enrolment, reader))
    except BaseException:  # cancelled, too: half a register helps nobody
        writer.discard()
        raise
    return Handed(writer.folder, len(parts), provenance.people)


def _reader(node: UUID) -> Certificate:
    found = next((each for each in list_targets() if each.node == node), None)
    if found is None:
        raise HandingError("その端末は登録されていないか、取り消されたか、期限が切れています。")
    return found


def _provenance(wanted: Wanted, takeout: UUID) -> Provenance:
    newest = find_newest_extract()
    people = count_residents(wanted.towns)
    db.session.remove()
    if newest is None or not people:
        raise HandingError("渡す住民データがありません。先に住民データを取り込んでください。")
    if newest.provenance is not None:
        raise HandingError("この端末の住民データも持ち出しです。取り込んだ端末から渡してください。")
    return Provenance(takeout, newest.imported_at, wanted.expires_on, sorted(wanted.towns), people)


def _note(node: UUID, provenance: Provenance, by: UUID | None) -> None:
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
            )
        )
    log_security(
        "register.handed", staff_id=by, takeout=provenance.takeout.hex, count=provenance.people
    )


def _sealed(text: bytes, kind: str, enrolment: Enrolment, reader: Certificate) -> bytes:
    return seal(
        text,
        kind=kind,
        certificate=enrolment.raw,
        key=enrolment.secrets.sign_key,
        recipients=[reader.box_key],
        level=CARRIED_LEVEL,
    )
