"""Reads of the house ledger: houses, who may live there, who owns them, what was decided."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import abort
from sqlalchemy import Select, func, select

from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.core.disclosure import (
    SEALED_PERMISSION,
    Audience,
    DisclosedPerson,
    Purpose,
    view,
)
from victim_support.core.japanese.addresses import address_key, street_order, town_of
from victim_support.core.scopes import current_scopes
from victim_support.houses.models import House, HouseLink, HouseOccupant, LedgerFile
from victim_support.houses.rules import (
    Decision,
    Doubt,
    HouseChoice,
    Likeness,
    Occupancy,
    doubts_of,
    is_chosen,
    occupancy_of,
)
from victim_support.residents.models import Resident

SHOWN = 50
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Occupants:
    """A household proposed for a house, or said to live there."""

    household_number: str
    people: list[DisclosedPerson]
    likeness: str
    link: HouseLink | None

    @property
    def lives_here(self) -> bool:
        """Say whether the household counts as living there: decided, else proposed."""
        return self.link is None or self.link.decision == Decision.LIVES


@dataclass(frozen=True, slots=True)
class OpenedHouse:
    """A house with all that is known of it, as its viewer may see it."""

    house: House
    occupants: list[Occupants]
    owner: DisclosedPerson | None
    """The owner as a resident; None when the ledger does not say, or it may not be shown."""
    is_owner_shown: bool
    doubts: list[Doubt]
    neighbours: list[House]
    ledger: LedgerFile | None
    """The newest ledger that was read; it tells of which day the house is known."""


def find_houses(text: str) -> list[House]:
    """Return houses by number, or by address or lot however it is written."""
    plain, key = text.strip(), address_key(text)
    if not plain:
        return []
    same = House.address_key.startswith(key) | House.lot_key.startswith(key) if key else None
    written = House.address.contains(plain, autoescape=True) | House.building.contains(
        plain, autoescape=True
    )
    wanted = (House.number == plain) | written
    query = (
        select(House)
        .where(wanted if same is None else wanted | same)
        .order_by(House.address_key, House.number)
        .limit(SHOWN)
    )
    return list(db.session.scalars(query))


def get_house(number: str) -> House:
    """Return a house by its number (物件番号), or 404."""
    return db.session.get(House, number) or abort(404)


def open_house(number: str) -> OpenedHouse:
    """Return a house with who lives there and who owns it, or 404.

    A household with a protected member is left out, as if nobody was known: the house would tell
    where she lives. So is a protected owner, whose address stands in the ledger.
    """
    house = get_house(number)
    proposed = {one.household_number: one.likeness for one in _proposals(number)}
    links = _links(number)
    households = list(dict.fromkeys((*links, *proposed)))
    occupants = [
        Occupants(household, people, proposed.get(household, ""), links.get(household))
        for household in households
        if (people := _people_of(household))
    ]
    owner, is_shown = _owner(house)
    neighbours = _same_address(house)
    living = [one for one in occupants if one.lives_here]
    names = {person.name_received for one in living for person in one.people}
    doubts = doubts_of(
        likeness=[one.likeness for one in living if one.link is None],
        households=len(living),
        houses=len(neighbours) + 1,
        is_flat=bool(house.building) or len(living) > 2,
        owner_lives_there=_same_name(house.owner_name, names) or not is_shown,
    )
    ledger = next(iter(list_files(1)), None)
    return OpenedHouse(house, occupants, owner, is_shown, doubts, neighbours, ledger)


def list_houses_of(household_number: str) -> list[tuple[House, str]]:
    """Return the houses that a household is proposed for or was said to live in."""
    links = (
        select(HouseLink)
        .where(
            HouseLink.scope == current_scopes().base,
            HouseLink.is_withdrawn.is_(False),
            HouseLink.household_number == household_number,
        )
        .order_by(HouseLink.decided_at, HouseLink.id)
    )
    decided = {link.house_number: link.decision for link in db.session.scalars(links)}
    query = (
        select(House, HouseOccupant.likeness)
        .join(HouseOccupant, HouseOccupant.house_number == House.number)
        .where(HouseOccupant.household_number == household_number)
        .order_by(House.number)
    )
    found = {house.number: (house, likeness) for house, likeness in db.session.execute(query)}
    for number, decision in decided.items():
        if decision == Decision.NOT:
            found.pop(number, None)
        elif house := db.session.get(House, number):
            found[number] = (house, Likeness.ADDRESS)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class HouseLine:
    """A house as a list has it: no owner, no names, and nobody protected among its households."""

    house: House
    town: str
    occupancy: Occupancy


def list_lines(choice: HouseChoice | None = None, town: str = "") -> list[HouseLine]:
    """Return all houses of the ledger that are asked for, by street; the same whoever asks."""
    proposed, decided = _open_proposals(), _open_decisions()
    every = db.session.scalars(select(House).order_by(House.number))
    found = []
    for house in sorted(every, key=lambda one: street_order(one.address_key or one.lot_key)):
        own = occupancy_of(proposed[house.number], decided[house.number])
        line = HouseLine(house, town_of(house.address_key or house.lot_key), own)
        is_missing = house.missing_since is not None
        if town in ("", line.town) and is_chosen(choice, own, is_missing=is_missing):
            found.append(line)
    return found


def list_towns() -> list[str]:
    """Return the towns that the ledger has houses in."""
    keys = db.session.execute(select(House.address_key, House.lot_key))
    return sorted({town_of(address or lot) for address, lot in keys} - {""})


def list_doubtful(limit: int = SHOWN) -> list[tuple[House, int]]:
    """Return houses with more than one household that nobody has decided on, with how many.

    Households with a protected member do not count, whoever asks.
    """
    decided = select(HouseLink.house_number).where(HouseLink.scope == current_scopes().base)
    known = set(db.session.scalars(decided))
    count = func.count()
    query = (
        select(House, count)
        .join(HouseOccupant, HouseOccupant.house_number == House.number)
        .where(
            House.missing_since.is_(None),
            HouseOccupant.household_number.not_in(_protected_households()),
        )
        .group_by(*House.__table__.columns)
        .having(count > 1)
        .order_by(count.desc(), House.number)
        .limit(limit + len(known))
    )
    found = [(house, number) for house, number in db.session.execute(query)]
    return [(house, number) for house, number in found if house.number not in known][:limit]


def list_files(limit: int | None = 20) -> list[LedgerFile]:
    """Return the last imports of the ledger, the newest first; all without a limit."""
    query = select(LedgerFile).order_by(LedgerFile.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def count_houses() -> int:
    """Return how many houses the newest ledger holds."""
    query = select(func.count()).select_from(House).where(House.missing_since.is_(None))
    return db.session.scalar(query) or 0


def list_houses(numbers: Collection[str]) -> dict[str, House]:
    """Return houses by number."""
    query = select(House).where(House.number.in_(numbers))
    return {house.number: house for house in db.session.scalars(query)}


def is_open_household(household_number: str) -> bool:
    """Say whether a household is known and nobody of it is protected."""
    return any(True for _ in _members(household_number)) and not _is_protected(household_number)


def _proposals(number: str) -> list[HouseOccupant]:
    query = (
        select(HouseOccupant)
        .where(HouseOccupant.house_number == number)
        .order_by(HouseOccupant.likeness, HouseOccupant.household_number)
        .limit(SHOWN)
    )
    return list(db.session.scalars(query))


def _links(number: str) -> dict[str, HouseLink]:
    query = (
        select(HouseLink)
        .where(
            HouseLink.scope == current_scopes().base,
            HouseLink.is_withdrawn.is_(False),
            HouseLink.house_number == number,
        )
        .order_by(HouseLink.decided_at, HouseLink.id)
    )
    return {link.household_number: link for link in db.session.scalars(query)}


def _open_proposals() -> dict[str, set[str]]:
    """Return the households proposed for each house, but for those with a protected member."""
    found: dict[str, set[str]] = defaultdict(set)
    query = select(HouseOccupant.house_number, HouseOccupant.household_number).where(
        HouseOccupant.household_number.not_in(_protected_households())
    )
    for house, household in db.session.execute(query):
        found[house].add(household)
    return found


def _open_decisions() -> dict[str, dict[str, str]]:
    """Return what was said last of each household and house, but for those protected by now."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    hidden = set(db.session.scalars(_protected_households()))
    links = (
        select(HouseLink)
        .where(HouseLink.scope == current_scopes().base, HouseLink.is_withdrawn.is_(False))
        .order_by(HouseLink.decided_at, HouseLink.id)
    )
    for link in db.session.scalars(links):
        if link.household_number not in hidden:
            found[link.house_number][link.household_number] = link.decision
    return found


def _protected_households() -> Select[str]:
    return select(Resident.household_number).where(Resident.is_protected.is_(True))


def _people_of(household_number: str) -> list[DisclosedPerson]:
    sees_sealed = SEALED_PERMISSION in current_actor().permissions
    if _is_protected(household_number) and not sees_sealed:
        return []
    disclosure = view(Audience.COUNTER, Purpose.REGISTER)
    return disclosure.people(_members(household_number))


def _members(household_number: str) -> Sequence[Resident]:
    query = (
        select(Resident)
        .where(Resident.household_number == household_number, Resident.missing_since.is_(None))
        .order_by(Resident.is_head.desc(), Resident.birth_year, Resident.number)
    )
    return list(db.session.scalars(query))


def _is_protected(household_number: str) -> bool:
    query = select(Resident.number).where(
        Resident.household_number == household_number, Resident.is_protected.is_(True)
    )
    return db.session.scalars(query.limit(1)).first() is not None


def _owner(house: House) -> tuple[DisclosedPerson | None, bool]:
    """Return the owner as a resident, and whether the ledger's words of the owner may be shown."""
    sees_sealed = SEALED_PERMISSION in current_actor().permissions
    if not sees_sealed and _same_name(house.owner_name, _protected_names()):
        return None, False  # ledgers without the owner's number tell it by the name
    resident = db.session.get(Resident, house.owner_number) if house.owner_number else None
    if resident is None:
        return None, True
    if _is_protected(resident.household_number) and not sees_sealed:
        return None, False
    return view(Audience.COUNTER, Purpose.REGISTER).person(resident), True


def _protected_names() -> list[str]:
    return list(db.session.scalars(select(Resident.name).where(Resident.is_protected.is_(True))))


def _same_address(house: House) -> list[House]:
    if not house.address_key:
        return []
    query = (
        select(House)
        .where(
            House.address_key == house.address_key,
            House.number != house.number,
            House.missing_since.is_(None),
        )
        .order_by(House.number)
        .limit(SHOWN)
    )
    return list(db.session.scalars(query))


def _same_name(name: str, names: Collection[str]) -> bool:
    return "".join(name.split()) in {"".join(one.split()) for one in names}


def structures_at(addresses: Collection[str]) -> dict[str, str]:
    """Return the structure that the ledger has for each address; one with two kinds is left out."""
    keys = {address: key for address in addresses if (key := address_key(address))}
    found: dict[str, set[str]] = defaultdict(set)
    wanted = sorted(set(keys.values()))
    for start in range(0, len(wanted), _CHUNK):
        statement = select(House.address_key, House.structure).where(
            House.address_key.in_(wanted[start : start + _CHUNK]), House.missing_since.is_(None)
        )
        for key, structure in db.session.execute(statement):
            found[key] |= {structure} - {""}
    return {
        address: next(iter(found[key])) for address, key in keys.items() if len(found[key]) == 1
    }
