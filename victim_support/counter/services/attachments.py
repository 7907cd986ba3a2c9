"""What came with applications from files: kept with them, photographs then with the dwelling."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from victim_support.core import clock, images
from victim_support.core.db import db
from victim_support.core.ids import natural_id
from victim_support.core.scopes import current_scopes
from victim_support.counter.models import FiledApplication, FiledAttachment
from victim_support.counter.queries.filed import find_rows, list_attachments_of
from victim_support.counter.rules.filed import FiledState
from victim_support.damage import photos
from victim_support.damage.models import Application

NOTE = "オンライン申請の添付"


@dataclass(frozen=True, slots=True)
class Found:
    """A picture that is in the store, and whose it is; of a paper, which page of which."""

    filed_id: UUID
    taken: photos.Taken
    document: str = ""
    page: int | None = None


def attach(found: Sequence[Found], *, by: UUID | None) -> int:
    """Write pictures down with their applications; return how many are new.

    Photographs of an application that is received already become the dwelling's at once.
    """
    count = 0
    for one in found:
        rows = find_rows(one.filed_id)
        filed = rows.get(current_scopes().sealed) or rows.get(current_scopes().core)
        if filed is None:
            continue
        dwelling_id = _dwelling_of(filed) if one.page is None else None
        if dwelling_id is not None:
            count += len(photos.add_photos(dwelling_id, [one.taken], note=NOTE, by=by))
        else:
            count += _wait(filed, one, by)
    db.session.flush()
    return count


def give_to_dwelling(filed: FiledApplication, application: Application, *, by: UUID | None) -> None:
    """Make photographs that came with an application those of its dwelling: it is received now."""
    rows = list_attachments_of(filed.id, (current_scopes().core, current_scopes().sealed))
    waiting = [row for row in rows if row.page is None]
    taken = [
        photos.Taken(row.sha256, row.size, row.taken_at, row.latitude, row.longitude)
        for row in waiting
        if row.sha256
    ]
    photos.add_photos(application.dwelling_id, taken, note=NOTE, by=by)
    for row in waiting:
        row.is_withdrawn = True


def leave_out(attachment: FiledAttachment) -> None:
    """Take a photograph off an application, or a paper with all its pages; the record stays."""
    rows = [attachment]
    if attachment.document:
        every = list_attachments_of(attachment.filed_application_id, (attachment.scope,))
        rows = [row for row in every if row.document == attachment.document]
    for row in rows:
        row.is_withdrawn = True


def _wait(filed: FiledApplication, found: Found, by: UUID | None) -> int:
    scopes, taken = current_scopes(), found.taken
    content = taken.address if found.page is None else f"{found.document}/{found.page}"
    row_id = natural_id("filed-attachment", scopes.municipality, f"{filed.id}/{content}")
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
            document=found.document or None,
            page=found.page,
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
