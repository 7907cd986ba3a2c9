"""Numbers: each form has its own, wrong ones open nothing; how often phones may ask."""

from itertools import islice

import pytest

from victim_support.dropbox.box.forms import STAYS
from victim_support.dropbox.box.pace import Pace
from victim_support.dropbox.documents import network_code
from victim_support.dropbox.furigana import ruby
from victim_support.dropbox.rules import (
    is_of,
    mark_of,
    number_in,
    numbers_for,
    parse_beginning,
    parse_number,
    scan_text,
    show_number,
    stored_number,
)
from victim_support.evacuees.rules import STAY_KEYS
from victim_support.paper.rules import parse_sheet, sheet_number

MARK = mark_of("age1qqqq")
NUMBER = next(numbers_for("ab" * 16, MARK))


def test_a_form_has_the_same_numbers_each_time_and_another_form_others():
    again = list(islice(numbers_for("ab" * 16, MARK), 3))
    other = list(islice(numbers_for("cd" * 16, MARK), 3))

    assert again[0] == NUMBER
    assert len({*again, *other}) == 6
    assert all(is_of(number, MARK) for number in again)
    assert not is_of(NUMBER, mark_of("age1zzzz"))


@pytest.mark.parametrize(
    "typed",
    [NUMBER, NUMBER.lower(), show_number(NUMBER), scan_text(NUMBER), f"D{NUMBER}", f" {NUMBER} "],
)
def test_a_number_is_read_however_it_comes(typed):
    assert parse_number(typed) == NUMBER


def test_one_wrong_letter_is_no_number():
    wrong = NUMBER[:3] + ("2" if NUMBER[3] != "2" else "3") + NUMBER[4:]

    assert parse_number(wrong) is None
    assert parse_number(NUMBER[:-1]) is None
    assert parse_beginning(NUMBER[:4].lower()) == NUMBER[:4]
    assert parse_beginning(NUMBER) is None


def test_in_the_ledger_it_is_no_sheet_and_a_sheet_is_none_of_it():
    sheet = sheet_number("T7", 12)

    assert number_in(stored_number(NUMBER)) == NUMBER
    assert number_in(sheet) is None
    assert number_in("") is None
    assert parse_sheet(stored_number(NUMBER)) is None


def test_too_many_wait_and_the_oldest_address_is_forgotten(monkeypatch):
    monkeypatch.setattr("victim_support.dropbox.box.pace.MOST_ADDRESSES", 2)
    pace = Pace(most=2, seconds=10)

    assert [pace.admits("a", now) for now in (0, 1, 2)] == [True, True, False]
    assert pace.admits("a", 10.5)  # the first is ten seconds ago
    assert [pace.admits(each, 11) for each in "bc"] == [True, True]
    assert pace.admits("a", 11)  # forgotten: memory stays small


def test_readings_stand_over_kanji_and_markup_is_only_words():
    assert ruby("名前《なまえ》を") == "<ruby>名前<rt>なまえ</rt></ruby>を"
    assert ruby("<b>《あ》") == "&lt;b&gt;《あ》"


def test_the_code_of_a_network_keeps_its_special_letters():
    assert network_code("避難所;1", "a:b\\c,d") == "WIFI:T:WPA;S:避難所\\;1;P:a\\:b\\\\c\\,d;;"
    assert network_code("open", "") == "WIFI:T:nopass;S:open;;"


def test_where_people_stay_is_asked_in_kinds_the_desk_has():
    assert set(STAYS) == {kind.value for kind in STAY_KEYS.values()}
