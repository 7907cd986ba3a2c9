"""What a typed query may mean: readings of each word, from the narrowest to the widest."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from victim_support.core.db.search import Condition, Either, Every, Word
from victim_support.core.japanese.dates import BirthError, BirthValue, Precision, parse_birth
from victim_support.core.japanese.fold import plain_kana, sound_key
from victim_support.core.japanese.romaji import kana_readings
from victim_support.core.search.aliases import PlaceAlias, condition_of_place, places_meant
from victim_support.core.search.words import (
    BIRTH_DAY,
    BIRTH_MONTH,
    BIRTH_YEAR,
    KANA,
    KANA_START,
    NAME,
    NAME_START,
    PLACE,
    RUN,
    SOUND,
    UNITS,
    number_word,
    phone_word,
    place_key,
    search_key,
    words_of_birth,
    words_of_place,
)

LONGEST_QUERY, MOST_WORDS = 100, 12  # more is a text pasted into the box by mistake
_KANA_RUN = re.compile(r"[ァ-ヺー]+")
_KANA_OR_LATIN = re.compile(r"[ぁ-ゖァ-ヺー]*[A-Za-zāīūēōâîûêô'’\-]*")
# One kana between kanji, as in 一ノ瀬, belongs to them.
_KANJI_OR_KANA_RUN = re.compile("(?:[^ァ-ヺー]|(?<=[^ァ-ヺー])[ァ-ヺ](?=[^ァ-ヺー]))+|[ァ-ヺー]+")
_YEAR = re.compile(
    r"(?:(?:[MTSHR]|明治?|大正?|昭和?|平成?|令和?)(?:\d\d?|元)|(?:18|19|20)\d\d)年?", re.IGNORECASE
)
# Everybody lives in the municipality: to look for it takes long and tells nothing.
_MUNICIPALITY = re.compile("^(?:.{2,3}[都道府県])?(?:.{1,6}郡)?.{1,6}?[市区町村](?=..)")


def search_steps(
    query: str, today: date, near: Sequence[str] = (), aliases: Sequence[PlaceAlias] = ()
) -> list[Condition]:
    """Return what to look for, step by step, the best hits first; the last step holds them all."""
    typed = list(_split(query))
    words = [_with_places(word, _meaning(word, today), aliases) for word in typed]
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
    steps.append(Every((first.anything, *anything)))
    in_one = _read_in_one(typed)
    return [Either((step, *in_one)) if in_one else step for step in dict.fromkeys(steps)]


def _read_in_one(typed: Sequence[str]) -> tuple[Condition, ...]:
    """Return what readings typed apart (suzuki minoru) mean where they are kept as one word."""
    if len(typed) < 2 or not all(_KANA_OR_LATIN.fullmatch(word) for word in typed):
        return ()
    return (_meaning_of_kana("".join(typed)).start,)


def _towns(near: Sequence[str]) -> Either | None:
    towns = (words_of_place(town).split() for town in near)
    conditions = tuple(Every(tuple(map(Word, words))) for words in towns if words)
    return Either(conditions) if conditions else None


def _split(query: str) -> Iterator[str]:
    """Yield the words of a query; a date written with spaces (昭25 3 1, 1950 3 1) is one word."""
    words = unicodedata.normalize("NFKC", query[:LONGEST_QUERY]).split()[:MOST_WORDS]
    while words:
        word = words.pop(0)
        if _YEAR.fullmatch(word):
            while words and word.count(" ") < 2 and re.fullmatch(r"\d{1,2}[月日]?", words[0]):
                word = f"{word} {words.pop(0)}"
        if RUN.search(search_key(word)):
            yield word


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a word may mean: the start of a name, a name, anything; each holds the one before."""

    start: Condition
    name: Condition
    anything: Condition


def _with_places(word: str, meaning: _Meaning, aliases: Sequence[PlaceAlias]) -> _Meaning:
    """Return a meaning that holds the places called so, too."""
    places = tuple(map(condition_of_place, places_meant(word, aliases) if aliases else ()))
    if not places:
        return meaning
    return replace(meaning, anything=Either((meaning.anything, *places)))


def _meaning(word: str, today: date) -> _Meaning:
    if any(character.isdigit() for character in word):
        condition = _number_condition(word, today)
        return _Meaning(condition, condition, condition)
    if _KANA_OR_LATIN.fullmatch(word):
        return _meaning_of_kana(word)
    runs = [_meaning_of_run(run) for run in _kanji_and_kana(search_key(word))]
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
    place = _kanji(PLACE, _MUNICIPALITY.sub("", run))
    return _Meaning(start, name, Either((name, place)))


def _meaning_of_kana(word: str) -> _Meaning:
    """Return what kana or romaji typed so far may mean."""
    latin = re.sub("[^a-z]", "", search_key(word))
    kana = plain_kana(re.sub(r"[^ぁ-ゖァ-ヺー]", "", word))
    readings = kana_readings(word) if latin else (kana,)
    start = [Word(KANA_START + one, is_prefix=True) for one in readings]
    if latin and not kana:
        start.append(Word(NAME + latin, is_prefix=True))
    elif not readings:
        start.append(Word(KANA_START + kana, is_prefix=True))
    name = [*start, *(Word(KANA + one, is_prefix=True) for one in readings)]
    sounds = dict.fromkeys(sound for one in readings if (sound := sound_key(one)))
    # Who is written so also sounds so, and need not be looked for twice.
    alike: list[Condition] = [
        Word(kind + sound, is_prefix=True)
        for sound in sounds
        for kind in (KANA_START, KANA, SOUND, PLACE)
    ]
    if not latin:
        alike += [_kanji(NAME, kana), _kanji(PLACE, kana)]
    alike += [word for word in start if word.text.startswith(NAME)] if sounds else name
    return _Meaning(Either(tuple(start)), Either(tuple(name)), Either(tuple(alike)))


def _kanji(kind: str, run: str) -> Condition:
    """Return the pairs that cover a run; overlapping ones would tell little more."""
    if len(run) == 1:
        return Word(kind + run, is_prefix=True)
    last = len(run) - 2
    return Every(tuple(Word(kind + run[at : at + 2]) for at in (*range(0, last, 2), last)))


def _number_condition(word: str, today: date) -> Condition:
    """Return the condition of a word with digits: birth, age, phone, card, house number."""
    readings: list[Condition] = [Word(number_word(word))]
    birth = _birth(word, today)
    if birth.precision is not Precision.UNKNOWN:
        readings.append(_birth_condition(birth, today))
    digits = re.sub(r"\D", "", word)
    if re.fullmatch(r"[\d\-()+]{4,}", word) and len(digits) >= 4:
        readings.append(Word(phone_word(digits), is_prefix=True))
    if birth.year is None or word.isdigit():
        readings.append(_house_number_condition(word))
    return Either(tuple(readings))


def _birth(word: str, today: date) -> BirthValue:
    try:
        return parse_birth(word, today)
    except BirthError:
        return BirthValue()


def _house_number_condition(word: str) -> Condition:
    """Return the condition of an address; a number at its end may be unfinished."""
    runs = RUN.findall(place_key(word))
    last = len(runs) - 1
    return Every(
        tuple(
            Word(PLACE + run, is_prefix=at == last and len(run) > 1)
            if run.isdigit()
            else _meaning_of_run(run).anything
            for at, run in enumerate(runs)
            if run not in UNITS
        )
    )


def _birth_condition(birth: BirthValue, today: date) -> Condition:
    if birth.year is not None:
        return Word(words_of_birth(birth).split()[-1])
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


def _kanji_and_kana(key: str) -> Iterator[str]:
    """Yield the runs of kanji and of kana."""
    for run in RUN.findall(key):
        yield from [run] if run.isascii() else _KANJI_OR_KANA_RUN.findall(run)
