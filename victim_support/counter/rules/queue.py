"""Numbered slips (整理番号): what stands on them, when somebody comes to be served."""

from datetime import datetime, time, timedelta

from victim_support.victims.rules import Labelled

PER_HOUR = 20
"""So many people of an hour are expected until the office says how many it serves."""
OPENS_AT = "9:00"
MOST = 400
"""Slips in one print."""
_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - only its time of day is used
_BAND = 30  # minutes


class CallOutcome(Labelled):
    """What became of a number that was called (呼び出しの結果)."""

    CAME = "came", "来た"
    ABSENT = "absent", "いない"


def slip_number(series: str, number: int) -> str:
    """Return a number as it is printed and called: ``K7-012``."""
    return f"{series}-{number:03d}"


def read_time(text: str | None) -> time:
    """Return a time of day such as ``9:00``; that of the usual opening when it is none."""
    try:
        return datetime.strptime(text or OPENS_AT, "%H:%M").time()  # noqa: DTZ007 - a time of day
    except ValueError:
        return time(9)


def expected_at(number: int, *, opens_at: time, per_hour: int) -> time:
    """Return the half hour in which a number is expected to be called.

    Args:
        number: The number, from 1.
        opens_at: When the counter opens.
        per_hour: How many are served in an hour by all windows together.
    """
    minutes = (number - 1) * 60 // max(per_hour, 1)
    opening = datetime.combine(_ANY_DAY, opens_at)
    return (opening + timedelta(minutes=minutes - minutes % _BAND)).time()


def wait_minutes(ahead: int, *, per_hour: int) -> int:
    """Return how long whoever comes now waits, in minutes, up to the next five."""
    minutes = ahead * 60 / max(per_hour, 1)
    return int(-(-minutes // 5) * 5)
