from datetime import date, timedelta

import pytest

from tests.residents.register import extract, load
from victim_support.core.japanese.dates import BirthValue, Precision
from victim_support.evacuees.queries.finding import match_register
from victim_support.victims.rules import PersonData, RegisterLink

pytestmark = pytest.mark.usefixtures("ledger")

FIRST = date(1960, 1, 1)


def namesakes(number):
    """Return that many people of one name, each a day older, in as many households."""
    return [
        f"{at:05},H{at:05},佐藤　一郎,サトウ　イチロウ,1,{FIRST - timedelta(days=at):%Y%m%d},,,,,,,"
        for at in range(number)
    ]


def born(day):
    birth = BirthValue(date=day, year=day.year, month=day.month, precision=Precision.DAY)
    return PersonData(name="佐藤 一郎", kana="さとう いちろう", birth=birth)


def test_one_of_many_namesakes_is_matched_by_the_birth_date():
    load(extract(*namesakes(120)))

    match = match_register(born(FIRST - timedelta(days=110)))

    assert (match.link, match.number) == (RegisterLink.MATCHED, "00110")


def test_two_with_the_same_birth_date_are_left_to_a_person():
    rows = namesakes(120)
    twin = rows[3].replace("00003,H00003", "99999,H99999")
    load(extract(*rows, twin))

    match = match_register(born(FIRST - timedelta(days=3)))

    assert match.link is RegisterLink.REVIEW


def test_a_namesake_with_another_birth_date_is_not_linked():
    load(extract(*namesakes(2)))

    assert match_register(born(date(1990, 5, 5))).link is RegisterLink.REVIEW
