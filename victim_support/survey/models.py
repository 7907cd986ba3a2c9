"""Planned visits to dwellings, and what teams met there.

Rows about the dwelling of a protected person's application (支援措置) lie in the sealed scope.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table
from victim_support.damage.rules import JudgementMethod
from victim_support.survey.rules import VisitResult


class SurveyVisit(Synced):
    """A planned visit to a dwelling (調査の予定): how, and by whom on which day.

    ``number`` stands on its sheet and opens it; it tells of nobody. A day or team given later
    replaces the slot; what was met before is in the outcomes.
    """

    __tablename__ = "survey_visits"
    __history__ = "survey.read"
    __sync__ = sync_table(160, ScopeKind.DISASTER)

    dwelling_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    number: Mapped[str] = field(2, FieldClass.FACT, default="", index=True)
    method: Mapped[JudgementMethod | str] = field(
        3, FieldClass.ORDINARY, type_=OpenEnum(JudgementMethod)
    )
    team: Mapped[str | None] = field(4, FieldClass.COUPLED, group="slot")
    day: Mapped[date | None] = field(5, FieldClass.COUPLED, group="slot")
    position: Mapped[int | None] = field(6, FieldClass.COUPLED, group="slot")
    assigned_at: Mapped[datetime | None] = field(7, FieldClass.COUPLED, group="slot")
    planned_at: Mapped[datetime] = field(8, FieldClass.FACT)
    planned_by: Mapped[UUID | None] = field(9, FieldClass.FACT)


class VisitOutcome(Synced):
    """What a team met at a dwelling (訪問の結果): appended, never changed."""

    __tablename__ = "visit_outcomes"
    __history__ = "survey.read"
    __undo__ = False
    __sync__ = sync_table(161, ScopeKind.DISASTER)

    visit_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    dwelling_id: Mapped[UUID] = field(2, FieldClass.FACT, index=True)
    result: Mapped[VisitResult | str] = field(3, FieldClass.FACT, type_=OpenEnum(VisitResult))
    visited_on: Mapped[date] = field(4, FieldClass.FACT)
    team: Mapped[str | None] = field(5, FieldClass.FACT)
    note: Mapped[str | None] = field(6, FieldClass.ORDINARY)
    judgement_id: Mapped[UUID | None] = field(7, FieldClass.FACT)
    entered_at: Mapped[datetime] = field(8, FieldClass.FACT)
    entered_by: Mapped[UUID | None] = field(9, FieldClass.FACT)
