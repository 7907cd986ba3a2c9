"""Needs in detail of people, as long as they hold."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table
from victim_support.vulnerable.rules.needs import DetailKind


class NeedDetail(Synced):
    """One thing a person needs (配慮のくわしい記録), from when it was told until it is over.

    A row with a value is one tick; a row without is what is written beside the ticks of the kind.
    What is over stays, so that a report can ask for any moment.
    """

    __tablename__ = "need_details"
    __history__ = "needs.health"
    __sync__ = sync_table(130, ScopeKind.DISASTER)

    person_id: Mapped[UUID] = field(1, FieldClass.ORDINARY, index=True)
    kind: Mapped[DetailKind | str | None] = field(
        2, FieldClass.ORDINARY, type_=OpenEnum(DetailKind)
    )
    value: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    note: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    day: Mapped[date | None] = field(5, FieldClass.ORDINARY)
    told_by: Mapped[str | None] = field(6, FieldClass.ORDINARY)
    occurred_at: Mapped[datetime] = field(7, FieldClass.ORDINARY)
    ended_at: Mapped[datetime | None] = field(8, FieldClass.ORDINARY)
