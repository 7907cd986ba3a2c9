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
from functools import cache, lru_cache
from typing import Final

from sqlalchemy import Connection, MetaData
from sqlalchemy.orm import Session

from victim_support.core.db.search import Condition, Either, Every, Word, WordIndex
from victim_support.core.japanese.dates import BirthError, BirthValue, Precision, parse_birth
from victim_support.core.japanese.fold import plain_kana, sound_key, variants
from victim_support.core.japanese.romaji import kana_readings

COUNTED_AT_MOST = 1000

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

_RUN = re.compile(r"[a-z]+|[0-9]+|[^\x00-\x7f\s、。・，．（）「」〒‐―〓\ue000-\uf8ff]+")
_KANA_RUN = re.compile(r"[ァ-ヺー]+")
_KANA_OR_LATIN = re.compile(r"[ぁ-ゖァ-ヺー]*[A-Za-zāīūēōâîûêô'’\-]*")
# One kana between kanji, as in 一ノ瀬, belongs to them.
_KANJI_OR_KANA_RUN = re.compile("(?:[^ァ-ヺー]|(?<=[^ァ-ヺー])[ァ-ヺ](?=[^ァ-ヺー]))+|[ァ-ヺー]+")
_BETWEEN_KANJI = re.compile("(?<=[㐀-鿿])[カガケ](?=[㐀-鿿])")  # 緑ヶ丘, 緑が丘
_MARKED_LATIN = re.compile("[\u00c0-\u024f]")
_MARK = re.compile("[\u0300-\u036f]")
_UNITS = {"丁目", "番地", "番地ノ", "番", "号", "ノ", "号室"}
_KANJI_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
_CHOME = re.compile("[一二三四五六七八九](?=丁目)")
_ERA_START = re.compile(r"(?:[MTSHR]|明治?|大正?|昭和?|平成?|令和?)(?:\d\d?|元)年?", re.IGNORECASE)


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

        Whose name begins so comes first, then who bears the words as a name, then who only lives
        at such a place or sounds like it. In each of the first two groups, who lives in one of
        the towns `near` comes before the others.
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

    def has(self, connection: Connection, query: str, *, today: date) -> bool:
        """Tell whether anybody could be meant by a query: one look for all of its steps."""
        steps = search_steps(query, today)
        return bool(steps) and self.words.count(connection, steps[-1], 1) > 0


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
    words = [_meaning(word, today) for word in _split(query)]
    if not words:
        return []
    first, *rest = words
    names = [word.name for word in rest]
    anything = [word.anything for word in rest]
    steps: list[Condition] = []
    for step in (Every((first.start, *names)), Every((first.name, *names))):
        steps += [Every((step, towns)), step] if (towns := _towns(near)) else [step]
    if rest:
        steps.append(Every((first.name, *anything)))
    return [*steps, Every((first.anything, *anything))]


def _towns(near: Sequence[str]) -> Either | None:
    towns = (_words_of_place(town).split() for town in near)
    conditions = tuple(Every(tuple(map(Word, words))) for words in towns if words)
    return Either(conditions) if conditions else None


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


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a word may mean: the start of a name, a name, anything; each holds the one before."""

    start: Condition
    name: Condition
    anything: Condition


def _meaning(word: str, today: date) -> _Meaning:
    if any(character.isdigit() for character in word):
        condition = _number_condition(word, today)
        return _Meaning(condition, condition, condition)
    if _KANA_OR_LATIN.fullmatch(word):
        return _meaning_of_kana(word)
    runs = [_meaning_of_run(run) for run in _kanji_and_kana(_key(word))]
    return _Meaning(
        Every((runs[0].start, *(run.name for run in runs[1:]))),
        Every(tuple(run.name for run in runs)),
        Every(tuple(run.anything for run in runs)),
    )


def _meaning_of_run(run: str) -> _Meaning:
    if run.isascii() or _KANA_RUN.fullmatch(run):
        return _meaning_of_kana(run)
    name = _kanji(NAME, run)
    start = Word(NAME_START + run, is_prefix=True)
    return _Meaning(start, name, Either((name, _kanji(PLACE, run))))


def _meaning_of_kana(word: str) -> _Meaning:
    """Return what kana or romaji typed so far may mean."""
    latin = re.sub("[^a-z]", "", _key(word))
    kana = plain_kana(re.sub(r"[^ぁ-ゖァ-ヺー]", "", word))
    readings = kana_readings(word) if latin else (kana,)
    start = [Word(KANA_START + one, is_prefix=True) for one in readings]
    if latin and not kana:
        start.append(Word(NAME + latin, is_prefix=True))
    elif not readings:
        start.append(Word(KANA_START + kana, is_prefix=True))
    name = [*start, *(Word(KANA + one, is_prefix=True) for one in readings)]
    alike: list[Condition] = [
        Word(kind + sound, is_prefix=True)
        for sound in dict.fromkeys(map(sound_key, readings))
        for kind in (KANA_START, KANA, SOUND, PLACE)
        if sound
    ]
    if not latin:
        alike += [_kanji(NAME, kana), _kanji(PLACE, kana)]
    return _Meaning(Either(tuple(start)), Either(tuple(name)), Either((*name, *alike)))


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
            Word(PLACE + run, is_prefix=len(run) > 1)
            if run.isdigit()
            else _meaning_of_run(run).anything
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
    """Return Latin words, each pair of neighbouring characters, and the last one alone."""
    runs = _RUN.findall(_key(text))
    words = [NAME + run for run in runs if run.isascii()]
    joined = "".join([run for run in runs if not run.isascii()])
    if joined:
        words.append(NAME_START + joined)
    return " ".join([*words, *[NAME + joined[at : at + 2] for at in range(len(joined))]])


def _words_of_kana(text: str) -> str:
    """Return a reading from its start, and each further part of it."""
    parts = text.split()
    words = [_kana_and_sound(KANA_START, "".join(parts))]
    return " ".join([*words, *[_kana_and_sound(KANA, part) for part in parts[1:]]])


@lru_cache(maxsize=1 << 15)
def _kana_and_sound(kind: str, part: str) -> str:
    kana, sound = plain_kana(part), sound_key(part)
    return f"{kind}{kana}" if kana == sound else f"{kind}{kana} {SOUND}{sound}"


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


def _place_key(text: str) -> str:
    key = _key(text)
    if "丁目" not in key:
        return key
    return _CHOME.sub(lambda found: found.group().translate(_KANJI_DIGITS), key)


def _kanji_and_kana(key: str) -> Iterator[str]:
    """Yield the runs of kanji and of kana."""
    for run in _RUN.findall(key):
        yield from [run] if run.isascii() else _KANJI_OR_KANA_RUN.findall(run)
