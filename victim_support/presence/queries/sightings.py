"""Who was not seen for days, who lives outside a shelter, what was seen of one person."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.disclosure import DisclosedPerson, Disclosure
from victim_support.evacuees.models import PresenceEvent, Stay, Whereabouts
from victim_support.evacuees.queries import (
    list_all_stays,
    list_groups,
    list_shelter_stays,
    list_whereabouts,
)
from victim_support.evacuees.rules import OUTSIDE, SIGHTINGS, SLEEPING
from victim_support.presence.queries.cards import list_cards_of, list_holding_numbers
from victim_support.victims.links import same_people
from victim_support.victims.models import Person
from victim_support.victims.queries import CHUNK, disaster_scopes, list_people

AnyKey = TypeVar("AnyKey", UUID, str)


@dataclass(frozen=True, slots=True)
class NotSeen:
    """Somebody whose stay is open and whom nobody has seen for days."""

    person: DisclosedPerson
    stay: Stay
    seen_at: datetime
    phone: str
    number: str | None
    """The card, to page without a name."""
    has_place: bool


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody who lives outside a shelter, as far as the viewer may know where."""

    person: DisclosedPerson
    stay: Stay
    place: Whereabouts | None
    has_place: bool
    seen_at: datetime

    @property
    def phone(self) -> str:
        """Return the number there, else the person's own."""
        return (self.place.phone if self.place else None) or self.person.phone


def list_not_seen(
    days: int, disclosure: Disclosure, *, shelter_id: UUID | None = None
) -> list[NotSeen]:
    """Return people of open stays not seen for so many days, longest first (見かけない方).

    Args:
        days: How many days of 24 hours.
        disclosure: Who looks; nobody may find a protected person here but the sealed roles.
        shelter_id: Whose people; every shelter's when left out.
    """
    stays = [stay for stay in _open_stays(shelter_id) if stay.kind in SLEEPING | OUTSIDE]
    seen = list_last_seen(stays)
    before = clock.now() - timedelta(days=days)
    late = [stay for stay in stays if seen[stay.person_id] <= before]
    groups = list_groups({stay.group_id for stay in late if stay.group_id})
    numbers = list_holding_numbers([stay.person_id for stay in late])
    found = [
        NotSeen(
            shown,
            stay,
            seen[stay.person_id],
            shown.phone or (group.contact_phone if group else None) or "",
            numbers.get(stay.person_id),
            disclosure.shows_address(person) or stay.kind in SLEEPING,
        )
        for person, shown, stay in _shown(late, disclosure)
        for group in [groups.get(stay.group_id) if stay.group_id else None]
    ]
    return sorted(found, key=lambda one: (one.seen_at, one.person.kana, str(one.stay.id)))


def list_outside(disclosure: Disclosure, *, shelter_id: UUID | None = None) -> list[Outsider]:
    """Return people who live outside a shelter, by the kind of place and kana (避難所の外の方)."""
    stays = [stay for stay in _open_stays(shelter_id) if stay.kind in OUTSIDE]
    seen, places = list_last_seen(stays), list_whereabouts([stay.id for stay in stays])
    found = []
    for person, shown, stay in _shown(stays, disclosure):
        has_place = disclosure.shows_address(person)
        place = places.get(stay.id) if has_place else None
        found.append(Outsider(shown, stay, place, has_place, seen[stay.person_id]))
    return sorted(found, key=lambda one: (str(one.stay.kind), one.person.kana, str(one.stay.id)))


def list_last_seen(stays: Sequence[Stay]) -> dict[UUID, datetime]:
    """Return when each person was last seen: by an event, a card, or the arrival itself."""
    seen: dict[UUID, datetime] = {}
    for stay in stays:
        seen[stay.person_id] = max(stay.started_at, seen.get(stay.person_id, stay.started_at))
    same = same_people()
    records = {record: who for who in seen for record in same.records(who)}
    owners: dict[str, set[UUID]] = defaultdict(set)
    for card in list_cards_of(list(records)):
        if card.person_id is not None:
            owners[card.number].add(records[card.person_id])
    found = [(records[who], at) for who, at in _newest(PresenceEvent.person_id, list(records))]
    for number, at in _newest(PresenceEvent.card_number, list(owners), of_nobody=True):
        found += [(owner, at) for owner in owners[number]]
    for who, at in found:
        seen[who] = max(seen[who], at)
    return seen


def list_sightings(person_id: UUID) -> list[PresenceEvent]:
    """Return what was seen of a person, also by a card before anybody knew whose; newest first."""
    records = same_people().records(person_id)
    numbers = {card.number for card in list_cards_of(records)}
    statement = (
        select(PresenceEvent)
        .where(
            PresenceEvent.scope.in_(disaster_scopes()),
            PresenceEvent.is_withdrawn.is_(False),
            PresenceEvent.person_id.in_(records)
            | (PresenceEvent.person_id.is_(None) & PresenceEvent.card_number.in_(numbers)),
        )
        .order_by(PresenceEvent.occurred_at.desc(), PresenceEvent.id.desc())
    )
    return list(db.session.scalars(statement))


def _newest(
    column: InstrumentedAttribute[AnyKey | None],
    values: Sequence[AnyKey],
    *,
    of_nobody: bool = False,
) -> list[tuple[AnyKey, datetime]]:
    """Return the newest sighting of each value of a column; or only of those of nobody known."""
    found: list[tuple[AnyKey, datetime]] = []
    for start in range(0, len(values), CHUNK):
        statement = (
            select(column, func.max(PresenceEvent.occurred_at))
            .where(
                PresenceEvent.scope.in_(disaster_scopes()),
                PresenceEvent.is_withdrawn.is_(False),
                PresenceEvent.kind.in_(SIGHTINGS),
                column.in_(values[start : start + CHUNK]),
                *([PresenceEvent.person_id.is_(None)] if of_nobody else []),
            )
            .group_by(column)
        )
        rows = db.session.execute(statement)
        found += [(value, at) for value, at in rows if value is not None]
    return found


def _open_stays(shelter_id: UUID | None) -> list[Stay]:
    if shelter_id is not None:
        return list_shelter_stays(shelter_id, is_open=True)
    return [stay for stay in list_all_stays() if stay.ended_at is None]


def _shown(
    stays: Collection[Stay], disclosure: Disclosure
) -> list[tuple[Person, DisclosedPerson, Stay]]:
    people = {person.id: person for person in list_people([stay.person_id for stay in stays])}
    shown = [
        (person, one, stay)
        for stay in stays
        if (person := people.get(stay.person_id)) is not None
        and disclosure.may_locate(person)
        and (one := disclosure.person(person)) is not None
    ]
    return same_people().once(shown, lambda each: each[0].id)
