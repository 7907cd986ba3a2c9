"""Reports as facts: what shelters told, what was published, sent, counted by hand, handed over."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table
from victim_support.reports.rules import (
    Crowding,
    Lifeline,
    LifelineState,
    ReliefKind,
    ReportKind,
    ReportWay,
)
from victim_support.victims.rules import label_of


class ShelterReport(Synced):
    """What a shelter told the headquarters at one time (避難所からの報告): never changed.

    The people are a head count of their own (``count_id``); who called and who took it stay with
    the report.
    """

    __tablename__ = "shelter_reports"
    __sync__ = sync_table(140, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    occurred_at: Mapped[datetime] = field(2, FieldClass.FACT)
    way: Mapped[ReportWay | str | None] = field(3, FieldClass.FACT, type_=OpenEnum(ReportWay))
    caller: Mapped[str | None] = field(4, FieldClass.FACT)
    caller_phone: Mapped[str | None] = field(5, FieldClass.FACT)
    taken_by: Mapped[UUID | None] = field(6, FieldClass.FACT)
    count_id: Mapped[UUID | None] = field(7, FieldClass.FACT)
    households: Mapped[int | None] = field(8, FieldClass.FACT)
    outside: Mapped[int | None] = field(9, FieldClass.FACT)
    injured: Mapped[int | None] = field(10, FieldClass.FACT)
    ill: Mapped[int | None] = field(11, FieldClass.FACT)
    crowding: Mapped[Crowding | str | None] = field(12, FieldClass.FACT, type_=OpenEnum(Crowding))
    power: Mapped[LifelineState | str | None] = field(
        13, FieldClass.FACT, type_=OpenEnum(LifelineState)
    )
    water: Mapped[LifelineState | str | None] = field(
        14, FieldClass.FACT, type_=OpenEnum(LifelineState)
    )
    gas: Mapped[LifelineState | str | None] = field(
        15, FieldClass.FACT, type_=OpenEnum(LifelineState)
    )
    telecom: Mapped[LifelineState | str | None] = field(
        16, FieldClass.FACT, type_=OpenEnum(LifelineState)
    )
    toilet: Mapped[LifelineState | str | None] = field(
        17, FieldClass.FACT, type_=OpenEnum(LifelineState)
    )
    requests: Mapped[str | None] = field(18, FieldClass.FACT)

    @property
    def lifelines(self) -> dict[str, str]:
        """Return what was said of each supply, by its word; what nobody said is left out."""
        said = {line: getattr(self, line.value) for line in Lifeline}
        return {line.label: label_of(state) for line, state in said.items() if state}


class PublishedReport(Synced):
    """A report as it was published (公表した報告): frozen, numbered, printed again for ever."""

    __tablename__ = "published_reports"
    __sync__ = sync_table(141, ScopeKind.DISASTER)

    kind: Mapped[ReportKind | str | None] = field(1, FieldClass.FACT, type_=OpenEnum(ReportKind))
    number: Mapped[int] = field(2, FieldClass.FACT)
    as_of: Mapped[datetime] = field(3, FieldClass.FACT)
    published_at: Mapped[datetime] = field(4, FieldClass.FACT)
    published_by: Mapped[UUID | None] = field(5, FieldClass.FACT)
    content: Mapped[Any] = field(6, FieldClass.FACT, type_=JSON(none_as_null=True))
    note: Mapped[str | None] = field(7, FieldClass.FACT)


class ReportTransfer(Synced):
    """That a published report was typed into another system or sent (転記・送付した)."""

    __tablename__ = "report_transfers"
    __sync__ = sync_table(142, ScopeKind.DISASTER)

    report_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    destination: Mapped[str | None] = field(2, FieldClass.FACT)
    sent_at: Mapped[datetime] = field(3, FieldClass.FACT)
    sent_by: Mapped[UUID | None] = field(4, FieldClass.FACT)
    note: Mapped[str | None] = field(5, FieldClass.FACT)


class DamageFigure(Synced):
    """A figure of 第4号様式 as somebody counted it at one time; the newest up to a time holds."""

    __tablename__ = "damage_figures"
    __sync__ = sync_table(143, ScopeKind.DISASTER)

    item: Mapped[str] = field(1, FieldClass.FACT, default="")
    value: Mapped[float] = field(2, FieldClass.FACT)
    as_of: Mapped[datetime] = field(3, FieldClass.FACT)
    told_by: Mapped[str | None] = field(4, FieldClass.FACT)
    recorded_by: Mapped[UUID | None] = field(5, FieldClass.FACT)


class ReliefEntry(Synced):
    """What was given or done on one day (災害救助法の記録), where stock does not say it."""

    __tablename__ = "relief_entries"
    __sync__ = sync_table(144, ScopeKind.DISASTER)

    kind: Mapped[ReliefKind | str | None] = field(1, FieldClass.FACT, type_=OpenEnum(ReliefKind))
    day: Mapped[date] = field(2, FieldClass.FACT)
    shelter_id: Mapped[UUID | None] = field(3, FieldClass.FACT)
    item: Mapped[str | None] = field(4, FieldClass.FACT)
    quantity: Mapped[float | None] = field(5, FieldClass.FACT)
    unit: Mapped[str | None] = field(6, FieldClass.FACT)
    people: Mapped[int | None] = field(7, FieldClass.FACT)
    note: Mapped[str | None] = field(8, FieldClass.FACT)
    recorded_by: Mapped[UUID | None] = field(9, FieldClass.FACT)


class Handover(Synced):
    """That one shift handed its work to the next (引継ぎ), with what it had to say."""

    __tablename__ = "handovers"
    __sync__ = sync_table(145, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID | None] = field(1, FieldClass.FACT, index=True)
    handed_at: Mapped[datetime] = field(2, FieldClass.FACT)
    handed_by: Mapped[UUID | None] = field(3, FieldClass.FACT)
    taken_by: Mapped[str | None] = field(4, FieldClass.FACT)
    note: Mapped[str | None] = field(5, FieldClass.FACT)
