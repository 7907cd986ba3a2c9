"""Reads of cards: whose a scanned or typed number is, as far as the viewer may know."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from victim_support.core.db import db
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.evacuees.queries import list_shelter_stays
from victim_support.presence import rules
from victim_support.presence.models import Card
from victim_support.victims.links import same_people
from victim_support.victims.queries import CHUNK, disaster_scopes, list_people


@dataclass(frozen=True, slots=True)
class FoundCard:
    """A card that was read, with those of its people whom the viewer may know."""

    number: str
    persons: list[DisclosedPerson]
    void_since: datetime | None
    """When a newer card was given to all of them; None while this one holds."""


@dataclass(frozen=True, slots=True)
class ShownCard:
    """One card of somebody, and whether it holds."""

    number: str
    kind: str | None
    issued_at: datetime
    is_void: bool


def find_card(number: str, *, shelter_id: UUID | None = None) -> FoundCard | None:
    """Find whose a scanned or typed card is.

    A card that nobody was given, one that another machine gave and did not tell of yet, and one
    of protected people are the same answer: None. Nobody is refused for it.

    Args:
        number: As it was scanned or typed: whole, or its first four letters.
        shelter_id: Where it was read; first letters are looked for among the people there.
    """
    whole = read_number(number, shelter_id=shelter_id)
    if whole is None:
        return None
    cards = list_cards(Card.number == whole)
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    people = list_people([card.person_id for card in cards if card.person_id])
    visible = {one.id: one for one in people if disclosure.may_locate(one)}
    if not visible:
        return None
    own = [card for card in cards if card.person_id in visible]
    since = rules.void_since(whole, own, list_cards_of(visible))
    shown = same_people().once([*visible.values()], lambda one: one.id)
    return FoundCard(whole, disclosure.people(shown), since)


def read_number(text: str, *, shelter_id: UUID | None) -> str | None:
    """Return the whole number of what was scanned or typed, or None when it is no card's."""
    return rules.parse_number(text) or _complete(text, shelter_id)


def list_cards(condition: ColumnElement[bool]) -> list[Card]:
    """Return cards of the disaster by the time they were given."""
    statement = (
        select(Card)
        .where(Card.scope.in_(disaster_scopes()), Card.is_withdrawn.is_(False), condition)
        .order_by(Card.issued_at, Card.id)
    )
    return list(db.session.scalars(statement))


def list_cards_of(person_ids: Collection[UUID]) -> list[Card]:
    """Return every card of some people, void ones too."""
    ids = list(person_ids)
    found: list[Card] = []
    for start in range(0, len(ids), CHUNK):
        found += list_cards(Card.person_id.in_(ids[start : start + CHUNK]))
    return found


def list_shown_cards(person_ids: Collection[UUID]) -> dict[UUID, list[ShownCard]]:
    """Return the cards of people, the newest first, and which of them are void."""
    cards = list_cards_of(person_ids)
    holding = {(card.number, card.person_id) for card in rules.holding_cards(cards).values()}
    shown: dict[UUID, list[ShownCard]] = defaultdict(list)
    for card in reversed(cards):
        if card.person_id is not None:
            is_void = (card.number, card.person_id) not in holding
            one = ShownCard(card.number, card.kind, card.issued_at, is_void)
            shown[card.person_id].append(one)
    return shown


def list_holding_numbers(person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the number by which each person is called: of the own card, else the household's."""
    newest = rules.holding_cards(list_cards_of(person_ids))
    numbers = {who: card.number for (who, kind), card in newest.items() if kind == "household"}
    return numbers | {who: card.number for (who, kind), card in newest.items() if kind == "person"}


def _complete(text: str, shelter_id: UUID | None) -> str | None:
    """Return the one holding number of the people here that begins so; None of several, too."""
    beginning = rules.parse_beginning(text)
    if beginning is None or shelter_id is None:
        return None
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    cards = list_cards(Card.number.startswith(beginning, autoescape=True))
    here = {stay.person_id for stay in list_shelter_stays(shelter_id, is_open=True)}
    people = list_people([one.person_id for one in cards if one.person_id in here])
    visible = {person.id for person in people if disclosure.may_locate(person)}
    holding = rules.holding_cards(list_cards_of(visible)).values()
    numbers = {card.number for card in holding} & {card.number for card in cards}
    return numbers.pop() if len(numbers) == 1 else None
