"""The queue of a day, applications that came as files, who was told of a changed grade.

Rows about an application of a protected person (支援措置) lie in the sealed scope.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.core.blobs import CERTIFICATE_EVIDENCE, holds_blobs
from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table
from victim_support.counter.rules.filed import FiledState
from victim_support.counter.rules.queue import CallOutcome
from victim_support.counter.rules.regrades import SupportState, TellMeans


class QueueDay(Synced):
    """The numbered slips (整理番号) of one machine on one day; nobody is named.

    ``handed_to`` is the last number that was handed out, as whoever stands at the door says.
    """

    __tablename__ = "queue_days"
    __sync__ = sync_table(185, ScopeKind.DISASTER)

    day: Mapped[date] = field(1, FieldClass.FACT)
    series: Mapped[str] = field(2, FieldClass.FACT, default="")
    printed_to: Mapped[int | None] = field(3, FieldClass.ORDINARY)
    handed_to: Mapped[int | None] = field(4, FieldClass.ORDINARY)
    opens_at: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    per_hour: Mapped[int | None] = field(6, FieldClass.ORDINARY)
    district: Mapped[str | None] = field(7, FieldClass.ORDINARY)


class QueueCall(Synced):
    """A number that was called to a window (呼び出し); id from day, series and number."""

    __tablename__ = "queue_calls"
    __sync__ = sync_table(186, ScopeKind.DISASTER)

    day: Mapped[date] = field(1, FieldClass.FACT, index=True)
    series: Mapped[str] = field(2, FieldClass.FACT, default="")
    number: Mapped[int] = field(3, FieldClass.FACT)
    window: Mapped[str | None] = field(4, FieldClass.COUPLED, group="call")
    called_at: Mapped[datetime | None] = field(5, FieldClass.COUPLED, group="call")
    called_by: Mapped[UUID | None] = field(6, FieldClass.COUPLED, group="call")
    outcome: Mapped[CallOutcome | str | None] = field(
        7, FieldClass.COUPLED, group="outcome", type_=OpenEnum(CallOutcome)
    )
    settled_at: Mapped[datetime | None] = field(8, FieldClass.COUPLED, group="outcome")


class FiledApplication(Synced):
    """An application that came in a file (紙・オンラインの申請), as received; id from its number.

    ``content`` is what the row said; it goes once the application is received, which holds it.
    """

    __tablename__ = "filed_applications"
    __history__ = "damage.apply"
    __sync__ = sync_table(187, ScopeKind.DISASTER)

    number: Mapped[str | None] = field(1, FieldClass.ORDINARY)
    digest: Mapped[str | None] = field(2, FieldClass.ORDINARY)
    content: Mapped[dict[str, Any] | None] = field(3, FieldClass.ORDINARY)
    state: Mapped[FiledState | str] = field(
        4,
        FieldClass.COUPLED,
        group="state",
        type_=OpenEnum(FiledState),
        default=FiledState.WAITING.value,
    )
    application_id: Mapped[UUID | None] = field(5, FieldClass.COUPLED, group="state")
    settled_at: Mapped[datetime | None] = field(6, FieldClass.COUPLED, group="state")
    settled_by: Mapped[UUID | None] = field(7, FieldClass.COUPLED, group="state")
    reason: Mapped[str | None] = field(8, FieldClass.COUPLED, group="state")
    taken_in_at: Mapped[datetime] = field(9, FieldClass.FACT)


class FiledAttachment(Synced):
    """What came with an application from a file; id from both and its content.

    A photograph waits until the application is received: from then on it is one of the dwelling.
    The page of a paper (``document`` is the digest of its PDF, ``page`` counts from 1) stays with
    the application, for it may tell more of the household than of the house.
    """

    __tablename__ = "filed_attachments"
    __history__ = "damage.apply"
    __sync__ = sync_table(248, ScopeKind.DISASTER)

    filed_application_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    sha256: Mapped[str | None] = field(2, FieldClass.ORDINARY)
    size: Mapped[int] = field(3, FieldClass.FACT)
    media_type: Mapped[str] = field(4, FieldClass.FACT, default="")
    taken_at: Mapped[datetime | None] = field(5, FieldClass.FACT)
    latitude: Mapped[float | None] = field(6, FieldClass.COUPLED, group="position")
    longitude: Mapped[float | None] = field(7, FieldClass.COUPLED, group="position")
    added_by: Mapped[UUID | None] = field(8, FieldClass.FACT)
    added_at: Mapped[datetime] = field(9, FieldClass.FACT)
    document: Mapped[str | None] = field(10, FieldClass.FACT)
    page: Mapped[int | None] = field(11, FieldClass.FACT)


holds_blobs(FiledAttachment, "sha256", CERTIFICATE_EVIDENCE)


class RegradeNotice(Synced):
    """That somebody was told of a changed grade (程度の変更の説明): appended, never changed."""

    __tablename__ = "regrade_notices"
    __history__ = "damage.read"
    __undo__ = False
    __sync__ = sync_table(188, ScopeKind.DISASTER)

    application_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    judgement_id: Mapped[UUID] = field(2, FieldClass.FACT)
    means: Mapped[TellMeans | str] = field(3, FieldClass.FACT, type_=OpenEnum(TellMeans))
    told_to: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    words: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    told_at: Mapped[datetime] = field(6, FieldClass.FACT)
    told_by: Mapped[UUID | None] = field(7, FieldClass.FACT)


class SupportCheck(Synced):
    """What the office of a support said of a household whose grade changed: appended.

    The newest of a support holds. ``support`` is a row of ``tables/support.toml``; no amount is
    reckoned with, ``note`` says what the office said.
    """

    __tablename__ = "support_checks"
    __history__ = "damage.read"
    __undo__ = False
    __sync__ = sync_table(249, ScopeKind.DISASTER)

    application_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    support: Mapped[str] = field(2, FieldClass.FACT, default="")
    state: Mapped[SupportState | str] = field(3, FieldClass.FACT, type_=OpenEnum(SupportState))
    note: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    checked_at: Mapped[datetime] = field(5, FieldClass.FACT)
    checked_by: Mapped[UUID | None] = field(6, FieldClass.FACT)
