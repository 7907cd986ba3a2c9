"""Times of observation (時点) in era, western and machine notation."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from victim_support.core.japanese.dates import ERAS

JAPAN = ZoneInfo("Asia/Tokyo")
_DAY = re.compile(
    r"(?:(?P<era>明治|大正|昭和|平成|令和|[MTSHR](?=[\d元]))\s*(?P<number>\d{1,2}|元)|(?P<year>(?:19|20)\d\d))"
    r"\s*[年./_-]\s*(?P<month>\d{1,2})\s*[月./_-]\s*(?P<day>\d{1,2})日?"
)
_CLOCK = re.compile(
    r"(?P<half>午前|午後|AM|PM)?\s*(?P<hour>\d{1,2})\s*(?:時|:)\s*(?:(?P<minute>\d{1,2})分?|(?P<half_past>半))?"
    r"(?::(?P<second>\d{1,2}))?\s*(?P<late>AM|PM)?",
    re.IGNORECASE,
)
_MONTH_AND_DAY = re.compile(r"(?P<month>\d{1,2})\s*[月/]\s*(?P<day>\d{1,2})日?(?![\d/])")
_COMPACT = re.compile(r"^(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)[T_\s-]?(?P<clock>\d{4})?")
_SERIAL = re.compile(r"^[3-6]\d{4}(?:\.\d+)?$")
_SERIAL_ZERO = datetime(1899, 12, 30, tzinfo=JAPAN)


def read_moment(value: str, until: datetime | None = None) -> datetime | None:
    """Read a time of observation as an aware instant in UTC, or return None.

    Read are 令和6年1月14日午後6時, R6.1.14 18:00, 2024-01-09T18:00+09:00, 2024/1/14 18:00, 正午,
    and the serial numbers of spreadsheets. A day without an hour is its midnight in Japan.

    Args:
        value: What stands in the cell.
        until: A day without its year (1/14 18:00) is the last one up to here; without it, none.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if not text:
        return None
    try:
        moment = _machine(text) or _serial(text) or _written(text)
        if moment is None and until is not None:
            moment = _without_year(text, until.astimezone(JAPAN))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment else None


def _machine(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=JAPAN)


def _serial(text: str) -> datetime | None:
    if not _SERIAL.match(text):
        return None
    minutes = round(float(text) * 24 * 60)
    return _SERIAL_ZERO + timedelta(minutes=minutes)


def _written(text: str) -> datetime | None:
    if compact := _COMPACT.match(text):
        clock = compact["clock"] or "0000"
        return datetime(
            int(compact["year"]),
            int(compact["month"]),
            int(compact["day"]),
            int(clock[:2]),
            int(clock[2:]),
            tzinfo=JAPAN,
        )
    day = _DAY.search(text)
    if day is None:
        return None
    hours = _hours(text[day.end() :])
    midnight = datetime(_year(day), int(day["month"]), int(day["day"]), tzinfo=JAPAN)
    return midnight + hours


def has_year(value: str) -> bool:
    """Tell whether a time can be read by itself, without asking which year it was."""
    return read_moment(value) is not None


def _without_year(text: str, until: datetime) -> datetime | None:
    day = _MONTH_AND_DAY.match(text)
    if day is None:
        return None
    hours = _hours(text[day.end() :])
    for year in range(until.year, until.year - 9, -1):  # 29 February may be long ago
        try:
            midnight = datetime(year, int(day["month"]), int(day["day"]), tzinfo=JAPAN)
        except ValueError:
            continue
        if midnight + hours <= until:
            return midnight + hours
    return None


def _year(day: re.Match[str]) -> int:
    if day["year"]:
        return int(day["year"])
    era = next(era for era in ERAS if day["era"] in {era.name, era.letter})
    return era.first.year - 1 + (1 if day["number"] == "元" else int(day["number"]))


def _hours(text: str) -> timedelta:
    clock = _CLOCK.search(text)
    if clock is None:
        return timedelta(hours=12 if "正午" in text else 0)
    hour = int(clock["hour"])
    if (clock["half"] or clock["late"] or "").upper() in {"午後", "PM"} and hour < 12:
        hour += 12
    minute = 30 if clock["half_past"] else int(clock["minute"] or 0)
    return timedelta(hours=hour, minutes=minute)
