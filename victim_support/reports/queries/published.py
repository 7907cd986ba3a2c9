"""Published reports, what is known otherwise since, and where they were sent."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import func, select

from victim_support.core.actor import name_of
from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.reports.models import PublishedReport, ReportTransfer
from victim_support.reports.queries.damage import damage_situation
from victim_support.reports.queries.figures import live_situation
from victim_support.reports.rules import (
    Correction,
    ReportKind,
    Situation,
    corrections,
    from_content,
)
from victim_support.victims.rules import label_of


@dataclass(frozen=True, slots=True)
class Published:
    """A published report with what it said and where it went."""

    row: PublishedReport
    transfers: tuple[ReportTransfer, ...]
    is_doubled: bool = False
    """Another machine published one of the same kind under the same number."""

    @property
    def id(self) -> UUID:
        return self.row.id

    @property
    def title(self) -> str:
        """Return kind and number: 状況報告 第3報."""
        return f"{label_of(self.row.kind)} 第{self.row.number}報"

    @property
    def by(self) -> str:
        return name_of(self.row.published_by)

    @property
    def situation(self) -> Situation:
        """Return what was said, as it was frozen."""
        return from_content(self.row.content)

    @property
    def is_sent(self) -> bool:
        return bool(self.transfers)


def list_published(kind: ReportKind | None = None) -> list[Published]:
    """Return the published reports, the newest first; of one kind or all."""
    scopes = current_scopes()
    if scopes.disaster is None:
        return []
    statement = select(PublishedReport).where(
        PublishedReport.scope == scopes.core, PublishedReport.is_withdrawn.is_(False)
    )
    newest_first = (PublishedReport.published_at.desc(), PublishedReport.id.desc())
    rows = [
        row
        for row in db.session.scalars(statement.order_by(*newest_first))
        if kind is None or row.kind == kind
    ]
    sent = list_transfers()
    numbers = [(row.kind, row.number) for row in rows]
    return [
        Published(row, tuple(sent[row.id]), numbers.count((row.kind, row.number)) > 1)
        for row in rows
    ]


def find_last_published(kind: ReportKind) -> Published | None:
    """Return the last published report of a kind, or None."""
    return next(iter(list_published(kind)), None)


def get_published(report_id: UUID) -> Published:
    """Return a published report or 404."""
    found = [one for one in list_published() if one.id == report_id]
    return found[0] if found else abort(404)


def list_transfers() -> dict[UUID, list[ReportTransfer]]:
    """Return where each report was sent, oldest first."""
    statement = (
        select(ReportTransfer)
        .where(
            ReportTransfer.scope == current_scopes().core,
            ReportTransfer.is_withdrawn.is_(False),
        )
        .order_by(ReportTransfer.sent_at, ReportTransfer.id)
    )
    sent: dict[UUID, list[ReportTransfer]] = defaultdict(list)
    for row in db.session.scalars(statement):
        sent[row.report_id].append(row)
    return sent


def next_number(kind: ReportKind) -> int:
    """Return the number of the next report of a kind; a withdrawn one keeps its number."""
    statement = select(func.max(PublishedReport.number)).where(
        PublishedReport.scope == current_scopes().core, PublishedReport.kind == kind
    )
    return (db.session.scalar(statement) or 0) + 1


def live_of(published: Published) -> Situation:
    """Return what the ledger says today about the moment of a published report."""
    if published.row.kind == ReportKind.DAMAGE:
        return damage_situation(published.row.as_of)
    return live_situation(published.row.as_of)


def list_corrections(published: Published) -> list[Correction]:
    """Return what is known otherwise today than it was published (訂正)."""
    return corrections(published.situation, live_of(published))


def list_changes_since_sent(published: Published) -> list[Correction] | None:
    """Return what is new against the report sent before; None when none was sent."""
    earlier = [
        one
        for one in list_published()
        if one.row.kind == published.row.kind
        and one.is_sent
        and one.row.published_at < published.row.published_at
    ]
    return corrections(earlier[0].situation, published.situation) if earlier else None
