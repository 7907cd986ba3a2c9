"""Invented residents of an invented town (架空市): the same for the same seed, nobody real."""

import csv
import random
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib import resources
from itertools import chain, count, islice
from pathlib import Path

from victim_support.core.japanese.dates import ERAS, era_of

TOWN = "架空市"
POSTAL_CODE = "0000000"

BUILDINGS = ("コーポ架空", "メゾン架空", "架空団地2号棟", "架空ハイツ")


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """One invented resident, as a register would hold it."""

    number: str
    household_number: str
    name: str
    kana: str
    sex: str  # 男 or 女
    birth: date
    relation: str
    head_name: str
    head_kana: str
    town: str
    address: str
    building: str = ""
    is_protected: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    text: str
    kana: str


_TABLE = tomllib.loads(
    (resources.files("victim_support.demo") / "tables" / "people.toml").read_text("utf-8")
)
_SURNAMES = [_Named(text, kana) for text, kana, _weight in _TABLE["surnames"]]
_SURNAME_WEIGHTS = [weight for _text, _kana, weight in _TABLE["surnames"]]
_GIVEN = tuple(
    [_Named(text, kana) for text, kana in _TABLE[f"given_names_{sex}"]]
    for sex in ("male", "female")
)
_TOWNS = [_Named(text, kana) for text, kana in _TABLE["towns"]]
_HARD_NAMES = [_Named(text, kana) for text, kana in _TABLE["hard_names"]]


def invent_people(number: int, *, seed: int = 1, today: date) -> Iterator[InventedPerson]:
    """Yield that many residents, household by household, those with hard names first."""
    households = _households(random.Random(seed), today)
    people = (person for household in households for person in household)
    yield from islice(people, number)


def invent_households(number: int, *, seed: int = 1, today: date) -> Iterator[list[InventedPerson]]:
    """Yield that many households, those with hard names first."""
    yield from islice(_households(random.Random(seed), today), number)


def _households(chance: random.Random, today: date) -> Iterator[list[InventedPerson]]:
    numbers = count(1)
    for household_number in count(1):
        hard = _HARD_NAMES[household_number - 1] if household_number <= len(_HARD_NAMES) else None
        yield _household(chance, today, household_number, numbers, hard)


def _household(
    chance: random.Random,
    today: date,
    household_number: int,
    numbers: Iterator[int],
    hard: _Named | None,
) -> list[InventedPerson]:
    size = chance.choices((1, 2, 3, 4, 5, 6), (36, 28, 16, 13, 5, 2))[0]
    surname = chance.choices(_SURNAMES, _SURNAME_WEIGHTS)[0]
    if hard and "　" in hard.text:
        surname = _Named(hard.text.split("　")[0], hard.kana.split("　")[0])
    name = hard or _full_name(chance, surname, 0)
    town = chance.choice(_TOWNS)
    head = InventedPerson(
        number=f"{next(numbers) + 7_000_000_000:015}",
        household_number=f"{household_number + 3_000_000_000:015}",
        name=name.text,
        kana=name.kana,
        sex="男",
        birth=_birth(chance, today, 25, 95),
        relation="世帯主",
        head_name=name.text,
        head_kana=name.kana,
        town=town.text,
        address=_address(chance, town.text),
        building=_building(chance),
        is_protected=household_number % 500 == 499,
    )
    others = [_member(chance, today, head, surname, place, numbers) for place in range(1, size)]
    return [head, *others]


def _member(
    chance: random.Random,
    today: date,
    head: InventedPerson,
    surname: _Named,
    place: int,
    numbers: Iterator[int],
) -> InventedPerson:
    is_partner = place == 1
    sex = 1 if is_partner else chance.randrange(2)
    age = (today - head.birth).days // 365
    birth = _birth(chance, today, age - 6, age + 6) if is_partner else _child(chance, today, age)
    name = _full_name(chance, surname, sex)
    child = ("長男", "二男", "三男", "四男"), ("長女", "二女", "三女", "四女")
    return replace(
        head,
        number=f"{next(numbers) + 7_000_000_000:015}",
        name=name.text,
        kana=name.kana,
        sex="男女"[sex],
        birth=birth,
        relation="妻" if is_partner else child[sex][min(place - 2, 3)],
    )


def _full_name(chance: random.Random, surname: _Named, sex: int) -> _Named:
    given = chance.choice(_GIVEN[sex])
    return _Named(f"{surname.text}　{given.text}", f"{surname.kana}　{given.kana}")


def _birth(chance: random.Random, today: date, youngest: int, oldest: int) -> date:
    days = chance.randrange(max(youngest, 0) * 365, max(oldest, 1) * 365)
    return today - timedelta(days=days)


def _child(chance: random.Random, today: date, age_of_head: int) -> date:
    return _birth(chance, today, max(age_of_head - 42, 0), max(age_of_head - 20, 1))


def _address(chance: random.Random, town: str) -> str:
    if chance.random() < 0.4:
        block, number, house = (chance.randrange(1, top) for top in (6, 40, 20))
        return f"{TOWN}{town}{block}丁目{number}番{house}号"
    number = chance.randrange(1, 3000)
    return f"{TOWN}{town}{number}番地{chance.randrange(1, 30)}"


def _building(chance: random.Random) -> str:
    if chance.random() > 0.15:
        return ""
    return f"{chance.choice(BUILDINGS)}{chance.randrange(101, 512)}号室"


HEADERS = (
    "宛名番号",
    "世帯番号",
    "氏名",
    "氏名フリガナ",
    "性別",
    "生年月日",
    "続柄",
    "郵便番号",
    "住所",
    "方書",
    "行政区",
    "住民状態",
    "支援措置区分",
)


def write_register(people: Iterable[InventedPerson], path: Path, *, encoding: str) -> None:
    """Write people as a register extract with Japanese headers (住民基本台帳の抽出)."""
    _write(path, encoding, chain([HEADERS], map(_row, people)))


def write_register_64(people: Iterable[InventedPerson], path: Path, *, encoding: str) -> None:
    """Write people in the layout of 64 columns without a header."""
    _write(path, encoding, map(_row_64, people))


def _write(path: Path, encoding: str, rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding=encoding, newline="", errors="replace") as file:
        csv.writer(file).writerows(rows)


def _row(person: InventedPerson) -> list[str]:
    return [
        person.number,
        person.household_number,
        person.name,
        person.kana,
        person.sex,
        person.birth.isoformat(),
        person.relation,
        POSTAL_CODE,
        person.address,
        person.building,
        person.town,
        "住民",
        "1" if person.is_protected else "",
    ]


def _row_64(person: InventedPerson) -> list[str]:
    era = era_of(person.birth)
    cells = [""] * 64
    cells[0:4] = [person.number, person.household_number, "1", "1"]
    cells[5:8] = [person.name, person.kana, "1" if person.sex == "男" else "2"]
    cells[8] = str(ERAS.index(era) + 1)
    cells[9:12] = [
        str(person.birth.year - era.first.year + 1),
        str(person.birth.month),
        str(person.birth.day),
    ]
    cells[12] = "02" if person.relation == "世帯主" else ""
    cells[16:18] = [person.head_name, person.head_kana]
    cells[19:22] = [person.address, person.building, POSTAL_CODE]
    return cells
