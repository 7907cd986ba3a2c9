"""Planned visits to dwellings, and what teams met there.

Rows about the dwelling of a protected person's application (支援措置) lie in the sealed scope.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.core.blobs import CERTIFICATE_EVIDENCE, holds_blobs
from victim_support.core.db import (
    FieldClass,
    OpenEnum,
    ScopeKind,
    Synced,
    field,
    sync_table,
)
from victim_support.damage.rules import JudgementMethod
from victim_support.survey.rules import PhotoDoubt, VisitResult


class SurveyVisit(Synced):
    """A planned visit to a dwelling (調査の予定): how, and by whom on which day.

    ``number`` stands on its sheet and opens it; it tells of nobody. A day or team given later
    replaces the slot; what was met before is in the outcomes. A household that does not agree with
    a judgement asks for the next visit (再調査の申出): its application, why, and who took it.
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
    application_id: Mapped[UUID | None] = field(10, FieldClass.COUPLED, group="request")
    reason: Mapped[str | None] = field(11, FieldClass.COUPLED, group="request")
    requested_at: Mapped[datetime | None] = field(12, FieldClass.COUPLED, group="request")
    requested_by: Mapped[UUID | None] = field(13, FieldClass.COUPLED, group="request")


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


class IncomingPhoto(Synced):
    """One picture of a camera's card (カードの写真): taken in, then given to a dwelling.

    Its id comes from the content of the camera's file, so that the same file is one row on every
    machine. Once it is given to a dwelling, only the photograph there (``photo_id``) names the
    picture, so that erasing it there leaves nothing here. ``code`` is what the QR in the picture
    says, ``number`` the sheet it follows. What was taken in stays when it has gone to a dwelling
    or was put aside (withdrawn): a card read twice adds nothing.
    """

    __tablename__ = "incoming_photos"
    __history__ = "survey.read"
    __sync__ = sync_table(196, ScopeKind.DISASTER)

    original: Mapped[str] = field(1, FieldClass.FACT, default="")
    sha256: Mapped[str | None] = field(2, FieldClass.ORDINARY)
    size: Mapped[int] = field(3, FieldClass.FACT)
    taken_at: Mapped[datetime | None] = field(4, FieldClass.FACT)
    latitude: Mapped[float | None] = field(5, FieldClass.COUPLED, group="position")
    longitude: Mapped[float | None] = field(6, FieldClass.COUPLED, group="position")
    card_id: Mapped[UUID] = field(7, FieldClass.FACT, index=True)
    file_name: Mapped[str | None] = field(8, FieldClass.ORDINARY)
    camera: Mapped[str | None] = field(9, FieldClass.ORDINARY)
    code: Mapped[str | None] = field(10, FieldClass.ORDINARY)
    number: Mapped[str | None] = field(11, FieldClass.ORDINARY)
    doubt: Mapped[PhotoDoubt | str | None] = field(
        12, FieldClass.ORDINARY, type_=OpenEnum(PhotoDoubt)
    )
    dwelling_id: Mapped[UUID | None] = field(13, FieldClass.COUPLED, group="sorting", index=True)
    sorted_at: Mapped[datetime | None] = field(14, FieldClass.COUPLED, group="sorting")
    sorted_by: Mapped[UUID | None] = field(15, FieldClass.COUPLED, group="sorting")
    imported_at: Mapped[datetime] = field(16, FieldClass.FACT)
    imported_by: Mapped[UUID | None] = field(17, FieldClass.FACT)
    photo_id: Mapped[UUID | None] = field(18, FieldClass.COUPLED, group="sorting")


holds_blobs(IncomingPhoto, "sha256", CERTIFICATE_EVIDENCE)
