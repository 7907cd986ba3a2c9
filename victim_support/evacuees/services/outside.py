"""Where people live outside a shelter (避難所の外): the same record, another kind of stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from victim_support.core import clock
from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import Stay, Whereabouts
from victim_support.evacuees.rules import TELLING, LeavingReason, PresenceKind, StayKind
from victim_support.evacuees.services.departures import leave
from victim_support.evacuees.services.sightings import record_events
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.queries import list_people
from victim_support.victims.rules import Protection

FOLLOWED: Mapping[LeavingReason, StayKind] = {
    LeavingReason.HOME: StayKind.HOME,
    LeavingReason.RELATIVES: StayKind.RELATIVES,
    LeavingReason.HOSPITAL: StayKind.HOSPITAL,
    LeavingReason.FACILITY: StayKind.SECOND_STAGE,
    LeavingReason.OUTSIDE: StayKind.WIDE_AREA,
}
"""Where somebody lives who leaves and goes on fetching goods, by what was told on leaving."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody lives outside, as far as it was told."""

    place: str = ""
    plate: str = ""
    people: int | None = None
    phone: str = ""

    @property
    def is_told(self) -> bool:
        """Tell whether anything was told."""
        return bool(self.place or self.plate or self.people or self.phone)


def follow(stays: Sequence[Stay], *, kind: StayKind, shelter_id: UUID, place: Place) -> list[Stay]:
    """Open the stay outside of people whose stay was ended just now (引きつづき支援する).

    Args:
        stays: The ended stays; the new ones begin when they ended.
        kind: Where the people live now.
        shelter_id: Where they fetch goods.
        place: What was told of the place.
    """
    people = {person.id: person for person in list_people([stay.person_id for stay in stays])}
    opened = [
        open_stay(
            people[stay.person_id],
            kind=kind,
            shelter_id=shelter_id,
            at=stay.ended_at or clock.now(),
            group_id=stay.group_id,
        )
        for stay in stays
        if stay.person_id in people
    ]
    for stay in opened:
        note_place(stay, people[stay.person_id], place)
    return opened


def change_place(stay: Stay, *, kind: StayKind, shelter_id: UUID, place: Place) -> Stay:
    """Note that somebody lives elsewhere now, in or outside a shelter; the time line keeps both.

    Where kind and shelter stay the same, only what is told of the place is new.
    """
    person = list_people([stay.person_id])[0]
    at = max(clock.now(), stay.started_at)
    if (stay.kind, stay.shelter_id) != (kind, shelter_id):
        is_move = stay.shelter_id != shelter_id
        reason = LeavingReason.OTHER_SHELTER if is_move else LeavingReason.CHANGED
        leave(stays=[stay], at=at, reason=reason)
        stay = open_stay(person, kind=kind, shelter_id=shelter_id, at=at, group_id=stay.group_id)
        record_events([stay], PresenceKind.IN, at=at)
    note_place(stay, person, place)
    return stay


def open_stay(
    person: Person,
    *,
    kind: StayKind,
    shelter_id: UUID,
    at: datetime,
    group_id: UUID | None,
    count_id: UUID | None = None,
) -> Stay:
    """Open a stay; of who is protected in any way, one that tells where she lives is sealed."""
    is_told = kind in TELLING and _is_protected(person)
    stay = Stay(
        scope=current_scopes().sealed if is_told else victims.writing_scope(person),
        id=new_id(),
        person_id=person.id,
        group_id=group_id,
        shelter_id=shelter_id,
        kind=kind,
        started_at=at,
        count_id=count_id,
    )
    db.session.add(stay)
    return stay


def note_place(stay: Stay, person: Person, place: Place) -> None:
    """Keep what was told of a place outside; nothing when nothing was told."""
    if not place.is_told:
        return
    scopes = current_scopes()
    db.session.add(
        Whereabouts(
            scope=scopes.sealed if _is_protected(person) else scopes.core,
            id=new_id(),
            person_id=stay.person_id,
            stay_id=stay.id,
            place=place.place or None,
            plate=place.plate or None,
            people=place.people,
            phone=place.phone or None,
            noted_at=clock.now(),
            noted_by=current_actor_id(),
        )
    )


def _is_protected(person: Person) -> bool:
    return person.protection not in {None, Protection.NONE}
