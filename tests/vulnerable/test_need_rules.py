"""Needs: every kind has its options and one group; who is an infant; what holds when."""

import tomllib
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest

from victim_support.core.clock import JAPAN
from victim_support.core.japanese.dates import BirthValue, Precision
from victim_support.core.paths import PACKAGE
from victim_support.core.permissions import matrix
from victim_support.vulnerable.rules.needs import (
    GROUPS,
    MONTHS_UNKNOWN,
    PERMISSIONS,
    DetailKind,
    NeedGroup,
    group_of,
    holds_at,
    infant_band,
    options_of,
    word_of,
)

NOON = datetime(2026, 7, 16, 12, tzinfo=JAPAN)
DAY = date(2026, 7, 16)


def born(*day):
    return BirthValue(date=date(*day), year=day[0], month=day[1], precision=Precision.DAY)


def test_every_kind_belongs_to_one_group_and_has_options():
    kinds = [kind for of_group in GROUPS.values() for kind in of_group]

    assert sorted(kinds) == sorted(DetailKind)
    assert all(options_of(kind) for kind in DetailKind)


def test_the_table_names_no_kind_that_the_program_does_not_know():
    path = PACKAGE / "vulnerable" / "tables" / "needs.toml"
    options = tomllib.loads(path.read_text(encoding="utf-8"))["options"]

    assert set(options) == {kind.value for kind in DetailKind}


@pytest.mark.parametrize(
    ("group", "role", "sees"),
    [
        (NeedGroup.MEALS, "reception", False),
        (NeedGroup.MEALS, "shelter_staff", True),
        (NeedGroup.LIVING, "shelter_staff", True),
        (NeedGroup.HEALTH, "shelter_staff", False),
        (NeedGroup.HEALTH, "shelter_manager", True),
        (NeedGroup.HEALTH, "hq", True),
        (NeedGroup.HEALTH, "counter", False),
        (NeedGroup.HEALTH, "admin", False),
    ],
)
def test_the_matrix_says_who_sees_a_group(group, role, sees):
    assert (PERMISSIONS[group] in matrix().of(role)) is sees


def test_a_nurse_sees_health_by_the_grant_alone():
    assert PERMISSIONS[NeedGroup.HEALTH] in matrix().of("reception", frozenset({"care"}))


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        (DetailKind.ALLERGY, NeedGroup.MEALS),
        (DetailKind.LANGUAGE, NeedGroup.LIVING),
        (DetailKind.MEDICATION, NeedGroup.HEALTH),
        (DetailKind.DISABILITY, NeedGroup.HEALTH),
    ],
)
def test_a_kind_is_seen_with_its_group(kind, group):
    assert group_of(kind) is group


@pytest.mark.parametrize(
    ("birth", "band"),
    [
        (born(2026, 7, 16), "0～5か月"),
        (born(2026, 1, 17), "0～5か月"),
        (born(2026, 1, 16), "6～8か月"),
        (born(2025, 10, 16), "9～11か月"),
        (born(2025, 7, 16), "1歳～1歳5か月"),
        (born(2023, 7, 17), "1歳6か月～2歳"),
        (born(2023, 7, 16), None),
        (born(2026, 8, 1), None),
        (BirthValue(age=0, months=7, precision=Precision.AGE), "6～8か月"),
        (BirthValue(age=1, precision=Precision.AGE), MONTHS_UNKNOWN),
        (BirthValue(age=70, precision=Precision.AGE), None),
        (BirthValue(), None),
    ],
)
def test_infants_are_told_by_their_months(birth, band):
    assert infant_band(birth, DAY) == band


@pytest.mark.parametrize(
    ("told", "over", "holds"),
    [
        (-1, None, True),
        (0, None, True),
        (1, None, False),
        (-2, -1, False),
        (-2, 1, True),
        (0, 0, False),
    ],
)
def test_a_need_holds_from_when_it_was_told_until_it_is_over(told, over, holds):
    detail = SimpleNamespace(
        kind=DetailKind.MILK,
        value="powder",
        occurred_at=NOON + timedelta(hours=told),
        ended_at=None if over is None else NOON + timedelta(hours=over),
    )

    assert holds_at(detail, NOON) is holds


def test_a_value_of_a_newer_version_says_so():
    assert word_of(DetailKind.MILK, "goat") == "不明（新しい版）"
