"""Named and unnamed people: nobody counts twice, whatever order things are written down in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from victim_support.evacuees.rules import Observation, StayKind, Totals, is_here, totals

T = datetime(2026, 7, 15, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Span:
    started_at: datetime
    ended_at: datetime | None = None
    kind: str = StayKind.SHELTER
    count_id: object = None


def test_without_a_head_count_only_named_people_are_known():
    found = totals([Span(T), Span(T)], None, T + HOUR)

    assert (found.named, found.unnamed, found.total) == (2, 0, 2)


def test_unnamed_people_are_those_observed_minus_those_named_at_that_time():
    observation = Observation("c", T, 100)

    found = totals([Span(T - HOUR)] * 30, observation, T + HOUR)

    assert (found.named, found.unnamed, found.total) == (30, 70, 100)


def test_somebody_already_counted_takes_one_of_the_unnamed():
    counted = Span(T + HOUR, count_id="c")

    found = totals([counted], Observation("c", T, 10), T + 2 * HOUR)

    assert (found.named, found.unnamed, found.total) == (1, 9, 10)


def test_somebody_who_came_since_makes_one_more():
    found = totals([Span(T + HOUR)], Observation("c", T, 10), T + 2 * HOUR)

    assert (found.named, found.unnamed, found.total) == (1, 10, 11)


def test_a_departure_makes_one_less():
    left = Span(T - HOUR, ended_at=T + HOUR)

    found = totals([left, Span(T - HOUR)], Observation("c", T, 10), T + 2 * HOUR)

    assert (found.named, found.unnamed, found.total) == (1, 8, 9)


def test_fewer_observed_than_named_is_shown_and_never_negative():
    found = totals([Span(T - HOUR)] * 5, Observation("c", T, 3), T)

    assert found == Totals(5, 0, 0, surplus=2)


@pytest.mark.parametrize(
    ("kind", "is_staying"),
    [
        (StayKind.SHELTER, True),
        (StayKind.CAR, True),
        (StayKind.HOME, False),
        (StayKind.VISIT, False),
        ("newer_kind", False),
    ],
)
def test_only_who_sleeps_here_counts(kind, is_staying):
    assert is_here(Span(T, kind=kind), T) is is_staying


def test_cars_are_counted_apart():
    found = totals([Span(T), Span(T, kind=StayKind.CAR)], None, T)

    assert (found.named, found.in_cars) == (2, 1)


spans = st.lists(
    st.builds(
        lambda start, length, counted: Span(
            T + start * HOUR,
            None if length is None else T + (start + length) * HOUR,
            count_id="c" if counted and start > 0 else None,
        ),
        st.integers(-5, 5),
        st.none() | st.integers(0, 8),
        st.booleans(),
    ),
    max_size=30,
)


@given(spans=spans, people=st.integers(0, 40), later=st.integers(0, 9))
def test_total_is_named_plus_unnamed_and_neither_is_negative(spans, people, later):
    found = totals(spans, Observation("c", T, people), T + later * HOUR)

    assert found.named >= 0
    assert found.unnamed >= 0
    assert found.total == found.named + found.unnamed
    assert found.unnamed <= people


@given(spans=spans, people=st.integers(0, 40))
def test_at_the_time_of_the_count_the_total_is_never_below_it(spans, people):
    found = totals(spans, Observation("c", T, people), T)

    assert found.total == max(people, found.named)
