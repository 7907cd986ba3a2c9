"""The files of a register: ``register-<id>/`` with envelopes for one machine alone."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from victim_support.residents.rules.handing import HandedRow, Provenance
from victim_support.sync.bundles import Part

FORMAT = 1
RESUMING = 2  # asked in this format, the answer says first what it goes on with
FOLDER_KIND = "register"
BEGUN_KIND = "register.begun"
PART_KIND, MANIFEST_KIND = "register.part", "register.manifest"
BYTES_OF_PART = 2 << 20  # before compression; an envelope may have 8 MiB
_FOLDER = re.compile(r"register-[0-9a-f]{32}")


class HandedRegister(msgspec.Struct, frozen=True, array_like=True):
    """What a register on a stick holds; signed by its sender, readable for one machine alone."""

    format: int
    municipality: str
    reader: UUID
    handed_at: datetime
    provenance: Provenance
    parts: list[Part]


class Held(msgspec.Struct, frozen=True, array_like=True):
    """What the asking machine holds of a register since it was cut off."""

    takeout: UUID
    as_of: datetime
    parts: list[Part]

    @property
    def people(self) -> int:
        return sum(part.ops for part in self.parts)


class AskRegister(msgspec.Struct, frozen=True, array_like=True):
    """Ask for the register that this machine may have, in a format that it understands."""

    format: int
    held: Held | None = None


class Begun(msgspec.Struct, frozen=True, array_like=True):
    """Which register follows, and how many people of it are not sent once more."""

    provenance: Provenance
    skipped: int


def pack_rows(rows: Iterable[HandedRow]) -> Iterator[tuple[bytes, int]]:
    """Yield rows as bytes, as many as one envelope takes, and how many."""
    encoder = msgspec.msgpack.Encoder()
    batch: list[msgspec.Raw] = []
    size = 0
    for row in rows:
        raw = encoder.encode(row)
        batch.append(msgspec.Raw(raw))
        size += len(raw)
        if size >= BYTES_OF_PART:
            yield encoder.encode(batch), len(batch)
            batch, size = [], 0
    if batch:
        yield encoder.encode(batch), len(batch)


def unpack_rows(raw: bytes) -> list[HandedRow]:
    """Return the rows of one envelope.

    Raises:
        msgspec.DecodeError: They are damaged.
    """
    return msgspec.msgpack.decode(raw, type=list[HandedRow])


def find_registers(folder: Path) -> list[Path]:
    """Return the registers in a folder, or the folder itself when it is one.

    Raises:
        OSError: It cannot be read.
    """
    if _is_register(folder):
        return [folder]
    return sorted(path for path in folder.iterdir() if _is_register(path))


def _is_register(path: Path) -> bool:
    return bool(_FOLDER.fullmatch(path.name)) and path.is_dir() and not path.is_symlink()
