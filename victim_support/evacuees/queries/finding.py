"""What the desk's one box finds: households of the register and of the ledger, as one list.

Register search finds everybody, so that nobody is registered twice; whether somebody is here
already is shown only where ``core.disclosure`` lets the viewer know.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.japanese import plain_kana
from victim_support.core.japanese.dates import Precision
from victim_support.evacuees.queries.received import list_received, list_received_residents
from victim_support.evacuees.rules import Candidate, RegisterMatch
from victim_support.residents.models import Resident
from victim_support.residents.queries import (
    RegisterHousehold,
    Standing,
    find_resident_household,
    find_residents,
    find_standing,
    is_anybody,
)
from victim_support.victims.models import Person, household_id_of
from victim_support.victims.queries import (
    find_household,
    find_person,
    list_members,
    list_members_of,
    search_people,
)
from victim_support.victims.rules import AddressKind, PersonData, Protection, RegisterLink, Sex

REGISTER, HOUSEHOLD, PERSON = "r:", "h:", "p:"
CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class HouseholdHit:
    """One household in the list of hits."""

    token: str
    people: list[DisclosedPerson]
    matches: frozenset[UUID]
    town: str
    received: int
    elsewhere: tuple[str, ...]
    """What to say of those who are received elsewhere."""


@dataclass(frozen=True, slots=True)
class Found:
    """Households found, and how many people matched in all: never a silent cut."""

    hits: list[HouseholdHit]
    total: int
    more: int
    is_least: bool
    is_expired: bool = False
    """Whether the register that this machine was handed may be used no longer."""


@dataclass(frozen=True, slots=True)
class OpenedPerson:
    """A member of an opened household: what is shown, and what is needed to register."""

    shown: DisclosedPerson
    candidate: Candidate
    received: str | None
    """None: not yet; nothing: here; else that it is elsewhere."""


@dataclass(frozen=True, slots=True)
class OpenedHousehold:
    """A household opened at the desk."""

    token: str
    household_id: UUID | None
    register_number: str | None
    people: list[OpenedPerson]

    @property
    def title(self) -> str:
        """Return what the household is called."""
        return f"{self.people[0].shown.name} さんの世帯"


@dataclass(frozen=True, slots=True)
class ListedResidents:
    """Residents of one place, to be ticked one by one, and how many are not listed."""

    people: list[OpenedPerson]
    more: int


def find_households(text: str, *, limit: int, near: Sequence[str] = ()) -> Found:
    """Find households by what one box takes: the register first, then those only in the ledger."""
    if not text.strip():
        return Found([], 0, 0, is_least=False)
    register = find_residents(text, limit=limit, near=near)
    people, total_people = search_people(text, CANDIDATES)
    residents = [member for found in register.households for member in found.members]
    received = list_received_residents(residents)
    hits = [_register_hit(household, received) for household in register.households]
    ledger = _ledger_hits(person for person in people if person.register_number is None)
    hits = (hits + ledger)[:limit]
    total = register.total_people + max(len(ledger), total_people - len(people))
    shown = sum(len(hit.matches) for hit in hits)
    return Found(
        hits,
        total,
        max(0, total - shown),
        is_least=not register.is_total_exact,
        is_expired=find_standing().is_expired,
    )


def open_household(token: str) -> OpenedHousehold | None:
    """Open a household from the list of hits, or None."""
    kind, key = token[:2], token[2:]
    if kind == REGISTER:
        return _open_register(token, key)
    people = _ledger_people(kind, key)
    if not people:
        return None
    opened = _opened_people(people, list_received(_ids(people)))
    if not opened:  # everybody there is protected: the same answer as nobody
        return None
    return OpenedHousehold(token, people[0].household_id, None, opened)


def token_of(household_id: UUID) -> str:
    """Return the token that opens a household of the ledger, with all its residents if it has any.

    Those of the register who have not come are not in the ledger yet, and belong to it.
    """
    known = find_household(household_id)
    number = known.register_number if known else None
    if number and find_resident_household(number):
        return f"{REGISTER}{number}"
    return f"{HOUSEHOLD}{household_id}"


def list_residents_at(text: str, *, limit: int) -> ListedResidents:
    """List the residents found by the name of a home or building, room by room."""
    found = find_residents(text, limit=limit)
    residents = [
        one for each in found.households for one in each.members if one.number in each.hits
    ]
    residents.sort(key=lambda one: (one.building, one.kana, one.number))
    people = _opened_residents(residents[:limit])
    return ListedResidents(people, max(0, found.total_people - len(people)))


def match_register(data: PersonData) -> RegisterMatch:
    """Compare somebody typed in with the register: linked only on one kana + birth date (+ sex).

    Anything else that is alike is left for a person to look at (要確認).
    """
    return _match(data, find_standing())


def match_all(people: Iterable[PersonData]) -> list[tuple[PersonData, RegisterMatch]]:
    """Return people typed in, each with what ``match_register`` gives, in their order."""
    standing = find_standing()
    return [(data, _match(data, standing)) for data in people]


def _match(data: PersonData, register: Standing) -> RegisterMatch:
    if not plain_kana(data.kana):
        return RegisterMatch(RegisterLink.UNCHECKED)
    has_day = data.birth.precision is Precision.DAY
    nobody = RegisterMatch(
        RegisterLink.ABSENT if has_day and register.holds_everybody else RegisterLink.UNCHECKED
    )
    if register.is_expired or not is_anybody(data.kana):
        return nobody
    if not has_day:
        return RegisterMatch(RegisterLink.REVIEW) if _alike(data, data.kana) else nobody
    born = f"{data.birth.date:%Y%m%d}"  # a common name alone would fill the list of hits
    same = [
        resident
        for resident in _alike(data, f"{data.kana} {born}")
        if resident.birth_date == data.birth.date
    ]
    if len(same) == 1:
        return RegisterMatch(RegisterLink.MATCHED, same[0].number, Protection(same[0].protection))
    return RegisterMatch(RegisterLink.REVIEW) if same or _alike(data, data.kana) else nobody


def _alike(data: PersonData, query: str) -> list[Resident]:
    """Return residents of the first hits whose kana is the same and whose sex may be."""
    kana = plain_kana(data.kana)
    return [
        resident
        for household in find_residents(query, limit=CANDIDATES).households
        for resident in household.members
        if plain_kana(resident.kana) == kana and not _is_other_sex(data.sex, resident.sex)
    ]


def candidate_of(resident: Resident) -> Candidate:
    """Return a resident as somebody the desk can register."""
    address = " ".join(part for part in (resident.address, resident.building) if part)
    return Candidate(
        person_id=resident.id,
        register_number=resident.number,
        household_number=resident.household_number,
        protection=Protection(resident.protection),
        data=PersonData(
            name=resident.name,
            kana=resident.kana,
            birth=resident.birth,
            sex=Sex(resident.sex) if resident.sex in set(Sex) else None,
            address=address,
            postal_code=resident.postal_code,
            town=resident.town,
            address_kind=AddressKind.GIVEN if address else None,
            relation=resident.relation,
        ),
    )


def _register_hit(household: RegisterHousehold, received: Mapping[UUID, str]) -> HouseholdHit:
    shown = view(Audience.DESK, Purpose.REGISTER).people(household.members)
    return HouseholdHit(
        token=f"{REGISTER}{household.number}",
        people=shown,
        matches=frozenset(each.id for each in household.members if each.number in household.hits),
        town=_town_of(shown),
        **_numbers(shown, received),
    )


def _ledger_hits(people: Iterable[Person]) -> list[HouseholdHit]:
    """Return the households of people whom only the ledger knows, each household once."""
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    visible = [person for person in people if disclosure.person(person) is not None]
    members = list_members_of({one.household_id for one in visible if one.household_id})
    by_household: dict[UUID, HouseholdHit] = {}
    received = list_received(
        [one.id for group in members.values() for one in group] + _ids(visible)
    )
    for person in visible:
        key = person.household_id or person.id
        if key in by_household:
            continue
        group = members.get(key, [person])
        shown = disclosure.people(group)
        by_household[key] = HouseholdHit(
            token=f"{HOUSEHOLD if person.household_id else PERSON}{key}",
            people=shown,
            matches=frozenset(one.id for one in visible if (one.household_id or one.id) == key),
            town=_town_of(shown),
            **_numbers(shown, received),
        )
    return list(by_household.values())


def _open_register(token: str, number: str) -> OpenedHousehold | None:
    household = find_resident_household(number)
    if household is None:
        return None
    people = _opened_residents(household.members)
    known = {member.number for member in household.members}
    members = list_members(household_id_of(number))
    joined = [one for one in members if one.register_number not in known]
    people += _opened_people(joined, list_received(_ids(joined)))
    return OpenedHousehold(token, household_id_of(number), number, people)


def _opened_residents(residents: Sequence[Resident]) -> list[OpenedPerson]:
    disclosure = view(Audience.DESK, Purpose.REGISTER)
    received = list_received_residents(residents)
    return [
        OpenedPerson(shown, candidate_of(resident), received.get(resident.id))
        for resident in residents
        if (shown := disclosure.person(resident)) is not None
    ]


def _opened_people(people: Iterable[Person], received: Mapping[UUID, str]) -> list[OpenedPerson]:
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    return [
        OpenedPerson(
            shown,
            Candidate(person_id=person.id, data=PersonData(name=shown.name_received)),
            received.get(person.id),
        )
        for person in people
        if (shown := disclosure.person(person)) is not None
    ]


def _ledger_people(kind: str, key: str) -> list[Person]:
    try:
        row_id = UUID(key)
    except ValueError:
        return []
    if kind == HOUSEHOLD:
        return list_members(row_id)
    person = find_person(row_id) if kind == PERSON else None
    return [person] if person else []


def _numbers(shown: Iterable[DisclosedPerson], received: Mapping[UUID, str]) -> dict[str, Any]:
    words = [received[person.id] for person in shown if person.id in received]
    elsewhere = tuple(word for word in words if word)
    return {"received": len(words) - len(elsewhere), "elsewhere": elsewhere}


def _town_of(people: Sequence[DisclosedPerson]) -> str:
    return next((person.town or person.address for person in people if person.address), "")


def _ids(people: Iterable[Person]) -> list[UUID]:
    return [person.id for person in people]


def _is_other_sex(one: Sex | None, other: str | None) -> bool:
    known = {Sex.MALE.value, Sex.FEMALE.value}
    return one in known and other in known and one != other
