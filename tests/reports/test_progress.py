"""How far the certificates are: counted as of any moment, by district, grade, structure, age."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.damage.support import JUDGE, SURVEYOR, make_application, make_people, writing_in
from victim_support.damage import services
from victim_support.damage.rules import DamageGrade, JudgementMethod
from victim_support.reports.rules.progress import (
    AppliedCase,
    district_of,
    line_of,
    lines_by,
    open_by_age,
)

NOW = datetime(2026, 8, 1, tzinfo=UTC)


def case(days=0, **more):
    values: dict[str, Any] = {
        "received_at": NOW - timedelta(days=days),
        "district": "鼎",
        "structure": "木造",
        "is_surveyed": False,
        "grade": None,
        "is_issued": False,
        "rounds": 0,
    }
    return AppliedCase(**values | more)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("架空市駅前5丁目37番14号", "架空市駅前"),
        ("架空市南浜799番地11", "架空市南浜"),
        ("上郷飯沼三丁目1234番地の5", "上郷飯沼"),
        ("鼎名古熊", "鼎名古熊"),
        ("", "不明"),
    ],
)
def test_the_town_of_an_address_is_its_district(address, expected):
    assert district_of(address) == expected


def test_cases_are_counted_by_what_was_done():
    cases = [
        case(is_surveyed=True, grade="半壊", is_issued=True, rounds=2),
        case(is_surveyed=True, rounds=1),
        case(district="上郷"),
    ]

    total = line_of("合計", cases)

    assert (total.applied, total.again, total.surveyed, total.judged, total.issued) == (
        3,
        1,
        2,
        1,
        1,
    )
    assert total.issued_percent == 33.3
    assert line_of("合計", []).issued_percent is None
    assert [line.label for line in lines_by(cases, lambda one: one.district)] == ["鼎", "上郷"]


def test_open_cases_are_counted_by_how_long_they_wait():
    cases = [case(0), case(7), case(8), case(14), case(15), case(31), case(40, grade="半壊")]

    assert [count for _, count in open_by_age(cases, NOW)] == [2, 2, 1, 1]


def test_the_page_and_the_file_say_how_far_it_is(app, desk_of):
    with writing_in(app):
        household, people = make_people("試験 一郎")
        application = make_application(household, people)
        survey = services.Survey(
            method=JudgementMethod.FIRST_SURVEY,
            judged_on=date(2026, 7, 25),
            judged_by="調査1班",
            grade=DamageGrade.HALF,
        )
        judgement = services.record_judgement(
            dwelling_id=application.dwelling_id, survey=survey, by=SURVEYOR
        )
        services.approve_judgement(judgement, by=JUDGE)
    desk = desk_of("hq")

    page = desk.get("/reports/certificates")
    file = desk.get("/reports/certificates.csv")

    assert "上郷飯沼" in page.visible
    assert "半壊 1" in page.visible
    assert "試験 一郎" not in page.visible
    assert '"合計","合計","1","0","1","1","0","0.0"' in file.body.decode("utf-8-sig")
    before = desk.get("/reports/certificates?as_of=2020-01-01T00:00")
    assert "申請はまだありません" in before.visible


def test_who_may_not_see_figures_is_refused(desk_of):
    assert desk_of("reception").get("/reports/certificates").status == 403
