"""Find people by anything one box can take: kana, romaji, kanji, address, birth date, phone.

Words are made on both sides by the same folding: pairs of kanji (bigrams, so that 佐藤 is found
by two characters and 佐 by one), kana as they sound, numbers as they stand.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, MetaData
from sqlalchemy.orm import Session

from victim_support.core.db.search import Condition, Either, Every, Word, WordIndex
from victim_support.core.japanese.dates import BirthError, BirthValue, Precision, parse_birth
from victim_support.core.japanese.fold import fold_kanji, plain_kana, sound_key
from victim_support.core.japanese.romaji import kana_readings

COLUMNS = ("name", "kana", "sound", "place", "facts")
COUNTED_AT_MOST = 1000

_RUN = re.compile(r"[a-z]+|[0-9]+|[^\x00-\x7f\s、。・，．（）「」〒‐―〓\ue000-\uf8ff]+")
_KANA_RUN = re.compile(r"[ァ-ヺー]+")
_KANA_OR_LATIN = re.compile(r"[ぁ-ゖァ-ヺー]*[A-Za-zāīūēōâîûêô'’\-]*")
_UNITS = {"丁目", "番地", "番地ノ", "番", "号", "番地ノ1", "ノ", "番号", "号室"}
_KANJI_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
_CHOME = re.compile("[一二三四五六七八九](?=丁目)")
_ERA_START = re.compile(r"(?:[MTSHRmtshr]|明治?|大正?|昭和?|平成?|令和?)(?:\d{1,2}|元)年?")


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What somebody is found by."""

    names: Sequence[str] = ()  # 氏名, 通称, 旧氏
    kanas: Sequence[str] = ()
    places: Sequence[str] = ()  # 住所, 方書, 行政区, 屋号
    place_kanas: Sequence[str] = ()
    births: Sequence[BirthValue] = ()
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
        self.words = WordIndex(name, COLUMNS, metadata)

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
        it; within both, who lives in one of the towns `near` comes first.
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


def words_of(document: SearchDocument) -> tuple[str, ...]:
    """Return the words of a document, one string for each of `COLUMNS`."""
    kana: set[str] = set()
    for text in document.kanas:
        plain = [plain_kana(part) for part in text.split()]
        kana.update(plain, ["".join(plain)])
    sound = {sound_key(word) for word in kana}
    place = {word for text in document.places for word in _words_of_place(text)}
    place.update(sound_key(text) for text in document.place_kanas)
    facts = [_birth_word(birth) for birth in document.births]
    facts += [_phone_word(phone) for phone in document.phones]
    facts += [_number_word(number) for number in document.numbers]
    name = {word for text in document.names for word in _words_of_name(text)}
    return tuple(" ".join(words) for words in (name, kana, sound - kana, place, facts))


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
        Every(tuple(Word(word, ("place",)) for word in _words_of_place(town))) for town in near
    )
    return [Every((steps[0], Either(towns))), *steps] if towns else steps


def _split(query: str) -> Iterator[str]:
    """Yield the words of a query; an era date written with spaces (昭25 3 1) is one word."""
    words = unicodedata.normalize("NFKC", query).split()
    while words:
        word = words.pop(0)
        if _ERA_START.fullmatch(word):
            while words and len(word.split()) < 3 and re.fullmatch(r"\d{1,2}[月日]?", words[0]):
                word = f"{word} {words.pop(0)}"
        if _has_words(word):
            yield word


def _has_words(word: str) -> bool:
    return _RUN.search(word.lower()) is not None


def _conditions(word: str, today: date) -> tuple[Condition, Condition]:
    """Return what a word means as a name, and what it means at all."""
    if any(character.isdigit() for character in word):
        condition = _number_condition(word, today)
        return condition, condition
    if _KANA_OR_LATIN.fullmatch(word):
        return _kana_conditions(word)
    named: list[Condition] = []
    anywhere: list[Condition] = []
    for run in _kanji_and_kana(_key(word)):
        if _KANA_RUN.fullmatch(run) or run.isascii():
            name, everything = _kana_conditions(run)
        else:
            name, everything = _kanji(run, ("name",)), _kanji(run, ("name", "place"))
        named.append(name)
        anywhere.append(everything)
    return Every(tuple(named)), Every(tuple(anywhere))


def _kana_conditions(word: str) -> tuple[Condition, Condition]:
    """Return the conditions of kana or romaji typed so far."""
    latin = re.sub("[^a-z]", "", word.lower())
    readings = kana_readings(word) if latin else (plain_kana(word),)
    exact: list[Condition] = [Word(one, ("kana",), is_prefix=True) for one in readings]
    if latin == word.lower():
        exact.append(Word(latin, ("name",), is_prefix=True))
    sounds = dict.fromkeys(map(sound_key, readings))
    alike: list[Condition] = [
        Word(one, ("kana", "sound", "place"), is_prefix=True) for one in sounds if one
    ]
    if not latin:
        alike.append(_kanji(plain_kana(word), ("name", "place")))
    return Either(tuple(exact)), Either((*exact, *alike))


def _kanji(run: str, columns: tuple[str, ...]) -> Condition:
    if len(run) == 1:
        return Word(run, columns, is_prefix=True)
    return Every(tuple(Word(pair, columns) for pair in _pairs(run) if len(pair) == 2))


def _number_condition(word: str, today: date) -> Condition:
    """Return the condition of a word with digits: birth, age, phone, card, house number."""
    readings: list[Condition] = []
    try:
        birth = parse_birth(word, today)
    except BirthError:
        birth = BirthValue()
    if birth.precision is not Precision.UNKNOWN:
        readings.append(_birth_condition(birth, today))
    number = _number_word(word)
    digits = re.sub(r"\D", "", word)
    if re.fullmatch(r"[\d\-()+]+", word) and len(digits) >= 4:
        readings.append(Word(_phone_word(digits), ("facts",), is_prefix=True))
    readings.append(Word(number, ("facts",)))
    place = [
        _kanji(run, ("name", "place"))
        if not run.isdigit()
        else Word(run, ("place",), is_prefix=len(run) > 1)
        for run in _RUN.findall(_place_key(word))
        if run not in _UNITS
    ]
    if place:
        readings.append(Every(tuple(place)))
    return Either(tuple(readings))


def _birth_condition(birth: BirthValue, today: date) -> Condition:
    if birth.year is not None:
        return Word(_birth_word(birth), ("facts",), is_prefix=True)
    youngest, oldest = (birth.age, birth.age) if birth.age is not None else (0, 0)
    if birth.band is not None:
        youngest, oldest = birth.band, birth.band + 9
    last = _years_before(today, youngest)
    first = _years_before(today, oldest + 1) + timedelta(days=1)
    words = (Word(word, ("facts",), is_prefix=True) for word in _birth_words(first, last))
    return Either(tuple(words))


def _birth_words(first: date, last: date) -> Iterator[str]:
    """Yield the beginnings that birth dates between two days have: years, months, single days."""
    day = first
    while day <= last:
        if (day.month, day.day) == (1, 1) and date(day.year, 12, 31) <= last:
            yield f"b{day:%Y}"
            day = date(day.year + 1, 1, 1)
        elif day.day == 1 and (after := _next_month(day)) - timedelta(days=1) <= last:
            yield f"b{day:%Y%m}"
            day = after
        else:
            yield f"b{day:%Y%m%d}"
            day += timedelta(days=1)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _birth_word(birth: BirthValue) -> str:
    if birth.date is not None:
        return f"b{birth.date:%Y%m%d}"
    if birth.year is None:
        return ""
    return f"b{birth.year:04}{birth.month or '':02}" if birth.month else f"b{birth.year:04}"


def _phone_word(phone: str) -> str:
    """Return the digits backwards, so that the end of a number is the beginning of the word."""
    return "p" + re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))[::-1]


def _number_word(number: str) -> str:
    return "c" + re.sub("[^0-9a-z]", "", unicodedata.normalize("NFKC", number).lower())


def _words_of_name(text: str) -> Iterator[str]:
    key = _key(text)
    yield from (run for run in _RUN.findall(key) if run.isascii())
    yield from _pairs("".join(run for run in _RUN.findall(key) if not run.isascii()))


def _words_of_place(text: str) -> Iterator[str]:
    for run in _RUN.findall(_place_key(text)):
        if run.isascii():
            yield run
        elif run not in _UNITS:
            yield from _pairs(run)


def _pairs(run: str) -> Iterator[str]:
    """Yield every pair of neighbouring characters, and the last character alone."""
    return (run[start : start + 2] for start in range(len(run)))


def _key(text: str) -> str:
    """Return text with variants folded, kana plain, Latin letters small and without marks."""
    latin = fold_kanji(text).lower()
    if not latin.isascii() and any("\xc0" <= character <= "\u024f" for character in latin):
        latin = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", latin))
        latin = unicodedata.normalize("NFC", latin)
    return latin.translate(_KANA)


_KANA = {code: plain_kana(chr(code)) for code in range(0x3041, 0x30FB) if plain_kana(chr(code))}


def _place_key(text: str) -> str:
    return _CHOME.sub(lambda found: found.group().translate(_KANJI_DIGITS), _key(text))


def _kanji_and_kana(key: str) -> Iterator[str]:
    """Yield the runs of kanji and of kana; a single kana between kanji (一ノ瀬) belongs to them."""
    for run in _RUN.findall(key):
        if run.isascii():
            yield run
        else:
            yield from re.findall(
                "(?:[^ァ-ヺー]|(?<=[^ァ-ヺー])[ァ-ヺ](?=[^ァ-ヺー]))+|[ァ-ヺー]+", run
            )
