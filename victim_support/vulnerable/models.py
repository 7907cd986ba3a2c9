"""Needs in detail, the support register, what rounds found, blocks and lists to be published."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table
from victim_support.core.japanese.dates import BirthValue, Precision
from victim_support.victims.rules import Protection, Sex
from victim_support.vulnerable.rules.blocks import PublicationOutcome, PublicationPolicy
from victim_support.vulnerable.rules.needs import DetailKind
from victim_support.vulnerable.rules.register import (
    Consent,
    DecisionGround,
    PlanState,
    ProvisionGround,
    RecipientKind,
)
from victim_support.vulnerable.rules.states import CheckOutcome


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


class SupportEntry(Synced):
    """A line of the support register (避難行動要支援者名簿) with the plan (個別避難計画).

    Taken in for one disaster from the list that the welfare office keeps, or written by hand; of a
    protected person the whole line lies in the sealed scope. ``person_id`` is the id that the
    person has, or would have, in the ledger.
    """

    __tablename__ = "support_entries"
    __history__ = "support.read"
    __sync__ = sync_table(131, ScopeKind.DISASTER)

    person_id: Mapped[UUID | None] = field(1, FieldClass.ORDINARY, index=True)
    number: Mapped[str | None] = field(2, FieldClass.ORDINARY)
    register_number: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    name: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    name_display: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    kana: Mapped[str | None] = field(6, FieldClass.ORDINARY)
    birth_date: Mapped[date | None] = field(7, FieldClass.ORDINARY)
    sex: Mapped[Sex | str | None] = field(8, FieldClass.ORDINARY, type_=OpenEnum(Sex))
    address: Mapped[str | None] = field(9, FieldClass.ORDINARY)
    postal_code: Mapped[str | None] = field(10, FieldClass.ORDINARY)
    district: Mapped[str | None] = field(11, FieldClass.ORDINARY)
    phone: Mapped[str | None] = field(12, FieldClass.BOTH_KEPT)
    reasons: Mapped[str | None] = field(13, FieldClass.ORDINARY)
    consent: Mapped[Consent | str | None] = field(
        14, FieldClass.RESTRICTIVE, type_=OpenEnum(Consent)
    )
    consent_on: Mapped[date | None] = field(15, FieldClass.ORDINARY)
    latitude: Mapped[float | None] = field(16, FieldClass.COUPLED, group="position")
    longitude: Mapped[float | None] = field(17, FieldClass.COUPLED, group="position")
    note: Mapped[str | None] = field(18, FieldClass.ORDINARY)
    plan: Mapped[PlanState | str | None] = field(19, FieldClass.ORDINARY, type_=OpenEnum(PlanState))
    plan_on: Mapped[date | None] = field(20, FieldClass.ORDINARY)
    supporters: Mapped[str | None] = field(21, FieldClass.ORDINARY)
    destination: Mapped[str | None] = field(22, FieldClass.ORDINARY)
    route: Mapped[str | None] = field(23, FieldClass.ORDINARY)
    protection: Mapped[Protection | str | None] = field(
        24, FieldClass.RESTRICTIVE, type_=OpenEnum(Protection)
    )
    received_at: Mapped[datetime | None] = field(25, FieldClass.ORDINARY)
    edited_at: Mapped[datetime | None] = field(26, FieldClass.ORDINARY)
    """When somebody wrote or corrected the line by hand; an import leaves it alone since."""

    @property
    def household_id(self) -> None:
        """Return nothing: the register knows no household."""
        return

    @property
    def birth(self) -> BirthValue:
        """Return what the register knows of the birth date."""
        day = self.birth_date
        if day is None:
            return BirthValue()
        return BirthValue(date=day, year=day.year, month=day.month, precision=Precision.DAY)

    @property
    def relation(self) -> None:
        """Return nothing: the register knows no relation."""
        return

    @property
    def town(self) -> str | None:
        """Return the district of the line."""
        return self.district


class SafetyCheck(Synced):
    """What a round found of somebody at home (安否を確かめた結果); added, never changed.

    What others say (要救助, 連絡がとれない) is a statement and stands on the rescue list.
    """

    __tablename__ = "safety_checks"
    __history__ = "statement.read"
    __sync__ = sync_table(132, ScopeKind.DISASTER)

    person_id: Mapped[UUID | None] = field(1, FieldClass.ORDINARY, index=True)
    outcome: Mapped[CheckOutcome | str | None] = field(
        2, FieldClass.ORDINARY, type_=OpenEnum(CheckOutcome)
    )
    source: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    note: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    occurred_at: Mapped[datetime] = field(5, FieldClass.ORDINARY)


class EmergencyDecision(Synced):
    """The mayor's decision that the register is given without consent (緊急の提供の決定)."""

    __tablename__ = "emergency_decisions"
    __history__ = "support.read"
    __sync__ = sync_table(133, ScopeKind.DISASTER)

    ground: Mapped[DecisionGround | str | None] = field(
        1, FieldClass.FACT, type_=OpenEnum(DecisionGround)
    )
    reason: Mapped[str | None] = field(2, FieldClass.FACT)
    decided_by: Mapped[str | None] = field(3, FieldClass.FACT)
    decided_at: Mapped[datetime] = field(4, FieldClass.FACT)
    recorded_by: Mapped[UUID | None] = field(5, FieldClass.FACT)
    ended_at: Mapped[datetime | None] = field(6, FieldClass.COUPLED, group="end")
    ended_by: Mapped[UUID | None] = field(7, FieldClass.COUPLED, group="end")


class SupportProvision(Synced):
    """That the register was given to somebody (名簿情報の提供): of whom, on what ground."""

    __tablename__ = "support_provisions"
    __history__ = "support.read"
    __sync__ = sync_table(134, ScopeKind.DISASTER)

    recipient: Mapped[str | None] = field(1, FieldClass.FACT)
    recipient_kind: Mapped[RecipientKind | str | None] = field(
        2, FieldClass.FACT, type_=OpenEnum(RecipientKind)
    )
    ground: Mapped[ProvisionGround | str | None] = field(
        3, FieldClass.FACT, type_=OpenEnum(ProvisionGround)
    )
    decision_id: Mapped[UUID | None] = field(4, FieldClass.FACT)
    purpose: Mapped[str | None] = field(5, FieldClass.FACT)
    area: Mapped[str | None] = field(6, FieldClass.FACT)
    entry_ids: Mapped[list[str] | None] = field(7, FieldClass.FACT, type_=JSON(none_as_null=True))
    provided_by: Mapped[UUID | None] = field(8, FieldClass.FACT)
    provided_at: Mapped[datetime] = field(9, FieldClass.FACT)


class Block(Synced):
    """An area whose people are looked for (確認する区域): a range of 番地, or drawn on the map."""

    __tablename__ = "blocks"
    __history__ = "block.read"
    __sync__ = sync_table(135, ScopeKind.DISASTER)

    name: Mapped[str | None] = field(1, FieldClass.ORDINARY)
    town: Mapped[str | None] = field(2, FieldClass.COUPLED, group="range")
    first: Mapped[str | None] = field(3, FieldClass.COUPLED, group="range")
    last: Mapped[str | None] = field(4, FieldClass.COUPLED, group="range")
    corners: Mapped[list[list[float]] | None] = field(
        5, FieldClass.ORDINARY, type_=JSON(none_as_null=True)
    )
    drawn_at: Mapped[datetime | None] = field(6, FieldClass.ORDINARY)


class Publication(Synced):
    """A list of names to be published (氏名の公表): one asks, somebody else decides.

    It names people by id; whoever was found or protected since is not on the paper any more.
    """

    __tablename__ = "publications"
    __history__ = "block.publish"
    __sync__ = sync_table(136, ScopeKind.DISASTER)

    block_id: Mapped[UUID | None] = field(1, FieldClass.FACT)
    policy: Mapped[PublicationPolicy | str | None] = field(
        2, FieldClass.FACT, type_=OpenEnum(PublicationPolicy)
    )
    person_ids: Mapped[list[str] | None] = field(3, FieldClass.FACT, type_=JSON(none_as_null=True))
    reason: Mapped[str | None] = field(4, FieldClass.FACT)
    requested_by: Mapped[UUID | None] = field(5, FieldClass.FACT)
    requested_at: Mapped[datetime] = field(6, FieldClass.FACT)
    outcome: Mapped[PublicationOutcome | str | None] = field(
        7, FieldClass.RESTRICTIVE, type_=OpenEnum(PublicationOutcome)
    )
    decided_by: Mapped[UUID | None] = field(8, FieldClass.COUPLED, group="decision")
    decided_at: Mapped[datetime | None] = field(9, FieldClass.COUPLED, group="decision")
