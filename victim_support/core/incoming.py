"""Files on their way in: they lie encrypted beside the database until a job has read them.

A view keeps what a browser sends, in one request or in several, and starts the job of its slice::

    refused = incoming.keep_files(brought_id, JOB, files, staff_id=by)
    job = incoming.start_job(brought_id, JOB, staff_id=by, link=url)

which opens the files one after the other and says at its end what became of them::

    for kept in incoming.files_of(brought_id):
        with incoming.open_kept(kept) as stream: …
    incoming.finish(brought_id, report)

Local to this machine, and gone when they were read, or after two days.
"""

import hashlib
from collections.abc import Generator, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from uuid import UUID

from flask import abort, current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage

from victim_support.core import jobs
from victim_support.core.blobs import BlobStore, files_in
from victim_support.core.clock import now
from victim_support.core.db import LocalBase, local_writing, reading
from victim_support.core.images import MOST_FILE_BYTES

if TYPE_CHECKING:
    from victim_support.core.instance import OpenInstance

FORGET = "incoming.forget"
FOLDER = "incoming"
LISTED = 10
PART = 8 << 20
"""So much of a file is encrypted at once, and so much of it is in memory while it is read."""
_KEPT = timedelta(days=2)
_FORGOTTEN_EVERY = 3600


class Incoming(LocalBase):
    """Files that somebody brought (取り込みを待つファイル), and what became of them."""

    __tablename__ = "incoming"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """The job that reads them."""
    staff_id: Mapped[UUID | None]
    files: Mapped[list[dict[str, Any]]]
    report: Mapped[dict[str, Any]]
    """What could not be kept (``refused``); when the job has ended, all that it says."""
    is_started: Mapped[bool]
    received_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it is kept: its name, the digest of its content, and where its parts lie."""

    name: str
    digest: str
    size: int
    parts: tuple[str, ...]


def keep_files(
    brought_id: UUID,
    kind: str,
    files: Iterable[FileStorage],
    *,
    staff_id: UUID | None,
    most_bytes: int = MOST_FILE_BYTES,
) -> list[str]:
    """Keep files until their job reads them; return what could not be kept, by name.

    They may come in several requests; once their job was started, nothing is added.
    """
    kept, refused = [], []
    for file in files:
        name = file.filename or "名前のないファイル"
        try:
            kept.append(asdict(_keep(name, file.stream, most_bytes)))
        except ValueError:
            refused.append(f"{name}: 大きすぎます({most_bytes >> 20} MBまで)。")
        except OSError:
            refused.append(f"{name}: このパソコンに書き込めません。空き容量を確かめてください。")
    with local_writing() as session:
        row = session.get(Incoming, brought_id)
        if row is None:
            row = Incoming(id=brought_id, kind=kind, staff_id=staff_id, files=[], report={})
            row.is_started, row.received_at = False, now()
            session.add(row)
        if (row.kind, row.staff_id, row.is_started) == (kind, staff_id, False):
            row.files = [*row.files, *kept]
            row.report = {"refused": [*row.report.get("refused", []), *refused]}
    return refused


def start_job(
    brought_id: UUID,
    kind: str,
    *,
    staff_id: UUID | None,
    link: str,
    more: Mapping[str, Any] | None = None,
) -> UUID | None:
    """Start the job that reads what somebody brought, once; None when there is no file.

    Args:
        brought_id: What ``keep_files`` kept.
        kind: The job; its payload has ``brought`` and ``link``.
        staff_id: Who brought the files.
        link: Where to see what became of them.
        more: What else the job is told.
    """
    with local_writing() as session:
        row = session.get(Incoming, brought_id)
        if row is None or row.kind != kind or row.staff_id != staff_id:
            return None
        if not row.files and not row.is_started:
            return None
        row.is_started = True
    payload = {"brought": str(brought_id), "link": link} | dict(more or {})
    return jobs.start(kind, by=staff_id, payload=payload, key=str(brought_id))


def get_brought(brought_id: UUID, kind: str, *, staff_id: UUID | None) -> Incoming:
    """Return what somebody brought, or 404."""
    with reading() as session:
        row = session.get(Incoming, brought_id)
        if row is None or row.kind != kind or row.staff_id != staff_id:
            abort(404)
        session.expunge(row)
        return row


def list_brought(kind: str, *, staff_id: UUID | None) -> list[Incoming]:
    """Return the newest of what somebody brought."""
    statement = (
        select(Incoming)
        .where(Incoming.kind == kind, Incoming.staff_id == staff_id, Incoming.is_started)
        .order_by(Incoming.received_at.desc(), Incoming.id)
        .limit(LISTED)
    )
    with reading() as session:
        found = list(session.scalars(statement))
        session.expunge_all()
        return found


def files_of(brought_id: UUID) -> list[Kept]:
    """Return the files that wait for a job, in the order they came."""
    with reading() as session:
        row = session.get(Incoming, brought_id)
        files = row.files if row else []
    return [Kept(**{**each, "parts": tuple(each["parts"])}) for each in files]


def open_kept(kept: Kept) -> IO[bytes]:
    """Open a file that is kept; its parts are decrypted as they are read.

    Raises:
        FileNotFoundError: A part of it is gone.
    """
    return BufferedReader(_Parts(_store(), kept))


def read_kept(kept: Kept) -> bytes:
    """Return the whole content of a small file that is kept; errors as ``open_kept``."""
    with open_kept(kept) as stream:
        return stream.read()


def finish(brought_id: UUID, report: dict[str, Any]) -> None:
    """Say what became of the files, and drop them."""
    store = _store()
    with local_writing() as session:
        row = session.get_one(Incoming, brought_id)
        own = _parts_of([row])
        refused = [*row.report.get("refused", []), *report.get("refused", [])]
        row.report, row.files = report | {"refused": refused}, []
        others = _parts_of(session.scalars(select(Incoming)))  # the same file may wait twice
    for address in own - others:
        store.drop(address)


@jobs.kind(FORGET, "取り込まれなかったファイルの消去")
def _forget(_job: jobs.Running) -> Generator[jobs.Progress]:
    """Drop the files that no job read in time, and what was told of old ones."""
    limit = now() - _KEPT
    with local_writing() as session:
        session.execute(delete(Incoming).where(Incoming.received_at < limit))
    for path in files_in(_folder()):
        if path.stat().st_mtime < limit.timestamp():
            path.unlink(missing_ok=True)
    yield jobs.Progress(1, 1)


jobs.every(_FORGOTTEN_EVERY, FORGET)


class _Parts(RawIOBase):
    """A kept file as a stream; one part of it at a time is in memory."""

    def __init__(self, store: BlobStore, kept: Kept) -> None:
        self._store, self._kept, self._at = store, kept, 0
        self._number, self._part = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, offset + (0, self._at, self._kept.size)[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        into = memoryview(buffer).cast("B")
        found = self._from(self._at)[: len(into)]
        into[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _from(self, at: int) -> bytes:
        """Return what one part has from a place on; nothing behind the end."""
        number, begin = divmod(at, PART)
        if number >= len(self._kept.parts):
            return b""
        if number != self._number:
            part = self._store.get(self._kept.parts[number])
            if part is None:
                raise FileNotFoundError(self._kept.digest)
            self._number, self._part = number, part
        return self._part[begin:]


def _parts_of(rows: Iterable[Incoming]) -> set[str]:
    return {part for row in rows for each in row.files for part in each["parts"]}


def _keep(name: str, stream: IO[bytes], most_bytes: int) -> Kept:
    store, digest, size, parts = _store(), hashlib.sha256(), 0, []
    while raw := stream.read(PART):
        size += len(raw)
        if size > most_bytes:
            raise ValueError
        digest.update(raw)
        parts.append(store.put(raw))
    return Kept(name, digest.hexdigest(), size, tuple(parts))


def _store() -> BlobStore:
    return BlobStore(_folder(), _opened().subkey(FOLDER), PART)


def _folder() -> Path:
    return _opened().folder / FOLDER


def _opened() -> "OpenInstance":
    return cast("OpenInstance", current_app.extensions["instance"])
