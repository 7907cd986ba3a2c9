"""Addresses in the order of the street: town and numbers, ranges of 番地, places on a map."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from victim_support.core.japanese.fold import fold_kanji
from victim_support.residents.rules.rows import without_municipality

_KANJI = "〇一二三四五六七八九"
_FIRST = re.compile("[0-9]+|[一二三四五六七八九十]+(?=丁目)")
_BETWEEN = re.compile("(?:丁目|番地の?|番|号|の|ノ|-|‐|－|ー|−|–)+")
_NUMBER = re.compile("[0-9]+")
_HAS_MUNICIPALITY = re.compile("東京都|北海道|京都府|大阪府|.{2,3}県|[^0-9]{1,6}?[市郡]")
_PREFIXES = ("大字", "字")
Point = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True, order=True)
class Street:
    """An address as the street runs: town (町名) as folded, numbers, what follows them."""

    town: str
    numbers: tuple[int, ...]
    rest: str = ""


def street_of(address: str | None, municipality: str = "") -> Street:
    """Split an address into town and numbers: 架空市本町2丁目5番1号 is 本町, (2, 5, 1).

    Args:
        address: With or without prefecture and municipality.
        municipality: What the municipality is called, where that is known.
    """
    plain = _within(unicodedata.normalize("NFKC", address or ""), municipality)
    found = _FIRST.search(plain)
    if found is None:
        return Street(fold_town(plain), ())
    numbers, end = _numbers_from(plain, found)
    return Street(fold_town(plain[: found.start()]), numbers, plain[end:].strip())


def fold_town(text: str) -> str:
    """Return what towns are compared by: variants, ヶ and 大字 do not tell them apart."""
    folded = fold_kanji(re.sub(r"[\s　]", "", text))
    for prefix in _PREFIXES:
        folded = folded.removeprefix(prefix)
    return folded.replace("大字", "").replace("字", "")


def read_numbers(text: str) -> tuple[int, ...] | None:
    """Read one end of a range as a person types it: 5、2-11、2丁目11番; None when it is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return ()
    found = _FIRST.match(plain)
    if found is None:
        return None
    numbers, end = _numbers_from(plain, found)
    return numbers if end == len(plain) else None


def is_between(numbers: Sequence[int], first: Sequence[int] = (), last: Sequence[int] = ()) -> bool:
    """Tell whether numbers lie in a range; an end of two numbers compares two, none is open."""
    if not numbers and (first or last):
        return False
    own = tuple(numbers)
    is_from = not first or own[: len(first)] >= tuple(first)
    return is_from and (not last or own[: len(last)] <= tuple(last))


def is_inside(point: Point, corners: Sequence[Point]) -> bool:
    """Tell whether a point lies inside a polygon on the map (even-odd rule)."""
    latitude, longitude = point
    inside = False
    for (one_lat, one_lon), (other_lat, other_lon) in _edges(corners):
        if (one_lat > latitude) == (other_lat > latitude):
            continue
        share = (latitude - one_lat) / (other_lat - one_lat)
        if longitude < one_lon + share * (other_lon - one_lon):
            inside = not inside
    return inside


def street_words(numbers: Sequence[int]) -> str:
    """Return numbers as a range shows them: 2-11."""
    return "-".join(str(number) for number in numbers)


def _within(address: str, municipality: str) -> str:
    """Return what follows the municipality; a town that is called so itself stays whole."""
    before, name, after = address.partition(municipality) if municipality else (address, "", "")
    if name:
        return after
    return without_municipality(before) if _HAS_MUNICIPALITY.match(before) else before


def _edges(corners: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    return zip(corners, [*corners[1:], *corners[:1]], strict=True)


def _numbers_from(text: str, first: re.Match[str]) -> tuple[tuple[int, ...], int]:
    """Return the numbers of an address and where they end."""
    numbers, end = [_value(first.group())], first.end()
    while (between := _BETWEEN.match(text, end)) is not None:
        end = between.end()
        following = _NUMBER.match(text, end)
        if following is None:
            break
        numbers.append(int(following.group()))
        end = following.end()
    return tuple(numbers), end


def _value(text: str) -> int:
    """Return a number written in digits or in kanji up to ninety-nine."""
    if text.isdigit() and text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _KANJI.index(text[0]) if len(text) == 1 else 0
    return (_KANJI.index(tens) if tens else 1) * 10 + (_KANJI.index(ones) if ones else 0)
