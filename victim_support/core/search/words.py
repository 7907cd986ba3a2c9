"""The words somebody is indexed under, and the folding that queries share.

Pairs of kanji (bigrams, so that 佐藤 is found by two characters and 佐 by one), kana as they
sound, numbers as they stand. The first letter of a word is its kind; words hold letters, digits
and Japanese characters only.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

import msgspec

from victim_support.core.japanese.dates import BirthValue
from victim_support.core.japanese.fold import plain_kana, sound_key, variants

NAME_START: Final = "b"
NAME: Final = "n"
KANA_START: Final = "j"
KANA: Final = "k"
SOUND: Final = "s"
PLACE: Final = "l"
BIRTH_DAY: Final = "d"
BIRTH_MONTH: Final = "m"
BIRTH_YEAR: Final = "y"
PHONE: Final = "p"
NUMBER: Final = "c"

RUN = re.compile(r"[a-z]+|[0-9]+|[^\x00-\x7f\s、。・，．（）「」〒‐―〓\ue000-\uf8ff]+")
UNITS = {"丁目", "番地", "番地ノ", "番", "号", "ノ", "号室"}
_BETWEEN_KANJI = re.compile("(?<=[㐀-鿿])[カガケ](?=[㐀-鿿])")  # 緑ヶ丘, 緑が丘
_MARKED_LATIN = re.compile("[\u00c0-\u024f]")
_NO_DIGIT = re.compile(r"\D")
_MARK = re.compile("[\u0300-\u036f]")
_KANJI_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
_CHOME = re.compile("[一二三四五六七八九](?=丁目)")


class SearchDocument(msgspec.Struct, frozen=True):
    """What somebody is found by."""

    names: Sequence[str] = ()  # 氏名, 通称, 旧氏
    kanas: Sequence[str] = ()
    places: Sequence[str] = ()  # 住所, 方書, 行政区, 屋号
    place_kanas: Sequence[str] = ()
    birth: BirthValue | None = None
    phones: Sequence[str] = ()
    numbers: Sequence[str] = ()  # card, sheet or tag numbers


def words_of(document: SearchDocument) -> str:
    """Return the words of a document, to be indexed."""
    words = [
        *map(_words_of_name, document.names),
        *map(_words_of_kana, document.kanas),
        *map(words_of_place, document.places),
        *[PLACE + sound_key(text) for text in document.place_kanas],
        *map(phone_word, document.phones),
        *map(number_word, document.numbers),
    ]
    if document.birth is not None:
        words.append(words_of_birth(document.birth))
    return " ".join(words)


def words_of_birth(birth: BirthValue) -> str:
    """Return year, month and day as far as they are known; an age is not a date."""
    if birth.year is None:
        return ""
    words = f"{BIRTH_YEAR}{birth.year:04}"
    if birth.month is not None:
        words += f" {BIRTH_MONTH}{birth.year:04}{birth.month:02}"
    if birth.date is not None:
        words += f" {BIRTH_DAY}{birth.year:04}{birth.month:02}{birth.date.day:02}"
    return words


def phone_word(phone: str) -> str:
    """Return the digits backwards, so that the end of a number is the beginning of the word."""
    return PHONE + _NO_DIGIT.sub("", unicodedata.normalize("NFKC", phone))[::-1]


def number_word(number: str) -> str:
    """Return the word of a card, sheet or tag number."""
    return NUMBER + re.sub("[^0-9a-z]", "", unicodedata.normalize("NFKC", number).lower())


def _words_of_name(text: str) -> str:
    """Return Latin words, each pair of neighbouring characters, and the last one alone."""
    runs = [run for part in text.split() for run in _runs(part)]
    words = [NAME + run for run in runs if run.isascii()]
    joined = "".join([run for run in runs if not run.isascii()])
    if joined:
        words.append(NAME_START + joined)
    return " ".join([*words, *[NAME + joined[at : at + 2] for at in range(len(joined))]])


@lru_cache(maxsize=1 << 13)  # a household shares one of the two parts, a school class the other
def _runs(part: str) -> Sequence[str]:
    """Return a part of a name as it is compared, Latin letters apart."""
    return RUN.findall(search_key(part))


def _words_of_kana(text: str) -> str:
    """Return a reading from its start, and each further part of it."""
    parts = text.split()
    words = [_kana_and_sound(KANA_START, "".join(parts))]
    return " ".join([*words, *[_kana_and_sound(KANA, part) for part in parts[1:]]])


@lru_cache(maxsize=1 << 15)
def _kana_and_sound(kind: str, part: str) -> str:
    kana, sound = plain_kana(part), sound_key(part)
    return f"{kind}{kana}" if kana == sound else f"{kind}{kana} {SOUND}{sound}"


@lru_cache(maxsize=1 << 12)  # a household shares one, a town many
def words_of_place(text: str) -> str:
    """Return numbers and Latin words of an address, and its pairs of characters."""
    runs = RUN.findall(place_key(text))
    return " ".join([PLACE + run if run.isascii() else _place_pairs(run) for run in runs])


@lru_cache(maxsize=1 << 12)
def _place_pairs(run: str) -> str:
    if run in UNITS:
        return ""
    return " ".join(PLACE + run[at : at + 2] for at in range(len(run)))


def search_key(text: str) -> str:
    """Return text with variants folded, kana plain, Latin letters small and without marks."""
    key = unicodedata.normalize("NFKC", text).translate(_folded())
    if _MARKED_LATIN.search(key):
        key = unicodedata.normalize("NFC", _MARK.sub("", unicodedata.normalize("NFD", key)))
    return _BETWEEN_KANJI.sub("ケ", key.lower())


@cache
def _folded() -> dict[int, str | None]:
    """Return what `fold_kanji` and `plain_kana` do to single characters, in one table."""
    kana = {code: plain_kana(chr(code)) for code in range(0x3041, 0x30FB)}
    changed = {code: plain for code, plain in kana.items() if plain != chr(code)}
    return variants() | changed | {0x30FB: "・"}


def place_key(text: str) -> str:
    """Return `search_key` of an address, 三丁目 as 3丁目."""
    key = search_key(text)
    if "丁目" not in key:
        return key
    return _CHOME.sub(lambda found: found.group().translate(_KANJI_DIGITS), key)
