from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from victim_support.core.japanese import BirthError, Precision, age_on, both, parse_birth, wareki

TODAY = date(2026, 7, 15)
BORN = date(1950, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "s25.3.1",
        "S.25.3.1",
        "昭25 3 1",
        "昭和25年3月1日",
        "昭和２５年３月１日生",
        "S250301",
        "3250301",
        "1950/3/1",
        "1950-03-01",
        "1950年3月1日",
        "19500301",
        "１９５０．３．１",
    ],
)
def test_birth_date_is_read_in_any_notation(text):
    value = parse_birth(text, TODAY)

    assert (value.date, value.year, value.month) == (BORN, 1950, 3)
    assert value.precision is Precision.DAY


@pytest.mark.parametrize(
    ("text", "precision", "known"),
    [
        ("19500300", Precision.MONTH, {"year": 1950, "month": 3}),
        ("195003??", Precision.MONTH, {"year": 1950, "month": 3}),
        ("S25.3", Precision.MONTH, {"year": 1950, "month": 3}),
        ("1950", Precision.YEAR, {"year": 1950, "month": None}),
        ("S25", Precision.YEAR, {"year": 1950, "month": None}),
        ("72", Precision.AGE, {"age": 72}),
        ("７２歳", Precision.AGE, {"age": 72}),
        ("3か月", Precision.AGE, {"age": 0, "months": 3}),
        ("70代", Precision.BAND, {"band": 70}),
        ("10歳未満", Precision.BAND, {"band": 0}),
        ("不明", Precision.UNKNOWN, {"year": None, "age": None}),
        ("", Precision.UNKNOWN, {"year": None, "age": None}),
    ],
)
def test_what_is_known_is_kept_and_no_day_is_invented(text, precision, known):
    value = parse_birth(text, TODAY)

    assert value.precision is precision
    assert value.date is None
    assert {name: getattr(value, name) for name in known} == known


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("H1.1.8", date(1989, 1, 8)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("R1.5.1", date(2019, 5, 1)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("明治45年7月30日", date(1912, 7, 30)),
        ("大正元年7月30日", date(1912, 7, 30)),
    ],
)
def test_both_sides_of_an_era_border_are_right(text, day):
    assert parse_birth(text, TODAY).date == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("昭和64年1月8日", "昭和は64年1月7日まで"),
        ("S65.1.1", "昭和は64年1月7日まで"),
        ("H1.1.7", "平成元年は1月8日から"),
        ("H31.5.1", "平成は31年4月30日まで"),
        ("T1.7.29", "大正元年は7月30日から"),
        ("S0.1.1", "昭和0年はありません"),
        ("1950/2/30", "1950年2月に30日はありません"),
        ("1950/13/1", "13月はありません"),
        ("R8.7.16", "今日より後"),
        ("1890/1/1", "130年より前"),
        ("131", "130歳まで"),
        ("250301", "元号がわかりません"),
        ("きのう", "読めません"),
    ],
)
def test_impossible_dates_say_why(text, words):
    with pytest.raises(BirthError, match=words):
        parse_birth(text, TODAY)


def test_days_are_shown_in_both_calendars():
    assert wareki(TODAY) == "令和8年7月15日"
    assert both(date(2019, 5, 1)) == "令和元年(2019年)5月1日"
    assert str(parse_birth("S25.3", TODAY)) == "昭和25年(1950年)3月"


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2000, 2, 29), date(2001, 2, 28), 0),
        (date(2000, 2, 29), date(2001, 3, 1), 1),
        (date(1950, 7, 15), date(2026, 7, 15), 76),
        (date(1950, 7, 16), date(2026, 7, 15), 75),
    ],
)
def test_age_changes_on_the_birthday(birth, day, age):
    assert age_on(birth, day) == age


@given(st.dates(date(1900, 1, 1), TODAY))
def test_every_day_is_read_back_from_its_era_form(day):
    assert parse_birth(wareki(day), TODAY).date == day


@given(st.text(max_size=12))
def test_any_text_is_a_birth_or_a_message(text):
    with suppress(BirthError):
        assert str(parse_birth(text, TODAY))
