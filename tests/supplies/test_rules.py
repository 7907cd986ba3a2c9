"""Rules of goods and meals: what goes first, cases, dates, the next meal, portions."""

from datetime import date, datetime

import pytest

from victim_support.core.clock import JAPAN
from victim_support.supplies.rules import (
    DietKind,
    Expiry,
    MealCount,
    MealTime,
    expiry_of,
    first_expiring,
    in_cases,
    next_meal,
    pieces_of,
)

TODAY = date(2026, 7, 16)
SOON, LATER = date(2026, 8, 1), date(2027, 3, 31)


@pytest.mark.parametrize(
    ("lots", "wanted", "taken"),
    [
        ({LATER: 10, SOON: 5}, 7, [(SOON, 5), (LATER, 2)]),
        ({None: 10, SOON: 5}, 5, [(SOON, 5)]),
        ({None: 10, SOON: 5}, 8, [(SOON, 5), (None, 3)]),
        ({SOON: 5}, 8, [(SOON, 5), (None, 3)]),
        ({}, 4, [(None, 4)]),
        ({SOON: -2, LATER: 3}, 4, [(LATER, 3), (None, 1)]),
        ({SOON: 5}, 0, []),
    ],
)
def test_what_keeps_shortest_goes_first_and_nothing_is_refused(lots, wanted, taken):
    assert first_expiring(lots, wanted) == taken


@pytest.mark.parametrize(
    ("day", "urgency"),
    [
        (date(2026, 7, 15), Expiry.OVER),
        (TODAY, Expiry.SOON),
        (date(2026, 8, 15), Expiry.SOON),
        (date(2026, 8, 16), Expiry.LATER),
    ],
)
def test_a_date_is_over_the_day_after(day, urgency):
    assert expiry_of(day, TODAY) is urgency


@pytest.mark.parametrize(
    ("pieces", "per_case", "words"),
    [
        (50, 24, "50本（2箱と2本）"),
        (48, 24, "48本（2箱）"),
        (23, 24, "23本"),
        (1200, None, "1,200本"),
        (-3, 24, "-3本"),
    ],
)
def test_pieces_are_also_said_in_cases(pieces, per_case, words):
    assert in_cases(pieces, per_case, "本") == words


def test_cases_and_loose_pieces_make_pieces():
    assert pieces_of(3, 5, 24) == 77
    assert pieces_of(None, 5, None) == 5


@pytest.mark.parametrize(
    ("hour", "day", "meal"),
    [
        (0, 16, MealTime.BREAKFAST),
        (8, 16, MealTime.BREAKFAST),
        (9, 16, MealTime.LUNCH),
        (13, 16, MealTime.LUNCH),
        (14, 16, MealTime.SUPPER),
        (20, 17, MealTime.BREAKFAST),
    ],
)
def test_the_next_meal(hour, day, meal):
    assert next_meal(datetime(2026, 7, 16, hour, tzinfo=JAPAN)) == (date(2026, 7, day), meal)


def test_everybody_eats_once_and_who_needs_two_kinds_gets_both():
    count = MealCount(
        inside=40,
        away=3,
        outside=5,
        helpers=4,
        special={DietKind.ALLERGY: 2, DietKind.SOFT: 2},
        special_people=3,
    )

    assert count.total == 46
    assert count.portions == {DietKind.REGULAR: 43, DietKind.ALLERGY: 2, DietKind.SOFT: 2}


def test_more_away_than_counted_is_nobody_not_less():
    assert MealCount(1, 3, 0, 2, {}).total == 2
