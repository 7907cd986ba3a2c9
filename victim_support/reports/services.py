"""Writes of reports: what shelters told, what was published, sent, counted by hand, handed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from victim_support.core import clock
from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.reports.models import (
    DamageFigure,
    Handover,
    PublishedReport,
    ReliefEntry,
    ReportTransfer,
    ShelterReport,
)
from victim_support.reports.queries import damage_situation, live_situation, next_number
from victim_support.reports.rules import (
    Crowding,
    Lifeline,
    LifelineState,
    ReliefKind,
    ReportKind,
    ReportWay,
    to_content,
)
from victim_support.shelters.rules import HeadCountSource
from victim_support.shelters.services import record_head_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a shelter told; what it did not tell is None."""

    way: ReportWay
    people: int | None = None
    caller: str = ""
    caller_phone: str = ""
    households: int | None = None
    outside: int | None = None
    injured: int | None = None
    ill: int | None = None
    crowding: Crowding | None = None
    lifelines: Mapping[Lifeline, LifelineState] | None = None
    requests: str = ""


def record_shelter_report(*, shelter_id: UUID, told: Told, at: datetime) -> ShelterReport:
    """Write down what a shelter told at a time; its people are a head count of that time."""
    count_id = None
    if told.people is not None:
        count_id = record_head_count(
            shelter_id=shelter_id,
            count=told.people,
            occurred_at=at,
            counted_by=told.caller,
            source=_source(told.way),
        ).id
    report = ShelterReport(
        scope=current_scopes().core,
        id=new_id(),
        shelter_id=shelter_id,
        occurred_at=at,
        way=told.way,
        caller=told.caller or None,
        caller_phone=told.caller_phone or None,
        taken_by=current_actor_id(),
        count_id=count_id,
        households=told.households,
        outside=told.outside,
        injured=told.injured,
        ill=told.ill,
        crowding=told.crowding,
        requests=told.requests or None,
        **{line.value: state for line, state in (told.lifelines or {}).items()},
    )
    db.session.add(report)
    return report


def _source(way: ReportWay) -> HeadCountSource:
    return HeadCountSource.ROLL_CALL if way is ReportWay.SCREEN else HeadCountSource.PHONE


def publish_report(*, kind: ReportKind, as_of: datetime, note: str = "") -> PublishedReport:
    """Freeze what the ledger says of a moment, under the next number of its kind (第n報)."""
    situation = damage_situation(as_of) if kind is ReportKind.DAMAGE else live_situation(as_of)
    report = PublishedReport(
        scope=current_scopes().core,
        id=new_id(),
        kind=kind,
        number=next_number(kind),
        as_of=as_of,
        published_at=clock.now(),
        published_by=current_actor_id(),
        content=to_content(situation),
        note=note or None,
    )
    db.session.add(report)
    return report


def mark_report_sent(
    *, report_id: UUID, destination: str, sent_at: datetime, note: str = ""
) -> ReportTransfer:
    """Write down that a published report was typed into another system or sent."""
    transfer = ReportTransfer(
        scope=current_scopes().core,
        id=new_id(),
        report_id=report_id,
        destination=destination or None,
        sent_at=sent_at,
        sent_by=current_actor_id(),
        note=note or None,
    )
    db.session.add(transfer)
    return transfer


def record_damage_figures(
    *, values: Mapping[str, float], as_of: datetime, told_by: str = ""
) -> list[DamageFigure]:
    """Write down figures of 第4号様式 as somebody counted them, by the keys of the form's rows."""
    figures = [
        DamageFigure(
            scope=current_scopes().core,
            id=new_id(),
            item=item,
            value=float(value),
            as_of=as_of,
            told_by=told_by or None,
            recorded_by=current_actor_id(),
        )
        for item, value in values.items()
    ]
    db.session.add_all(figures)
    return figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given or done on one day."""

    kind: ReliefKind
    day: date
    item: str
    quantity: float | None = None
    unit: str = ""
    people: int | None = None
    note: str = ""


def record_relief(*, given: Given, shelter_id: UUID | None = None) -> ReliefEntry:
    """Write down what was given or done on one day (災害救助法の記録)."""
    entry = ReliefEntry(
        scope=current_scopes().core,
        id=new_id(),
        kind=given.kind,
        day=given.day,
        shelter_id=shelter_id,
        item=given.item,
        quantity=given.quantity,
        unit=given.unit or None,
        people=given.people,
        note=given.note or None,
        recorded_by=current_actor_id(),
    )
    db.session.add(entry)
    return entry


def hand_over(*, shelter_id: UUID, taken_by: str = "", note: str = "") -> Handover:
    """Write down that a shift handed over (引継ぎ) now, and what it had to say."""
    handover = Handover(
        scope=current_scopes().core,
        id=new_id(),
        shelter_id=shelter_id,
        handed_at=clock.now(),
        handed_by=current_actor_id(),
        taken_by=taken_by or None,
        note=note or None,
    )
    db.session.add(handover)
    return handover
