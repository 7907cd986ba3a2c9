"""Take in a register that was handed to this machine, after everything in it has been proven."""

import hashlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import msgspec

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.jobs import Progress
from victim_support.core.reads import log_security
from victim_support.residents.queries import find_provenance
from victim_support.residents.rules.handing import HandedRow, Provenance
from victim_support.residents.services import take_in
from victim_support.sync import messages
from victim_support.sync.bundles import MANIFEST, list_segments, words_of
from victim_support.sync.machines import is_headquarters
from victim_support.sync.queries import (
    Enrolment,
    get_enrolment,
)
from victim_support.takeouts.parts import (
    FORMAT,
    MANIFEST_KIND,
    PART_KIND,
    HandedRegister,
    find_registers,
    unpack_rows,
)
from victim_support.takeouts.queries import wiped_takeouts
from victim_support.takeouts.services.reading import (
    DAMAGED,
    NOTHING,
    TakingError,
    open_file,
)
from victim_support.takeouts.services.wiping import forget_traces, prove_wiped

OVER = "この住民データの期限は切れています。本部でもう一度書き出してください。"
WIPED = "この住民データは、この端末で消去済みです。本部で新しく書き出してください。"
AT_HEADQUARTERS = "本部の住民データは、台帳からの抽出を取り込んで新しくします。"
NEWER = "新しい版で書かれた住民データです。この端末も新しい版にしてください。"


@dataclass(frozen=True)
class _Found:
    folder: Path
    register: HandedRegister


def import_register(
    source: Path, backups: Path, *, by: UUID | None, name: str
) -> Generator[Progress, None, Provenance]:
    """Replace the register here by the newest one on a stick that is for this machine.

    All or nothing; begins transactions of its own. One that was here before is proven wiped.

    Args:
        source: The top folder of a stick, or the folder of a register.
        backups: Where this machine's own backups lie; those with an earlier register are replaced.
        by: Who takes it in.
        name: What she is called, for the list of imports.

    Raises:
        NotEnrolledError: This machine has no certificate yet.
        TakingError: There is none for this machine, or it is not whole, over, or wiped before.
        CopyError: An earlier register is left in the backups; the new one is in.
    """
    enrolment = get_enrolment()
    try:
        found = _newest(source, enrolment)
    except OSError as error:
        raise TakingError(words_of(error)) from error
    _check(found.register, enrolment)
    before = find_provenance()
    db.session.remove()
    provenance = found.register.provenance
    digest = hashlib.sha256()
    for part in found.register.parts:
        digest.update(part.hash)
    done, total = 0, provenance.people * 2
    rows = _rows(found, enrolment)
    for count in take_in(rows, provenance, by=name, digest=digest.hexdigest()):
        done += count
        words = "読んでいます" if done <= provenance.people else "さがすための索引を作っています"
        yield Progress(min(done, total), total, words)
    db.session.remove()
    log_security("register.taken_in", staff_id=by, takeout=provenance.takeout.hex)
    if before is not None and before.takeout != provenance.takeout:
        yield from forget_traces(backups)
        prove_wiped([before.takeout], by=by)
    return provenance


def _newest(source: Path, enrolment: Enrolment) -> _Found:
    """Return the newest register that this machine can open."""
    found: list[_Found] = []
    fault = NOTHING
    for folder in find_registers(source):
        try:
            raw = open_file(folder / MANIFEST, MANIFEST_KIND, enrolment)
            found.append(_Found(folder, messages.unpack(raw, HandedRegister)))
        except (FileNotFoundError, msgspec.DecodeError):
            fault = DAMAGED
        except TakingError as error:
            fault = str(error)
    if not found:
        raise TakingError(fault)
    return max(found, key=lambda each: each.register.handed_at)


def _check(register: HandedRegister, enrolment: Enrolment) -> None:
    own, provenance = enrolment.certificate, register.provenance
    faults = {
        NEWER: register.format != FORMAT,
        NOTHING: (register.municipality, register.reader) != (own.municipality, own.node),
        AT_HEADQUARTERS: is_headquarters(),
        OVER: provenance.expires_on < clock.today(),
        WIPED: (own.node, provenance.takeout) in wiped_takeouts(),
    }
    db.session.remove()
    for words, is_so in faults.items():
        if is_so:
            raise TakingError(words)


def _rows(found: _Found, enrolment: Enrolment) -> Iterator[HandedRow]:
    """Yield everybody, each file after it has been proven to be the one on the list."""
    people = 0
    paths = {path.name: path for path in list_segments(found.folder)}
    for number, part in enumerate(found.register.parts, 1):
        path = paths.get(f"{number:04}.seg")
        if path is None:
            raise TakingError(DAMAGED)
        try:
            rows = unpack_rows(open_file(path, PART_KIND, enrolment, part.hash))
        except (OSError, msgspec.DecodeError) as error:
            raise TakingError(DAMAGED) from error
        people += len(rows)
        yield from rows
    if people != found.register.provenance.people:
        raise TakingError(DAMAGED)
