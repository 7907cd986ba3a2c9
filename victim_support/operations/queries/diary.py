"""The diary (避難所日誌) of a shelter, day by day."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core.clock import JAPAN
from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.operations.models import DiaryEntry


def list_diary(shelter_id: UUID, day: date) -> list[DiaryEntry]:
    """Return what was written about one day, by the hour."""
    begin = datetime.combine(day, time(), JAPAN)
    statement = select(DiaryEntry).where(
        DiaryEntry.scope == current_scopes().core,
        DiaryEntry.is_withdrawn.is_(False),
        DiaryEntry.shelter_id == shelter_id,
        DiaryEntry.occurred_at >= begin,
        DiaryEntry.occurred_at < begin + timedelta(days=1),
    )
    return list(db.session.scalars(statement.order_by(DiaryEntry.occurred_at, DiaryEntry.id)))


def get_diary_entry(entry_id: UUID) -> DiaryEntry:
    """Return an entry or 404."""
    entry = db.session.get(DiaryEntry, (current_scopes().core, entry_id))
    return abort(404) if entry is None or entry.is_withdrawn else entry
