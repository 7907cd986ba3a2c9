"""Numbers of cards: what they tell, how they are typed, and which card holds."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from victim_support.core.letters import ALPHABET
from victim_support.presence import rules

NOON = datetime(2026, 7, 15, 3, tzinfo=UTC)
SHE, HE = UUID(int=1), UUID(int=2)


@dataclass
class Given:
    number: str
    person_id: UUID | None
    kind: str = "person"
    issued_at: datetime = NOON


def test_numbers_are_drawn_from_a_large_store():
    drawn = {rules.draw_number() for _ in range(500)}

    assert len(drawn) == 500
    assert {len(number) for number in drawn} == {rules.LENGTH}
    assert set("".join(drawn)) <= set(ALPHABET)


@pytest.mark.parametrize("written", ["{0}", "%P{0}", "％Ｐ{0}", " {1} ", "p{0}", "{2}"])
def test_a_number_is_read_however_it_comes(written):
    number = rules.draw_number()
    shown = rules.show_number(number)

    assert rules.parse_number(written.format(number, shown, shown.lower())) == number


def test_every_single_wrong_letter_is_noticed():
    number = rules.draw_number()
    wrong = {
        number[:at] + letter + number[at + 1 :]
        for at in range(rules.LENGTH)
        for letter in ALPHABET
        if letter != number[at]
    }

    assert {rules.parse_number(each) for each in wrong} == {None}


@pytest.mark.parametrize("typed", ["", "佐藤", "K7P", "%S12345678", "K7P3-9QX", "090-1234-5678"])
def test_other_things_are_no_numbers(typed):
    assert rules.parse_number(typed) is None


def test_the_code_holds_the_number_and_fits_the_small_letters_of_a_qr():
    number = rules.draw_number()

    assert rules.scan_text(number) == f"%P{number}"


def test_a_newer_card_makes_the_older_one_void():
    old, new = Given("OLD", SHE), Given("NEW", SHE, issued_at=NOON + timedelta(hours=1))

    assert rules.void_since("OLD", [old], [old, new]) == new.issued_at
    assert rules.void_since("NEW", [new], [old, new]) is None


def test_a_card_of_ones_own_leaves_the_one_of_the_household_good():
    ours = Given("OURS", SHE, "household")
    own = Given("OWN", SHE, "person", NOON + timedelta(hours=1))

    assert rules.void_since("OURS", [ours], [ours, own]) is None


def test_a_card_of_the_household_holds_while_it_is_the_newest_of_one_of_them():
    ours = [Given("OURS", SHE, "household"), Given("OURS", HE, "household")]
    hers = Given("HERS", SHE, "household", NOON + timedelta(hours=1))

    assert rules.void_since("OURS", ours, [*ours, hers]) is None


def test_a_card_of_nobody_known_is_not_called_void():
    assert rules.void_since("X", [Given("X", None)], []) is None
