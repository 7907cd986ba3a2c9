"""Extracts on their way in: kept encrypted on this machine between the preview and the import."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec
from flask import abort
from sqlalchemy import delete

from victim_support.core import jobs
from victim_support.core.actor import name_of
from victim_support.core.clock import now
from victim_support.core.csv_io import CsvError
from victim_support.core.db import local_writing, reading
from victim_support.core.ids import new_id
from victim_support.residents.models import RegisterUpload
from victim_support.residents.rules.columns import MappingFile
from victim_support.residents.rules.coverage import Coverage
from victim_support.residents.rules.errors import RegisterFileError
from victim_support.residents.rules.report import ImportReport
from victim_support.residents.services.imports import import_in_steps

register_file_error = (CsvError, RegisterFileError)
TRY_OUT, IMPORT, FORGET = "residents.try_out", "residents.import", "residents.forget_uploads"

_KEPT = timedelta(days=1)
_FORGOTTEN_EVERY = 3600
_LISTED = 200
_READ_AT_ONCE = 5  # steps of a thousand rows that a page waits for: errors stand beside the field


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded extract: what importing it would do, or did once it is imported."""

    id: UUID
    file_name: str
    report: dict[str, Any]
    is_imported: bool

    @property
    def is_read(self) -> bool:
        """Say whether the whole file was tried out."""
        return bool(self.report)


def words_on_screen(error: CsvError | RegisterFileError) -> str:
    """Return what to say beside the field of the file."""
    return error.on_screen if isinstance(error, RegisterFileError) else str(error)


def keep_upload(
    *, staff_id: UUID | None, file_name: str, content: bytes, mapping: MappingFile
) -> UUID:
    """Try the beginning of an extract out, and keep it; a long one is tried out by a job.

    Raises:
        CsvError: The file is not readable text.
        RegisterFileError: It is no extract that may be read.
    """
    upload_id = new_id()
    steps = import_in_steps(
        BytesIO(content), file_name=file_name, imported_by="", mapping=mapping, is_dry_run=True
    )
    report = _first_steps(steps)
    with local_writing() as session:
        session.add(
            RegisterUpload(
                id=upload_id,
                staff_id=staff_id,
                file_name=file_name,
                content=content,
                mapping=msgspec.to_builtins(mapping),
                report=_short(report) if report else {},
                is_imported=False,
                uploaded_at=now(),
            )
        )
    if report is None:
        jobs.start(TRY_OUT, by=staff_id, payload={"upload": str(upload_id)}, key=str(upload_id))
    return upload_id


def get_upload(upload_id: UUID, *, staff_id: UUID | None) -> Upload:
    """Return the extract that this person uploaded, or 404."""
    with reading() as session:
        row = session.get(RegisterUpload, upload_id)
        if row is None or row.staff_id != staff_id:
            abort(404)
        return Upload(row.id, row.file_name, row.report, row.is_imported)


def find_upload_job(upload_id: UUID) -> UUID | None:
    """Return the job that reads or imports an extract right now."""
    found = (jobs.find_open(kind, str(upload_id)) for kind in (TRY_OUT, IMPORT))
    return next((job.id for job in found if job is not None), None)


def import_upload(upload_id: UUID, *, staff_id: UUID | None, coverage: Coverage | None) -> UUID:
    """Start the import of an uploaded extract, once, and return its job."""
    payload = {"upload": str(upload_id), "coverage": coverage}
    return jobs.start(IMPORT, by=staff_id, payload=payload, key=str(upload_id))


@jobs.kind(TRY_OUT, "住民データを試しに読む", restarts=True)
def _try_out(job: jobs.Running) -> Generator[jobs.Progress]:
    """Read a whole extract without writing, for its preview."""
    return _work(job, is_dry_run=True)


@jobs.kind(IMPORT, "住民データの取り込み", restarts=True)
def _import(job: jobs.Running) -> Generator[jobs.Progress]:
    """Import an extract; the file itself is not needed any more and goes."""
    return _work(job, is_dry_run=False)


@jobs.kind(FORGET, "古い抽出ファイルの消去")
def _forget(_job: jobs.Running) -> Generator[jobs.Progress]:
    """Drop the extracts that nobody imported within a day."""
    with local_writing() as session:
        session.execute(delete(RegisterUpload).where(RegisterUpload.uploaded_at < now() - _KEPT))
    yield jobs.Progress(1, 1)


jobs.every(_FORGOTTEN_EVERY, FORGET)


def _work(job: jobs.Running, *, is_dry_run: bool) -> Generator[jobs.Progress]:
    upload_id, given = UUID(job.payload["upload"]), job.payload.get("coverage")
    with reading() as session:
        row = session.get(RegisterUpload, upload_id)
        if row is None or row.is_imported:
            return
        content, file_name = row.content, row.file_name
        mapping = msgspec.convert(row.mapping, MappingFile)
    steps = import_in_steps(
        BytesIO(content),
        file_name=file_name,
        imported_by=name_of(job.started_by),
        mapping=mapping,
        coverage=Coverage(given) if given else None,
        is_dry_run=is_dry_run,
    )
    rows = content.count(b"\n")
    try:
        report = yield from _told(steps, rows=rows, has_index=not is_dry_run)
    except register_file_error as error:
        raise jobs.JobFailedError(words_on_screen(error)) from error
    _keep_report(upload_id, report)
    yield jobs.Progress(1, 1, link=f"/residents/imports/{upload_id}")


def _told(
    steps: Generator[int, None, ImportReport], *, rows: int, has_index: bool
) -> Generator[jobs.Progress, None, ImportReport]:
    """Turn steps into progress: first the rows of the file, then those of the index."""
    done, total = 0, rows * 2 if has_index else rows
    while True:
        try:
            done += next(steps)
        except StopIteration as end:
            report: ImportReport = end.value
            return report
        words = f"{rows}行を読んでいます。" if done < rows else "さがすための索引を作っています。"
        yield jobs.Progress(min(done, total), total, words)


def _keep_report(upload_id: UUID, report: ImportReport) -> None:
    with local_writing() as session:
        row = session.get_one(RegisterUpload, upload_id)
        row.report = _short(report)
        if not report.is_dry_run:
            row.content, row.is_imported = b"", True


def _first_steps(steps: Generator[int, None, ImportReport]) -> ImportReport | None:
    """Return the report of a short file, None when a long one is still being read."""
    try:
        for _ in range(_READ_AT_ONCE):
            next(steps)
    except StopIteration as end:
        report: ImportReport = end.value
        return report
    steps.close()
    return None


def _short(report: ImportReport) -> dict[str, Any]:
    """Return a report for the screen: all counts, the first lines of the lists."""
    shown = report.as_dict() | {"lacks_many": report.lacks_many}
    shown |= {f"{name}_count": len(shown[name]) for name in ("repaired", "refused")}
    return shown | {name: shown[name][:_LISTED] for name in ("repaired", "refused")}
