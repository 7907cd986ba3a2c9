from datetime import UTC, date, datetime, time

import pytest

from victim_support.core.clock import JAPAN
from victim_support.core.csv_io import CsvRow
from victim_support.core.japanese import parse_birth
from victim_support.core.letters import ALPHABET
from victim_support.core.mapping import find_layout
from victim_support.paper.rules import (
    counter_of,
    differences,
    following_sheet,
    is_sampled,
    parse_moment,
    parse_sheet,
    scan_text,
    sheet_number,
    show_sheet,
)
from victim_support.paper.rules.rosters import RosterReader, households, targets
from victim_support.victims.rules import NeedKind, PersonData, Sex

NOW = datetime(2026, 7, 16, 9, 30, tzinfo=JAPAN)
TODAY = date(2026, 7, 16)
NUMBER = sheet_number("T7", 12)


@pytest.mark.parametrize(
    "typed",
    [NUMBER, show_sheet(NUMBER), show_sheet(NUMBER).lower(), scan_text(NUMBER), f"S{NUMBER}"],
)
def test_a_number_is_read_however_it_comes(typed):
    assert parse_sheet(typed) == NUMBER


def test_every_wrong_letter_and_every_swap_is_found():
    for at, letter in enumerate(NUMBER):
        for other in ALPHABET.replace(letter, ""):
            assert parse_sheet(NUMBER[:at] + other + NUMBER[at + 1 :]) is None
    for at in range(2, len(NUMBER) - 2):
        swapped = NUMBER[:at] + NUMBER[at + 1] + NUMBER[at] + NUMBER[at + 2 :]
        assert swapped == NUMBER or parse_sheet(swapped) is None


def test_numbers_follow_each_other():
    assert counter_of(following_sheet(NUMBER)) == 13
    assert show_sheet(sheet_number("K7P3", 1)).startswith("K7P3-00001-")
    assert [each for each in range(1, 31) if is_sampled(sheet_number("T7", each))] == [10, 20, 30]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("9:30", (2026, 7, 16, 9, 30)),
        ("21:30", (2026, 7, 15, 21, 30)),
        ("2130", (2026, 7, 15, 21, 30)),
        ("7/14 6:05", (2026, 7, 14, 6, 5)),
        ("７月１４日 ２１時３０分", (2026, 7, 14, 21, 30)),
        ("12/31 23:59", (2025, 12, 31, 23, 59)),
        ("25:00", None),
        ("7/32 1:00", None),
        ("きのう", None),
        ("", None),
    ],
)
def test_the_time_of_a_card_is_the_last_one_it_can_be(text, moment):
    expected = datetime.combine(date(*moment[:3]), time(*moment[3:]), JAPAN) if moment else None

    assert parse_moment(text, NOW) == expected


def person(name, kana="", birth="", **values):
    return PersonData(name=name, kana=kana, birth=parse_birth(birth, TODAY), **values)


def test_two_typings_are_compared_person_by_person():
    first = [person("佐藤　一郎", "サトウ　イチロウ", "s25.3.1"), person("佐藤 花", sex=Sex.FEMALE)]
    second = [person("佐藤一郎", "さとう いちろう", "s25.3.7"), person("佐藤 華", sex=Sex.MALE)]

    found = differences(first, second)

    assert [(one.key, one.second) for one in found] == [
        ("birth-0", str(second[0].birth)),
        ("name-1", "佐藤 華"),
        ("sex-1", "男"),
    ]
    assert differences(first, first) == []
    assert [one.key for one in differences(first, first[:1])] == ["person-1"]


def read(headers, *rows):
    layout = find_layout(targets(), [headers.split(",")])
    reader = RosterReader(layout, today=TODAY, until=datetime(2026, 7, 16, 9, tzinfo=UTC))
    people = [reader.read(CsvRow(line, row.split(","))) for line, row in enumerate(rows, start=2)]
    return people, reader.repaired


def test_a_roster_row_is_read_with_age_needs_and_phone():
    row = "髙﨑　一郎,たかさき いちろう,72,男,人工透析あり"
    [one], repaired = read("氏名,ふりがな,年齢,性別,備考", row)

    assert one.data.name == "髙﨑　一郎"
    assert (one.data.birth.age, one.data.sex) == (72, Sex.MALE)
    assert one.needs == {NeedKind.MEDICAL}
    assert repaired == []


@pytest.mark.parametrize("remark", ["アレルギーなし", "介護不要", "", "鍵を預かった"])
def test_a_remark_that_denies_is_no_need(remark):
    [one], _ = read("氏名,ふりがな,年齢,性別,備考", f"山田,ヤマダ,3,女,{remark}")

    assert one.needs == frozenset()


def test_a_wrong_birth_date_is_unknown_and_reported():
    [one], repaired = read("氏名,生年月日,性別", "山田,1950/2/30,？")

    assert one.data.birth.year is None
    assert [(each.field, each.was) for each in repaired] == [("birth", "1950/2/30"), ("sex", "？")]


@pytest.mark.parametrize(
    ("headers", "rows", "sizes"),
    [
        ("世帯番号,氏名,続柄", ["1,甲,世帯主", "2,乙,世帯主", "1,丙,妻"], [2, 1]),
        ("氏名,続柄,年齢", ["甲,世帯主,40", "乙,妻,39", "丙,代表,20", "丁,,5"], [2, 1, 1]),
        ("氏名,年齢,住所", ["甲,40,一", "乙,39,一"], [1, 1]),
        ("代表者,氏名,年齢", ["甲,甲,40", "甲,乙,39"], [2]),
    ],
)
def test_households_are_those_that_the_roster_tells(headers, rows, sizes):
    people, _ = read(headers, *rows)

    assert [len(household) for household in households(people)] == sizes


@pytest.mark.parametrize(
    ("cell", "arrived", "repaired"),
    [
        ("2026/7/15 21:30", "2026-07-15T12:30:00+00:00", None),
        ("7/15 21:30", "2026-07-15T12:30:00+00:00", "2026/07/15 21:30"),
        ("7月15日午後9時半", "2026-07-15T12:30:00+00:00", "2026/07/15 21:30"),
        ("12/31 8:00", "2025-12-30T23:00:00+00:00", "2025/12/31 08:00"),
        ("2026/7/20", None, "名簿の時点"),
        ("夕方", None, "名簿の時点"),
        ("", None, None),
    ],
)
def test_a_time_without_its_year_is_the_last_one_and_told(cell, arrived, repaired):
    [one], repairs = read("氏名,入所日時", f"山田,{cell}")

    assert (one.arrived and one.arrived.isoformat()) == arrived
    assert [each.now for each in repairs] == ([repaired] if repaired else [])


@pytest.mark.parametrize("mark", ["", "-", "－", "未"])
def test_who_has_no_day_of_leaving_is_still_here(mark):
    [one], _ = read("氏名,退所日", f"山田,{mark}")

    assert one.leaving is None
