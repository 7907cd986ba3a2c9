"""Dwellings, applications of households for them, and rounds of judgement.

An application of a protected person (支援措置), with its members, lies whole in the sealed scope.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core.blobs import CERTIFICATE_EVIDENCE, holds_blobs
from victim_support.core.db import Base, FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table
from victim_support.damage.rules import (
    CalculationMethod,
    DamageGrade,
    Inundation,
    JudgementFacts,
    JudgementMethod,
    JudgementState,
    NoGrade,
    RequestedPaper,
    state_of,
)
from victim_support.damage.rules.applying import (
    ApplicationSource,
    HeadState,
    IdentityKind,
    PropertyKind,
    ProxyKind,
    ResidenceProof,
    missing_consents,
)


class Dwelling(Synced):
    """A building or a unit of it that somebody lives in (住家); outlives disasters."""

    __tablename__ = "dwellings"
    __sync__ = sync_table(60, ScopeKind.BASE)

    address: Mapped[str] = field(1, FieldClass.ORDINARY, default="")
    unit: Mapped[str | None] = field(2, FieldClass.ORDINARY)
    house_register_number: Mapped[str | None] = field(3, FieldClass.FACT)
    structure: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    latitude: Mapped[float | None] = field(5, FieldClass.COUPLED, group="position")
    longitude: Mapped[float | None] = field(6, FieldClass.COUPLED, group="position")
    note: Mapped[str | None] = field(7, FieldClass.ORDINARY)

    @property
    def place(self) -> str:
        """Return the address with building name and room."""
        return f"{self.address} {self.unit}" if self.unit else self.address


class DwellingKey(Base):
    """What all notations of a dwelling's place share, to find it by; computed from it, not sent."""

    __tablename__ = "dwelling_keys"
    __table_args__ = (Index(None, "scope", "key"),)

    scope: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[bytes]


class Application(Synced):
    """A household's application for a paper about one dwelling (罹災証明書の交付申請)."""

    __tablename__ = "applications"
    __history__ = "damage.read"
    __sync__ = sync_table(61, ScopeKind.DISASTER)

    household_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    dwelling_id: Mapped[UUID] = field(2, FieldClass.REVIEW, index=True)
    head_person_id: Mapped[UUID | None] = field(3, FieldClass.REVIEW, index=True)
    applicant_person_id: Mapped[UUID | None] = field(4, FieldClass.COUPLED, group="applicant")
    applicant_name: Mapped[str | None] = field(5, FieldClass.COUPLED, group="applicant")
    applicant_relation: Mapped[str | None] = field(6, FieldClass.COUPLED, group="applicant")
    contact: Mapped[str | None] = field(7, FieldClass.ORDINARY)
    cause: Mapped[str] = field(8, FieldClass.ORDINARY, default="")
    requested: Mapped[RequestedPaper | str] = field(
        9, FieldClass.ORDINARY, type_=OpenEnum(RequestedPaper), default=RequestedPaper.RISAI.value
    )
    wants_self_judgement: Mapped[bool] = field(10, FieldClass.ORDINARY, default=False)
    reported_damage: Mapped[str | None] = field(11, FieldClass.ORDINARY)
    members_reason: Mapped[str | None] = field(12, FieldClass.ORDINARY)
    received_at: Mapped[datetime] = field(13, FieldClass.FACT)
    received_by: Mapped[UUID | None] = field(14, FieldClass.FACT)
    proxy_kind: Mapped[ProxyKind | str | None] = field(
        15, FieldClass.COUPLED, group="applicant", type_=OpenEnum(ProxyKind)
    )
    staying_at: Mapped[str | None] = field(16, FieldClass.ORDINARY)
    property_kind: Mapped[PropertyKind | str | None] = field(
        17, FieldClass.ORDINARY, type_=OpenEnum(PropertyKind)
    )
    damaged_parts: Mapped[str | None] = field(18, FieldClass.ORDINARY)
    agrees_registers: Mapped[bool | None] = field(19, FieldClass.ORDINARY)
    agrees_sharing: Mapped[bool | None] = field(20, FieldClass.ORDINARY)
    agrees_photos: Mapped[bool | None] = field(21, FieldClass.ORDINARY)
    identity_kind: Mapped[IdentityKind | str | None] = field(
        22, FieldClass.COUPLED, group="identity", type_=OpenEnum(IdentityKind)
    )
    identity_detail: Mapped[str | None] = field(23, FieldClass.COUPLED, group="identity")
    identity_vouched_by: Mapped[str | None] = field(24, FieldClass.COUPLED, group="identity")
    identity_by: Mapped[UUID | None] = field(25, FieldClass.COUPLED, group="identity")
    identity_at: Mapped[datetime | None] = field(26, FieldClass.COUPLED, group="identity")
    residence_proof: Mapped[ResidenceProof | str | None] = field(
        27, FieldClass.COUPLED, group="residence", type_=OpenEnum(ResidenceProof)
    )
    residence_note: Mapped[str | None] = field(28, FieldClass.COUPLED, group="residence")
    residence_by: Mapped[UUID | None] = field(29, FieldClass.COUPLED, group="residence")
    residence_at: Mapped[datetime | None] = field(30, FieldClass.COUPLED, group="residence")
    head_state: Mapped[HeadState | str | None] = field(
        31, FieldClass.ORDINARY, type_=OpenEnum(HeadState)
    )
    source: Mapped[ApplicationSource | str | None] = field(
        32, FieldClass.ORDINARY, type_=OpenEnum(ApplicationSource)
    )
    source_number: Mapped[str | None] = field(33, FieldClass.ORDINARY)
    mail_postal_code: Mapped[str | None] = field(34, FieldClass.COUPLED, group="mail")
    mail_address: Mapped[str | None] = field(35, FieldClass.COUPLED, group="mail")

    @property
    def open_points(self) -> list[str]:
        """Return what it still lacks, in words: the identity check, the consents."""
        found = [] if self.identity_at else ["本人確認がまだです。"]
        consents = missing_consents(registers=self.agrees_registers, sharing=self.agrees_sharing)
        return [*found, f"同意がまだです: {'、'.join(consents)}。"] if consents else found


class ApplicationMember(Synced):
    """One member of the dwelling on the day of the disaster (世帯構成員); id from both keys."""

    __tablename__ = "application_members"
    __history__ = "damage.read"
    __sync__ = sync_table(62, ScopeKind.DISASTER)

    application_id: Mapped[UUID] = field(1, FieldClass.SET_ELEMENT, index=True)
    person_id: Mapped[UUID] = field(2, FieldClass.SET_ELEMENT, index=True)
    relation: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    position: Mapped[int | None] = field(4, FieldClass.ORDINARY)


class Judgement(Synced):
    """One round of judgement of one dwelling (被害の判定): appended, never edited.

    Only the second person's decision is added later, once. ``reason`` says why there is another
    round; the calculation beside the judgement (``calculated_…``) is a check, never the judgement:
    what was entered, and the steps with their tables as they were that day. ``unconfirmed`` are
    the values in it that nobody had compared with the official text, acknowledged by the judge.
    """

    __tablename__ = "judgements"
    __history__ = "damage.read"
    __undo__ = False
    __sync__ = sync_table(63, ScopeKind.DISASTER)

    dwelling_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    round: Mapped[int] = field(2, FieldClass.FACT)
    grade: Mapped[DamageGrade | str | None] = field(3, FieldClass.FACT, type_=OpenEnum(DamageGrade))
    no_grade: Mapped[NoGrade | str | None] = field(4, FieldClass.FACT, type_=OpenEnum(NoGrade))
    method: Mapped[JudgementMethod | str] = field(
        5, FieldClass.FACT, type_=OpenEnum(JudgementMethod)
    )
    judged_on: Mapped[date] = field(6, FieldClass.FACT)
    judged_by: Mapped[str] = field(7, FieldClass.FACT, default="")
    inundation: Mapped[Inundation | str | None] = field(
        8, FieldClass.FACT, type_=OpenEnum(Inundation)
    )
    note: Mapped[str | None] = field(9, FieldClass.FACT)
    entered_by: Mapped[UUID | None] = field(10, FieldClass.FACT)
    entered_at: Mapped[datetime] = field(11, FieldClass.FACT)
    approved_by: Mapped[UUID | None] = field(12, FieldClass.COUPLED, group="decision")
    approved_at: Mapped[datetime | None] = field(13, FieldClass.COUPLED, group="decision")
    returned_by: Mapped[UUID | None] = field(14, FieldClass.COUPLED, group="decision")
    returned_at: Mapped[datetime | None] = field(15, FieldClass.COUPLED, group="decision")
    returned_reason: Mapped[str | None] = field(16, FieldClass.COUPLED, group="decision")
    reason: Mapped[str | None] = field(17, FieldClass.FACT)
    calculated_grade: Mapped[DamageGrade | str | None] = field(
        18, FieldClass.FACT, type_=OpenEnum(DamageGrade)
    )
    calculated_percent: Mapped[str | None] = field(19, FieldClass.FACT)
    calculation_method: Mapped[CalculationMethod | str | None] = field(
        20, FieldClass.FACT, type_=OpenEnum(CalculationMethod)
    )
    edition: Mapped[str | None] = field(21, FieldClass.FACT)
    calculated_case: Mapped[dict[str, Any] | None] = field(22, FieldClass.FACT)
    calculated_reasons: Mapped[list[str] | None] = field(23, FieldClass.FACT)
    unconfirmed: Mapped[list[str] | None] = field(24, FieldClass.FACT)
    # What was decided: approved here and sent back there is for people, not for the clocks.
    verdict: Mapped[JudgementState | str | None] = field(
        25, FieldClass.REVIEW, type_=OpenEnum(JudgementState)
    )

    @property
    def state(self) -> JudgementState:
        """Return whether a second person has decided."""
        return state_of(
            is_approved=self.approved_at is not None, is_returned=self.returned_at is not None
        )

    @property
    def known_grade(self) -> DamageGrade | None:
        """Return the grade when this version knows it."""
        return self.grade if isinstance(self.grade, DamageGrade) else None

    @property
    def facts(self) -> JudgementFacts:
        """Return what the rules need."""
        return JudgementFacts(self.id, self.round, self.known_grade, self.judged_on, self.state)


class TableDecision(Synced):
    """A row of a table of the guideline that the municipality confirmed or replaced (自治体の表).

    The newest that is not withdrawn holds. ``row_name`` is empty: the whole edition.
    """

    __tablename__ = "table_decisions"
    __history__ = "damage.read"
    __sync__ = sync_table(195, ScopeKind.BASE)

    table_name: Mapped[str] = field(1, FieldClass.FACT, default="")
    effective_from: Mapped[date] = field(2, FieldClass.FACT)
    row_name: Mapped[str] = field(3, FieldClass.FACT, default="")
    row_values: Mapped[dict[str, Any] | None] = field(4, FieldClass.FACT)
    source: Mapped[str] = field(5, FieldClass.FACT, default="")
    decided_by: Mapped[UUID | None] = field(6, FieldClass.FACT)
    decided_at: Mapped[datetime] = field(7, FieldClass.FACT)


class Recusal(Synced):
    """A dwelling an officer does not decide on (関わりのある住家): the own or a relative's."""

    __tablename__ = "recusals"
    __history__ = "damage.read"
    __sync__ = sync_table(65, ScopeKind.BASE)

    staff_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    dwelling_id: Mapped[UUID] = field(2, FieldClass.FACT)
    declared_at: Mapped[datetime] = field(3, FieldClass.FACT)


class DamagePhoto(Synced):
    """One photograph of the damage to a dwelling (被害の写真); it is never changed, only withdrawn.

    The picture itself is a file under the address ``sha256`` (see ``core.blobs``). What shows or
    says where somebody lives is no fact, so that nothing of it stays when the row is sealed.
    """

    __tablename__ = "damage_photos"
    __history__ = "damage.read"
    __sync__ = sync_table(64, ScopeKind.DISASTER)

    dwelling_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    sha256: Mapped[str | None] = field(2, FieldClass.ORDINARY)
    size: Mapped[int] = field(3, FieldClass.FACT)
    media_type: Mapped[str] = field(4, FieldClass.FACT, default="")
    taken_at: Mapped[datetime | None] = field(5, FieldClass.FACT)
    latitude: Mapped[float | None] = field(6, FieldClass.COUPLED, group="position")
    longitude: Mapped[float | None] = field(7, FieldClass.COUPLED, group="position")
    note: Mapped[str | None] = field(8, FieldClass.ORDINARY)
    added_by: Mapped[UUID | None] = field(9, FieldClass.FACT)
    added_at: Mapped[datetime] = field(10, FieldClass.FACT)


holds_blobs(DamagePhoto, "sha256", CERTIFICATE_EVIDENCE)
