"""Files of rows (添付): stored once by their content, encrypted, beside the database.

A row carries only the address of a file: the SHA-256 of its content. The file lies in
``blobs/ab/<address>`` in the instance folder, sealed with a key of the instance. It never changes,
and it may be missing: rows travel first, files when there is time for them.
"""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from victim_support.core.db.bases import Synced
from victim_support.core.db.session import db
from victim_support.core.files import sync_path
from victim_support.core.instance import OpenInstance

FOLDER = "blobs"
LARGEST = 1 << 20
CERTIFICATE_EVIDENCE = 1  # travels before everything else
_ADDRESS = re.compile(r"[0-9a-f]{64}")
_PURPOSE = "blobs"
_NONCE = 12
_UNFINISHED, _DAMAGED = ".new", ".damaged"
_ABANDONED_SECONDS = 600  # a file is written moments before the row that names it


class DamagedBlobError(Exception):
    """A stored file was changed or is damaged; its address."""


class BlobTooLargeError(Exception):
    """A file is larger than one that travels."""


@dataclass(frozen=True)
class BlobField:
    """A field of a synced row that holds the address of a file; the lower priority goes first."""

    model: type[Synced]
    name: str
    priority: int


@dataclass(frozen=True)
class Reference:
    """One row that names a file."""

    address: str
    scope: str
    row_id: UUID
    priority: int


_fields: list[BlobField] = []


def holds_blobs(model: type[Synced], name: str, priority: int) -> None:
    """Declare that a field holds addresses; beside the model, so that the files travel with it."""
    _fields.append(BlobField(model, name, priority))


def blob_fields() -> tuple[BlobField, ...]:
    """Return every field that holds addresses, the most urgent first."""
    return tuple(sorted(_fields, key=lambda each: (each.priority, each.model.__tablename__)))


def list_references() -> list[Reference]:
    """Return the rows that need their files, the most urgent first; no withdrawn ones."""
    return [found for each in blob_fields() for found in _references(each)]


def named_addresses() -> set[str]:
    """Return every address that a row names, a withdrawn one too: it may be brought back."""
    found = (
        db.session.scalars(select(_column(each)).where(_column(each).is_not(None)))
        for each in blob_fields()
    )
    return {address for rows in found for address in rows if address}


def naming_scopes(address: str, *, is_withdrawn: bool | None = None) -> set[str]:
    """Return the scopes in which rows name a file; with ``False`` only rows not withdrawn."""
    found: set[str] = set()
    for each in blob_fields():
        statement = select(each.model.scope).where(_column(each) == address).distinct()
        if is_withdrawn is not None:
            statement = statement.where(each.model.is_withdrawn.is_(is_withdrawn))
        found |= set(db.session.scalars(statement))
    return found


def is_address(text: object) -> bool:
    """Tell whether a text can be an address; others name no file, whoever sent them."""
    return isinstance(text, str) and _ADDRESS.fullmatch(text) is not None


def address_of(content: bytes) -> str:
    """Return the address of a content."""
    return hashlib.sha256(content).hexdigest()


class BlobStore:
    """The files of one instance."""

    def __init__(self, folder: Path, key: bytes, largest: int = LARGEST) -> None:
        """Open a store.

        Args:
            folder: ``blobs`` in the instance folder; made with the first file.
            key: The instance's key of this purpose.
            largest: The most bytes of one file.
        """
        self._folder, self._largest = folder, largest
        self._cipher = AESGCM(key)

    def put(self, content: bytes) -> str:
        """Keep a content; when this returns, it is on the disk.

        Returns:
            Its address.

        Raises:
            BlobTooLargeError: It is larger than the store takes; 1 MiB where files travel.
            OSError: The disk is full or failing; nothing is kept.
        """
        if len(content) > self._largest:
            raise BlobTooLargeError
        address = address_of(content)
        path = self._path(address)
        if not path.exists():
            nonce = secrets.token_bytes(_NONCE)
            _write(path, nonce + self._cipher.encrypt(nonce, content, address.encode()))
        return address

    def get(self, address: str) -> bytes | None:
        """Return a content, None while it is not here.

        Raises:
            DamagedBlobError: The file is not what was kept under this address.
        """
        if not is_address(address):
            return None
        try:
            sealed = self._path(address).read_bytes()
        except FileNotFoundError:
            return None
        try:
            content = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], address.encode())
        except (InvalidTag, ValueError) as error:
            raise DamagedBlobError(address) from error
        if address_of(content) != address:
            raise DamagedBlobError(address)
        return content

    def has(self, address: str) -> bool:
        """Tell whether a file is here, without reading it."""
        return is_address(address) and self._path(address).is_file()

    def size(self, address: str) -> int:
        """Return about how many bytes a file has; none while it is not here."""
        return self._path(address).stat().st_size if self.has(address) else 0

    def addresses(self) -> set[str]:
        """Return what is here."""
        return {path.name for path in files_in(self._folder)}

    def damaged(self) -> Iterator[str]:
        """Read everything; yield the addresses of what is damaged and has not come anew."""
        for path in files_in(self._folder):
            try:
                self.get(path.name)
            except (DamagedBlobError, OSError):
                yield path.name
        for path in sorted(self._folder.glob(f"??/*{_DAMAGED}")):
            if not self.has(path.stem):
                yield path.stem

    def drop(self, address: str) -> None:
        """Delete a file that was only on its way, such as the original of a photograph."""
        if is_address(address):
            self._path(address).unlink(missing_ok=True)

    def set_aside(self, address: str) -> None:
        """Give a damaged file another name, so that a sound one can come; nothing is deleted."""
        path = self._path(address)
        with suppress(FileNotFoundError):
            path.replace(path.with_suffix(_DAMAGED))
            sync_path(path.parent)

    def drop_unnamed(self) -> int:
        """Delete files that no row names any more (消去のあと); return how many."""
        limit, named = time.time() - _ABANDONED_SECONDS, named_addresses()
        unnamed = [
            path
            for path in files_in(self._folder)
            if path.name not in named and path.stat().st_mtime < limit
        ]
        for path in unnamed:
            path.unlink(missing_ok=True)
        return len(unnamed)

    def _path(self, address: str) -> Path:
        if not is_address(address):  # it may have come from another machine
            raise ValueError("not an address")
        return self._folder / address[:2] / address


def this_store() -> BlobStore:
    """Return the store of this program's instance."""
    opened = cast("OpenInstance", current_app.extensions["instance"])
    return store_of(opened)


def store_of(opened: OpenInstance) -> BlobStore:
    """Return the store of an instance."""
    return BlobStore(opened.folder / FOLDER, opened.subkey(_PURPOSE))


def files_in(folder: Path) -> list[Path]:
    """Return the files of a store by address; what is none of its files is left out."""
    return sorted(
        (path for path in folder.glob("??/*") if is_address(path.name)),
        key=lambda path: path.name,
    )


def copy_blobs(source: Path, target: Path, earlier: Path | None = None) -> int:
    """Copy a store as it is, encrypted; what an earlier copy on the same disk has is shared.

    Returns:
        How many files the copy holds.

    Raises:
        OSError: The medium is full or failing.
    """
    files = files_in(source)
    for path in files:
        place = target / path.parent.name / path.name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shared = earlier / path.parent.name / path.name if earlier else None
        if shared is None or not _is_linked(shared, place):
            _write(place, path.read_bytes())
    return len(files)


def _is_linked(shared: Path, place: Path) -> bool:
    try:
        os.link(shared, place)
    except OSError:  # not in the earlier copy, or a medium without links
        return False
    return True


def _references(each: BlobField) -> Iterator[Reference]:
    db.session.flush()
    for scope, row_id, address in db.session.connection().execute(_rows_of(each)):
        if address and is_address(address):
            yield Reference(address, scope, row_id, each.priority)


@cache
def _rows_of(each: BlobField) -> Select[str, UUID, str | None]:
    return (
        select(each.model.scope, each.model.id, _column(each))
        .where(each.model.is_withdrawn.is_(False))
        .order_by(each.model.id)
    )


def _column(each: BlobField) -> InstrumentedAttribute[str | None]:
    return cast("InstrumentedAttribute[str | None]", getattr(each.model, each.name))


def _write(path: Path, raw: bytes) -> None:
    """Write a file whole or not at all, and wait until it is on the disk."""
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_path(path.parent.parent)
    unfinished = path.with_name(f"{secrets.token_hex(8)}{_UNFINISHED}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
        raise
    sync_path(path.parent)
