"""Writes about people in a shelter: animals, cars, post, wishes, nights out, the ambulance.

Each record lies where the stay of its person lies: in the sealed scope when presence is hidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from victim_support.core import clock
from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.evacuees import services as evacuees
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import list_stays_by_ids
from victim_support.evacuees.rules import LeavingReason, PresenceKind, StayKind
from victim_support.operations.models import (
    AmbulanceTransfer,
    Animal,
    NightOut,
    Parcel,
    Vehicle,
    Wish,
)
from victim_support.operations.rules import (
    AnimalKind,
    ParcelKind,
    WishKind,
    WishState,
)
from victim_support.victims.queries import list_people
from victim_support.victims.services import statement_scope


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom something belongs to: somebody of the roster, or a name that was told."""

    shelter_id: UUID
    stay: Stay | None = None
    told: str = ""

    @property
    def scope(self) -> str:
        return self.stay.scope if self.stay else current_scopes().core

    @property
    def person_id(self) -> UUID | None:
        return self.stay.person_id if self.stay else None

    @property
    def name(self) -> str | None:
        """Return the name that was told; that of a person of the ledger is not written twice."""
        return None if self.stay else self.told or None


def bring_animals(
    *,
    owner: Owner,
    kind: AnimalKind,
    heads: int,
    at: datetime,
    tag: str = "",
    description: str = "",
    has_cage: bool = False,
    place: str = "",
) -> Animal:
    """Write down animals (動物) that came along."""
    animal = Animal(
        scope=owner.scope,
        id=new_id(),
        shelter_id=owner.shelter_id,
        person_id=owner.person_id,
        owner=owner.name,
        kind=kind,
        heads=heads,
        tag=tag or None,
        description=description or None,
        has_cage=has_cage,
        place=place or None,
        arrived_at=at,
    )
    db.session.add(animal)
    return animal


def register_vehicle(
    *,
    owner: Owner,
    plate: str,
    at: datetime,
    model: str = "",
    place: str = "",
    sleepers: int | None = None,
) -> Vehicle:
    """Write down a vehicle (車両番号) on the grounds, and how many sleep in it."""
    vehicle = Vehicle(
        scope=owner.scope,
        id=new_id(),
        shelter_id=owner.shelter_id,
        person_id=owner.person_id,
        owner=owner.name,
        plate=plate,
        model=model or None,
        place=place or None,
        sleepers=sleepers,
        arrived_at=at,
    )
    db.session.add(vehicle)
    return vehicle


def leave_with(row: Animal | Vehicle, *, at: datetime) -> None:
    """Note that animals or a vehicle are gone."""
    row.left_at = row.left_at or max(at, row.arrived_at)


def receive_parcel(
    *, owner: Owner, kind: ParcelKind, at: datetime, sender: str = "", kept_at: str = ""
) -> Parcel:
    """Write down what came for somebody (受取簿)."""
    parcel = Parcel(
        scope=owner.scope,
        id=new_id(),
        shelter_id=owner.shelter_id,
        person_id=owner.person_id,
        addressee=owner.name,
        kind=kind,
        sender=sender or None,
        kept_at=kept_at or None,
        arrived_at=at,
    )
    db.session.add(parcel)
    return parcel


def hand_over(parcel: Parcel, *, to: str, at: datetime) -> None:
    """Note who took it."""
    parcel.handed_at, parcel.handed_to, parcel.handed_by = at, to, current_actor_id()


def receive_wish(
    *, owner: Owner, kind: WishKind, words: str, at: datetime, is_urgent: bool = False
) -> Wish:
    """Write down what somebody asks for (要望票)."""
    wish = Wish(
        scope=owner.scope,
        id=new_id(),
        shelter_id=owner.shelter_id,
        person_id=owner.person_id,
        said_by=owner.name,
        kind=kind,
        words=words,
        is_urgent=is_urgent,
        received_at=at,
        state=WishState.OPEN,
        state_at=at,
        state_by=current_actor_id(),
    )
    db.session.add(wish)
    return wish


def settle_wish(wish: Wish, *, state: WishState, answer: str, at: datetime) -> None:
    """Say what came of a wish."""
    wish.state, wish.answer = state, answer or None
    wish.state_at, wish.state_by = at, current_actor_id()


def file_night_out(
    *,
    stay: Stay,
    leaves_on: date,
    returns_on: date | None,
    destination: str,
    phone: str,
    is_out_now: bool,
) -> NightOut:
    """File that somebody sleeps elsewhere (外泊届); that is not leaving.

    Where she sleeps is sealed of anybody protected, as her next address is.
    """
    now = clock.now()
    notice = NightOut(
        scope=_told_scope(stay),
        id=new_id(),
        person_id=stay.person_id,
        stay_id=stay.id,
        shelter_id=stay.shelter_id,
        leaves_on=leaves_on,
        returns_on=returns_on,
        destination=destination or None,
        phone=phone or None,
        filed_at=now,
    )
    db.session.add(notice)
    if is_out_now:
        until = f"{returns_on.month}/{returns_on.day}" if returns_on else ""
        evacuees.go_out(stay=stay, at=now, kind=PresenceKind.OVERNIGHT, until=until)
    return notice


def note_return(notice: NightOut, *, at: datetime) -> None:
    """Note that somebody is back from her nights elsewhere."""
    notice.returned_at = notice.returned_at or at
    for stay in list_stays_by_ids([notice.stay_id]):
        if stay.ended_at is None and stay.away_since is not None:
            evacuees.come_back(stay=stay, at=at)


def send_to_hospital(*, stay: Stay, at: datetime) -> AmbulanceTransfer:
    """Write the slip for the ambulance (救急搬送票); the stay here ends, one in a hospital begins.

    Which hospital, and what the crew was told, is written in when it is known.

    Raises:
        AlreadyLeftError: The stay was ended before.
    """
    transfer = AmbulanceTransfer(
        scope=_told_scope(stay),
        id=new_id(),
        person_id=stay.person_id,
        stay_id=stay.id,
        shelter_id=stay.shelter_id,
        called_at=at,
    )
    db.session.add(transfer)
    evacuees.leave(stays=[stay], at=at, reason=LeavingReason.HOSPITAL)
    db.session.add(
        Stay(
            scope=transfer.scope,
            id=new_id(),
            person_id=stay.person_id,
            group_id=stay.group_id,
            shelter_id=stay.shelter_id,
            kind=StayKind.HOSPITAL,
            started_at=stay.ended_at or at,
        )
    )
    return transfer


def complete_transfer(
    transfer: AmbulanceTransfer, *, values: Mapping[str, str | None], left_at: datetime | None
) -> None:
    """Write into a slip what the crew was told, and where the ambulance went.

    Args:
        transfer: The slip.
        values: By column, as the form says.
        left_at: When the ambulance left; None leaves what was said before.
    """
    for name, value in values.items():
        setattr(transfer, name, value)
    transfer.left_at = left_at or transfer.left_at


def _told_scope(stay: Stay) -> str:
    """Return where something lies that tells where somebody is besides this shelter."""
    person = next(iter(list_people([stay.person_id])), None)
    return statement_scope(person) if person else stay.scope
