"""Reads of the resident register."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from flask import abort, current_app
from sqlalchemy import func, select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.japanese import fold_kana, fold_kanji
from victim_support.core.japanese.families import SPACE, Families
from victim_support.core.scopes import current_scopes
from victim_support.core.towns import Town, list_towns, readings_of
from victim_support.place_names.queries import list_aliases
from victim_support.residents.models import RegisterExtract, Resident, resident_index
from victim_support.residents.rules.handing import Provenance

_HITS_PER_HOUSEHOLD = 3
_TOWNS_AT_ONCE = 500
_NEWEST_EXTRACT = select(RegisterExtract).order_by(RegisterExtract.id.desc()).limit(1)
TOWNS = "register_towns"
FAMILIES = "register_families"
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class RegisterHousehold:
    """A household of the register (世帯): all members, the head first, and who was found."""

    number: str
    members: list[Resident]
    hits: frozenset[str] = frozenset()

    @property
    def head(self) -> Resident:
        """Return the head (世帯主), or whoever comes first."""
        return self.members[0]


@dataclass(frozen=True, slots=True)
class FoundHouseholds:
    """Households with hits, and how many people matched in all."""

    households: list[RegisterHousehold]
    total_people: int
    is_total_exact: bool

    @property
    def more_people(self) -> int:
        """Return how many more people matched than are shown (ほか N 人)."""
        return self.total_people - sum(len(household.hits) for household in self.households)


@dataclass(frozen=True)
class Standing:
    """What the register here can tell of somebody."""

    is_expired: bool
    """It was handed out up to a day that is over (期限切れ)."""
    holds_everybody: bool
    """Who is not in it is none of its residents."""


def find_residents(
    query: str, limit: int = 20, *, near: Sequence[str] = (), today: date | None = None
) -> FoundHouseholds:
    """Find households by what one box takes; everybody is found, protected or not.

    Args:
        query: Words, all of which must fit one member.
        limit: Households at most.
        near: Towns (町名) whose people come first.
        today: The day that ages are counted on.
    """
    if find_standing().is_expired:
        return FoundHouseholds([], 0, is_total_exact=True)
    connection = db.session.connection(bind_arguments={"mapper": Resident.__mapper__})
    hits = resident_index.find(
        connection,
        query,
        today=today or clock.today(),
        limit=limit * _HITS_PER_HOUSEHOLD,
        near=near,
        aliases=list_aliases(),
    )
    if not hits.owners:
        return FoundHouseholds([], hits.total, hits.is_total_exact)
    numbers_of: dict[str, set[str]] = defaultdict(set)
    for number, household in _household_numbers(hits.owners):
        numbers_of[household].add(number)
    shown = list(numbers_of)[:limit]
    members = _members_of(shown)
    households = [
        RegisterHousehold(number, members[number], frozenset(numbers_of[number]))
        for number in shown
    ]
    return FoundHouseholds(households, hits.total, hits.is_total_exact)


def is_anybody(query: str) -> bool:
    """Tell whether a query could mean anybody in the register, expired or not."""
    connection = db.session.connection(bind_arguments={"mapper": Resident.__mapper__})
    return resident_index.has(connection, query, today=clock.today())


def get_resident_household(household_number: str) -> RegisterHousehold:
    """Return a household of the register by its number (世帯番号), or 404."""
    return find_resident_household(household_number) or abort(404)


def find_resident_household(household_number: str) -> RegisterHousehold | None:
    """Return a household of the register by its number (世帯番号), if there is one."""
    members = _members_of([household_number])[household_number]
    return RegisterHousehold(household_number, members) if members else None


def find_resident(number: str) -> Resident | None:
    """Return a resident by 宛名番号, if there is one."""
    return db.session.get(Resident, number)


def list_residents_of(is_wanted: Callable[[str], bool]) -> list[Resident]:
    """Return the people of the newest extract in some towns (町名), protected ones too."""
    if find_standing().is_expired:
        return []
    names = db.session.scalars(select(Resident.town).distinct().order_by(Resident.town))
    towns = [town for town in names if is_wanted(town)]
    found: list[Resident] = []
    for start in range(0, len(towns), _TOWNS_AT_ONCE):
        query = select(Resident).where(
            Resident.missing_since.is_(None),
            Resident.town.in_(towns[start : start + _TOWNS_AT_ONCE]),
        )
        found += db.session.scalars(query.order_by(Resident.number))
    return found


def list_protected_numbers() -> list[str]:
    """Return the 宛名番号 of everybody the register protects (支援措置)."""
    query = select(Resident.number).where(Resident.is_protected.is_(True))
    return list(db.session.scalars(query.order_by(Resident.number)))


def list_register_towns() -> tuple[Town, ...]:
    """Return the towns of the register as its addresses write them, the largest first.

    Read once after each import. Their kana is that of the postal list, or of towns of the name
    elsewhere.
    """
    return _once(TOWNS, lambda: tuple(_read_towns()))


def list_families() -> Families:
    """Return the family names of the register with their readings. Read once after each import."""
    return {} if find_standing().is_expired else _once(FAMILIES, _read_families)


def forget_read() -> None:
    """Let towns and family names be read again: another register is here, or none."""
    for key in (TOWNS, FAMILIES):
        current_app.extensions.pop(key, None)


def _once(key: str, read: Callable[[], _Read]) -> _Read:
    newest = db.session.scalar(select(func.max(RegisterExtract.id)))
    kept: tuple[int | None, _Read] | None = current_app.extensions.get(key)
    if kept is None or newest != kept[0]:
        kept = current_app.extensions[key] = (newest, read())
    return kept[1]


def _read_families() -> Families:
    readings: dict[str, set[str]] = defaultdict(set)
    query = select(Resident.name_display, Resident.kana).where(Resident.is_protected.is_(False))
    for name, kana in set(db.session.execute(query)):
        family, _, given = name.partition(SPACE)
        if given:
            readings[fold_kanji(family)].add(fold_kana(kana.partition(SPACE)[0]))
    return {family: frozenset(all_of - {""}) for family, all_of in readings.items()}


def _read_towns() -> Iterator[Town]:
    people, address = func.count(), func.min(Resident.address)
    query = (
        select(Resident.town, address, func.min(Resident.postal_code))
        .where(Resident.town != "", Resident.is_protected.is_(False))
        .group_by(Resident.town)
        .order_by(people.desc(), Resident.town)
    )
    rows = db.session.execute(query).all()
    postal = {town.name: town.kana for town in list_towns(current_scopes().municipality)}
    kanas = readings_of(frozenset(row[0] for row in rows).difference(postal))
    for name, whole, code in rows:
        city = whole.partition(name)[0] if name in whole else ""
        first, *further = (postal[name],) if name in postal else kanas.get(name, ("",))
        yield Town(code, city, name, first, tuple(further))


def find_provenance() -> Provenance | None:
    """Return where the register here was handed out, None when it was imported here or is none."""
    newest = find_newest_extract()
    return newest.provenance if newest else None


def find_standing() -> Standing:
    """Return what the register here can tell today."""
    provenance = find_provenance()
    if provenance is None:
        return Standing(is_expired=False, holds_everybody=True)
    is_expired = provenance.expires_on < clock.today()
    return Standing(is_expired, holds_everybody=not provenance.towns and not is_expired)


def count_residents(towns: Collection[str] = ()) -> int:
    """Return how many people the newest extract holds, of all towns or of some."""
    query = select(func.count()).where(Resident.missing_since.is_(None))
    return db.session.scalar(query.where(Resident.town.in_(towns)) if towns else query) or 0


def find_newest_extract() -> RegisterExtract | None:
    """Return the newest import of the register, if there is any."""
    return db.session.scalars(_NEWEST_EXTRACT).one_or_none()


def list_extracts(limit: int = 20) -> list[RegisterExtract]:
    """Return the last imports of the register, the newest first."""
    query = select(RegisterExtract).order_by(RegisterExtract.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def _household_numbers(owners: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Return (number, household number) of residents in the order of the hits."""
    query = select(Resident.number, Resident.household_number).where(Resident.number.in_(owners))
    households = {row.number: row.household_number for row in db.session.execute(query)}
    return [(number, households[number]) for number in owners if number in households]


def _members_of(household_numbers: Sequence[str]) -> dict[str, list[Resident]]:
    """Return the members of households, the head first, then by age."""
    query = (
        select(Resident)
        .where(Resident.household_number.in_(household_numbers))
        .order_by(
            Resident.is_head.desc(), Resident.birth_year, Resident.birth_date, Resident.number
        )
    )
    members: dict[str, list[Resident]] = defaultdict(list)
    for resident in db.session.scalars(query):
        members[resident.household_number].append(resident)
    return members
