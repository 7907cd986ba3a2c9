"""Whose each file is that came with applications, and what becomes of it, one after the other.

Each file is one short transaction, so that a broken one, a full disk or the end of the server
costs nothing of what was read; the same file once more adds nothing.
"""

import zipfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from uuid import UUID

from victim_support.core import images
from victim_support.core.blobs import address_of
from victim_support.core.db import db, transaction
from victim_support.core.pdf_pages import PdfError, draw_pages
from victim_support.counter.queries.filed import list_numbers
from victim_support.counter.rules.attachments import (
    find_number,
    is_paper,
    is_picture,
    is_table,
    number_key,
)
from victim_support.counter.services.archives import ArchiveError, Entry, Named, entries_of
from victim_support.counter.services.attachments import Found, attach
from victim_support.damage import photos

REASON = "オンライン申請の添付"
_NOT_WRITTEN = "このパソコンに書き込めません。空き容量を確かめてください。"
_BROKEN = "壊れていて読めません。"
_NEITHER = "写真(JPEG・PNG)でもPDFでもないので、取り込みません。"
_TWO_NUMBERS = "受付番号が2つ入っています。"
_NO_NUMBER = "取り込んだ申請の受付番号がありません。"


@dataclass(slots=True)
class Report:
    """What became of the files that somebody brought."""

    photos: int = 0
    papers: int = 0
    pages: int = 0
    new: int = 0
    """Pictures and pages that were not there yet."""
    tables: int = 0
    """Files in archives that say what the table of applications says already."""
    refused: list[str] = field(default_factory=list)


class _RefusedError(Exception):
    """A file is not taken in; the message says why."""


@dataclass(frozen=True, slots=True)
class _Bringing:
    """What the whole of the files is read with."""

    known: Mapping[str, UUID]
    fixed: UUID | None
    by: UUID | None
    report: Report


def take_in_all(
    files: Sequence[Named], *, number: str, by: UUID | None, report: Report, skip: int = 0
) -> Generator[int]:
    """Find whose each file is and take it in; yields how many are done, after every short step.

    Args:
        files: Pictures, papers, or archives with folders of them.
        number: The number of the application that all of them belong to; "" when their names,
            or those of their folders, say it.
        by: Who brought them.
        report: What became of them is added here.
        skip: So many were done before the server was cut off.
    """
    known = {number_key(each): filed for each, filed in list_numbers()}
    db.session.remove()
    bringing = _Bringing(known, known.get(number_key(number)) if number else None, by, report)
    done = 0
    for file in files:
        try:
            for entry in entries_of(file):
                if done >= skip:
                    for _page in _take_in(entry, bringing):
                        yield done
                done += 1
                yield done
        except ArchiveError as error:
            done += 1
            if done > skip:
                report.refused.append(f"{file.name}: {error}")
            yield done


def _take_in(entry: Entry, bringing: _Bringing) -> Iterator[int]:
    """Take one file in; yields after every page of a paper."""
    report = bringing.report
    if is_table(entry.path):
        report.tables += 1
        return
    try:
        filed_id = _owner(entry, bringing)
        if is_paper(entry.path):
            yield from _take_paper(filed_id, entry.read(), bringing)
        else:
            picture = images.take_in(BytesIO(entry.read()))
            report.new += _write([Found(filed_id, photos.keep(picture))], bringing)
            report.photos += 1
    except (_RefusedError, images.ImageError, PdfError) as error:
        report.refused.append(f"{entry.path}: {error}")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError):
        report.refused.append(f"{entry.path}: {_BROKEN}")
    except OSError:
        report.refused.append(f"{entry.path}: {_NOT_WRITTEN}")


def _owner(entry: Entry, bringing: _Bringing) -> UUID:
    if entry.problem:
        raise _RefusedError(entry.problem)
    if not is_picture(entry.path) and not is_paper(entry.path):
        raise _RefusedError(_NEITHER)
    try:
        found = bringing.fixed or find_number(entry.path, bringing.known)
    except LookupError as error:
        raise _RefusedError(_TWO_NUMBERS) from error
    if found is None:
        raise _RefusedError(_NO_NUMBER)
    return found


def _take_paper(filed_id: UUID, raw: bytes, bringing: _Bringing) -> Iterator[int]:
    """Take the pages of a paper in, all or none; the file itself is not kept."""
    document, found = address_of(raw), []
    for page, drawn in enumerate(draw_pages(raw), start=1):
        taken = photos.keep(images.take_in(BytesIO(drawn)))
        found.append(Found(filed_id, taken, document, page))
        yield page
    bringing.report.new += _write(found, bringing)
    bringing.report.papers += 1
    bringing.report.pages += len(found)


def _write(found: Sequence[Found], bringing: _Bringing) -> int:
    with transaction(reason=REASON):
        return attach(found, by=bringing.by)
