"""Presence search: who is where. A protected person is never found by ordinary roles."""

from dataclasses import dataclass
from uuid import UUID

from victim_support.core.access import current_actor
from victim_support.core.disclosure import (
    SEALED_PERMISSION,
    Audience,
    DisclosedPerson,
    Purpose,
    view,
)
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries.stays import list_stays
from victim_support.evacuees.rules import OUTSIDE
from victim_support.shelters.queries import find_shelter
from victim_support.victims.links import same_people
from victim_support.victims.queries import search_people
from victim_support.victims.rules import label_of

PLACE_PERMISSION = "statement.read"


@dataclass(frozen=True, slots=True)
class Presence:
    """One person of the ledger and where they are, as far as the viewer may know."""

    person: DisclosedPerson
    stay: Stay | None
    """The open stay, else the last one."""
    is_here: bool
    """At the viewer's own shelter."""
    place: str
    """Words for the place: the name of another shelter only for those who may know it."""


def find_present(text: str, *, shelter_id: UUID | None, limit: int) -> tuple[list[Presence], int]:
    """Find people of the ledger and say where they are; also return how many fit in all."""
    actor = current_actor()
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    people, total = search_people(text, limit, has_sealed=actor.may(SEALED_PERMISSION))
    people = same_people().once(people, lambda person: person.id)
    stays = list_stays([person.id for person in people])
    found = []
    for person in people:
        shown = disclosure.person(person)
        if shown is None:
            continue
        stay = _latest(stays.get(person.id, []))
        is_here = stay is not None and stay.ended_at is None and stay.shelter_id == shelter_id
        place = _place_of(stay, is_here=is_here)
        if stay is not None and stay.ended_at is None and stay.kind in OUTSIDE:
            place = outside_words(stay, has_address=disclosure.shows_address(person))
        found.append(Presence(shown, stay, is_here, place))
    return found, total


def outside_words(stay: Stay, *, has_address: bool) -> str:
    """Return words for a stay outside a shelter; no more than that where the address is hidden."""
    return f"避難所の外（{label_of(stay.kind)}）" if has_address else "避難所の外"


def _latest(line: list[Stay]) -> Stay | None:
    opened = [stay for stay in line if stay.ended_at is None]
    return (opened or line)[-1] if line else None


def _place_of(stay: Stay | None, *, is_here: bool) -> str:
    if stay is None:
        return "受付なし"
    if stay.ended_at is not None:
        return "退所"
    if is_here:
        return "ここの方" if stay.away_since else "ここにいます"
    shelter = find_shelter(stay.shelter_id)
    if shelter is None or not current_actor().may(PLACE_PERMISSION):
        return "ほかの避難所"
    return shelter.name
