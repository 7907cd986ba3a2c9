"""Municipalities: their codes (全国地方公共団体コード) and names, and how lists spoil both."""

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from victim_support.core.numbers import municipality_check_digit
from victim_support.core.paths import PACKAGE
from victim_support.shelters.rules.cells import narrow, whole

_COUNTY = re.compile(r"^.+?郡(?=.+[町村]$)")


@dataclass(frozen=True, slots=True)
class Place:
    """A prefecture (``city`` empty) or municipality with its 6-digit code."""

    code: str
    prefecture: str
    city: str

    @property
    def is_prefecture(self) -> bool:
        return not self.city

    @property
    def name(self) -> str:
        return self.city or self.prefecture


@lru_cache(maxsize=2**14)
def read_code(value: str, prefecture: str = "") -> tuple[str, str]:
    """Return the 6-digit code and what was repaired; ("", why) if it is no code.

    4 to 6 digits are accepted: a lost leading zero comes back, a missing check digit is added,
    a wrong one is put right when the five digits before it belong to a municipality. Where five
    digits can be read in two ways, the prefecture named in the row decides.
    """
    text = narrow(value)
    digits = whole(text)
    repaired = "数値になっていた値を直した" if digits != text else ""
    if not digits.isdigit() or not 4 <= len(digits) <= 6:
        return "", "市区町村コードとして読めない"
    known = [(code, why) for code, why in _candidates(digits) if code in _by_code()]
    fitting = [pair for pair in known if _by_code()[pair[0]].prefecture == prefecture]
    for code, why in fitting or known:
        return code, why or repaired
    if _is_well_formed(digits):
        return digits, repaired
    return "", "実在しない市区町村コード"


def _is_well_formed(digits: str) -> bool:
    """Accept a code of a municipality that no longer exists or is too new for the table."""
    return (
        len(digits) == 6
        and f"{digits[:2]}000" in _prefecture_codes()
        and (digits[5] == municipality_check_digit(digits[:5]))
    )


def _candidates(digits: str) -> list[tuple[str, str]]:
    """Return what the digits can mean, the likeliest first."""
    lost_zero, added = "失われた先頭の0を補った", "検査数字を補った"
    if len(digits) == 6:
        right = digits[:5] + municipality_check_digit(digits[:5])
        return [(right, "" if right == digits else "検査数字を正した")]
    if len(digits) == 5:
        padded = "0" + digits
        restored = (
            [(padded, lost_zero)] if padded[5] == municipality_check_digit(padded[:5]) else []
        )
        return [*restored, (digits + municipality_check_digit(digits), added)]
    padded = "0" + digits
    return [(padded + municipality_check_digit(padded), "失われた先頭の0と検査数字を補った")]


def place_of(code: str) -> Place | None:
    """Return the municipality or prefecture of a 6-digit code."""
    return _by_code().get(code)


def is_municipality(code: str) -> bool:
    """Tell whether a code is that of a municipality, not of a prefecture."""
    place = _by_code().get(code)
    return place is not None and not place.is_prefecture


def is_prefecture_name(text: str) -> bool:
    """Tell whether a cell is exactly the name of a prefecture."""
    return text in _prefectures()


def is_city_name(text: str) -> bool:
    """Tell whether a cell is exactly the name of a municipality, with or without its 郡."""
    return text in _by_name()


@lru_cache(maxsize=2**14)
def find_place(text: str, prefecture: str = "") -> Place | None:
    """Return the municipality an address or a name begins with; None if unsure.

    A name that several prefectures have needs its prefecture, in the text or beside it.
    """
    rest = text.strip()
    for name in (rest[:3], rest[:4]):
        if name in _prefectures():
            prefecture, rest = name, rest[len(name) :].strip()
            break
    for length in range(min(len(rest), 14), 1, -1):
        places = _by_name().get(rest[:length], ())
        fitting = [place for place in places if prefecture in {"", place.prefecture}]
        if len(fitting) == 1:
            return fitting[0]
    return None


def whole_address(prefecture: str, city: str, rest: str) -> str:
    """Join the parts of an address without saying the prefecture or city twice."""
    address = rest if city and rest.startswith(city) else city + rest
    return address if address.startswith(prefecture) else prefecture + address


def without_prefecture(address: str) -> str:
    """Return an address without its prefecture, for comparisons only."""
    for name in _prefectures():
        if address.startswith(name):
            return address[len(name) :]
    return address


@cache
def _by_code() -> dict[str, Place]:
    path = PACKAGE / "shelters" / "tables" / "municipalities.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: Place(**row) for row in csv.DictReader(file)}


@cache
def _by_name() -> dict[str, tuple[Place, ...]]:
    names: dict[str, tuple[Place, ...]] = {}
    for place in _by_code().values():
        for name in {place.city, _COUNTY.sub("", place.city)} - {""}:
            names[name] = (*names.get(name, ()), place)
    return names


@cache
def _prefecture_codes() -> frozenset[str]:
    return frozenset(code[:5] for code, place in _by_code().items() if place.is_prefecture)


@cache
def _prefectures() -> frozenset[str]:
    return frozenset(place.prefecture for place in _by_code().values())
