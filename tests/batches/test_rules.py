"""Barcode, window and custody: the tables of the manual and both sides of every limit."""

from datetime import date
from uuid import UUID

import pytest

from victim_support.batches.rules import (
    Act,
    Custody,
    HandlingKind,
    Window,
    address_number,
    barcode,
    bars_of,
    custody_of,
)
from victim_support.core.towns import Town

CHECKS = {0: "144", 4: "123", 5: "141", 6: "321", 9: "411", 12: "342", 13: "234", 15: "243"}


@pytest.mark.parametrize(
    ("code", "number", "check"),
    [
        ("1540023", "3-16-4-205", 6),
        ("3501106", "22-1A308", 5),
        ("1000013", "1-3-2-503", 9),
        ("2730102", "3-20-5B604", 0),
        ("1234567", "1-2-3", 5),
        ("1234567", "BCDEFG", 4),
        ("8901234", "HIJKLM", 15),
        ("0987654", "NOPQRS", 13),
        ("3210987", "TUVWXY", 12),
    ],
)
def test_check_digits_agree_with_the_manual_and_two_encoders(code, number, check):
    bars = bars_of(code, number)

    assert len(bars) == 67
    assert (bars[:2], bars[-5:-2], bars[-2:]) == ("13", CHECKS[check], "31")


def test_symbols_stand_as_the_table_says():
    symbols = bars_of("1540023", "3-16-4-205")[2:-5]

    expected = "114 141 123 144 144 132 312 312 414 114 321 414 123 414 132 144 141 432 432 432"
    assert [symbols[at : at + 3] for at in range(0, 60, 3)] == expected.split()


def test_a_letter_that_is_cut_keeps_its_control_sign():
    long = bars_of("1234567", "1-2-3-4-5-67A")

    assert long[2:-5].endswith("324")  # CC1 alone


@pytest.mark.parametrize("number", ["ア", "1_2", "a"])
def test_a_number_without_bars_is_refused(number):
    with pytest.raises(ValueError, match="数字"):
        bars_of("1234567", number)


@pytest.mark.parametrize(
    ("rest", "number"),
    [
        ("三丁目20番5号 B604", "3-20-5B604"),
        ("3丁目-20-5-B604", "3-20-5B604"),
        ("２２番地１ Ａ308", "22-1A308"),
        ("1丁目3番2号 霞ビル2F", "1-3-2-2"),
        ("十二丁目3番地", "12-3"),
        ("二十一番地の2", "21-2"),
        ("5ー6", "5-6"),
        ("字中田12番地 ABCマンション3", "12-3"),
        ("100番地", "100"),
        ("", ""),
    ],
)
def test_the_number_of_an_address_is_taken_by_the_rules(rest, number):
    assert address_number(rest) == number


def test_a_barcode_needs_the_town_of_its_code():
    towns = [Town("3950804", "飯田市", "鼎名古熊", "")]

    assert barcode("395-0804", "長野県飯田市鼎名古熊12番地3", towns) == bars_of("3950804", "12-3")
    assert barcode("395-0804", "飯田市上郷飯沼12番地", towns) == ""
    assert barcode("395-0800", "飯田市鼎名古熊12番地", towns) == ""  # stands for the city
    assert barcode("", "飯田市鼎名古熊12番地", towns) == ""


@pytest.mark.parametrize(
    ("window", "wrong"),
    [
        (Window(), []),
        (Window(point=10), []),
        (Window(width=75), ["point"]),
        (Window(left=121), ["width"]),
        (Window(left=120), []),
        (Window(height=30), ["height"]),
        (Window(top=60), ["height"]),
    ],
)
def test_a_window_takes_an_address_and_its_barcode(window, wrong):
    assert [name for name, _words in window.problems()] == wrong


N, M, C, R = (
    HandlingKind.NOTIFIED,
    HandlingKind.MAILED,
    HandlingKind.COLLECTED,
    HandlingKind.RETURNED,
)


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ([], Custody.READY),
        ([N], Custody.NOTIFIED),
        ([N, N], Custody.NOTIFIED),
        ([N, C], Custody.COLLECTED),
        ([M], Custody.MAILED),
        ([M, N], Custody.MAILED),
        ([M, R], Custody.RETURNED),
        ([M, R, N], Custody.RETURNED),
        ([M, R, M], Custody.MAILED),
        ([M, R, C], Custody.COLLECTED),
        (["of a newer version"], Custody.READY),
    ],
)
def test_where_a_paper_is_follows_from_all_acts(kinds, state):
    acts = [Act(UUID(int=place), kind, date(2026, 8, 1)) for place, kind in enumerate(kinds, 1)]

    assert custody_of(acts[::-1]) is state


def test_days_come_before_the_order_of_recording():
    late = Act(UUID(int=2), HandlingKind.MAILED, date(2026, 8, 1))
    early = Act(UUID(int=1), HandlingKind.RETURNED, date(2026, 8, 3))

    assert custody_of([late, early]) is Custody.RETURNED
