"""Tables on their way in: kept encrypted on this machine between the preview and the import.

A slice registers how its kind is imported::

    HOUSES = register(Importer("dwellings", "家屋台帳", targets, steps, "/houses/imports"))

and gets an upload that is tried out at once, or by a job when it is long, and a job that imports.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Protocol
from uuid import UUID

import msgspec
from flask import abort
from sqlalchemy import delete
from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core import jobs
from victim_support.core.actor import name_of
from victim_support.core.clock import now
from victim_support.core.csv_io import CsvError
from victim_support.core.db import LocalBase, local_writing, reading
from victim_support.core.ids import new_id
from victim_support.core.mapping.errors import ImportFileError, LayoutError
from victim_support.core.mapping.layouts import MappingFile
from victim_support.core.mapping.report import ImportReport
from victim_support.core.mapping.targets import Targets

file_error = (CsvError, ImportFileError)
FORGET = "imports.forget_uploads"

_KEPT = timedelta(days=1)
_FORGOTTEN_EVERY = 3600
_LISTED = 200
_READ_AT_ONCE = 5  # steps of a thousand rows that a page waits for: errors stand beside the field

Steps = Generator[int, None, ImportReport]


class ImportUpload(LocalBase):
    """A table that was uploaded and is looked at before it is imported; gone after a day."""

    __tablename__ = "import_uploads"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    staff_id: Mapped[UUID | None]
    file_name: Mapped[str]
    content: Mapped[bytes]
    mapping: Mapped[dict[str, Any]]
    profile: Mapped[str]
    report: Mapped[dict[str, Any]]
    problem: Mapped[str]
    is_imported: Mapped[bool]
    uploaded_at: Mapped[datetime]


class ImportSteps(Protocol):
    """Imports a table; yields how many rows were read since the step before."""

    def __call__(
        self,
        stream: BytesIO,
        *,
        file_name: str,
        imported_by: str,
        mapping: MappingFile,
        options: dict[str, Any],
        is_dry_run: bool,
    ) -> Steps:
        """Read all, write nothing in a dry run, and return the report."""


@dataclass(frozen=True, slots=True)
class Importer:
    """How one kind of table is imported over the screen."""

    kind: str
    title: str
    targets: Callable[[], Targets]
    steps: ImportSteps
    address: str
    """Of its pages; an upload is at ``{address}/{id}``."""
    passes: int = 1
    """How often rows are gone through: 2 when an index is made after them."""

    @property
    def try_out(self) -> str:
        """Return the kind of job that reads a long table for its preview."""
        return f"{self.kind}.try_out"

    @property
    def job(self) -> str:
        """Return the kind of job that imports."""
        return f"{self.kind}.import"


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded table: what importing it would do, or did once it is imported."""

    id: UUID
    file_name: str
    mapping: MappingFile
    profile: str
    report: dict[str, Any]
    problem: str
    is_imported: bool
    content: bytes = field(repr=False, default=b"")

    @property
    def is_read(self) -> bool:
        """Say whether the whole file was tried out."""
        return bool(self.report)


def register(importer: Importer) -> Importer:
    """Declare a kind of table, with its two kinds of jobs."""

    @jobs.kind(importer.try_out, f"{importer.title}を試しに読む", restarts=True)
    def _try_out(job: jobs.Running) -> Generator[jobs.Progress]:
        return _work(importer, job, is_dry_run=True)

    @jobs.kind(importer.job, f"{importer.title}の取り込み", restarts=True)
    def _import(job: jobs.Running) -> Generator[jobs.Progress]:
        return _work(importer, job, is_dry_run=False)

    return importer


def words_on_screen(error: CsvError | ImportFileError) -> str:
    """Return what to say beside the field of the file."""
    return error.on_screen if isinstance(error, ImportFileError) else str(error)


def keep_upload(
    importer: Importer,
    *,
    staff_id: UUID | None,
    file_name: str,
    content: bytes,
    mapping: MappingFile,
    profile: str = "",
) -> UUID:
    """Try the beginning of a table out, and keep it; a long one is tried out by a job.

    A table whose columns are not understood is kept, too, so that somebody can say what they are.

    Raises:
        CsvError: The file cannot be read.
        ImportFileError: It is no table that may be read.
    """
    upload_id = new_id()
    report, problem, is_long = _tried(importer, content, file_name, mapping)
    with local_writing() as session:
        session.add(
            ImportUpload(
                id=upload_id,
                kind=importer.kind,
                staff_id=staff_id,
                file_name=file_name,
                content=content,
                mapping=msgspec.to_builtins(mapping),
                profile=profile,
                report=report,
                problem=problem,
                is_imported=False,
                uploaded_at=now(),
            )
        )
    if is_long:
        _start_trying(importer, upload_id, staff_id)
    return upload_id


def read_again(
    importer: Importer, upload_id: UUID, *, staff_id: UUID | None, mapping: MappingFile
) -> None:
    """Try a kept table out by another mapping.

    Raises:
        CsvError: The file cannot be read that way.
        ImportFileError: The mapping is not right, or the table must not be read.
    """
    kept = get_upload(importer, upload_id, staff_id=staff_id)
    report, problem, is_long = _tried(importer, kept.content, kept.file_name, mapping)
    if problem:
        raise LayoutError(problem)
    with local_writing() as session:
        row = session.get_one(ImportUpload, upload_id)
        row.mapping, row.profile = msgspec.to_builtins(mapping), ""
        row.report, row.problem = report, ""
    if is_long:
        _start_trying(importer, upload_id, staff_id)


def get_upload(importer: Importer, upload_id: UUID, *, staff_id: UUID | None) -> Upload:
    """Return the table that this person uploaded, or 404."""
    with reading() as session:
        row = session.get(ImportUpload, upload_id)
        if row is None or row.staff_id != staff_id or row.kind != importer.kind:
            abort(404)
        mapping = msgspec.convert(row.mapping, MappingFile)
        return Upload(
            row.id,
            row.file_name,
            mapping,
            row.profile,
            row.report,
            row.problem,
            row.is_imported,
            row.content,
        )


def find_upload_job(importer: Importer, upload_id: UUID) -> UUID | None:
    """Return the job that reads or imports a table right now."""
    found = (jobs.find_open(kind, str(upload_id)) for kind in (importer.try_out, importer.job))
    return next((job.id for job in found if job is not None), None)


def import_upload(
    importer: Importer, upload_id: UUID, *, staff_id: UUID | None, options: dict[str, Any]
) -> UUID:
    """Start the import of an uploaded table, once, and return its job."""
    payload = {"upload": str(upload_id), "options": options}
    return jobs.start(importer.job, by=staff_id, payload=payload, key=str(upload_id))


def forget_all(kind: str) -> None:
    """Drop every upload of a kind, such as when a machine is wiped."""
    with local_writing() as session:
        session.execute(delete(ImportUpload).where(ImportUpload.kind == kind))


@jobs.kind(FORGET, "古い取り込みファイルの消去")
def _forget(_job: jobs.Running) -> Generator[jobs.Progress]:
    """Drop the tables that nobody imported within a day."""
    with local_writing() as session:
        session.execute(delete(ImportUpload).where(ImportUpload.uploaded_at < now() - _KEPT))
    yield jobs.Progress(1, 1)


jobs.every(_FORGOTTEN_EVERY, FORGET)


def _start_trying(importer: Importer, upload_id: UUID, staff_id: UUID | None) -> None:
    payload = {"upload": str(upload_id)}
    jobs.start(importer.try_out, by=staff_id, payload=payload, key=str(upload_id))


def _tried(
    importer: Importer, content: bytes, file_name: str, mapping: MappingFile
) -> tuple[dict[str, Any], str, bool]:
    """Return the report of a short table, why it is not understood, whether it is a long one."""
    steps = importer.steps(
        BytesIO(content),
        file_name=file_name,
        imported_by="",
        mapping=mapping,
        options={},
        is_dry_run=True,
    )
    try:
        for _ in range(_READ_AT_ONCE):
            next(steps)
    except StopIteration as end:
        return _short(end.value), "", False
    except LayoutError as error:
        return {}, error.on_screen, False
    steps.close()
    return {}, "", True


def _work(importer: Importer, job: jobs.Running, *, is_dry_run: bool) -> Generator[jobs.Progress]:
    upload_id = UUID(job.payload["upload"])
    with reading() as session:
        row = session.get(ImportUpload, upload_id)
        if row is None or row.is_imported:
            return
        content, file_name = row.content, row.file_name
        mapping = msgspec.convert(row.mapping, MappingFile)
    steps = importer.steps(
        BytesIO(content),
        file_name=file_name,
        imported_by=name_of(job.started_by),
        mapping=mapping,
        options=job.payload.get("options") or {},
        is_dry_run=is_dry_run,
    )
    passes = 1 if is_dry_run else importer.passes
    rows = 0 if content.startswith(b"PK") else content.count(b"\n")  # nobody knows of a workbook
    try:
        report = yield from _told(steps, rows=rows, passes=passes)
    except file_error as error:
        raise jobs.JobFailedError(words_on_screen(error)) from error
    _keep_report(upload_id, report)
    yield jobs.Progress(1, 1, link=f"{importer.address}/{upload_id}")


def _told(steps: Steps, *, rows: int, passes: int) -> Generator[jobs.Progress, None, ImportReport]:
    """Turn steps into progress: first the rows of the file, then those of the index."""
    done, total = 0, rows * passes
    while True:
        try:
            done += next(steps)
        except StopIteration as end:
            report: ImportReport = end.value
            return report
        is_reading = done < rows or passes == 1 or not rows
        words = f"{done}行を読みました。" if is_reading else "さがすための索引を作っています。"
        yield jobs.Progress(min(done, total), total, words)


def _keep_report(upload_id: UUID, report: ImportReport) -> None:
    with local_writing() as session:
        row = session.get_one(ImportUpload, upload_id)
        row.report = _short(report)
        if not report.is_dry_run:
            row.content, row.is_imported = b"", True


def _short(report: ImportReport) -> dict[str, Any]:
    """Return a report for the screen: all counts, the first lines of the lists."""
    shown = report.as_dict()
    lists: Sequence[str] = [name for name, value in shown.items() if isinstance(value, list)]
    shown |= {f"{name}_count": len(shown[name]) for name in lists}
    return shown | {name: shown[name][:_LISTED] for name in lists}
