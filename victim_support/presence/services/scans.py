"""What reading a card does: one scan or typed number is in, out, overnight or back.

Nobody is refused. A card of which the desk may not know whose it is was seen all the same: the
sighting is kept, and the answer is the same whether nobody was given it, another machine knows,
or its people are protected.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.node import this_node
from victim_support.evacuees import queries as evacuees
from victim_support.evacuees import services as reception
from victim_support.evacuees.models import PresenceEvent, Stay
from victim_support.evacuees.rules import OUTSIDE, PresenceKind
from victim_support.presence import queries
from victim_support.presence.models import Card
from victim_support.presence.rules import REPEATED, ScanAct, ScanOutcome, choose
from victim_support.victims.queries import disaster_scopes, list_people


@dataclass(frozen=True, slots=True)
class Scanned:
    """What reading a card did, as the desk may know it."""

    outcome: ScanOutcome
    number: str
    at: datetime
    persons: list[DisclosedPerson] = field(default_factory=list)
    stay_id: UUID | None = None
    """One of the stays, to go on with leaving."""
    moved: bool = False
    """Whether a stay elsewhere ended by it."""


def scan(number: str, *, shelter_id: UUID, act: ScanAct, at: datetime) -> Scanned:
    """Read a card at a shelter and do what that means.

    Args:
        number: The whole number, see `presence.queries.read_number`.
        shelter_id: Where it was read.
        act: What shall be done; by itself people go out or come back.
        at: When.
    """
    found = queries.find_card(number)
    last = _last_read(number, shelter_id)
    if last is not None and at - last.occurred_at < REPEATED and act is ScanAct.AUTO:
        persons = found.persons if found else []
        return Scanned(ScanOutcome.ALREADY if found else ScanOutcome.UNKNOWN, number, at, persons)
    if found is None or found.void_since is None:
        _note_hidden(number, shelter_id, at)
    if found is None:
        return Scanned(ScanOutcome.UNKNOWN, number, at)
    if found.void_since is not None:
        return Scanned(ScanOutcome.VOID, number, found.void_since)
    return _act(found, shelter_id, act, at)


def _act(found: queries.FoundCard, shelter_id: UUID, act: ScanAct, at: datetime) -> Scanned:
    """Do what the card means for those of its people whom the desk may know."""
    number = found.number
    opened = evacuees.list_open_stays([person.id for person in found.persons])
    stays = [stay for line in opened.values() for stay in line]
    here = [stay for stay in stays if stay.shelter_id == shelter_id]
    elsewhere = [stay for stay in stays if stay.kind in OUTSIDE]
    outcome, chosen = choose(act, here or elsewhere)
    if outcome is ScanOutcome.IN:
        return _let_in(found, shelter_id, at, is_move=bool(stays))
    if outcome is ScanOutcome.BACK:
        for stay in chosen:
            reception.come_back(stay=stay, at=at, card_number=number)
    elif outcome is ScanOutcome.SEEN:
        reception.record_events(
            chosen, PresenceKind.SEEN, at=at, card_number=number, shelter_id=shelter_id
        )
    else:
        kind = PresenceKind(outcome.value)
        for stay in chosen:
            reception.go_out(stay=stay, at=at, kind=kind, card_number=number)
    return Scanned(outcome, number, at, _people_of(chosen, found.persons), chosen[0].id)


def _let_in(found: queries.FoundCard, shelter_id: UUID, at: datetime, *, is_move: bool) -> Scanned:
    arrival = reception.receive_again(
        reception=reception.Reception(shelter_id=shelter_id, at=at, card_number=found.number),
        people=list_people([person.id for person in found.persons]),
    )
    stay_id = arrival.stays[0].id if arrival.stays else None
    return Scanned(ScanOutcome.IN, found.number, at, found.persons, stay_id, moved=is_move)


def _note_hidden(number: str, shelter_id: UUID, at: datetime) -> None:
    """Keep that a card was seen whose people the desk may not know, or that nobody knows here."""
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    owners = [card.person_id for card in queries.list_cards(Card.number == number)]
    people = list_people([owner for owner in owners if owner])
    hidden = [person for person in people if not disclosure.may_locate(person)]
    if not people:
        reception.record_sighting(card_number=number, shelter_id=shelter_id, at=at)
    for person in hidden:
        reception.record_sighting(card_number=number, shelter_id=shelter_id, at=at, person=person)


def _people_of(
    stays: Sequence[Stay], persons: Collection[DisclosedPerson]
) -> list[DisclosedPerson]:
    lines = evacuees.list_open_stays([person.id for person in persons])
    chosen = {stay.id for stay in stays}
    return [person for person in persons if chosen & {stay.id for stay in lines.get(person.id, [])}]


def _last_read(number: str, shelter_id: UUID) -> PresenceEvent | None:
    """Return the last time this machine read a card in a shelter."""
    statement = (
        select(PresenceEvent)
        .where(
            PresenceEvent.scope.in_(disaster_scopes()),
            PresenceEvent.is_withdrawn.is_(False),
            PresenceEvent.card_number == number,
            PresenceEvent.shelter_id == shelter_id,
            PresenceEvent.node == this_node().id,
        )
        .order_by(PresenceEvent.occurred_at.desc(), PresenceEvent.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).first()
