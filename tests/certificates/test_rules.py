"""Paper numbers and their check digit, states, QR codes, snapshots."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from victim_support.certificates.rules import (
    CheckCode,
    NumberState,
    check_code,
    format_number,
    may_become,
    may_spoil,
    parse_check,
    parse_number,
)
from victim_support.core.letters import ALPHABET, check_letter

CLERK, OTHER = UUID(int=11), UUID(int=12)
PREFIXES = st.text(ALPHABET, min_size=2, max_size=2) | st.text(ALPHABET, min_size=4, max_size=4)
NUMBERS = st.builds(format_number, PREFIXES, st.integers(1, 999_999))


@given(NUMBERS)
def test_a_number_is_read_back_as_it_was_made(number):
    assert parse_number(number) == number


@given(NUMBERS, st.data())
def test_one_wrong_character_is_always_found(number, data):
    compact = number.replace("-", "")
    at = data.draw(st.integers(0, len(compact) - 1))
    wrong = data.draw(st.sampled_from([char for char in ALPHABET if char != compact[at]]))

    assert parse_number(compact[:at] + wrong + compact[at + 1 :]) is None


@given(NUMBERS, st.data())
def test_two_swapped_neighbours_are_always_found(number, data):
    compact = number.replace("-", "")
    at = data.draw(
        st.sampled_from(range(len(compact) - 1)).filter(lambda i: compact[i] != compact[i + 1])
    )

    assert parse_number(compact[:at] + compact[at + 1] + compact[at] + compact[at + 2 :]) is None


@pytest.mark.parametrize(
    "typed",
    [
        "K7-000123-W",
        "k7000123w",
        "Ｋ７－０００１２３－Ｗ",
        " K7 000123 W ",
        "K7ー000123ーW",
        "K7-OOO123-W",
        "K7-000I23-W",
    ],
)
def test_a_number_is_understood_however_it_is_typed(typed):
    assert parse_number(typed) == "K7-000123-W"


@pytest.mark.parametrize("typed", ["", "K7", "K7-000123", "K7-000123-X", "K77-000123-W", "あ"])
def test_what_is_no_number_is_not_taken_for_one(typed):
    assert parse_number(typed) is None
    assert parse_check(typed) is None


@pytest.mark.parametrize("counter", [0, -1, 1_000_000])
def test_a_counter_that_does_not_fit_is_refused(counter):
    with pytest.raises(ValueError, match="使い切り"):
        format_number("K7", counter)


def test_check_digits_spread_over_the_whole_alphabet():
    assert {check_letter(f"K7{counter:06d}") for counter in range(200)} == set(ALPHABET)


def test_the_code_of_a_paper_holds_number_and_copy_only():
    code = check_code("K7-000123-W", 2)

    assert code == "VS2:K7-000123-W:2"
    assert parse_check(code) == CheckCode("K7-000123-W", 2, None)
    old = parse_check("vs1:K7-000123-W:2:0123456789")
    assert old == CheckCode("K7-000123-W", 2, "0123456789")
    assert parse_check("VS2:K7-000123-W:2:0123456789") is None


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (NumberState.DRAWN, {NumberState.ISSUED, NumberState.SPOILED}),
        (NumberState.ISSUED, {NumberState.SUPERSEDED, NumberState.VOID, NumberState.SPOILED}),
        (NumberState.SPOILED, set()),
        (NumberState.SUPERSEDED, {NumberState.VOID}),
        (NumberState.VOID, set()),
    ],
)
def test_a_number_never_becomes_unused_again(state, allowed):
    assert {following for following in NumberState if may_become(state, following)} == allowed


@pytest.mark.parametrize(
    ("state", "by", "day", "allowed"),
    [
        (NumberState.ISSUED, CLERK, 20, True),
        (NumberState.ISSUED, OTHER, 20, False),
        (NumberState.ISSUED, None, 20, False),
        (NumberState.ISSUED, CLERK, 21, False),
        (NumberState.DRAWN, OTHER, 21, True),
        (NumberState.SUPERSEDED, CLERK, 20, False),
        (NumberState.VOID, CLERK, 20, False),
    ],
)
def test_only_who_issued_a_paper_spoils_it_and_only_on_that_day(state, by, day, allowed):
    issued_on, today = date(2026, 8, 20), date(2026, 8, day)

    assert may_spoil(state, became_on=issued_on, became_by=CLERK, by=by, today=today) is allowed
