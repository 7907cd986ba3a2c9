"""Where the family name ends in a name typed without a space: by a register or a reading."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import jaconv

from victim_support.core.japanese.fold import clusters, fold_kana, fold_kanji

SPACE = "\u3000"
_SPACES = re.compile(r"\s+")
_KANJI = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々〆ヶ]")
_LONGEST = 3
"""Characters of a family name that is offered though no register knows it."""
_SMALL_KANA = re.compile("[ァィゥェォャュョヮ]")
_SURE_MORAE = 3
"""A family name so long is the start of no given name by chance: ワタナベ, but マキ in マキコ."""

Families = Mapping[str, frozenset[str]]
"""Family names in their common form (`fold_kanji`), with their readings (`fold_kana`)."""


class Parted(NamedTuple):
    """A name and its reading with family and given name apart (姓と名)."""

    name: str
    kana: str


def part_name(name: str, kana: str, families: Families) -> Parted | None:
    """Return a name with the space after its family name, None when that is not certain.

    Certain is one family name alone that the register knows and that fits the reading.
    """
    known = [
        parted for parted in _partings(name, kana, families) if not kana or SPACE in parted.kana
    ]
    return known[0] if len(known) == 1 else None


def part_reading(name: str, kana: str, families: Families) -> str:
    """Return the reading of a parted name with its space, as it was when no register knows it."""
    readings = families.get(fold_kanji(_SPACES.split(name)[0]))
    return _part_kana(kana, readings) if readings and not is_parted(kana) else kana


def drop_repeated(name: str, kana: str) -> Parted:
    """Return a name and its reading without a family name that stands in them twice.

    It does where somebody types the whole name behind a family name that was there already:
    「渡辺　渡辺 由美子」, 「渡辺　渡辺由美子」. 「林　林太郎」 is a name and stays.
    """
    family, given = _apart(name)
    is_kanji = _KANJI.search(family) is not None
    kept = _dropped(name, is_glued=is_kanji and len(clusters(family)) > 1)
    reading, given = _apart(jaconv.hira2kata(kana))
    is_long = len(_SMALL_KANA.sub("", reading)) >= _SURE_MORAE and given != reading
    return Parted(kept, _dropped(kana, is_glued=kept != name or (is_kanji and is_long)))


def offer_partings(name: str, kana: str, families: Families) -> list[Parted]:
    """Return the ways in which a name of kanji may be parted, for a person to choose from."""
    if not _KANJI.search(name):
        return []
    known = {parted.name: parted for parted in _partings(name, kana, families)}
    return [known.get(one, Parted(one, kana)) for one in _ways(name)[:_LONGEST]]


def is_parted(name: str) -> bool:
    """Tell whether a name has a space between its parts, or is none."""
    return not name or _SPACES.search(name) is not None


def _apart(name: str) -> tuple[str, str]:
    family, *rest = name.split() or [""]
    return family, " ".join(rest)


def _dropped(text: str, *, is_glued: bool) -> str:
    """Return text without its repeated first part; glued to the given name only when told."""
    first, *rest = text.split() or [""]
    family, *others = jaconv.hira2kata(text).split() or [""]
    if len(rest) > 1 and others[0] == family:
        return SPACE.join([first, *rest[1:]])
    if len(rest) == 1 and is_glued and others[0].startswith(family):
        return f"{first}{SPACE}{rest[0][len(first) :]}".rstrip()
    return text


def _ways(name: str) -> list[str]:
    parts = [] if is_parted(name) else clusters(name)
    return ["".join([*parts[:end], SPACE, *parts[end:]]) for end in range(1, len(parts))]


def _partings(name: str, kana: str, families: Families) -> list[Parted]:
    readings_of = {way: families.get(fold_kanji(way.split(SPACE)[0])) for way in _ways(name)}
    return [
        Parted(way, _part_kana(kana, readings))
        for way, readings in readings_of.items()
        if readings is not None
    ]


def _part_kana(kana: str, readings: frozenset[str]) -> str:
    """Return the reading with its space, or as it was when it begins with none of the readings."""
    if is_parted(kana):
        fits = fold_kana(_SPACES.split(kana)[0]) in readings
        return _SPACES.sub(SPACE, kana) if fits else kana.replace(SPACE, " ")
    ends = [end for end in range(1, len(kana)) if fold_kana(kana[:end]) in readings]
    return f"{kana[: ends[-1]]}{SPACE}{kana[ends[-1] :]}" if ends else kana
