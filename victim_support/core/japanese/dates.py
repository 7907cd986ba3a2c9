"""Era dates (和暦), and birth dates in every notation people bring to the desk."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

OLDEST_AGE = 130


class Era(NamedTuple):
    """An era (元号) with the first and the last day on which it was written.

    The first day of 大正 and of 昭和 was the last of the era before: both spellings are right.
    """

    name: str
    letter: str
    first: dt.date
    last: dt.date


ERAS = (
    Era("明治", "M", dt.date(1868, 1, 25), dt.date(1912, 7, 30)),
    Era("大正", "T", dt.date(1912, 7, 30), dt.date(1926, 12, 25)),
    Era("昭和", "S", dt.date(1926, 12, 25), dt.date(1989, 1, 7)),
    Era("平成", "H", dt.date(1989, 1, 8), dt.date(2019, 4, 30)),
    Era("令和", "R", dt.date(2019, 5, 1), dt.date.max),
)


class Precision(StrEnum):
    """How much of a birth date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    AGE = "age"
    BAND = "band"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return _PRECISIONS[self]


_PRECISIONS = {
    Precision.DAY: "年月日",
    Precision.MONTH: "年と月だけ",
    Precision.YEAR: "年だけ",
    Precision.AGE: "年齢だけ",
    Precision.BAND: "年代だけ",
    Precision.UNKNOWN: "不明",
}


class BirthError(ValueError):
    """A birth date that cannot be; the message is for the desk, in Japanese."""


@dataclass(frozen=True, slots=True)
class BirthValue:
    """What is known of a birth date: never more than was said, never an invented day.

    `age` is in whole years on the day of the statement, with `months` for an infant; `band` is
    the first year of a ten-year age band (70 for 70代).
    """

    date: dt.date | None = None
    year: int | None = None
    month: int | None = None
    age: int | None = None
    months: int | None = None
    band: int | None = None
    precision: Precision = Precision.UNKNOWN

    def __str__(self) -> str:
        """Return the value for the screen, in both calendars where a year is known."""
        if self.date is not None:
            return both(self.date)
        if self.year is not None:
            month = f"{self.month}月" if self.month else ""
            return f"{_era_year(self.year, self.month)}({self.year}年){month}"
        if self.months is not None:
            return f"{self.months}か月"
        if self.age is not None:
            return f"{self.age}歳"
        return f"{self.band}代" if self.band else "10歳未満" if self.band == 0 else "不明"


UNKNOWN = BirthValue()


def era_of(day: dt.date) -> Era:
    """Return the era (元号) of a day; on the border days of 1912 and 1926 the new one."""
    for era in reversed(ERAS):
        if era.first <= day:
            return era
    message = "明治より前の日付は和暦にできません。"
    raise ValueError(message)


def wareki(day: dt.date) -> str:
    """Return a day in the Japanese calendar (和暦): 令和8年7月15日, 令和元年5月1日."""
    era = era_of(day)
    return f"{era.name}{_year_text(day.year - era.first.year + 1)}年{day.month}月{day.day}日"


def both(day: dt.date) -> str:
    """Return a day in both calendars: 令和8年(2026年)7月15日."""
    era = era_of(day)
    year = _year_text(day.year - era.first.year + 1)
    return f"{era.name}{year}年({day.year}年){day.month}月{day.day}日"


def age_on(birth: dt.date, day: dt.date) -> int:
    """Return the age in whole years that somebody born on `birth` has on `day`."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def parse_birth(text: str, today: dt.date) -> BirthValue:
    """Read a birth date, age, age band or 不明 in any notation; raise `BirthError` otherwise.

    Read are s25.3.1, 昭25 3 1, S250301, 1950/3/1, 19500301, 19500300 (day
    unknown), 1950, 72 and 72歳 (age), 3か月, 70代, 不明; full-width digits and letters too.
    """
    plain = (
        unicodedata.normalize("NFKC", text)
        .strip()
        .removesuffix("生まれ")
        .removesuffix("生")
        .strip()
    )
    if plain.lower() in {"", "?", "不明", "不詳", "わからない", "分からない"}:
        return UNKNOWN
    value = _parse_age(plain) or _parse_western(plain) or _parse_era(plain)
    if value is None:
        raise BirthError(_explain(plain))
    _check_bounds(value, today)
    return value


_AGE = re.compile(r"(?:満|約)?\s*(\d{1,3})\s*(?:歳|才|さい)?")
_MONTHS = re.compile(r"(?:生後)?\s*(\d{1,2})\s*(?:か月|ヶ月|カ月|ケ月|ヵ月|箇月|ヶ月)児?")
_BAND = re.compile(r"(\d{1,2}0)\s*(?:代|歳代|才代)|(10)\s*[歳才]未満")
_SEPARATED = re.compile(
    r"(?P<year>\d{4})\s*[年./\-\s]\s*(?P<month>\d{1,2}|\?)?\s*[月./\-\s]?\s*(?P<day>\d{1,2}|\?)?\s*日?"
)
_COMPACT = re.compile(r"(?P<year>(?:18|19|20)\d\d)(?:(?P<month>\d\d)(?P<day>\d\d|\?\?)?)?\??")
_ERA = re.compile(
    r"(?P<era>明治|大正|昭和|平成|令和|[明大昭平令MTSHR]\.?)\s*(?P<year>\d{1,2}|元)\s*"
    r"(?:[年./\-\s]\s*(?P<month>\d{1,2}|\?)?\s*[月./\-\s]?\s*(?P<day>\d{1,2}|\?)?\s*日?)?",
    re.IGNORECASE,
)
_ERA_COMPACT = re.compile(
    r"(?P<era>明治|大正|昭和|平成|令和|[明大昭平令MTSHR1-5])"
    r"(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d|\?\?)\??",
    re.IGNORECASE,
)


def _parse_age(text: str) -> BirthValue | None:
    if found := _BAND.fullmatch(text):
        band = 0 if found[2] else int(found[1])
        return BirthValue(band=band, precision=Precision.BAND)
    if found := _MONTHS.fullmatch(text):
        months = int(found[1])
        return BirthValue(age=months // 12, months=months, precision=Precision.AGE)
    if found := _AGE.fullmatch(text):
        return BirthValue(age=int(found[1]), precision=Precision.AGE)
    return None


def _parse_western(text: str) -> BirthValue | None:
    found = _COMPACT.fullmatch(text) or _SEPARATED.fullmatch(text)
    if found is None:
        return None
    return _known_parts(int(found["year"]), found["month"], found["day"])


def _parse_era(text: str) -> BirthValue | None:
    found = _ERA_COMPACT.fullmatch(text) or _ERA.fullmatch(text)
    if found is None:
        return None
    era = _era_named(found["era"])
    number = 1 if found["year"] == "元" else int(found["year"])
    if number == 0:
        raise BirthError(f"{era.name}0年はありません。")
    value = _known_parts(era.first.year + number - 1, found["month"], found["day"])
    _check_era(era, number, value)
    return value


def _era_named(text: str) -> Era:
    key = text.rstrip(".").upper()
    if key.isdigit():  # the register's era codes: 1 明治 … 5 令和
        return ERAS[int(key) - 1]
    return next(era for era in ERAS if key in {era.name, era.name[0], era.letter})


def _known_parts(year: int, month_text: str | None, day_text: str | None) -> BirthValue:
    """Build a value from what is known; 00 and ? mean not known."""
    month = _number(month_text)
    day = _number(day_text)
    if month is None:
        return BirthValue(year=year, precision=Precision.YEAR)
    if month > 12:
        raise BirthError(f"{month}月はありません。")
    if day is None:
        return BirthValue(year=year, month=month, precision=Precision.MONTH)
    try:
        born = dt.date(year, month, day)
    except ValueError:
        raise BirthError(f"{year}年{month}月に{day}日はありません。") from None
    return BirthValue(date=born, year=year, month=month, precision=Precision.DAY)


def _number(text: str | None) -> int | None:
    return int(text) or None if text and text.isdigit() else None


def _check_era(era: Era, number: int, value: BirthValue) -> None:
    first, last = _span(value)
    if first > era.last:
        end = _in_era(era, era.last)
        raise BirthError(f"{era.name}は{end}までです。元号を確かめてください。")
    if last < era.first:
        raise BirthError(
            f"{era.name}{_year_text(number)}年は{era.first.month}月{era.first.day}日からです。"
            "元号を確かめてください。"
        )


def _in_era(era: Era, day: dt.date) -> str:
    """Return a border day as its own era writes it: 64年1月7日."""
    return f"{_year_text(day.year - era.first.year + 1)}年{day.month}月{day.day}日"


def _span(value: BirthValue) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that a value with a known year can mean."""
    if value.date is not None:
        return value.date, value.date
    year = value.year or 1
    month = value.month
    return dt.date(year, month or 1, 1), dt.date(year, month or 12, 28)


def _check_bounds(value: BirthValue, today: dt.date) -> None:
    if value.year is not None:
        first, last = _span(value)
        if first > today:
            raise BirthError("生年月日が今日より後です。")
        if age_on(last, today) > OLDEST_AGE:
            raise BirthError(f"生年月日が{OLDEST_AGE}年より前です。")
    if value.age is not None and value.age > OLDEST_AGE:
        raise BirthError(f"年齢は{OLDEST_AGE}歳までです。")
    if value.band is not None and value.band >= OLDEST_AGE:
        raise BirthError(f"年代は{OLDEST_AGE - 10}代までです。")


def _explain(text: str) -> str:
    if re.fullmatch(r"\d{6}", text):
        return "6桁では元号がわかりません。S250301 か 19500301 のように入れてください。"
    return "生年月日として読めません。S25.3.1、1950/3/1、72歳、70代、不明 のように入れてください。"


def _year_text(number: int) -> str:
    return "元" if number == 1 else str(number)


def _era_year(year: int, month: int | None) -> str:
    era = era_of(dt.date(year, month or 12, 28))
    return f"{era.name}{_year_text(year - era.first.year + 1)}年"
