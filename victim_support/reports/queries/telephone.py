"""What shelters told, when anybody last heard of each, and who has not reported (未報告)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.core.settings import setting
from victim_support.reports.models import ShelterReport
from victim_support.shelters.models import HeadCount, Shelter
from victim_support.shelters.queries import ShelterState, list_states

DEFAULT_INTERVAL = 6
"""Hours after which a shelter is asked again, until the municipality says otherwise."""


def report_interval() -> timedelta:
    """Return how long a shelter may be silent before it is called."""
    hours = setting("report_interval_hours", DEFAULT_INTERVAL)
    return timedelta(hours=hours if isinstance(hours, int) and hours > 0 else DEFAULT_INTERVAL)


def list_shelter_reports(
    shelter_id: UUID | None = None, *, until: datetime | None = None
) -> list[ShelterReport]:
    """Return what shelters told, newest first: one shelter's or all."""
    scopes = current_scopes()
    if scopes.disaster is None:
        return []
    statement = select(ShelterReport).where(
        ShelterReport.scope == scopes.core, ShelterReport.is_withdrawn.is_(False)
    )
    if shelter_id is not None:
        statement = statement.where(ShelterReport.shelter_id == shelter_id)
    if until is not None:
        statement = statement.where(ShelterReport.occurred_at <= until)
    newest_first = (ShelterReport.occurred_at.desc(), ShelterReport.id.desc())
    return list(db.session.scalars(statement.order_by(*newest_first)))


def latest_shelter_reports(at: datetime) -> dict[UUID, ShelterReport]:
    """Return the last report of each shelter up to a moment."""
    latest: dict[UUID, ShelterReport] = {}
    for report in list_shelter_reports(until=at):
        latest.setdefault(report.shelter_id, report)
    return latest


@dataclass(frozen=True, slots=True)
class Contact:
    """A shelter in use, and when it last gave a number or a word."""

    shelter: Shelter
    status_label: str
    head_count: HeadCount | None
    report: ShelterReport | None
    is_late: bool

    @property
    def heard_at(self) -> datetime | None:
        """Return when it was last heard of, or None while it has said nothing."""
        times = [one.occurred_at for one in (self.head_count, self.report) if one]
        return max(times, default=None)

    @property
    def phone(self) -> str:
        """Return the number to call: the caller's of the last time, else the shelter's own."""
        told = self.report.caller_phone if self.report else None
        return told or self.shelter.phone or ""

    @property
    def caller(self) -> str:
        return (self.report.caller if self.report else None) or ""


def list_contacts() -> list[Contact]:
    """Return the shelters to hear from: those that are late first, the longest silent on top."""
    now = clock.now()
    told = latest_shelter_reports(now)
    late_before = now - report_interval()
    contacts = [
        _contact(state, told.get(state.shelter.id), late_before)
        for state in list_states()
        if _is_in_use(state)
    ]
    return sorted(contacts, key=_silence)


def _is_in_use(state: ShelterState) -> bool:
    """Tell whether it is open, or has people though nobody said that it is open."""
    if state.operation is not None:
        return state.is_open
    return state.head_count is not None and state.head_count.count > 0


def _contact(state: ShelterState, report: ShelterReport | None, late_before: datetime) -> Contact:
    made = Contact(state.shelter, state.status_label, state.head_count, report, is_late=False)
    heard = made.heard_at
    is_late = heard is None or heard < late_before
    return Contact(state.shelter, state.status_label, state.head_count, report, is_late)


def _silence(contact: Contact) -> tuple[bool, float, str]:
    heard = contact.heard_at
    return not contact.is_late, heard.timestamp() if heard else 0.0, contact.shelter.name
