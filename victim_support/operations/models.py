"""What running a shelter leaves behind: areas and places, helpers, animals, diary, papers.

What hangs on a person holds no facts that name a place: when she is protected, the row moves to
the sealed scope and what stays is empty.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table
from victim_support.operations.rules import (
    AnimalKind,
    AreaKind,
    CrewKind,
    DiaryKind,
    ParcelKind,
    WishKind,
    WishState,
)


class ShelterArea(Synced):
    """A part of a shelter (区画) with room for so many people."""

    __tablename__ = "shelter_areas"
    __sync__ = sync_table(110, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    name: Mapped[str] = field(2, FieldClass.ORDINARY, default="")
    kind: Mapped[AreaKind | str | None] = field(3, FieldClass.ORDINARY, type_=OpenEnum(AreaKind))
    capacity: Mapped[int | None] = field(4, FieldClass.ORDINARY)
    square_metres: Mapped[int | None] = field(5, FieldClass.ORDINARY)
    note: Mapped[str | None] = field(6, FieldClass.ORDINARY)


class AreaPlacement(Synced):
    """That somebody was given a place in an area (割り当て); the newest of a stay holds."""

    __tablename__ = "area_placements"
    __history__ = "person.read"
    __sync__ = sync_table(111, ScopeKind.DISASTER)

    person_id: Mapped[UUID] = field(1, FieldClass.ORDINARY, index=True)
    stay_id: Mapped[UUID] = field(2, FieldClass.ORDINARY)
    shelter_id: Mapped[UUID] = field(3, FieldClass.ORDINARY, index=True)
    area_id: Mapped[UUID | None] = field(4, FieldClass.ORDINARY)
    spot: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    placed_at: Mapped[datetime] = field(6, FieldClass.ORDINARY)


class Crew(Synced):
    """People who run a shelter (運営する人): staff, relief teams, volunteers; counted apart."""

    __tablename__ = "crews"
    __sync__ = sync_table(112, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    kind: Mapped[CrewKind | str | None] = field(2, FieldClass.FACT, type_=OpenEnum(CrewKind))
    label: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    people: Mapped[int] = field(4, FieldClass.FACT)
    eats: Mapped[bool | None] = field(5, FieldClass.ORDINARY)
    contact: Mapped[str | None] = field(6, FieldClass.BOTH_KEPT)
    arrived_at: Mapped[datetime] = field(7, FieldClass.FACT)
    left_at: Mapped[datetime | None] = field(8, FieldClass.ORDINARY)


class Animal(Synced):
    """Animals (動物) that came with somebody."""

    __tablename__ = "animals"
    __history__ = "person.read"
    __sync__ = sync_table(113, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.ORDINARY, index=True)
    person_id: Mapped[UUID | None] = field(2, FieldClass.ORDINARY, index=True)
    owner: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    kind: Mapped[AnimalKind | str | None] = field(
        4, FieldClass.ORDINARY, type_=OpenEnum(AnimalKind)
    )
    heads: Mapped[int | None] = field(5, FieldClass.ORDINARY)
    tag: Mapped[str | None] = field(6, FieldClass.ORDINARY)
    description: Mapped[str | None] = field(7, FieldClass.ORDINARY)
    has_cage: Mapped[bool | None] = field(8, FieldClass.ORDINARY)
    place: Mapped[str | None] = field(9, FieldClass.ORDINARY)
    arrived_at: Mapped[datetime] = field(10, FieldClass.ORDINARY)
    left_at: Mapped[datetime | None] = field(11, FieldClass.ORDINARY)


class DiaryEntry(Synced):
    """What happened at a shelter (避難所日誌): never changed; a wrong one is withdrawn."""

    __tablename__ = "diary_entries"
    __sync__ = sync_table(114, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    kind: Mapped[DiaryKind | str | None] = field(2, FieldClass.FACT, type_=OpenEnum(DiaryKind))
    occurred_at: Mapped[datetime] = field(3, FieldClass.FACT)
    words: Mapped[str | None] = field(4, FieldClass.FACT)
    written_by: Mapped[UUID | None] = field(5, FieldClass.FACT)


class Wish(Synced):
    """What somebody at a shelter asks for (要望票), and what came of it."""

    __tablename__ = "wishes"
    __history__ = "person.read"
    __sync__ = sync_table(115, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.ORDINARY, index=True)
    person_id: Mapped[UUID | None] = field(2, FieldClass.ORDINARY, index=True)
    said_by: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    kind: Mapped[WishKind | str | None] = field(4, FieldClass.ORDINARY, type_=OpenEnum(WishKind))
    words: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    is_urgent: Mapped[bool | None] = field(6, FieldClass.ORDINARY)
    received_at: Mapped[datetime] = field(7, FieldClass.ORDINARY)
    state: Mapped[WishState | str | None] = field(
        8, FieldClass.COUPLED, group="state", type_=OpenEnum(WishState)
    )
    state_at: Mapped[datetime | None] = field(9, FieldClass.COUPLED, group="state")
    state_by: Mapped[UUID | None] = field(10, FieldClass.COUPLED, group="state")
    answer: Mapped[str | None] = field(11, FieldClass.COUPLED, group="state")


class NightOut(Synced):
    """That somebody sleeps elsewhere for some nights and comes back (外泊届)."""

    __tablename__ = "nights_out"
    __history__ = "person.read"
    __sync__ = sync_table(116, ScopeKind.DISASTER)

    person_id: Mapped[UUID] = field(1, FieldClass.ORDINARY, index=True)
    stay_id: Mapped[UUID] = field(2, FieldClass.ORDINARY)
    shelter_id: Mapped[UUID] = field(3, FieldClass.ORDINARY, index=True)
    leaves_on: Mapped[date] = field(4, FieldClass.ORDINARY)
    returns_on: Mapped[date | None] = field(5, FieldClass.ORDINARY)
    destination: Mapped[str | None] = field(6, FieldClass.ORDINARY)
    phone: Mapped[str | None] = field(7, FieldClass.ORDINARY)
    filed_at: Mapped[datetime] = field(8, FieldClass.ORDINARY)
    returned_at: Mapped[datetime | None] = field(9, FieldClass.ORDINARY)


class Parcel(Synced):
    """What came by post for somebody here, and who took it (郵便物等受取簿)."""

    __tablename__ = "parcels"
    __history__ = "person.read"
    __sync__ = sync_table(117, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.ORDINARY, index=True)
    person_id: Mapped[UUID | None] = field(2, FieldClass.ORDINARY, index=True)
    addressee: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    kind: Mapped[ParcelKind | str | None] = field(
        4, FieldClass.ORDINARY, type_=OpenEnum(ParcelKind)
    )
    sender: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    kept_at: Mapped[str | None] = field(6, FieldClass.ORDINARY)
    arrived_at: Mapped[datetime] = field(7, FieldClass.ORDINARY)
    handed_at: Mapped[datetime | None] = field(8, FieldClass.COUPLED, group="handed")
    handed_to: Mapped[str | None] = field(9, FieldClass.COUPLED, group="handed")
    handed_by: Mapped[UUID | None] = field(10, FieldClass.COUPLED, group="handed")


class Vehicle(Synced):
    """A vehicle on the grounds of a shelter (車両番号)."""

    __tablename__ = "vehicles"
    __history__ = "person.read"
    __sync__ = sync_table(118, ScopeKind.DISASTER)

    shelter_id: Mapped[UUID] = field(1, FieldClass.ORDINARY, index=True)
    person_id: Mapped[UUID | None] = field(2, FieldClass.ORDINARY, index=True)
    owner: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    plate: Mapped[str | None] = field(4, FieldClass.ORDINARY)
    model: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    place: Mapped[str | None] = field(6, FieldClass.ORDINARY)
    sleepers: Mapped[int | None] = field(7, FieldClass.ORDINARY)
    arrived_at: Mapped[datetime] = field(8, FieldClass.ORDINARY)
    left_at: Mapped[datetime | None] = field(9, FieldClass.ORDINARY)


class AmbulanceTransfer(Synced):
    """That somebody was taken to a hospital (救急搬送票)."""

    __tablename__ = "ambulance_transfers"
    __history__ = "person.read"
    __sync__ = sync_table(119, ScopeKind.DISASTER)

    person_id: Mapped[UUID] = field(1, FieldClass.ORDINARY, index=True)
    stay_id: Mapped[UUID] = field(2, FieldClass.ORDINARY)
    shelter_id: Mapped[UUID] = field(3, FieldClass.ORDINARY, index=True)
    called_at: Mapped[datetime] = field(4, FieldClass.ORDINARY)
    symptoms: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    history: Mapped[str | None] = field(6, FieldClass.ORDINARY)
    companion: Mapped[str | None] = field(7, FieldClass.ORDINARY)
    family_told: Mapped[str | None] = field(8, FieldClass.ORDINARY)
    hospital: Mapped[str | None] = field(9, FieldClass.ORDINARY)
    left_at: Mapped[datetime | None] = field(10, FieldClass.ORDINARY)
