"""Lists on their way in: kept on this machine between the preview and the import."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import abort
from sqlalchemy import delete

from victim_support.core.clock import now
from victim_support.core.db import local_writing, reading
from victim_support.core.ids import new_id
from victim_support.shelters.models import ShelterUpload
from victim_support.shelters.rules import ParsedFile
from victim_support.shelters.services.imports import read_list

_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded list, and what its import did once it is imported."""

    id: UUID
    file_name: str
    content: bytes
    as_of: datetime | None
    report: dict[str, Any] | None

    def parsed(self) -> ParsedFile:
        """Return the understood rows of the list."""
        return read_list(BytesIO(self.content), as_of=self.as_of)


def keep_upload(
    *, staff_id: UUID | None, file_name: str, content: bytes, as_of: datetime | None
) -> UUID:
    """Keep a list for its preview; lists of earlier days go."""
    upload_id, moment = new_id(), now()
    with local_writing() as session:
        session.execute(delete(ShelterUpload).where(ShelterUpload.uploaded_at < moment - _KEPT))
        session.add(
            ShelterUpload(
                id=upload_id,
                staff_id=staff_id,
                file_name=file_name,
                content=content,
                as_of=as_of,
                uploaded_at=moment,
            )
        )
    return upload_id


def get_upload(upload_id: UUID, *, staff_id: UUID | None) -> Upload:
    """Return the list that this person uploaded, or 404."""
    with reading() as session:
        row = session.get(ShelterUpload, upload_id)
        if row is None or row.staff_id != staff_id:
            abort(404)
        return Upload(row.id, row.file_name, row.content, row.as_of, row.report)


def keep_report(upload_id: UUID, report: dict[str, Any]) -> None:
    """Keep what the import did; the list itself is not needed any more."""
    with local_writing() as session:
        row = session.get_one(ShelterUpload, upload_id)
        row.report, row.content = report, b""
