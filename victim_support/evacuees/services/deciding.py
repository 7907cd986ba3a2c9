"""Decisions about records: one person or two (同じ人・別の人), and which resident somebody is."""

from uuid import UUID

from victim_support.evacuees.rules import Candidate
from victim_support.evacuees.services.protection import protect_person
from victim_support.victims import services as victims
from victim_support.victims.links import same_people
from victim_support.victims.models import Person, PersonLink
from victim_support.victims.queries import list_linked, list_people
from victim_support.victims.rules import (
    LinkDecision,
    PersonData,
    Protection,
    RegisterLink,
    more_restrictive,
)

SAME_RESIDENT = "住民の台帳の同じ方と確かめた"


def decide_on_people(
    one: UUID, other: UUID, decision: LinkDecision, *, reason: str, by: UUID | None
) -> PersonLink:
    """Keep whether two records are one person; what hides one of them then hides both.

    Protection is carried over before the decision is written, so that the decision is sealed
    with it; taking the decision back does not open anything.
    """
    if decision is LinkDecision.SAME:
        same = same_people()
        records = list_people([*same.records(one), *same.records(other)])
        strictest = _strictest(records)
        if strictest is not Protection.NONE:
            for record in records:
                protect_person(record.id, strictest)
    return victims.link_people(one, other, decision, reason=reason, by=by)


def identify_person(person: Person, candidate: Candidate, *, by: UUID | None) -> Person:
    """Say which resident somebody is (照合): what is not known of them comes from the register.

    What people said stays as they said it. When the resident is in the ledger already, the two
    records become one person. The register's protection comes along.

    Args:
        person: Somebody without a name, or whom somebody had to compare with the register.
        candidate: The resident.
        by: Who decided.
    """
    number = candidate.register_number or ""
    known = list_linked([number]).get(number)
    if known is not None and known.id != person.id:
        victims.update_person(person.id, register_link=RegisterLink.MATCHED)
        decide_on_people(person.id, known.id, LinkDecision.SAME, reason=SAME_RESIDENT, by=by)
    else:
        _fill_in(person, candidate.data)
        victims.link_to_register(person.id, register_number=number)
    if candidate.protection is not Protection.NONE:
        return protect_person(person.id, candidate.protection)
    return person


def not_in_register(person: Person) -> Person:
    """Say that somebody is not in the resident register (対象者なし)."""
    return victims.update_person(person.id, register_link=RegisterLink.ABSENT)


def _fill_in(person: Person, data: PersonData) -> None:
    from_register = victims.columns_of(data)
    births = victims.birth_columns(data.birth)
    birth = {} if person.birth.year is not None else births
    rest = {
        name: value
        for name, value in from_register.items()
        if value and name not in births and name != "name_display" and not getattr(person, name)
    }
    if person.household_id is not None:
        rest.pop("relation", None)
    victims.update_person(person.id, **rest, **birth)


def _strictest(records: list[Person]) -> Protection:
    strictest = Protection.NONE
    for record in records:
        level = record.protection or Protection.NONE
        known = level if isinstance(level, Protection) else Protection.HIDE_PRESENCE
        strictest = more_restrictive(strictest, known)
    return strictest
