"""Other names of places: what people call a house (屋号) or a part of the town (旧町村・旧字)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from victim_support.core.db.search import Condition, Every, Word
from victim_support.core.japanese.fold import plain_kana, sound_key
from victim_support.core.japanese.romaji import kana_readings
from victim_support.core.search.words import PLACE, RUN, UNITS, place_key, search_key

SHORTEST = 2
"""Fewer letters would mean too many places."""
_FORMER = "旧"


@dataclass(frozen=True, slots=True)
class PlaceAlias:
    """One other name of a place, ready to be compared."""

    key: str
    sound: str
    place: str
    """Town or address as it is written now."""


def place_alias(name: str, kana: str, place: str) -> PlaceAlias:
    """Return a name as it is compared: variants folded, 旧 before it left out."""
    return PlaceAlias(_key(name), sound_key(plain_kana(kana)), place)


def places_meant(word: str, aliases: Sequence[PlaceAlias]) -> list[str]:
    """Return the places that a word typed so far may mean by another name."""
    key = _key(word)
    latin = key.isascii()
    sounds = tuple(filter(None, map(sound_key, kana_readings(word) if latin else (key,))))
    found = [
        alias.place
        for alias in aliases
        if (len(key) >= SHORTEST and alias.key.startswith(key))
        or any(len(sound) >= SHORTEST and alias.sound.startswith(sound) for sound in sounds)
    ]
    return list(dict.fromkeys(found))


def condition_of_place(place: str) -> Condition:
    """Return the condition of everybody whose address holds a place."""
    return Every(tuple(_words(place)))


def _words(place: str) -> Iterator[Word]:
    for run in RUN.findall(place_key(place)):
        if run.isascii():
            yield Word(PLACE + run)
        elif len(run) == 1:
            yield Word(PLACE + run, is_prefix=True)
        elif run not in UNITS:
            yield from (Word(PLACE + run[at : at + 2]) for at in range(len(run) - 1))


def _key(text: str) -> str:
    return "".join(search_key(text).split()).removeprefix(_FORMER)
