"""Who may see what of whom: every audience, purpose and protection."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from victim_support.core.disclosure import (
    WITHHELD,
    Audience,
    Disclosure,
    Purpose,
    age_text,
)
from victim_support.core.japanese import parse_birth
from victim_support.core.japanese.dates import UNKNOWN, BirthValue

TODAY = date(2026, 7, 15)
SHE = UUID(int=1)
BORN = parse_birth("1988/3/12", TODAY)
STAFF = [Audience.DESK, Audience.MANAGER, Audience.COUNTER, Audience.HEADQUARTERS]
STRANGERS = [Audience.HOUSEHOLD, Audience.FILE, Audience.MAP]
ASKED = [Audience.WALL, Audience.FAMILY, Audience.ACQUAINTANCE, Audience.PUBLIC]
PRESENCE = [Purpose.PRESENCE, Purpose.RECORD]


@dataclass(frozen=True)
class Somebody:
    protection: str | None = "none"
    id: UUID = SHE
    household_id: UUID | None = None
    name: str | None = "渡邉󠄐　静香"
    name_display: str | None = "渡邉　静香"
    kana: str | None = "ワタナベ　シズカ"
    birth: BirthValue = BORN
    sex: str | None = "female"
    relation: str | None = "妻"
    address: str | None = "愛の杜2-1"
    postal_code: str | None = "9811230"
    town: str | None = "愛の杜"
    phone: str | None = "090-0000-0000"


OPEN, ADDRESS, HIDDEN = Somebody(), Somebody("hide_address"), Somebody("hide_presence")
NEWER = Somebody("不明な新しい保護")


def looking(audience, purpose, *, sees_sealed=False):
    return Disclosure(audience, purpose, sees_sealed, TODAY)


def secrets_in(shown):
    return [
        secret
        for secret in ("愛の杜2-1", "9811230", "愛の杜", "090-0000-0000")
        if secret in (shown.address, shown.postal_code, shown.town, shown.phone)
    ]


@pytest.mark.parametrize("audience", [*STAFF, *STRANGERS, Audience.PAPER])
@pytest.mark.parametrize("purpose", PRESENCE)
def test_an_unprotected_person_is_shown_whole(audience, purpose):
    shown = looking(audience, purpose).person(OPEN)

    assert (shown.name, shown.name_received) == ("渡邉　静香", "渡邉󠄐　静香")
    assert (shown.address, shown.age, shown.is_marked) == ("愛の杜2-1", "38歳", False)


@pytest.mark.parametrize("person", [ADDRESS, HIDDEN, NEWER])
@pytest.mark.parametrize("audience", [*STAFF, *STRANGERS, Audience.PAPER])
def test_the_register_finds_everybody_without_a_protected_address(person, audience):
    shown = looking(audience, Purpose.REGISTER).person(person)

    assert shown.name == "渡邉　静香"
    assert secrets_in(shown) == []
    assert shown.is_marked is False


@pytest.mark.parametrize("person", [HIDDEN, NEWER])
@pytest.mark.parametrize("audience", [*STAFF, *STRANGERS, Audience.PAPER])
@pytest.mark.parametrize("purpose", PRESENCE)
def test_hidden_presence_and_nobody_are_the_same_answer(person, audience, purpose):
    disclosure = looking(audience, purpose)

    assert disclosure.person(person) is None
    assert disclosure.person(None) is None
    assert disclosure.may_locate(person) is disclosure.may_locate(None) is False


@pytest.mark.parametrize("audience", [*STAFF, Audience.PAPER])
def test_a_hidden_address_leaves_the_name(audience):
    shown = looking(audience, Purpose.PRESENCE).person(ADDRESS)

    assert shown.name == "渡邉　静香"
    assert secrets_in(shown) == []


@pytest.mark.parametrize("person", [ADDRESS, HIDDEN, NEWER])
@pytest.mark.parametrize("audience", STRANGERS)
@pytest.mark.parametrize("purpose", PRESENCE)
def test_no_protected_person_is_in_a_file_on_a_map_or_on_anothers_paper(person, audience, purpose):
    assert looking(audience, purpose).person(person) is None


@pytest.mark.parametrize("person", [ADDRESS, HIDDEN, NEWER])
@pytest.mark.parametrize("audience", ASKED)
def test_a_yes_never_opens_a_protected_person(person, audience):
    assert looking(audience, Purpose.PRESENCE).person(person, agrees=True) is None


@pytest.mark.parametrize("audience", ASKED)
def test_people_outside_the_office_see_only_who_agrees(audience):
    disclosure = looking(audience, Purpose.PRESENCE)

    assert disclosure.person(OPEN) is None
    assert disclosure.person(OPEN, agrees=True).name == "渡邉　静香"


def test_the_wall_shows_area_and_name_and_nothing_else():
    shown = looking(Audience.WALL, Purpose.PRESENCE).person(OPEN, agrees=True)

    assert (shown.name, shown.town) == ("渡邉　静香", "愛の杜")
    assert (shown.age, shown.sex, shown.address, shown.phone) == ("", None, "", "")
    assert shown.birth == UNKNOWN


@pytest.mark.parametrize("person", [ADDRESS, HIDDEN])
@pytest.mark.parametrize("purpose", list(Purpose))
def test_who_holds_the_seal_sees_everything_with_a_mark(person, purpose):
    shown = looking(Audience.DESK, purpose, sees_sealed=True).person(person)

    assert (shown.address, shown.is_marked) == ("愛の杜2-1", True)


def test_rescue_keeps_the_place_for_itself_and_withholds_the_name():
    shown = looking(Audience.RESCUE, Purpose.RESCUE).person(HIDDEN)

    assert (shown.name, shown.name_received, shown.kana) == (WITHHELD, "", "")
    assert secrets_in(shown) == []


@pytest.mark.parametrize(
    ("sees_sealed", "numbers"), [(False, (1, 2)), (True, (3, 0))], ids=["受付", "保護担当"]
)
def test_who_may_not_be_named_is_among_the_unnamed(sees_sealed, numbers):
    disclosure = looking(Audience.DESK, Purpose.PRESENCE, sees_sealed=sees_sealed)

    counted = disclosure.count([OPEN, HIDDEN, NEWER])

    assert (counted.named, counted.unnamed) == numbers


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("1988/3/12", "38歳"),
        ("2026/5/20", "1か月"),
        ("2026/7/15", "0か月"),
        ("72", "72歳"),
        ("70代", "70代"),
        ("3か月", "3か月"),
        ("不明", ""),
    ],
)
def test_an_age_says_no_more_than_is_known(typed, text):
    assert age_text(parse_birth(typed, TODAY), TODAY) == text
