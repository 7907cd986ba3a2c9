"""Photographs that came with applications from files: kept with them, then with the dwelling."""

import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO
from uuid import UUID

from werkzeug.datastructures import FileStorage

from victim_support.core import clock, images
from victim_support.core.db import db
from victim_support.core.ids import natural_id
from victim_support.core.scopes import current_scopes
from victim_support.counter.models import FiledApplication, FiledAttachment
from victim_support.counter.queries.filed import (
    find_rows,
    list_attachments_of,
    list_numbers,
)
from victim_support.counter.rules.attachments import (
    find_number,
    is_document,
    is_noise,
    is_picture,
    number_key,
    problem_of,
)
from victim_support.counter.rules.filed import FiledState
from victim_support.damage import photos
from victim_support.damage.models import Application

MOST_UNPACKED, MOST_PARTS = 200 << 20, 3000
NOTE = "オンライン申請の添付"
_NOT_WRITTEN = "このパソコンに書き込めません。空き容量を確かめてください。"
_TOO_MUCH = "まとめたファイルの中身が多すぎます(200 MB、3,000個まで)。分けてください。"
_NO_ARCHIVE = "まとめたファイル(ZIP)として読めません。"


class ArchiveError(Exception):
    """A ZIP file cannot be read; nothing of it was."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that was brought, with its folder, and how it is read."""

    path: str
    content: bytes = field(repr=False)
    problem: str = ""
    is_document: bool = False


@dataclass
class Brought:
    """What became of the files that somebody brought."""

    found: list[tuple[UUID, photos.Taken]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    documents: int = 0
    """Files in archives that are papers and tables, not pictures."""


def read_files(files: Iterable[FileStorage], *, number: str = "") -> Brought:
    """Find whose each picture is and store it; outside ``transaction()``, for it takes long.

    A file that is no picture, or nobody's, is refused by name, and the others are kept.

    Args:
        files: Pictures, or ZIP files with folders of them.
        number: The number of the application that all of them belong to; "" when their names,
            or those of their folders, say it.
    """
    known = {number_key(each): filed for each, filed in list_numbers()}
    brought, fixed = Brought(), known.get(number_key(number)) if number else None
    for file in files:
        name = file.filename or "名前のないファイル"
        try:
            for entry in _entries(name, file.stream):
                _read_one(entry, brought, known, fixed)
        except ArchiveError as error:
            brought.refused.append(f"{name}: {error}")
    return brought


def attach(found: Sequence[tuple[UUID, photos.Taken]], *, by: UUID | None) -> int:
    """Write pictures down with their applications; return how many are new.

    Of an application that is received already they become photographs of the dwelling at once.
    """
    count = 0
    for filed_id, taken in found:
        rows = find_rows(filed_id)
        filed = rows.get(current_scopes().sealed) or rows.get(current_scopes().core)
        if filed is None:
            continue
        dwelling_id = _dwelling_of(filed)
        if dwelling_id is not None:
            count += len(photos.add_photos(dwelling_id, [taken], note=NOTE, by=by))
        else:
            count += _wait(filed, taken, by)
    db.session.flush()
    return count


def give_to_dwelling(filed: FiledApplication, application: Application, *, by: UUID | None) -> None:
    """Make what came with an application photographs of its dwelling: it is received now."""
    waiting = list_attachments_of(filed.id, (current_scopes().core, current_scopes().sealed))
    taken = [
        photos.Taken(row.sha256, row.size, row.taken_at, row.latitude, row.longitude)
        for row in waiting
        if row.sha256
    ]
    photos.add_photos(application.dwelling_id, taken, note=NOTE, by=by)
    for row in waiting:
        row.is_withdrawn = True


def _wait(filed: FiledApplication, taken: photos.Taken, by: UUID | None) -> int:
    scopes = current_scopes()
    key = f"{filed.id}/{taken.address}"
    row_id = natural_id("filed-attachment", scopes.municipality, key)
    if db.session.get(FiledAttachment, (filed.scope, row_id)) is not None:
        return 0  # known, or left out by somebody: it does not come back by itself
    db.session.add(
        FiledAttachment(
            scope=filed.scope,
            id=row_id,
            filed_application_id=filed.id,
            sha256=taken.address,
            size=taken.size,
            media_type=images.MEDIA_TYPE,
            taken_at=taken.taken_at,
            latitude=taken.latitude,
            longitude=taken.longitude,
            added_by=by,
            added_at=clock.now(),
        )
    )
    db.session.flush()
    return 1


def _dwelling_of(filed: FiledApplication) -> UUID | None:
    if filed.state != FiledState.RECEIVED or filed.application_id is None:
        return None
    scopes = current_scopes()
    rows = (
        db.session.get(Application, (scope, filed.application_id))
        for scope in (scopes.sealed, scopes.core)
    )
    return next((row.dwelling_id for row in rows if row is not None), None)


def _read_one(
    entry: Entry, brought: Brought, known: Mapping[str, UUID], fixed: UUID | None
) -> None:
    if entry.is_document:
        brought.documents += 1
        return
    try:
        filed_id = fixed or find_number(entry.path, known)
    except LookupError:
        brought.refused.append(f"{entry.path}: 受付番号が2つ入っています。")
        return
    problem = entry.problem or ("" if filed_id else "取り込んだ申請の受付番号がありません。")
    try:
        if not problem and filed_id:
            picture = images.take_in(BytesIO(entry.content))
            brought.found.append((filed_id, photos.keep(picture)))
    except images.ImageError as error:
        problem = str(error)
    except OSError:
        problem = _NOT_WRITTEN
    if problem:
        brought.refused.append(f"{entry.path}: {problem}")


def _entries(name: str, stream: IO[bytes]) -> Iterator[Entry]:
    """Yield the files that were brought; of an archive each of its files.

    Raises:
        ArchiveError: An archive is broken, locked or too large.
    """
    if not name.lower().endswith(".zip"):
        yield Entry(name, stream.read(images.MOST_FILE_BYTES + 1), _kind_problem(name))
        return
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            size = sum(part.file_size for part in parts)
            if size > MOST_UNPACKED or len(parts) > MOST_PARTS:
                raise ArchiveError(_TOO_MUCH)
            for part in parts:
                if not is_noise(part.filename):
                    yield _entry(archive, part)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise ArchiveError(_NO_ARCHIVE) from error
    except (EOFError, OSError, ValueError) as error:
        raise ArchiveError(_NO_ARCHIVE) from error


def _entry(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Entry:
    is_link = stat.S_ISLNK(part.external_attr >> 16)
    problem = problem_of(part.filename, is_link=is_link) or _kind_problem(part.filename)
    if problem:
        return Entry(part.filename, b"", problem, is_document=is_document(part.filename))
    with archive.open(part) as opened:  # never more than it said, whatever it unpacks to
        return Entry(part.filename, opened.read(images.MOST_FILE_BYTES + 1))


def _kind_problem(path: str) -> str:
    return "" if is_picture(path) else "写真(JPEG・PNG)ではないので、取り込みません。"
