"""Lists of other names of places as an office pastes them: name, reading, today's places."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MOST_LINES = 5000
NO_PLACE = "いまの町名か住所がありません。「名前、よみ、いまの町名」の順に入れてください。"
_BETWEEN = re.compile(r"[\t,，、]")
_KANA = re.compile(r"[ぁ-ゖァ-ヺー・\s]+")


class PlaceNameKind(StrEnum):
    """What a name is the name of (地名・屋号の種類)."""

    HOUSE = "house"
    DISTRICT = "district"

    @property
    def label(self) -> str:
        """Return what people call it."""
        return "屋号" if self is PlaceNameKind.HOUSE else "旧町村・旧字"


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """One name of one place of today."""

    name: str
    kana: str
    place: str


@dataclass(frozen=True, slots=True)
class ReadNames:
    """What a pasted list holds, and what of it cannot be read."""

    places: list[NamedPlace]
    problems: list[str]


def read_names(text: str) -> ReadNames:
    """Read a list, a line a name: 名前、よみ、いまの町名か住所; further columns are further places.

    A reading may be left out. Tabs (copied from a spreadsheet) and commas part the columns.
    """
    read = ReadNames([], [])
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            _read_line(number, line, read)
    return read


def _read_line(number: int, line: str, read: ReadNames) -> None:
    name, *rest = (_cell(part) for part in _BETWEEN.split(line))
    kana = rest.pop(0) if rest and (not rest[0] or _KANA.fullmatch(rest[0])) else ""
    places = [place for place in rest if place]
    if not name:
        read.problems.append(f"{number}行目: 名前がありません。")
    elif not places:
        read.problems.append(f"{number}行目: {NO_PLACE}")
    else:
        own_kana = kana or (name if _KANA.fullmatch(name) else "")
        read.places.extend(_places(name, own_kana, places))


def _places(name: str, kana: str, places: list[str]) -> Iterator[NamedPlace]:
    return (NamedPlace(name, kana, place) for place in places)


def _cell(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())
