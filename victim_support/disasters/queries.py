"""Reads of disasters: all, the open ones, the one that is worked on."""

from collections.abc import Sequence
from datetime import date

from flask import abort
from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.context import Choice
from victim_support.core.dates import long_time
from victim_support.core.db import db
from victim_support.core.scopes import Scopes, current_scopes
from victim_support.core.settings import setting
from victim_support.disasters.models import Disaster, disaster_id
from victim_support.disasters.rules import DisasterKind, last_day_kept
from victim_support.journal.wording import tell_values

KEPT_MONTHS = "disaster.kept_months"

tell_values("disasters", "kinds", {kind.value: kind.label for kind in DisasterKind}.get)


def list_disasters(scopes: Scopes | None = None, *, open_only: bool = False) -> list[Disaster]:
    """Return the disasters of the municipality, newest first."""
    scopes = scopes or current_scopes()
    statement = select(Disaster).where(
        Disaster.scope == scopes.base, Disaster.is_withdrawn.is_(False)
    )
    if open_only:
        statement = statement.where(Disaster.closed_at.is_(None))
    return list(db.session.scalars(statement.order_by(Disaster.key.desc())))


def find_disaster(key: str | None, scopes: Scopes | None = None) -> Disaster | None:
    """Return a disaster by its key, or None."""
    if not key:
        return None
    scopes = scopes or current_scopes()
    row = db.session.get(Disaster, (scopes.base, disaster_id(scopes.municipality, key)))
    return None if row is None or row.is_withdrawn else row


def get_disaster(key: str) -> Disaster:
    """Return a disaster by its key or 404."""
    return find_disaster(key) or abort(404)


def get_current_disaster(scopes: Scopes | None = None) -> Disaster | None:
    """Return the disaster this login or command works on, or None when none is chosen."""
    scopes = scopes or current_scopes()
    return find_disaster(scopes.disaster, scopes)


def get_last_day_kept(disaster: Disaster) -> date | None:
    """Return until when machines other than the headquarters keep the records of a disaster.

    None while its work goes on, and where the town has not decided.
    """
    months = setting(KEPT_MONTHS)
    if disaster.closed_at is None or months is None:
        return None
    return last_day_kept(clock.local(disaster.closed_at).date(), months)


def overdue_of(disasters: Sequence[Disaster]) -> list[Disaster]:
    """Return of all disasters those whose records have to go from a machine; none during work."""
    if any(disaster.is_open for disaster in disasters):
        return []
    return [each for each in disasters if (get_last_day_kept(each) or date.max) < clock.today()]


def find_command_disaster(municipality: str, key: str | None = None) -> str | None:
    """Return the key of the named disaster, else of the newest open one, else None."""
    scopes = Scopes(municipality)
    if key:
        found = find_disaster(key, scopes)
        return found.key if found else None
    return next((disaster.key for disaster in list_disasters(scopes, open_only=True)), None)


def disaster_choices() -> list[Choice]:
    """Return the open disasters for the page head and the login, newest first."""
    return [
        Choice(disaster.key, disaster.name, started_text(disaster))
        for disaster in list_disasters(open_only=True)
    ]


def started_text(disaster: Disaster) -> str:
    """Return when the disaster began, in both calendars and with the time."""
    return long_time(disaster.started_at) if disaster.started_at else ""
