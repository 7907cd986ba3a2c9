"""What a value looks like by itself, and whether it can stand in a column."""

import re
from collections.abc import Callable
from functools import lru_cache

from victim_support.shelters.rules.capacity import read_capacity
from victim_support.shelters.rules.cells import (
    is_blank_mark,
    looks_like_phone,
    narrow,
    read_flag,
    read_people,
    whole,
    without_condition,
)
from victim_support.shelters.rules.columns import HAZARD_COLUMNS, Column
from victim_support.shelters.rules.moments import read_moment
from victim_support.shelters.rules.places import (
    find_place,
    is_city_name,
    is_prefecture_name,
    read_code,
)
from victim_support.shelters.rules.positions import LATITUDES, LONGITUDES, looks_like

COMMON_ID = re.compile(r"^E\d{10}(1[12]|20)[1-9A-Za-z]$")
_REMEMBERED = lru_cache(maxsize=2**14)  # marks, codes and towns come again in every row
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_URL = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)
_POSTAL = re.compile(r"^〒?\d{3}-?\d{4}$")
_KANA = re.compile(r"[ァ-ヶーぁ-ゖ]")
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_NUMBER = re.compile(r"^約?[+-]?[\d,]+(?:\.\d+)?(?:[~-]\d+(?:\.\d+)?)?\s*(?:m|メートル)?$")
_EXTENSION = re.compile(r"^(?:内線|代表)?[\d\s,、・/~-]{1,15}(?:番)?$")
_WORDS = re.compile(r"[^\W\d_]")


def _is_code(value: str) -> bool:
    digits = whole(narrow(value))
    if not (digits.isdigit() and len(digits) == 6):
        return False
    code, why = read_code(value)
    return bool(code) and "正した" not in why


def _is_latitude(value: str) -> bool:
    return looks_like(value, LATITUDES)


def _is_longitude(value: str) -> bool:
    return looks_like(value, LONGITUDES)


def _is_phone(value: str) -> bool:
    return looks_like_phone(value) and "-" in re.sub(r"[‐‑‒–—―−－ー()（）]", "-", value)


def _is_postal(value: str) -> bool:
    return bool(_POSTAL.match(narrow(value))) and not narrow(value).isdigit()


def _is_common_id(value: str) -> bool:
    return bool(COMMON_ID.match(narrow(value)))


def _is_email(value: str) -> bool:
    return bool(_EMAIL.match(narrow(value)))


def _is_url(value: str) -> bool:
    return bool(_URL.match(narrow(value)))


def _is_city(value: str) -> bool:
    return is_city_name(value)


# What a value says of itself, whatever its column: only these count as proof of a place.
PROOFS: dict[str, Callable[[str], bool]] = {
    "common_id": _is_common_id,
    "email": _is_email,
    "url": _is_url,
    "latitude": _is_latitude,
    "longitude": _is_longitude,
    "prefecture": is_prefecture_name,
    "city": _is_city,
    "code": _is_code,
    "phone": _is_phone,
    "postal": _is_postal,
}
COLUMN_PROOF = {
    Column.COMMON_ID: "common_id",
    Column.EMAIL: "email",
    Column.FORM_URL: "url",
    Column.URL: "url",
    Column.LATITUDE: "latitude",
    Column.LONGITUDE: "longitude",
    Column.PREFECTURE: "prefecture",
    Column.CITY: "city",
    Column.GOVERNMENT: "city",
    Column.PUBLISHER_CODE: "code",
    Column.LOCATION_CODE: "code",
    Column.CITY_CODE: "code",
    Column.PHONE: "phone",
    Column.POSTAL_CODE: "postal",
}


@_REMEMBERED
def proof_of(value: str) -> str | None:
    """Return what a value proves to be by itself, or None."""
    return next((kind for kind, proves in PROOFS.items() if proves(value)), None)


def _short_words(value: str) -> bool:
    return len(value) <= 12 and proof_of(value) is None


def _number(value: str) -> bool:
    return bool(_NUMBER.match(narrow(value)))


def _latitude(value: str) -> bool:
    return _angle(value) and not (_is_longitude(value) and not _is_latitude(value))


def _longitude(value: str) -> bool:
    return _angle(value) and not (_is_latitude(value) and not _is_longitude(value))


def _angle(value: str) -> bool:
    return bool(re.search(r"\d", narrow(value))) and not _WORDS.search(
        re.sub(r"[度分秒北緯東経NEne]", "", narrow(value))
    )


def _flag(value: str) -> bool:
    return read_flag(without_condition(value)) is not None or value in {"△", "▲", "-", "※"}


def _code(value: str) -> bool:
    digits = whole(narrow(value))
    return digits.isdigit() and 4 <= len(digits) <= 6


def _extension(value: str) -> bool:
    plain = narrow(value)
    return bool(_EXTENSION.match(plain)) and not (_is_code(value) or plain.startswith("0"))


def _phone(value: str) -> bool:
    digits = re.sub(r"\D", "", narrow(value))
    if len(digits) >= 6:
        return "@" not in value and proof_of(value) in {None, "phone", "postal"}
    return not digits and len(value) <= 8 and proof_of(value) is None


def _postal(value: str) -> bool:
    digits = re.sub(r"\D", "", whole(narrow(value)))
    return len(digits) in {6, 7} and not _is_code(value) and not _WORDS.search(narrow(value))


def _common_id(value: str) -> bool:
    return bool(re.match(r"^[Ee]?\d{9,13}[0-9A-Za-z]$", narrow(value)))


def _kana(value: str) -> bool:
    return _mostly(_KANA, value) or bool(re.fullmatch(r"[A-Z0-9\s.&-]+", narrow(value)))


def _romaji(value: str) -> bool:
    return _mostly(_LATIN, value)


def _mostly(letters: re.Pattern[str], value: str) -> bool:
    """Tell whether at least half of the letters are of one script."""
    found = [character for character in narrow(value) if character.isalpha()]
    fitting = [character for character in found if letters.match(character)]
    return 2 * len(fitting) >= len(found) > 0 and proof_of(value) is None


def _capacity(value: str) -> bool:
    if proof_of(value) is not None:
        return False
    return read_capacity(value).total is not None or "人" in value or len(value) <= 10


def _government(value: str) -> bool:
    return is_prefecture_name(value) or find_place(value) is not None


def _text(value: str) -> bool:
    return proof_of(value) not in {"email", "latitude", "longitude", "common_id", "code", "phone"}


def _remark(value: str) -> bool:
    return proof_of(value) not in {"latitude", "longitude", "common_id"}


def _name(value: str) -> bool:
    return proof_of(value) is None and not _number(value)


def _anything(_value: str) -> bool:
    return True


_ACCEPTS: dict[Column, Callable[[str], bool]] = {
    Column.PUBLISHER_CODE: _code,
    Column.LOCATION_CODE: _code,
    Column.CITY_CODE: _code,
    Column.GOVERNMENT: _government,
    Column.COMMON_ID: _common_id,
    Column.NAME: _name,
    Column.KANA: _kana,
    Column.ROMAJI: _romaji,
    Column.TOWN_ID: lambda value: narrow(value).replace(".", "").isdigit(),
    Column.ADDRESS: _text,
    Column.PREFECTURE: is_prefecture_name,
    Column.CITY: lambda value: find_place(value) is not None or _short_words(value),
    Column.TOWN: _text,
    Column.LATITUDE: _latitude,
    Column.LONGITUDE: _longitude,
    Column.ELEVATION: _number,
    Column.PHONE: _phone,
    Column.EXTENSION: _extension,
    Column.EMAIL: _is_email,
    Column.FORM_URL: _is_url,
    Column.URL: _is_url,
    Column.POSTAL_CODE: _postal,
    **dict.fromkeys(HAZARD_COLUMNS, _flag),
    Column.OVERLAP: _flag,
    Column.CAPACITY: _capacity,
    Column.PEOPLE: lambda value: read_people(value) is not None,
    Column.OBSERVED_AT: lambda value: read_moment(value) is not None or ":" in narrow(value),
    Column.AREA: _text,
    Column.DISTRICT: _text,
    Column.ACCEPTS: _remark,
    Column.OTHER_MATTERS: _remark,
    Column.NOTE: _remark,
    Column.CONTACT_NOTE: _remark,
    Column.BUILDING: _remark,
}


@_REMEMBERED
def accepts(column: Column | None, value: str) -> bool:
    """Tell whether a value can stand in a column."""
    if column is None:
        return True
    if is_blank_mark(value) and column is not Column.NAME:
        return True
    return _ACCEPTS.get(column, _anything)(value)


@_REMEMBERED
def proves(column: Column | None, value: str) -> bool:
    """Tell whether a value by itself proves that it belongs to a column of this meaning."""
    return column in COLUMN_PROOF and PROOFS[COLUMN_PROOF[column]](value)


@_REMEMBERED
def suits(column: Column | None, value: str) -> bool:
    """Tell whether a value has the usual form of its column, where a column has one."""
    if column is Column.ADDRESS:
        return find_place(value) is not None
    if column is Column.CAPACITY:
        return read_capacity(value).total is not None
    return column in _ACCEPTS and column not in _WITHOUT_FORM


_WITHOUT_FORM = {
    Column.NAME, Column.TOWN, Column.AREA, Column.DISTRICT, Column.ACCEPTS, Column.OTHER_MATTERS,
    Column.NOTE, Column.CONTACT_NOTE, Column.BUILDING,
}  # fmt: skip
