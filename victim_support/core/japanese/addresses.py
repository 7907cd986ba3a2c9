"""Addresses folded, so that notations of one place can be compared (住所の表記ゆれ)."""

import hashlib
import re
import unicodedata

from victim_support.core.japanese.fold import fold_kanji

_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")
_KANJI_NUMBER = re.compile(
    r"([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=丁目)"
)
_PREFECTURE = re.compile("^(?:東京都|北海道|京都府|大阪府|.{2,3}県)")
_CITY = re.compile("^(?:.+?郡)?.+?(?:市(?!市)|区|町|村)(?=[^0-9])")
_OAZA = re.compile("大字|(?<=[^0-9])字(?=[^0-9])")
_PARTS = re.compile(r"(丁目|番地の|番地|番の|番|号|の|ノ|之)(?=[0-9]|$)")
_HYPHENS = re.compile(r"[-‐‑–—―ー−ｰ~]+")
_TAIL = re.compile(r"-+$")
_BEHIND = re.compile(r"^(?:番地|番|号|-)+")
_NUMBERS = re.compile(r"[0-9]+(?:-[0-9]+)*")


def town_of(key: str) -> str:
    """Return the town of an address key: that of 上郷1-2-3 is 上郷."""
    return _NUMBERS.split(key, maxsplit=1)[0]


def street_order(key: str) -> tuple[str, tuple[int, ...]]:
    """Return what address keys are sorted by, as the street runs: 上郷1-9 before 上郷1-10."""
    return town_of(key), tuple(int(each) for each in re.findall("[0-9]+", key))


def address_key(text: str) -> str:
    """Return what addresses are compared by: town and numbers, ``上郷1-2-3``; "" without numbers.

    Prefecture, municipality, 大字 and 字 are left out; 丁目, 番地, 番, 号 and の are hyphens;
    Japanese numbers before 丁目 are digits; building names behind the numbers are left out.
    """
    plain = _plain(text)
    found = _NUMBERS.search(plain)
    if found is None:
        return ""
    return plain[: found.start()] + _TAIL.sub("", found.group())


def dwelling_key(address: str, unit: str | None) -> bytes:
    """Return 16 bytes that all notations of one dwelling share, to be looked up by an index.

    What stands behind the numbers and the room count. Where no house number is known (上郷1) only
    what is written alike is one dwelling.
    """
    key = address_key(address)
    parts = (key, _behind(address), _room(unit)) if near_key(key) else (address, unit or "")
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).digest()


def near_key(key: str) -> str:
    """Return a key without its last number (枝番・号), "" when there is only one."""
    return key.rpartition("-")[0]


def _behind(address: str) -> str:
    """Return what stands behind the numbers: コーポ101 of 上郷3-2-1 コーポ101."""
    return _BEHIND.sub("", _NUMBERS.split(_plain(address), maxsplit=1)[1])


def _room(unit: str | None) -> str:
    return re.sub(r"\s", "", fold_kanji(unicodedata.normalize("NFKC", unit or "")))


def _plain(text: str) -> str:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    plain = _KANJI_NUMBER.sub(lambda found: str(_number(found[1])), plain)
    plain = _PREFECTURE.sub("", plain, count=1)
    plain = _CITY.sub("", plain, count=1)
    plain = _OAZA.sub("", fold_kanji(plain))
    return _HYPHENS.sub("-", _PARTS.sub("-", plain))


def _number(kanji: str) -> int:
    tens, ten, ones = kanji.rpartition("十")
    if not ten:
        return int(kanji.translate(_DIGITS))
    return int(tens.translate(_DIGITS) or 1) * 10 + int(ones.translate(_DIGITS) or 0)
