"""Groups of people who came together, and the time line of where each person stays."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table
from victim_support.evacuees.rules import (
    GroupKind,
    LeavingReason,
    LiftingOutcome,
    PresenceKind,
    StayKind,
)


class Group(Synced):
    """People who came together (同行者); the register household is only the proposal."""

    __tablename__ = "evacuee_groups"
    __history__ = "person.read"
    __sync__ = sync_table(40, ScopeKind.DISASTER)

    kind: Mapped[GroupKind | str | None] = field(1, FieldClass.ORDINARY, type_=OpenEnum(GroupKind))
    shelter_id: Mapped[UUID] = field(2, FieldClass.ORDINARY, index=True)
    arrived_at: Mapped[datetime] = field(3, FieldClass.ORDINARY)
    label: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    contact_name: Mapped[str | None] = field(5, FieldClass.COUPLED, group="contact")
    contact_phone: Mapped[str | None] = field(6, FieldClass.COUPLED, group="contact")
    sheet_number: Mapped[str | None] = field(7, FieldClass.ORDINARY)
    household_id: Mapped[UUID | None] = field(8, FieldClass.ORDINARY)
    staff_count: Mapped[int | None] = field(9, FieldClass.ORDINARY)


class Stay(Synced):
    """One person's stay (避難) in one place, from an arrival to a departure."""

    __tablename__ = "stays"
    __history__ = "person.read"
    __sync__ = sync_table(41, ScopeKind.DISASTER)

    person_id: Mapped[UUID] = field(1, FieldClass.ORDINARY, index=True)
    group_id: Mapped[UUID | None] = field(2, FieldClass.ORDINARY, index=True)
    shelter_id: Mapped[UUID] = field(3, FieldClass.ORDINARY, index=True)
    kind: Mapped[StayKind | str | None] = field(4, FieldClass.ORDINARY, type_=OpenEnum(StayKind))
    started_at: Mapped[datetime] = field(5, FieldClass.ORDINARY)
    ended_at: Mapped[datetime | None] = field(6, FieldClass.COUPLED, group="end")
    reason: Mapped[LeavingReason | str | None] = field(
        7, FieldClass.COUPLED, group="end", type_=OpenEnum(LeavingReason)
    )
    destination: Mapped[str | None] = field(8, FieldClass.COUPLED, group="end")
    destination_phone: Mapped[str | None] = field(9, FieldClass.COUPLED, group="end")
    count_id: Mapped[UUID | None] = field(10, FieldClass.ORDINARY)
    away_since: Mapped[datetime | None] = field(11, FieldClass.COUPLED, group="away")
    away_until: Mapped[str | None] = field(12, FieldClass.COUPLED, group="away")
    away_kind: Mapped[PresenceKind | str | None] = field(
        13, FieldClass.COUPLED, group="away", type_=OpenEnum(PresenceKind)
    )


class Lifting(Synced):
    """A request to lift a protection (保護を解く求め): one asks, another one decides.

    It lies in the sealed scope. Until somebody else has confirmed it, nothing is lifted.
    """

    __tablename__ = "protection_liftings"
    __history__ = "sealed.read"
    __sync__ = sync_table(42, ScopeKind.DISASTER)

    person_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    reason: Mapped[str | None] = field(2, FieldClass.FACT)
    requested_by: Mapped[UUID | None] = field(3, FieldClass.FACT)
    requested_at: Mapped[datetime] = field(4, FieldClass.FACT)
    outcome: Mapped[LiftingOutcome | str | None] = field(
        5, FieldClass.RESTRICTIVE, type_=OpenEnum(LiftingOutcome)
    )
    decided_by: Mapped[UUID | None] = field(6, FieldClass.COUPLED, group="decision")
    decided_at: Mapped[datetime | None] = field(7, FieldClass.COUPLED, group="decision")
    decided_reason: Mapped[str | None] = field(8, FieldClass.COUPLED, group="decision")


class Departure(Synced):
    """What was told on leaving that only the sealed scope may hold (退所の申し出).

    Either the destination of somebody whose address is hidden, or the leaving of somebody whom
    the desk could not find: then a person with the right to looks for her and ends the stay.
    """

    __tablename__ = "departures"
    __history__ = "sealed.read"
    __sync__ = sync_table(43, ScopeKind.DISASTER)

    person_id: Mapped[UUID | None] = field(1, FieldClass.ORDINARY, index=True)
    stay_id: Mapped[UUID | None] = field(2, FieldClass.ORDINARY)
    shelter_id: Mapped[UUID] = field(3, FieldClass.ORDINARY)
    name: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    left_at: Mapped[datetime] = field(5, FieldClass.ORDINARY)
    reason: Mapped[LeavingReason | str | None] = field(
        6, FieldClass.COUPLED, group="end", type_=OpenEnum(LeavingReason)
    )
    destination: Mapped[str | None] = field(7, FieldClass.COUPLED, group="end")
    destination_phone: Mapped[str | None] = field(8, FieldClass.COUPLED, group="end")
    recorded_by: Mapped[UUID | None] = field(9, FieldClass.ORDINARY)
    settled_at: Mapped[datetime | None] = field(10, FieldClass.COUPLED, group="settled")
    settled_by: Mapped[UUID | None] = field(11, FieldClass.COUPLED, group="settled")
    settled_how: Mapped[str | None] = field(12, FieldClass.COUPLED, group="settled")


class PresenceEvent(Synced):
    """One thing seen of one person, or of a card that nobody here can tell whose it is (出入り).

    Rows are only added. Who and where are no facts to the journal: of somebody who is protected
    later they must leave the open scope with the rest.
    """

    __tablename__ = "presence_events"
    __history__ = "person.read"
    __sync__ = sync_table(44, ScopeKind.DISASTER)

    person_id: Mapped[UUID | None] = field(1, FieldClass.ORDINARY, index=True)
    card_number: Mapped[str | None] = field(2, FieldClass.ORDINARY, index=True)
    shelter_id: Mapped[UUID] = field(3, FieldClass.ORDINARY, index=True)
    stay_id: Mapped[UUID | None] = field(4, FieldClass.ORDINARY)
    kind: Mapped[PresenceKind | str] = field(5, FieldClass.FACT, type_=OpenEnum(PresenceKind))
    occurred_at: Mapped[datetime] = field(6, FieldClass.FACT)
    recorded_by: Mapped[UUID | None] = field(7, FieldClass.FACT)
    node: Mapped[UUID | None] = field(8, FieldClass.FACT)


class Whereabouts(Synced):
    """Where somebody lives outside a shelter (避難所の外でいる所): the newest row of a stay holds.

    It is an address: of everybody protected it lies in the sealed scope.
    """

    __tablename__ = "whereabouts"
    __history__ = "person.read"
    __sync__ = sync_table(45, ScopeKind.DISASTER)

    person_id: Mapped[UUID] = field(1, FieldClass.ORDINARY, index=True)
    stay_id: Mapped[UUID] = field(2, FieldClass.ORDINARY, index=True)
    place: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    plate: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    people: Mapped[int | None] = field(5, FieldClass.ORDINARY)
    phone: Mapped[str | None] = field(6, FieldClass.ORDINARY)
    noted_at: Mapped[datetime] = field(7, FieldClass.FACT)
    noted_by: Mapped[UUID | None] = field(8, FieldClass.FACT)
