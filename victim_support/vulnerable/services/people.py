"""Bring people of the registers into the ledger when something is to be written about them."""

from victim_support.core.disclosure import Subject
from victim_support.evacuees.queries.finding import candidate_of
from victim_support.evacuees.services import person_of, protect_person
from victim_support.residents.models import Resident
from victim_support.residents.queries import find_resident
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.queries import find_person
from victim_support.victims.rules import AddressKind, PersonData, Protection, Sex
from victim_support.vulnerable.models import SupportEntry
from victim_support.vulnerable.rules.states import CheckOutcome
from victim_support.vulnerable.services.rounds import record_check


def ledger_person(subject: Subject) -> Person:
    """Return somebody's record in the ledger, written now when there is none yet."""
    if isinstance(subject, Person):
        return subject
    if isinstance(subject, SupportEntry):
        return _of_entry(subject)
    assert isinstance(subject, Resident)  # noqa: S101 - the three kinds a list is made of
    return find_person(subject.id) or person_of(candidate_of(subject), subject.household_id)


def add_person(data: PersonData, *, outcome: CheckOutcome, source: str, note: str = "") -> Person:
    """Add somebody to a block whom no register shows: a tenant, a visitor.

    Args:
        data: As it was told; the address must lie in the block, ``name_note`` says who it is.
        outcome: What is known of the person now.
        source: Who told it.
        note: How the person is.
    """
    person = victims.create_person(data, household_id=None)
    record_check(person, outcome, source=source, note=note)
    return person


def _of_entry(entry: SupportEntry) -> Person:
    person_id = entry.person_id or entry.id
    found = find_person(person_id)
    if found is not None:
        return found
    resident = find_resident(entry.register_number) if entry.register_number else None
    if resident is not None:
        return person_of(candidate_of(resident), resident.household_id)
    data = PersonData(
        name=entry.name or "",
        kana=entry.kana or "",
        birth=entry.birth,
        sex=entry.sex if isinstance(entry.sex, Sex) else None,
        address=entry.address or "",
        postal_code=entry.postal_code or "",
        address_kind=AddressKind.GIVEN if entry.address else None,
        phone=entry.phone or "",
    )
    person = victims.create_person(data, household_id=None, person_id=person_id)
    if entry.protection in {None, Protection.NONE}:
        return person
    return protect_person(person.id, Protection.HIDE_PRESENCE)
