"""The customer barcode (カスタマバーコード) of the postal service: an address as bars.

Source: the postal service's manual of the customer barcode; cross-checked with two encoders.
"""

import re
import unicodedata
from collections.abc import Iterable

from victim_support.core.towns import Town

LENGTH = 20  # symbols before the check digit: 7 of the postal code, 13 of the address
_PAD = 14  # CC4
_SYMBOLS = (
    "144", "114", "132", "312", "123", "141", "321", "213", "231", "411", "414",
    "324", "342", "234", "432", "243", "423", "441", "111",
)  # fmt: skip
"""Bars of 0–9, the hyphen and CC1–CC8: 1 long, 2 upper half, 3 lower half, 4 timing."""
_START, _STOP = "13", "31"
_HYPHEN = 10
_MODULUS = 19
_REPRESENTATIVE = "00"
_DROPPED = str.maketrans("", "", "&/・.")
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー─━", "-"))
_KANJI = "〇一二三四五六七八九"
_COUNTERS = "丁目|丁|番地|番|号|地割|線|の|ノ"
_KANJI_NUMBER = re.compile(rf"[{_KANJI}十百]+(?={_COUNTERS})")
_FLOOR = re.compile(r"(?<=[0-9])F(?![A-Z])")
_WORD = re.compile(r"[A-Z]{2,}")
_OTHER = re.compile(r"[^0-9A-Z-]+")
_BESIDE_LETTER = re.compile(r"-?([A-Z])-?")


def barcode(postal_code: str, address: str, towns: Iterable[Town]) -> str:
    """Return the bars of an address as digits 1–4; "" where the rules give none.

    None is printed when the town (町域) of the code is not found in the address, for what follows
    it is the code; nor for codes that stand for a whole city (代表番号, they end in 00).

    Args:
        postal_code: 7 digits, with or without a hyphen.
        address: With or without prefecture.
        towns: The towns that have this code.
    """
    digits = "".join(re.findall("[0-9]", unicodedata.normalize("NFKC", postal_code)))
    rest = _after_town(address, towns)
    if len(digits) != 7 or digits.endswith(_REPRESENTATIVE) or rest is None:
        return ""
    return bars_of(digits, address_number(rest))


def bars_of(postal_code: str, number: str) -> str:
    """Return the bars of a postal code and the number of an address (住所表示番号).

    Raises:
        ValueError: The code has not 7 digits, or the number a character that has no bars.
    """
    if not re.fullmatch("[0-9]{7}", postal_code) or re.search("[^0-9A-Z-]", number):
        raise ValueError("郵便番号は7桁、住所表示番号は数字・英大文字・ハイフンだけです。")
    values = [value for char in postal_code + number for value in _values(char)][:LENGTH]
    values += [_PAD] * (LENGTH - len(values))
    return _START + "".join(_SYMBOLS[one] for one in (*values, check_of(values))) + _STOP


def check_of(values: list[int]) -> int:
    """Return the check digit: it makes the sum a multiple of 19."""
    return -sum(values) % _MODULUS


def address_number(rest: str) -> str:
    """Return the number of an address (住所表示番号) from what follows its town.

    Digits and single letters are taken; what stands between becomes one hyphen, but none beside
    a letter; a floor's F goes: 三丁目20番5号 B604 is 3-20-5B604.
    """
    plain = unicodedata.normalize("NFKC", rest).translate(_HYPHENS).upper().translate(_DROPPED)
    plain = _KANJI_NUMBER.sub(lambda found: str(_number(found[0])), plain)
    plain = _WORD.sub("-", _FLOOR.sub("", plain))
    joined = re.sub("-+", "-", _OTHER.sub("-", plain)).strip("-")
    return _BESIDE_LETTER.sub(r"\1", joined)


def _after_town(address: str, towns: Iterable[Town]) -> str | None:
    plain = unicodedata.normalize("NFKC", address)
    names = sorted((town.name for town in towns if town.name), key=len, reverse=True)
    for name in names:
        found = plain.find(unicodedata.normalize("NFKC", name))
        if found >= 0:
            return plain[found + len(name) :]
    return None


def _values(char: str) -> tuple[int, ...]:
    if char.isdigit():
        return (int(char),)
    if char == "-":
        return (_HYPHEN,)
    tens, ones = divmod(ord(char) - ord("A"), 10)
    return 11 + tens, ones


def _number(kanji: str) -> int:
    """Return a number below 1000 as addresses write it: 三, 十二, 二十, 一〇."""
    total, digits = 0, ""
    for char in kanji:
        if char in "十百":
            total += (int(digits) if digits else 1) * (10 if char == "十" else 100)
            digits = ""
        else:
            digits += str(_KANJI.index(char))
    return total + int(digits or 0)
