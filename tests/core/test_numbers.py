import pytest

from victim_support.core.numbers import (
    MASK,
    ColumnSuspicion,
    InvalidMunicipalityCodeError,
    complete_municipality_code,
    is_individual_number,
    mask_individual_numbers,
    municipality_code,
)

# Made up for these tests: the check digit fits, nobody has them.
VALID = "123456789018"
OTHER = "987654321093"


def with_check_digit(eleven):
    return next(number for digit in "0123456789" if is_individual_number(number := eleven + digit))


@pytest.mark.parametrize(
    "code",
    ["131016", "092011", "011002", "172014", "172022", "271004", "401005", "012025", "042072"],
)
def test_municipality_codes_with_their_check_digit_stay(code):
    assert municipality_code(code).code == code
    assert municipality_code(code).repair is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("13101", "131016"),
        ("11002", "011002"),
        ("12025", "012025"),
        ("1100", "011002"),
        ("4207", "042072"),
        ("０４２０７２", "042072"),
        ("42072.0", "042072"),
    ],
)
def test_lost_zeros_and_check_digits_come_back(text, code):
    repaired = municipality_code(text)

    assert repaired.code == complete_municipality_code(text) == code


def test_prefecture_decides_between_two_readings():
    assert municipality_code("12106").code == "121061"
    assert municipality_code("12106", prefecture="01").code == "012106"


@pytest.mark.parametrize("text", ["131017", "991016", "123", "1310161", "東京都", ""])
def test_impossible_codes_are_refused(text):
    with pytest.raises(InvalidMunicipalityCodeError):
        municipality_code(text)


def test_check_digit_of_individual_numbers():
    assert is_individual_number(VALID)
    assert is_individual_number("1234 5678 9018")
    assert is_individual_number("１２３４５６７８９０１８")
    assert not is_individual_number("123456789012")
    assert not is_individual_number("12345678901")


@pytest.mark.parametrize("eleven", ["00000000000", "99999999999", "31415926535", "27182818284"])
def test_exactly_one_check_digit_fits(eleven):
    fitting = [digit for digit in "0123456789" if is_individual_number(eleven + digit)]

    assert len(fitting) == 1


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"番号は{VALID}です", f"番号は{MASK}です"),
        ("番号 1234-5678-9018 と聞いた", f"番号 {MASK} と聞いた"),
        ("１２３４ ５６７８ ９０１８", MASK),
        ("１２３４５６７８９０１８", MASK),
    ],
)
def test_individual_numbers_in_free_text_are_masked(text, masked):
    assert mask_individual_numbers(text) == (masked, 1)


@pytest.mark.parametrize(
    "text",
    [
        "123456789012",
        f"宛名番号 {VALID}",
        f"電話番号: {VALID}",
        f"+{VALID}",
        f"9{VALID}",
        f"{VALID}9",
        "090-1234-5678",
        "",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert mask_individual_numbers(text) == (text, 0)


def test_a_column_is_suspect_only_as_a_whole():
    every, one_in_ten, few = ColumnSuspicion(), ColumnSuspicion(), ColumnSuspicion()
    for number in range(10_000_000_000, 10_000_000_020):
        every.add(with_check_digit(str(number)))
        one_in_ten.add(f"{number}0")
    few.add(VALID)
    few.add(OTHER)

    assert every.is_individual_numbers
    assert not one_in_ten.is_individual_numbers
    assert not few.is_individual_numbers
