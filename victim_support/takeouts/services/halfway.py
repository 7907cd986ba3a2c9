"""A register that is on its way over a network (受け取りかけの住民データ).

Its files lie in ``fetching/`` of the instance as they lie on a stick, sealed to this machine, so
that what was cut off goes on where it stopped. They go when the register is in, when they are of
no use, and when the register is wiped.
"""

import hashlib
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from flask import current_app

from victim_support.core.ids import new_id
from victim_support.residents.rules.handing import Provenance
from victim_support.sync import messages
from victim_support.sync.bundles import (
    MANIFEST,
    MOST_FILES,
    Part,
    list_segments,
    read_file,
    write_durably,
)
from victim_support.sync.envelope import LIMIT
from victim_support.sync.queries import Enrolment
from victim_support.takeouts.parts import (
    BEGUN_KIND,
    FOLDER_KIND,
    PART_KIND,
    Begun,
    Held,
    find_registers,
    unpack_rows,
)
from victim_support.takeouts.services.reading import DAMAGED, TakingError, open_file

if TYPE_CHECKING:
    from victim_support.core.instance import OpenInstance

FOLDER = "fetching"
_BEGUN = "begun"


@dataclass
class Halfway:
    """What has come of a register, in a folder of its own."""

    folder: Path
    provenance: Provenance
    parts: list[Part]

    @property
    def people(self) -> int:
        return sum(part.ops for part in self.parts)

    @property
    def held(self) -> Held:
        return Held(self.provenance.takeout, self.provenance.as_of, self.parts)


def fetching_folder() -> Path:
    """Return where registers lie that are on their way."""
    opened: OpenInstance = current_app.extensions["instance"]
    return opened.folder / FOLDER


def find_halfway(enrolment: Enrolment) -> Halfway | None:
    """Return what has come of a register and is sound, None when nothing has."""
    for folder in find_registers(fetching_folder()) if fetching_folder().is_dir() else ():
        with suppress(TakingError, OSError, msgspec.DecodeError):
            raw = open_file(folder / _BEGUN, BEGUN_KIND, enrolment)
            return Halfway(folder, messages.unpack(raw, Begun).provenance, [])
    return None


def count_parts(halfway: Halfway, enrolment: Enrolment) -> None:
    """Prove the files of a register one after the other, up to the first that is not sound."""
    for number, path in enumerate(list_segments(halfway.folder), 1):
        if path.name != _name(number):
            return
        try:
            halfway.parts.append(_part(path, enrolment))
        except (TakingError, OSError, msgspec.DecodeError):
            return


def forget_halfway() -> None:
    """Remove whatever has come."""
    shutil.rmtree(fetching_folder(), ignore_errors=True)


class Keeper:
    """Keeps the envelopes of a stream as they come.

    Args:
        enrolment: Of this machine.
        halfway: What is here from before.
    """

    def __init__(self, enrolment: Enrolment, halfway: Halfway | None) -> None:
        self._enrolment, self._halfway = enrolment, halfway
        self._folder: Path | None = None
        self._parts: list[Part] = []
        self.total = 0  # people; nothing when the other machine does not say
        self.is_whole = False

    @property
    def people(self) -> int:
        return sum(part.ops for part in self._parts)

    def keep(self, raw: bytes) -> None:
        """Keep the next envelope on the disk.

        Raises:
            TakingError: There are more of them than any register has.
            OSError: The disk is full or failing.
        """
        if self._folder is None and self._began(raw):
            return
        folder = self._folder or self._anew(new_id().hex)
        if len(self._parts) >= MOST_FILES:
            raise TakingError(DAMAGED)
        path = folder / _name(len(self._parts) + 1)
        write_durably(path, raw)
        try:
            self._parts.append(_part(path, self._enrolment))
        except (TakingError, msgspec.DecodeError):
            path.replace(folder / MANIFEST)  # what is no part is the list of them
            self.is_whole = True

    def _began(self, raw: bytes) -> bool:
        """Read which register follows; an older program does not say it."""
        fetching_folder().mkdir(mode=0o700, exist_ok=True)
        path = fetching_folder() / _BEGUN
        write_durably(path, raw)
        try:
            begun = messages.unpack(open_file(path, BEGUN_KIND, self._enrolment), Begun)
        except (TakingError, msgspec.DecodeError):
            return False
        self.total = begun.provenance.people
        before = self._halfway
        if before is not None and begun.skipped and begun.skipped == before.people:
            self._folder, self._parts = before.folder, before.parts
        write_durably((self._folder or self._anew(begun.provenance.takeout.hex)) / _BEGUN, raw)
        return True

    def _anew(self, name: str) -> Path:
        forget_halfway()
        fetching_folder().mkdir(mode=0o700)
        self._folder = fetching_folder() / f"{FOLDER_KIND}-{name}"
        self._folder.mkdir(mode=0o700)
        return self._folder


def _part(path: Path, enrolment: Enrolment) -> Part:
    rows = unpack_rows(open_file(path, PART_KIND, enrolment))
    raw = read_file(path, LIMIT)
    return Part(len(raw), hashlib.sha256(raw).digest(), len(rows))


def _name(number: int) -> str:
    return f"{number:04}.seg"
