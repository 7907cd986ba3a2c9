"""The short and the long notation of days and times."""

from datetime import UTC, date, datetime

import pytest

from victim_support.core.dates import day_time, long_day, long_time, short_time

NOON = datetime(2026, 7, 15, 3, tzinfo=UTC)  # noon in Japan


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (datetime(2026, 7, 14, 21, 5, tzinfo=UTC), "06:05"),
        (datetime(2026, 7, 14, 14, 59, tzinfo=UTC), "7/14 23:59"),
        (datetime(2025, 12, 31, 14, 0, tzinfo=UTC), "2025/12/31 23:00"),
        (None, "―"),
    ],
)
def test_the_short_time_says_no_more_than_is_needed(frozen, instant, shown):
    frozen(NOON)

    assert short_time(instant) == shown


def test_paper_always_says_the_day(frozen):
    frozen(NOON)

    assert day_time(NOON) == "7/15 12:00"


def test_long_notations_show_both_calendars():
    assert long_time(NOON) == "令和8年(2026年)7月15日 12:00"
    assert long_day(NOON) == long_day(date(2026, 7, 15)) == "令和8年(2026年)7月15日"
    assert long_day(None) == long_time(None) == "―"
