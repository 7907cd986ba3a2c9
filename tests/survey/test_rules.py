"""Which state follows from what was met, which method is proposed, which sheet is printed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from victim_support.damage.rules import JudgementMethod, SurveyHazard
from victim_support.presence.rules import draw_number
from victim_support.presence.rules import scan_text as card_text
from victim_support.survey.rules import (
    VisitResult,
    VisitState,
    Work,
    calculation_key,
    is_repeated,
    is_wooden,
    method_for,
    parse_sheet,
    scan_text,
    state_of,
    worksheet_key,
)

MORNING = datetime(2026, 7, 20, 0, 0, tzinfo=UTC)
DAY = date(2026, 7, 20)


@dataclass
class Visit:
    day: date | None = DAY
    planned_at: datetime = MORNING
    assigned_at: datetime | None = MORNING


@dataclass
class Met:
    result: str
    hours: int = 9
    visited_on: date = DAY

    @property
    def entered_at(self):
        return MORNING + timedelta(hours=self.hours)


TOMORROW = Visit(DAY + timedelta(days=1), MORNING, MORNING + timedelta(hours=10))


@pytest.mark.parametrize(
    ("visit", "outcomes", "state"),
    [
        (None, [], VisitState.OPEN),
        (Visit(day=None, assigned_at=None), [], VisitState.OPEN),
        (Visit(), [], VisitState.PLANNED),
        (Visit(), [Met(VisitResult.ABSENT)], VisitState.ABSENT),
        (Visit(), [Met(VisitResult.NO_ENTRY)], VisitState.NO_ENTRY),
        (Visit(), [Met(VisitResult.ABSENT), Met(VisitResult.DONE, 10)], VisitState.DONE),
        (Visit(), [Met(VisitResult.NOT_DWELLING)], VisitState.DONE),
        (TOMORROW, [Met(VisitResult.ABSENT)], VisitState.PLANNED),
        (TOMORROW, [Met(VisitResult.ABSENT), Met(VisitResult.NO_DAMAGE, 30)], VisitState.DONE),
        (Visit(), [Met("of a newer version")], VisitState.DONE),
    ],
)
def test_what_was_met_since_the_visit_was_planned_tells_the_state(visit, outcomes, state):
    assert state_of(visit, outcomes) is state


def test_a_judgement_sent_back_opens_a_finished_visit_until_it_is_planned_again():
    done = [Met(VisitResult.DONE)]

    assert state_of(Visit(), done, is_returned=True) is VisitState.RETURNED
    assert state_of(TOMORROW, done, is_returned=True) is VisitState.PLANNED


@pytest.mark.parametrize(
    ("newest", "result", "is_double"),
    [
        (None, VisitResult.DONE, False),
        (Met(VisitResult.DONE), VisitResult.DONE, True),
        (Met(VisitResult.DONE), VisitResult.ABSENT, True),
        (Met(VisitResult.ABSENT), VisitResult.ABSENT, True),
        (Met(VisitResult.ABSENT), VisitResult.DONE, False),
    ],
)
def test_a_sheet_typed_twice_is_told(newest, result, is_double):
    assert is_repeated(newest, result, DAY) is is_double


@pytest.mark.parametrize(
    ("wants_self", "approved", "method"),
    [
        (False, 0, JudgementMethod.FIRST_SURVEY),
        (True, 0, JudgementMethod.SELF_JUDGED),
        (True, 1, JudgementMethod.SECOND_SURVEY),
        (False, 2, JudgementMethod.RESURVEY),
    ],
)
def test_the_method_follows_what_was_asked_and_judged(wants_self, approved, method):
    assert method_for(wants_self_judgement=wants_self, approved_rounds=approved) is method


@pytest.mark.parametrize(
    ("structure", "wooden"),
    [
        (None, True),
        ("木造", True),
        ("木造瓦葺2階建", True),
        ("軽量鉄骨プレハブ", True),
        ("鉄筋コンクリート造", False),
        ("rc造", False),
        ("非木造", False),
        ("土蔵", True),
    ],
)
def test_the_structure_of_the_ledger_chooses_the_sheet(structure, wooden):
    assert is_wooden(structure) is wooden


@pytest.mark.parametrize(
    ("hazard", "structure", "method", "key"),
    [
        ("earthquake", "木造", "first_survey", "earthquake_wooden_first"),
        ("earthquake", "鉄骨造", "first_survey", "earthquake_walls_first"),
        ("earthquake", "鉄骨造", "second_survey", "earthquake_non_wooden_second"),
        ("flood", None, "first_survey", "flood_wooden_second"),
        ("wind", "RC", "first_survey", "wind_non_wooden_second"),
    ],
)
def test_the_sheet_has_the_parts_of_its_survey(hazard, structure, method, key):
    assert worksheet_key(SurveyHazard(hazard), structure, method) == key


@pytest.mark.parametrize(
    ("hazard", "structure", "method", "key"),
    [
        ("flood", "木造", "first_survey", "flood_wooden_depth"),
        ("flood", "木造", "second_survey", "flood_wooden_second"),
        ("flood", "RC", "first_survey", "flood_non_wooden_second"),
        ("earthquake", None, "first_survey", "earthquake_wooden_first"),
    ],
)
def test_a_sheet_is_calculated_as_it_was_surveyed(hazard, structure, method, key):
    assert calculation_key(SurveyHazard(hazard), structure, method) == key


@given(st.data())
def test_a_number_survives_the_scanner_and_the_hand(data):
    number = draw_number()
    shown = f"{number[:4]}-{number[4:]}"

    assert parse_sheet(scan_text(number)) == parse_sheet(shown.lower()) == number
    assert parse_sheet(card_text(number)) is None
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
    if other != number[place]:
        assert parse_sheet(number[:place] + other + number[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "%D", "D1234567", "調査票", "%P12345678"])
def test_what_is_no_number_is_none(text):
    assert parse_sheet(text) is None


def test_work_is_told_in_hours():
    assert Work(DAY, "1班", 40, 400).hours == "6時間40分"
    assert Work(DAY, "1班", 1, 10).hours == "10分"
