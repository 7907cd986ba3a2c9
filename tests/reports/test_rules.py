"""Pure rules: moments as typed, corrections, forms of the law."""

from datetime import date, datetime
from uuid import UUID

import pytest

from victim_support.core.clock import JAPAN
from victim_support.core.japanese.dates import BirthValue
from victim_support.reports.queries.people import ages_of
from victim_support.reports.rules import (
    Figure,
    MomentError,
    Section,
    ShelterLine,
    Situation,
    age_bands,
    corrections,
    damage_form,
    entry_form,
    from_content,
    read_as_of,
    to_content,
)

NOW = datetime(2026, 7, 16, 9, 30, tzinfo=JAPAN)
DAY = date(2026, 7, 15)
SCHOOL = UUID(int=1)


def moment(month, day, hour, minute=0, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=JAPAN)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", NOW),
        (None, NOW),
        ("いま", NOW),
        ("9:00", moment(7, 16, 9)),
        ("18:00", moment(7, 15, 18)),
        ("１８時", moment(7, 15, 18)),
        ("6時間前", moment(7, 16, 3, 30)),
        ("7/15 6:00", moment(7, 15, 6)),
        ("12/31 6:00", moment(12, 31, 6, year=2025)),
        ("2026-07-15T18:00", moment(7, 15, 18)),
        ("令和8年7月15日午後6時", moment(7, 15, 18)),
    ],
)
def test_a_moment_is_read_as_people_type_it(typed, expected):
    assert read_as_of(typed, NOW) == expected


@pytest.mark.parametrize(
    "typed", ["さっき", "25:00", "2/30 6:00", "2026-07-17T18:00", "99時間あと"]
)
def test_what_is_no_moment_or_lies_ahead_is_refused_with_advice(typed):
    with pytest.raises(MomentError, match="入れてください"):
        read_as_of(typed, NOW)


def report(total=10, people=10, status="開設", **shelter):
    line = ShelterLine(SCHOOL, "上郷小学校", status, is_open=True, people=people, **shelter)
    figures = (Figure("people.total", "避難者数", total, "人"), Figure("x", "道路", None, "箇所"))
    return Situation(
        "situation", "避難状況報告", "豪雨", NOW, (Section("people", "避難者", figures),), (line,)
    )


def test_a_report_survives_being_frozen():
    frozen = report(observed_at=NOW, needs={"介助": 3}, lifelines={"水道": "使えない"})

    assert from_content(to_content(frozen)) == frozen


def test_nothing_is_corrected_while_the_ledger_says_the_same():
    assert corrections(report(), report()) == []


def test_what_is_known_otherwise_is_a_correction_with_both_numbers():
    found = corrections(report(), report(total=12, people=12))

    assert [(one.label, one.was, one.now) for one in found] == [
        ("避難者数", "10人", "12人"),
        ("上郷小学校 人数", "10人", "12人"),
    ]


def test_a_shelter_that_was_missing_is_a_correction_and_unknown_is_no_zero():
    empty = Situation("situation", "", "豪雨", NOW, (), ())

    found = corrections(empty, report(people=0))

    assert [(one.label, one.was, one.now) for one in found] == [
        ("上郷小学校 状態", "―", "開設"),
        ("上郷小学校 人数", "―", "0人"),
    ]
    assert Figure("x", "道路", None, "箇所").text == "―"


def test_age_bands_hold_every_age_once():
    bands = age_bands(DAY)

    for age in range(120):
        assert sum(band.holds(age) for band in bands) == 1


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        (BirthValue(date=date(2025, 8, 1)), (0, 0)),
        (BirthValue(year=1950), (75, 76)),
        (BirthValue(year=1950, month=12), (75, 75)),
        (BirthValue(months=20), (1, 1)),
        (BirthValue(band=60), (60, 69)),
        (BirthValue(), None),
    ],
)
def test_an_age_is_never_surer_than_what_was_said(birth, expected):
    assert ages_of(birth, DAY) == expected


def test_the_forms_say_that_nobody_compared_them_with_the_official_text():
    for form in (entry_form(DAY), damage_form(DAY)):
        assert form.source
        assert not form.is_confirmed


def test_the_fourth_form_has_its_blocks_in_order():
    blocks = list(damage_form(DAY).blocks)

    assert blocks[:3] == ["人的被害", "住家被害", "非住家被害"]
    assert blocks[-1] == "体制"


def test_a_municipality_writes_its_own_order_of_entry(tmp_path):
    own = tmp_path / "tables" / "reports"
    own.mkdir(parents=True)
    (own / "entry_form.toml").write_text(
        'title = "転記票"\n[[editions]]\neffective_from = 2020-01-01\nsource = "県の手引き"\n'
        'confirmed = true\n[editions.rows.people]\nlabel = "人数"\nfigure = "people.total"\n',
        encoding="utf-8",
    )

    form = entry_form(DAY, tmp_path)

    assert [row.label for row in form.rows] == ["人数"]
    assert form.is_confirmed
