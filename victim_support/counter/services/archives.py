"""Files that somebody brought, those in archives (ZIP) one by one; none is unpacked to a disk."""

import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO

from victim_support.core.images import MOST_FILE_BYTES
from victim_support.counter.rules.attachments import is_noise, problem_of

MOST_UNPACKED, MOST_PARTS = 200 << 20, 3000
_LOCKED = 0x1  # of the flags of a part
_TOO_MUCH = "まとめたファイルの中身が多すぎます(200 MB、3,000個まで)。分けてください。"
_NO_ARCHIVE = "まとめたファイル(ZIP)として読めません。"
_IS_LOCKED = "パスワードのかかったZIPです。外してから入れてください。"


class ArchiveError(Exception):
    """A ZIP file cannot be read; nothing of it was."""


@dataclass(frozen=True, slots=True)
class Named:
    """A file as it was brought, opened when its turn comes."""

    name: str
    open: Callable[[], IO[bytes]]

    @property
    def is_archive(self) -> bool:
        """Tell from its name whether files lie in it."""
        return self.name.lower().endswith(".zip")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file with its folder, read when its turn comes: one byte more than it may have."""

    path: str
    read: Callable[[], bytes]
    problem: str = ""


def count_entries(files: Iterable[Named]) -> int:
    """Return how many files there are; an archive that cannot be read is one."""
    count = 0
    for file in files:
        try:
            count += sum(1 for _entry in entries_of(file))
        except ArchiveError:
            count += 1
    return count


def entries_of(file: Named) -> Iterator[Entry]:
    """Yield what was brought in one file: itself, or each file of an archive.

    Raises:
        ArchiveError: An archive is broken, locked or too large.
    """
    with _opened(file) as stream:
        if not file.is_archive:
            yield Entry(file.name, partial(stream.read, MOST_FILE_BYTES + 1))
            return
        with _archive(stream) as archive:
            for part in archive.infolist():
                if not part.is_dir() and not is_noise(part.filename):
                    is_link = stat.S_ISLNK(part.external_attr >> 16)
                    problem = problem_of(part.filename, is_link=is_link)
                    yield Entry(part.filename, partial(_unpacked, archive, part), problem)


@contextmanager
def _opened(file: Named) -> Iterator[IO[bytes]]:
    try:
        stream = file.open()
    except OSError as error:
        raise ArchiveError("読めません。もう一度選んでください。") from error
    with stream:
        yield stream


def _archive(stream: IO[bytes]) -> zipfile.ZipFile:
    """Open an archive; names without a mark are those of a Japanese Windows, if they can be."""
    try:
        try:
            archive = zipfile.ZipFile(stream, metadata_encoding="cp932")
        except UnicodeDecodeError:
            archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise ArchiveError(_NO_ARCHIVE) from error
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise ArchiveError(_TOO_MUCH)
    if any(part.flag_bits & _LOCKED for part in parts):
        raise ArchiveError(_IS_LOCKED)
    return archive


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """Return a file of an archive; never more than it may have, whatever it unpacks to."""
    with archive.open(part) as opened:
        return opened.read(MOST_FILE_BYTES + 1)
