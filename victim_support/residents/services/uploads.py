"""Extracts on their way in: kept encrypted on this machine between the preview and the import."""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec
from flask import abort
from sqlalchemy import delete

from victim_support.core.clock import now
from victim_support.core.csv_io import CsvError
from victim_support.core.db import local_writing, reading
from victim_support.core.ids import new_id
from victim_support.residents.models import RegisterUpload
from victim_support.residents.rules.columns import LayoutError, MappingFile
from victim_support.residents.rules.report import ImportReport
from victim_support.residents.services.imports import IndividualNumberError, import_residents

register_file_error = (CsvError, LayoutError, IndividualNumberError)

_KEPT = timedelta(days=1)
_LISTED = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded extract: what importing it would do, or did once it is imported."""

    id: UUID
    file_name: str
    report: dict[str, Any]
    is_imported: bool


def keep_upload(
    *, staff_id: UUID | None, staff_name: str, file_name: str, content: bytes, mapping: MappingFile
) -> UUID:
    """Try an extract out without writing, and keep it for the import; older ones go.

    Raises:
        CsvError: The file is not readable text.
        LayoutError: Its columns are not understood.
        IndividualNumberError: A column passes as individual numbers (個人番号) as a whole.
    """
    report = import_residents(
        BytesIO(content),
        file_name=file_name,
        imported_by=staff_name,
        mapping=mapping,
        is_dry_run=True,
    )
    upload_id, moment = new_id(), now()
    with local_writing() as session:
        session.execute(delete(RegisterUpload).where(RegisterUpload.uploaded_at < moment - _KEPT))
        session.add(
            RegisterUpload(
                id=upload_id,
                staff_id=staff_id,
                file_name=file_name,
                content=content,
                mapping=msgspec.to_builtins(mapping),
                report=_short(report),
                is_imported=False,
                uploaded_at=moment,
            )
        )
    return upload_id


def get_upload(upload_id: UUID, *, staff_id: UUID | None) -> Upload:
    """Return the extract that this person uploaded, or 404."""
    with reading() as session:
        row = session.get(RegisterUpload, upload_id)
        if row is None or row.staff_id != staff_id:
            abort(404)
        return Upload(row.id, row.file_name, row.report, row.is_imported)


def import_upload(upload_id: UUID, *, staff_id: UUID | None, staff_name: str) -> None:
    """Import an uploaded extract once; the file itself is not needed any more and goes."""
    if get_upload(upload_id, staff_id=staff_id).is_imported:
        return
    with reading() as session:
        row = session.get_one(RegisterUpload, upload_id)
        file_name, content = row.file_name, row.content
        mapping = msgspec.convert(row.mapping, MappingFile)
    report = import_residents(
        BytesIO(content), file_name=file_name, imported_by=staff_name, mapping=mapping
    )
    with local_writing() as session:
        row = session.get_one(RegisterUpload, upload_id)
        row.report, row.content, row.is_imported = _short(report), b"", True


def _short(report: ImportReport) -> dict[str, Any]:
    """Return a report for the screen: all counts, the first lines of the lists."""
    shown = report.as_dict()
    shown |= {f"{name}_count": len(shown[name]) for name in ("repaired", "refused")}
    return shown | {name: shown[name][:_LISTED] for name in ("repaired", "refused")}
