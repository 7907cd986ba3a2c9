"""Days near today: without a year, or in words."""

from datetime import date

import pytest

from victim_support.core.japanese.near_days import near_day

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("11/30", date(2026, 11, 30)),
        ("１１／３０", date(2026, 11, 30)),
        ("11月30日", date(2026, 11, 30)),
        ("11.1", date(2026, 11, 1)),
        ("1/4", date(2027, 1, 4)),
        ("7/15", date(2026, 7, 15)),
        ("今日", TODAY),
        ("きのう", date(2026, 11, 28)),
        ("明日", date(2026, 11, 30)),
        ("あさって", date(2026, 12, 1)),
        ("13/1", None),
        ("2/30", None),
        ("11", None),
        ("2026/11/30", None),
        ("R8.7.15", None),
        ("明日の朝", None),
        ("", None),
    ],
)
def test_a_day_near_today_needs_no_year(typed, expected):
    assert near_day(typed, TODAY) == expected


def test_a_day_of_leap_years_is_the_nearest_there_is():
    assert near_day("2/29", date(2028, 1, 10)) == date(2028, 2, 29)
    assert near_day("2/29", date(2026, 11, 29)) is None


def test_the_turn_of_the_year_is_crossed():
    assert near_day("12/31", date(2027, 1, 2)) == date(2026, 12, 31)
