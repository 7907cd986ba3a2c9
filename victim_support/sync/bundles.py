"""Bundles (束): what is carried on a stick: a folder of envelopes, whole without a database.

``bundle-<id>/`` holds ``0001.seg`` and following, each the envelope of a parcel;
``blobs/00001.blob`` and following, each that of a file of a row; ``manifest``, an envelope that is
written last and names all of them; and ``ack-<key>``, which whoever took the
bundle in writes onto the stick so that it travels home. Nothing in a file is used as a file name.
"""

import errno
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from victim_support.sync.envelope import LIMIT
from victim_support.sync.messages import VectorRows

FORMAT = 1
MANIFEST = "manifest"
SEGMENT_KIND, MANIFEST_KIND, ACK_KIND = "bundle.segment", "bundle.manifest", "bundle.ack"
BLOB_KIND = "bundle.blob"
BLOBS = "blobs"
BYTES_OF_FILE = 1 << 20
PREFIX = 4  # bytes of the length before an envelope in a stream
MOST_FILES = 9999
MOST_BLOBS = 99_999
MOST_BUNDLES = 1000
MOST_ACKS = 1000
_FOLDER = re.compile(r"bundle-[0-9a-f]{32}")
_SEGMENT = re.compile(r"[0-9]{4}\.seg")
_BLOB = re.compile(r"[0-9]{5}\.blob")
_ACK = re.compile(r"ack-[0-9a-f]{16}")
_UNFINISHED = ".tmp"

_UNREADABLE = "USBを読み書きできません。抜けていないか確かめ、だめなら別のUSBを使ってください。"
_FULL = "USBの空きが足りません。不要なファイルを消すか、別のUSBを使ってください。"
_LOCKED = "USBが書き込み禁止です。スイッチを確かめるか、別のUSBを使ってください。"
_NO_BUNDLE = "ここに束(bundle- で始まるフォルダ)がありません。場所を選び直してください。"
_FORBIDDEN = "この場所を使う権限がありません。別の場所を選んでください。"
_WORDS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: _LOCKED,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.ENOENT: "場所が見つかりません。USBが差してあるか確かめてください。",
    errno.ENOTDIR: "フォルダではありません。USBのフォルダを選んでください。",
}


class BundleError(Exception):
    """A bundle is not written or read; the message is for the desk, in Japanese."""


class Part(msgspec.Struct, frozen=True, array_like=True):
    """One file of a bundle, as its manifest names it; the name is its place in the list."""

    size: int
    hash: bytes
    ops: int


class Manifest(msgspec.Struct, frozen=True, array_like=True):
    """What a bundle holds, signed by its sender and readable for whoever may open any of it."""

    format: int
    bundle: UUID
    written_at: datetime
    is_first_fill: bool
    scopes: list[str]
    start: VectorRows  # what the readers were known to hold
    end: VectorRows  # what they hold after they have read it
    recipients: list[UUID]
    parts: list[Part]
    certificates: list[bytes] = []  # of the recipients: machines and terms that may be new
    revocations: list[bytes] = []
    blobs: list[Part] = []
    heard: VectorRows = []  # how far the sender holds every chain that all recipients may hold


class Ack(msgspec.Struct, frozen=True, array_like=True):
    """What a machine held after it had taken a bundle in."""

    bundle: UUID
    at: datetime
    vector: VectorRows


class BundleWriter:
    """Writes the files of one bundle; none has its name before it is on the stick whole."""

    def __init__(self, target: Path, bundle: UUID, kind: str = "bundle") -> None:
        self._folder = target / f"{kind}-{bundle.hex}"
        self._hashes: dict[str, bytes] = {}
        self._blobs = 0
        with _in_words():
            _make_folder(self._folder)

    @property
    def folder(self) -> Path:
        return self._folder

    def add(self, raw: bytes) -> None:
        """Write the next envelope.

        Raises:
            BundleError: The stick is full, pulled or read-only, or the bundle too large.
        """
        if len(self._hashes) >= MOST_FILES or len(raw) > LIMIT:
            raise BundleError("一度に運べる量を超えています。LANで同期してください。")
        self._write(f"{len(self._hashes) + 1:04}.seg", raw)

    def add_blob(self, raw: bytes) -> None:
        """Write the next envelope of a file of a row.

        Raises:
            BundleError: As above.
        """
        if self._blobs >= MOST_BLOBS or len(raw) > LIMIT:
            raise BundleError("一度に運べる量を超えています。LANで同期してください。")
        if not self._blobs:
            with _in_words():
                _make_folder(self._folder / BLOBS)
        self._blobs += 1
        self._write(blob_name(self._blobs), raw)

    def finish(self, manifest: bytes) -> None:
        """Write the manifest, and read everything again from the stick.

        Raises:
            BundleError: As above, or a file came back as another one.
        """
        with _in_words():
            if self._blobs:
                _sync_folder(self._folder / BLOBS)
            _sync_folder(self._folder)
        self._write(MANIFEST, manifest)
        with _in_words():
            _sync_folder(self._folder)
            _sync_folder(self._folder.parent)
            damaged = [name for name, digest in self._hashes.items() if self._again(name) != digest]
        if damaged:
            raise BundleError(
                f"書いた内容を読み直すと違っていました({damaged[0]})。別のUSBを使ってください。"
            )

    def discard(self) -> None:
        """Remove what was written, as far as the stick lets us."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, name: str, raw: bytes) -> None:
        with _in_words():
            write_durably(self._folder / name, raw)
        self._hashes[name] = hashlib.sha256(raw).digest()

    def _again(self, name: str) -> bytes:
        return hashlib.sha256(read_file(self._folder / name, LIMIT, is_fresh=True)).digest()


def find_bundles(folder: Path) -> list[Path]:
    """Return the bundles in a folder, or the folder itself when it is one.

    Raises:
        BundleError: It cannot be read, or holds none.
    """
    with _in_words():
        if _is_bundle(folder):
            return [folder]
        found = sorted(path for path in folder.iterdir() if _is_bundle(path))
    if not found:
        raise BundleError(
            "ここに束(bundle- で始まるフォルダ)がありません。場所を選び直してください。"
        )
    return found[:MOST_BUNDLES]


def list_segments(folder: Path) -> list[Path]:
    """Return the envelopes of a bundle, by name."""
    return _named(folder, _SEGMENT)[:MOST_FILES]


def list_blobs(folder: Path) -> list[Path]:
    """Return the envelopes of files of rows, by name; none when none were carried."""
    place = folder / BLOBS
    is_there = place.is_dir() and not place.is_symlink()
    return _named(place, _BLOB)[:MOST_BLOBS] if is_there else []


def blob_name(number: int) -> str:
    """Return the name of an envelope of a file; it tells nobody which file that is."""
    return f"{BLOBS}/{number:05}.blob"


def list_acks(folder: Path) -> list[Path]:
    """Return what receivers have written onto the stick."""
    return _named(folder, _ACK)[:MOST_ACKS]


def ack_path(folder: Path, box_key: str) -> Path:
    """Return where a receiver writes; the name tells nobody who that is."""
    return folder / f"ack-{hashlib.sha256(box_key.encode()).hexdigest()[:16]}"


def read_file(path: Path, limit: int, *, is_fresh: bool = False) -> bytes:
    """Return a plain file of a bundle; links and other kinds of files are none.

    Args:
        path: The file.
        limit: Most bytes; one more is returned of a larger file.
        is_fresh: Ask the medium itself, not what the system remembers of it.

    Raises:
        OSError: It cannot be read.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a file")
        if is_fresh:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(limit + 1)
    finally:
        os.close(handle)


def write_durably(path: Path, raw: bytes) -> None:
    """Write a file whole or not at all, and wait until it is on the medium.

    Raises:
        OSError: The medium is full, read-only or gone.
    """
    unfinished = path.with_name(path.name + _UNFINISHED)
    try:
        with unfinished.open("wb") as file:
            with suppress(OSError):
                os.fchmod(file.fileno(), 0o644)
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
        raise


def words_of(error: OSError) -> str:
    """Return what to do about a medium that fails."""
    return _WORDS.get(error.errno or 0, _UNREADABLE)


def _is_bundle(path: Path) -> bool:
    return bool(_FOLDER.fullmatch(path.name)) and path.is_dir() and not path.is_symlink()


def _make_folder(folder: Path) -> None:
    folder.mkdir()
    with suppress(OSError):  # FAT has no modes; elsewhere the reader is another user
        folder.chmod(0o777)


def _named(folder: Path, pattern: re.Pattern[str]) -> list[Path]:
    return sorted(path for path in folder.iterdir() if pattern.fullmatch(path.name))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some kinds of media cannot be asked for a folder
            raise
    finally:
        os.close(handle)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BundleError(words_of(error)) from error
