"""Find people by anything one box can take: kana, romaji, kanji, address, birth date, phone.

Words are made on both sides by the same folding: pairs of kanji (bigrams, so that 佐藤 is found
by two characters and 佐 by one), kana as they sound, numbers as they stand. The first letter of
a word is its kind; words hold letters, digits and Japanese characters only.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, MetaData
from sqlalchemy.orm import Session

from victim_support.core.db.search import Condition, Either, Every, Word, WordIndex
from victim_support.core.japanese.dates import BirthError, BirthValue, Precision, parse_birth
from victim_support.core.japanese.fold import fold_kanji, plain_kana, sound_key
from victim_support.core.japanese.romaji import kana_readings

COUNTED_AT_MOST = 1000

NAME: Final = "n"
KANA: Final = "k"
SOUND: Final = "s"
PLACE: Final = "l"
BIRTH_DAY: Final = "d"
BIRTH_MONTH: Final = "m"
BIRTH_YEAR: Final = "y"
PHONE: Final = "p"
NUMBER: Final = "c"

_RUN = re.compile(r"[a-z]+|[0-9]+|[^\x00-\x7f\s、。・，．（）「」〒‐―〓\ue000-\uf8ff]+")
_KANA_RUN = re.compile(r"[ァ-ヺー]+")
_KANA_OR_LATIN = re.compile(r"[ぁ-ゖァ-ヺー]*[A-Za-zāīūēōâîûêô'’\-]*")
# One kana between kanji, as in 一ノ瀬, belongs to them.
_KANJI_OR_KANA_RUN = re.compile("(?:[^ァ-ヺー]|(?<=[^ァ-ヺー])[ァ-ヺ](?=[^ァ-ヺー]))+|[ァ-ヺー]+")
_UNITS = {"丁目", "番地", "番地ノ", "番", "号", "ノ", "号室"}
_KANJI_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
_CHOME = re.compile("[一二三四五六七八九](?=丁目)")
_ERA_START = re.compile(r"(?:[MTSHR]|明治?|大正?|昭和?|平成?|令和?)(?:\d\d?|元)年?", re.IGNORECASE)
_TO_PLAIN_KANA = {
    code: kana for code in range(0x3041, 0x30FB) if (kana := plain_kana(chr(code))) != chr(code)
} | {0x30FB: "・"}


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What somebody is found by."""

    names: Sequence[str] = ()  # 氏名, 通称, 旧氏
    kanas: Sequence[str] = ()
    places: Sequence[str] = ()  # 住所, 方書, 行政区, 屋号
    place_kanas: Sequence[str] = ()
    birth: BirthValue | None = None
    phones: Sequence[str] = ()
    numbers: Sequence[str] = ()  # card, sheet or tag numbers


@dataclass(frozen=True, slots=True)
class Hits:
    """Owners in the order to show, and how many match in all; beyond 1,000 nobody counts."""

    owners: list[str]
    total: int

    @property
    def is_total_exact(self) -> bool:
        """Say whether `total` is the number, or the least that it can be."""
        return self.total < COUNTED_AT_MOST


class SearchIndex:
    """The search over one kind of people: the resident register, or the persons of a disaster."""

    def __init__(self, name: str, metadata: MetaData) -> None:
        self.words = WordIndex(name, metadata)

    def put(self, session: Session, owner: str, document: SearchDocument) -> None:
        """Index somebody, or index them anew, in the transaction of the session."""
        self.words.put(session.connection(), owner, words_of(document))

    def remove(self, session: Session, owner: str) -> None:
        """Forget somebody, in the transaction of the session."""
        self.words.remove(session.connection(), owner)

    def rebuild(
        self, connection: Connection, documents: Iterable[tuple[str, SearchDocument]]
    ) -> int:
        """Index these people and no others; hits come in their order. Return how many."""
        rows = ((owner, words_of(document)) for owner, document in documents)
        return self.words.rebuild(connection, rows)

    def find(
        self,
        connection: Connection,
        query: str,
        *,
        today: date,
        limit: int,
        near: Sequence[str] = (),
    ) -> Hits:
        """Find people by all words of a query.

        Who bears the words as a name comes before who only lives at such a place or sounds like
        it; among the first, who lives in one of the towns `near` comes first.
        """
        steps = search_steps(query, today, near)
        found: dict[str, None] = {}
        for step in steps:
            if len(found) < limit:
                found |= dict.fromkeys(self.words.find(connection, step, limit))
        owners = list(found)[:limit]
        if len(owners) < limit:
            return Hits(owners, len(owners))
        return Hits(owners, self.words.count(connection, steps[-1], COUNTED_AT_MOST))


def words_of(document: SearchDocument) -> str:
    """Return the words of a document, to be indexed."""
    words = [
        *(_words_of_name(text) for text in document.names),
        *(_words_of_kana(text) for text in document.kanas),
        *(_words_of_place(text) for text in document.places),
        *(PLACE + sound_key(text) for text in document.place_kanas),
        *(_phone_word(phone) for phone in document.phones),
        *(_number_word(number) for number in document.numbers),
    ]
    if document.birth is not None:
        words.append(_words_of_birth(document.birth))
    return " ".join(words)


def search_steps(query: str, today: date, near: Sequence[str] = ()) -> list[Condition]:
    """Return what to look for, step by step, the best hits first; the last step holds them all."""
    words = [_conditions(word, today) for word in _split(query)]
    if not words:
        return []
    named = [name for name, _ in words]
    anywhere = [everything for _, everything in words]
    steps: list[Condition] = [Every((named[0], *anywhere[1:])), Every(tuple(anywhere))]
    if len(words) > 1:
        steps.insert(0, Every(tuple(named)))
    towns = tuple(
        Every(tuple(Word(word) for word in _words_of_place(town).split())) for town in near
    )
    return [Every((steps[0], Either(towns))), *steps] if towns else steps


def _split(query: str) -> Iterator[str]:
    """Yield the words of a query; an era date written with spaces (昭25 3 1) is one word."""
    words = unicodedata.normalize("NFKC", query).split()
    while words:
        word = words.pop(0)
        if _ERA_START.fullmatch(word):
            while words and word.count(" ") < 2 and re.fullmatch(r"\d{1,2}[月日]?", words[0]):
                word = f"{word} {words.pop(0)}"
        if _RUN.search(_key(word)):
            yield word


def _conditions(word: str, today: date) -> tuple[Condition, Condition]:
    """Return what a word means as a name, and what it means at all."""
    if any(character.isdigit() for character in word):
        condition = _number_condition(word, today)
        return condition, condition
    if _KANA_OR_LATIN.fullmatch(word):
        return _kana_conditions(word)
    pairs = [_run_conditions(run) for run in _kanji_and_kana(_key(word))]
    return Every(tuple(name for name, _ in pairs)), Every(tuple(anywhere for _, anywhere in pairs))


def _run_conditions(run: str) -> tuple[Condition, Condition]:
    if run.isascii() or _KANA_RUN.fullmatch(run):
        return _kana_conditions(run)
    return _kanji(NAME, run), Either((_kanji(NAME, run), _kanji(PLACE, run)))


def _kana_conditions(word: str) -> tuple[Condition, Condition]:
    """Return the conditions of kana or romaji typed so far."""
    latin = re.sub("[^a-z]", "", _key(word))
    kana = plain_kana(re.sub(r"[^ぁ-ゖァ-ヺー]", "", word))
    readings = kana_readings(word) if latin else (kana,)
    exact: list[Condition] = [Word(KANA + one, is_prefix=True) for one in readings]
    if latin:
        exact.append(Word(NAME + (kana or latin), is_prefix=True))
    alike: list[Condition] = [
        Word(kind + sound, is_prefix=True)
        for sound in dict.fromkeys(map(sound_key, readings))
        for kind in (KANA, SOUND, PLACE)
        if sound
    ]
    if not latin:
        alike += [_kanji(NAME, kana), _kanji(PLACE, kana)]
    return Either(tuple(exact)), Either((*exact, *alike))


def _kanji(kind: str, run: str) -> Condition:
    if len(run) == 1:
        return Word(kind + run, is_prefix=True)
    return Every(tuple(Word(kind + run[at : at + 2]) for at in range(len(run) - 1)))


def _number_condition(word: str, today: date) -> Condition:
    """Return the condition of a word with digits: birth, age, phone, card, house number."""
    readings: list[Condition] = [Word(_number_word(word))]
    birth = _birth(word, today)
    if birth.precision is not Precision.UNKNOWN:
        readings.append(_birth_condition(birth, today))
    digits = re.sub(r"\D", "", word)
    if re.fullmatch(r"[\d\-()+]{4,}", word) and len(digits) >= 4:
        readings.append(Word(_phone_word(digits), is_prefix=True))
    if birth.year is None or word.isdigit():
        readings.append(_house_number_condition(word))
    return Either(tuple(readings))


def _birth(word: str, today: date) -> BirthValue:
    try:
        return parse_birth(word, today)
    except BirthError:
        return BirthValue()


def _house_number_condition(word: str) -> Condition:
    runs = [run for run in _RUN.findall(_place_key(word)) if run not in _UNITS]
    return Every(
        tuple(
            Word(PLACE + run, is_prefix=len(run) > 1) if run.isdigit() else _run_conditions(run)[1]
            for run in runs
        )
    )


def _birth_condition(birth: BirthValue, today: date) -> Condition:
    if birth.year is not None:
        return Word(_words_of_birth(birth).split()[-1])
    youngest, oldest = (birth.age, birth.age) if birth.age is not None else (0, 0)
    if birth.band is not None:
        youngest, oldest = birth.band, birth.band + 9
    last = _years_before(today, youngest)
    first = _years_before(today, oldest + 1) + timedelta(days=1)
    return Either(tuple(Word(word) for word in _birth_words_between(first, last)))


def _birth_words_between(first: date, last: date) -> Iterator[str]:
    """Yield the years, months and single days that make up a span of birth dates."""
    day = first
    while day <= last:
        next_year, next_month = date(day.year + 1, 1, 1), _next_month(day)
        if (day.month, day.day) == (1, 1) and next_year <= last + timedelta(days=1):
            yield f"{BIRTH_YEAR}{day:%Y}"
            day = next_year
        elif day.day == 1 and next_month <= last + timedelta(days=1):
            yield f"{BIRTH_MONTH}{day:%Y%m}"
            day = next_month
        else:
            yield f"{BIRTH_DAY}{day:%Y%m%d}"
            day += timedelta(days=1)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _words_of_birth(birth: BirthValue) -> str:
    """Return year, month and day as far as they are known; an age is not a date."""
    if birth.year is None:
        return ""
    words = f"{BIRTH_YEAR}{birth.year:04}"
    if birth.month is not None:
        words += f" {BIRTH_MONTH}{birth.year:04}{birth.month:02}"
    if birth.date is not None:
        words += f" {BIRTH_DAY}{birth.year:04}{birth.month:02}{birth.date.day:02}"
    return words


def _phone_word(phone: str) -> str:
    """Return the digits backwards, so that the end of a number is the beginning of the word."""
    return PHONE + re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))[::-1]


def _number_word(number: str) -> str:
    return NUMBER + re.sub("[^0-9a-z]", "", unicodedata.normalize("NFKC", number).lower())


def _words_of_name(text: str) -> str:
    runs = _RUN.findall(_key(text))
    words = [NAME + run for run in runs if run.isascii()]
    joined = "".join([run for run in runs if not run.isascii()])
    return " ".join([*words, *[NAME + joined[at : at + 2] for at in range(len(joined))]])


def _words_of_kana(text: str) -> str:
    """Return each part of a reading and the whole, as written and as they sound if that differs."""
    parts = [_kana_and_sound(part) for part in text.split()]
    if len(parts) > 1:
        parts.append(_kana_and_sound("".join(text.split())))
    return " ".join(parts)


@lru_cache(maxsize=1 << 15)
def _kana_and_sound(part: str) -> str:
    kana, sound = plain_kana(part), sound_key(part)
    return f"{KANA}{kana}" if kana == sound else f"{KANA}{kana} {SOUND}{sound}"


def _words_of_place(text: str) -> str:
    runs = _RUN.findall(_place_key(text))
    return " ".join([PLACE + run if run.isascii() else _place_pairs(run) for run in runs])


@lru_cache(maxsize=1 << 12)
def _place_pairs(run: str) -> str:
    if run in _UNITS:
        return ""
    return " ".join(PLACE + run[at : at + 2] for at in range(len(run)))


def _key(text: str) -> str:
    """Return text with variants folded, kana plain, Latin letters small and without marks."""
    key = fold_kanji(text).translate(_TO_PLAIN_KANA)
    if key.isascii() or any("\xc0" <= character <= "\u024f" for character in key):
        bare = "".join(one for one in unicodedata.normalize("NFD", key) if one not in _MARKS)
        return unicodedata.normalize("NFC", bare).lower()
    return key.lower()


_MARKS = frozenset(map(chr, range(0x300, 0x370)))


def _place_key(text: str) -> str:
    return _CHOME.sub(lambda found: found.group().translate(_KANJI_DIGITS), _key(text))


def _kanji_and_kana(key: str) -> Iterator[str]:
    """Yield the runs of kanji and of kana."""
    for run in _RUN.findall(key):
        yield from [run] if run.isascii() else _KANJI_OR_KANA_RUN.findall(run)
