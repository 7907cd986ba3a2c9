"""Addresses by street: town, numbers, ranges, polygons."""

import pytest

from victim_support.vulnerable.rules.streets import (
    Street,
    fold_town,
    is_between,
    is_inside,
    read_numbers,
    street_of,
)


@pytest.mark.parametrize(
    ("address", "town", "numbers", "rest"),
    [
        ("名取市飯野坂1-2-3", "飯野坂", (1, 2, 3), ""),
        ("宮城県名取市手倉田字山1", "手倉田山", (1,), ""),
        ("名取市愛の杜２－１", "愛の杜", (2, 1), ""),
        ("長野県架空市本町2丁目5番1号", "本町", (2, 5, 1), ""),
        ("架空市一番町二丁目11番3号", "一番町", (2, 11, 3), ""),
        ("架空市緑ヶ丘十二丁目3番", "緑ケ丘", (12, 3), ""),
        ("架空市桜が丘1234番地の5", "桜ケ丘", (1234, 5), ""),
        ("架空市北浜201番地 コーポ浜102", "北浜", (201,), "コーポ浜102"),
        ("飯野坂1-2", "飯野坂", (1, 2), ""),
        ("本町3-1", "本町", (3, 1), ""),
        ("架空市中央", "中央", (), ""),
        ("", "", (), ""),
        (None, "", (), ""),
    ],
)
def test_an_address_is_town_and_numbers(address, town, numbers, rest):
    assert street_of(address) == Street(fold_town(town), numbers, rest)


def test_the_name_of_the_municipality_is_taken_off_where_it_is_known():
    assert street_of("架空町本町1-2", "架空町").town == "本町"


def test_streets_are_walked_by_number_and_not_by_letter():
    walked = sorted(
        street_of(f"架空市北浜{number}") for number in ("10", "2-1", "2", "1-10", "1-9")
    )

    assert [street.numbers for street in walked] == [(1, 9), (1, 10), (2,), (2, 1), (10,)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("5", (5,)),
        ("２－１１", (2, 11)),
        ("2丁目11番", (2, 11)),
        ("二丁目", (2,)),
        ("", ()),
        ("山の上", None),
        ("5番地の家", None),
        ("-3", None),
    ],
)
def test_an_end_of_a_range_is_read_as_it_is_typed(text, numbers):
    assert read_numbers(text) == numbers


@pytest.mark.parametrize(
    ("numbers", "first", "last", "lies"),
    [
        ((2, 5, 1), (2, 5), (2, 9), True),
        ((2, 9, 30), (2, 5), (2, 9), True),
        ((2, 10), (2, 5), (2, 9), False),
        ((3,), (2,), (), True),
        ((1, 9), (2,), (), False),
        ((7,), (), (7,), True),
        ((), (1,), (9,), False),
        ((), (), (), True),
    ],
)
def test_a_range_compares_as_many_numbers_as_were_typed(numbers, first, last, lies):
    assert is_between(numbers, first, last) is lies


SQUARE = [(35.0, 137.0), (35.0, 138.0), (36.0, 138.0), (36.0, 137.0)]
HOOK = [(0.0, 0.0), (0.0, 3.0), (1.0, 3.0), (1.0, 1.0), (3.0, 1.0), (3.0, 0.0)]


@pytest.mark.parametrize(
    ("point", "corners", "lies"),
    [
        ((35.5, 137.5), SQUARE, True),
        ((36.5, 137.5), SQUARE, False),
        ((0.5, 2.0), HOOK, True),
        ((2.0, 2.0), HOOK, False),
        ((2.0, 0.5), HOOK, True),
    ],
)
def test_a_point_lies_in_what_was_drawn(point, corners, lies):
    assert is_inside(point, corners) is lies
    assert is_inside(point, corners[::-1]) is lies
