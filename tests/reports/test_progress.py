"""How far the certificates are: counted as of any moment, by district, grade, structure, age."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from tests.damage.support import (
    ADDRESS,
    JUDGE,
    SURVEYOR,
    inside,
    make_application,
    make_people,
    writing_in,
)
from victim_support.core.clock import JAPAN
from victim_support.damage import services
from victim_support.damage.rules import DamageGrade, JudgementMethod
from victim_support.houses.queries import structures_at
from victim_support.houses.services import import_dwellings
from victim_support.reports.rules.progress import (
    AppliedCase,
    by_day,
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
        "is_again": False,
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
        case(is_surveyed=True, grade="半壊", issued_at=NOW, is_again=True),
        case(is_surveyed=True),
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


def test_what_happened_is_added_up_by_the_days_of_japan():
    begin = datetime(2026, 7, 30, 16, tzinfo=UTC)  # the 31st at one in the morning
    moments = [begin, begin + timedelta(hours=20), None, NOW]

    counted = by_day(moments, begin, NOW + timedelta(hours=1))

    assert [(at.astimezone(JAPAN).day, number) for at, number in counted] == [
        (31, 0),
        (1, 2),
        (1, 3),
    ]
    assert by_day([], None, NOW) == []


def test_the_page_and_the_file_say_how_far_it_is(app, desk_of):
    with inside(app):
        ledger = (
            f"物件番号,所在地,構造\nH1,{ADDRESS},木造\nH2,別町1番地,木造\nH3,別町1番地,鉄骨造\n"
        )
        import_dwellings(BytesIO(ledger.encode()), file_name="家屋.csv", imported_by="試験")
        assert structures_at([ADDRESS, "別町1番地", ""]) == {ADDRESS: "木造"}
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
    assert '"構造","木造","1"' in file.body.decode("utf-8-sig")
    assert "累計" in file.body.decode("utf-8-sig")
    assert page.visible.count("申請: ") == 1
    paper = desk.get("/reports/certificates.pdf")
    words = "".join(one.extract_text() for one in PdfReader(BytesIO(paper.body)).pages)
    assert "上郷飯沼" in words
    before = desk.get("/reports/certificates?as_of=2020-01-01T00:00")
    assert "申請はまだありません" in before.visible


def test_who_may_not_see_figures_is_refused(desk_of):
    assert desk_of("reception").get("/reports/certificates").status == 403
