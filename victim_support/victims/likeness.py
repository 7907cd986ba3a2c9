"""Who may be written down twice (二重の登録): pairs of records that look like one person.

Pure and deterministic: the same records give the same pairs on every laptop. A pair is a hint for
a person to decide on; nothing follows from it by itself.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from uuid import UUID

from victim_support.core.japanese.dates import UNKNOWN, BirthValue
from victim_support.core.japanese.fold import sound_key
from victim_support.core.search.words import RUN, UNITS, place_key, search_key
from victim_support.victims.rules import Labelled, Sex

_SHORTEST_PLACE, _SHORTEST_PHONE, _SHORTEST_READING = 5, 9, 2
_NARROW_YEARS = 2
_KNOWN_SEX = frozenset({Sex.MALE.value, Sex.FEMALE.value})


class Feature(Labelled):
    """What two records have in common."""

    NUMBER = "number", "宛名番号"
    NAME = "name", "氏名"
    READING = "reading", "読み"
    PART = "part", "読みの一部"
    BIRTH = "birth", "生年月日"
    AGE = "age", "年ごろ"
    PHONE = "phone", "電話"
    ADDRESS = "address", "住所"


@dataclass(frozen=True, slots=True)
class Facts:
    """What of one record is compared."""

    id: UUID
    name: str = ""
    kana: str = ""
    birth: BirthValue = UNKNOWN
    told_on: date | None = None
    """The day an age was told."""
    sex: str | None = None
    address: str = ""
    phone: str = ""
    register_number: str | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """Two records that look like one person, the smaller id first, and by what."""

    first_id: UUID
    second_id: UUID
    features: tuple[Feature, ...]


def find_alike(people: Iterable[Facts]) -> list[Alike]:
    """Return all pairs that look like one person, those with most in common first."""
    pairs: dict[tuple[UUID, UUID], Alike] = {}
    for one, other in _neighbours(people):
        first, second = (one, other) if one.id < other.id else (other, one)
        key = (first.id, second.id)
        if key not in pairs and (features := common_features(first, second)):
            pairs[key] = Alike(*key, features)
    return sorted(pairs.values(), key=_most_in_common)


def common_features(one: Facts, other: Facts) -> tuple[Feature, ...]:
    """Return what makes two records look like one person; nothing when they do not.

    A name alone never does: it takes the birth date or age, the telephone or the address besides.
    Two residents of the register are two people, and so are a man and a woman.
    """
    numbers = {one.register_number, other.register_number} - {None}
    if len(numbers) > 1 or _is_other_sex(one.sex, other.sex):
        return ()
    named = _names(one, other)
    born = _births(one, other)
    there = [
        *([Feature.PHONE] if _is_same_phone(one.phone, other.phone) else []),
        *([Feature.ADDRESS] if _is_same_place(one.address, other.address) else []),
    ]
    is_one_number = one.register_number is not None and one.register_number == other.register_number
    number = [Feature.NUMBER] if is_one_number else []
    is_alike = (
        number
        or (Feature.PART in named and Feature.BIRTH in born)
        or (named and Feature.PART not in named and (born or there))
    )
    return (*number, *named, *born, *there) if is_alike else ()


def _most_in_common(pair: Alike) -> tuple[int, UUID, UUID]:
    return -len(pair.features), pair.first_id, pair.second_id


def _neighbours(people: Iterable[Facts]) -> Iterator[tuple[Facts, Facts]]:
    """Yield the pairs worth comparing; a common reading alone would make too many of them."""
    groups: dict[tuple[object, ...], list[Facts]] = defaultdict(list)
    for one in people:
        for key in _keys(one):
            groups[key].append(one)
    for members in groups.values():
        if len(members) > 1:
            yield from combinations(members, 2)


def _keys(one: Facts) -> Iterator[tuple[object, ...]]:
    """Yield what a record shares with every other one that it may be alike with."""
    if one.register_number:
        yield "number", one.register_number
    if one.birth.date:
        yield "birth", one.birth.date
    years = _years(one) or (1, 0)
    besides: list[object] = list(range(years[0], min(years[1], years[0] + _NARROW_YEARS) + 1))
    besides += [
        part for part in (_phone(one.phone), _place(one.address)[-_SHORTEST_PLACE:]) if part
    ]
    for name in {("reading", _reading(one.kana)), ("name", _name(one.name))}:
        if name[1]:
            for beside in besides:
                yield (*name, beside)


def _names(one: Facts, other: Facts) -> list[Feature]:
    named = []
    if _name(one.name) and _name(one.name) == _name(other.name):
        named.append(Feature.NAME)
    mine, theirs = sorted((_reading(one.kana), _reading(other.kana)), key=len)
    if mine and mine == theirs:
        named.append(Feature.READING)
    elif not named and len(mine) >= _SHORTEST_READING and theirs.startswith(mine):
        named.append(Feature.PART)
    return named


def _births(one: Facts, other: Facts) -> list[Feature]:
    mine, theirs = one.birth, other.birth
    if mine.date and theirs.date:
        return [Feature.BIRTH] if mine.date == theirs.date else []
    if mine.month and theirs.month and mine.month != theirs.month:
        return []
    years, others = _years(one), _years(other)
    if years is None or others is None:
        return []
    is_narrow = all(last - first < _NARROW_YEARS for first, last in (years, others))
    overlaps = years[0] <= others[1] and others[0] <= years[1]
    return [Feature.AGE] if is_narrow and overlaps else []


def _years(one: Facts) -> tuple[int, int] | None:
    """Return the first and last year somebody may be born in; None when nothing is known."""
    birth = one.birth
    if birth.year is not None:
        return birth.year, birth.year
    if one.told_on is None:
        return None
    if birth.age is not None:
        return one.told_on.year - birth.age - 1, one.told_on.year - birth.age
    if birth.band is not None:
        return one.told_on.year - birth.band - 10, one.told_on.year - birth.band
    return None


@lru_cache(maxsize=1 << 15)
def _reading(kana: str) -> str:
    return sound_key(kana)


@lru_cache(maxsize=1 << 15)
def _name(name: str) -> str:
    return "".join(search_key(name).split())


def _is_same_phone(one: str, other: str) -> bool:
    return bool(_phone(one)) and _phone(one) == _phone(other)


@lru_cache(maxsize=1 << 15)
def _phone(phone: str) -> str:
    """Return the digits of a telephone number; nothing where there is none."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    return digits if len(digits) >= _SHORTEST_PHONE else ""


def _is_same_place(one: str, other: str) -> bool:
    """Tell whether two addresses are one place; one may lack the municipality."""
    mine, theirs = sorted((_place(one), _place(other)), key=len)
    return len(mine) >= _SHORTEST_PLACE and theirs.endswith(mine)


@lru_cache(maxsize=1 << 15)
def _place(address: str) -> str:
    return "-".join(run for run in RUN.findall(place_key(address)) if run not in UNITS)


def _is_other_sex(one: str | None, other: str | None) -> bool:
    return one in _KNOWN_SEX and other in _KNOWN_SEX and one != other
