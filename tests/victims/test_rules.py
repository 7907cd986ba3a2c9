"""Answers, protection, names of people in a family."""

from datetime import date

import pytest

from victim_support.core.japanese.dates import UNKNOWN, BirthValue
from victim_support.core.tables import load_table
from victim_support.victims.rules import (
    AnswerKind,
    AnswerValue,
    GivenAnswer,
    GivenBy,
    Protection,
    Sex,
    family_name,
    label_of,
    member_order,
    more_restrictive,
    newborn_name,
    permission,
)

YES_SELF = GivenAnswer(AnswerKind.WALL, AnswerValue.YES, GivenBy.SELF)
YES_PROXY = GivenAnswer(AnswerKind.WALL, AnswerValue.YES, GivenBy.PROXY)
NO_SELF = GivenAnswer(AnswerKind.WALL, AnswerValue.NO, GivenBy.SELF)
NO_PROXY = GivenAnswer(AnswerKind.WALL, AnswerValue.NO, GivenBy.PROXY)
YES_OTHER_QUESTION = GivenAnswer(AnswerKind.PUBLIC, AnswerValue.YES, GivenBy.SELF)


@pytest.mark.parametrize(
    ("answers", "is_allowed"),
    [
        pytest.param([], False, id="未確認→しない"),
        pytest.param([YES_SELF], True, id="本人のする→する"),
        pytest.param([YES_PROXY], False, id="代わりの人のする→しない"),
        pytest.param([NO_SELF], False, id="本人のしない→しない"),
        pytest.param([YES_SELF, NO_PROXY], False, id="代わりの人のしないは閉じる"),
        pytest.param([YES_OTHER_QUESTION], False, id="別の問いの答えは使わない"),
    ],
)
def test_an_answer_opens_only_by_the_persons_own_yes(answers, is_allowed):
    decision = permission(AnswerKind.WALL, answers, is_allowed_unasked=False)

    assert decision.is_allowed is is_allowed
    assert decision.reason


def test_the_family_is_answered_unless_refused():
    refused = GivenAnswer(AnswerKind.FAMILY, AnswerValue.NO, GivenBy.PROXY)

    unasked = permission(AnswerKind.FAMILY, [], is_allowed_unasked=True)
    closed = permission(AnswerKind.FAMILY, [refused], is_allowed_unasked=True)

    assert unasked.is_allowed
    assert not closed.is_allowed


@pytest.mark.parametrize("level", [Protection.HIDE_ADDRESS, Protection.HIDE_PRESENCE])
@pytest.mark.parametrize("kind", list(AnswerKind))
def test_protection_wins_over_every_yes(level, kind):
    yes = GivenAnswer(kind, AnswerValue.YES, GivenBy.SELF)

    decision = permission(kind, [yes], is_allowed_unasked=True, protection=level)

    assert not decision.is_allowed


@pytest.mark.parametrize(
    ("edition", "acquaintance"), [("natural_disaster", False), ("civil_protection", True)]
)
def test_each_edition_names_its_source_and_says_what_unasked_means(edition, acquaintance):
    table = load_table("victims", "answers").editions[-1]

    row = table.rows[edition]

    assert table.source
    assert {name: row[name] for name in ("family", "acquaintance", "wall", "public")} == {
        "family": True,
        "acquaintance": acquaintance,
        "wall": False,
        "public": False,
    }


def test_the_stricter_protection_stays():
    strict = more_restrictive(Protection.HIDE_PRESENCE, Protection.HIDE_ADDRESS)

    assert strict is Protection.HIDE_PRESENCE
    assert more_restrictive(Protection.NONE, Protection.HIDE_ADDRESS) is Protection.HIDE_ADDRESS


@pytest.mark.parametrize(
    ("value", "label"),
    [(Sex.UNANSWERED, "答えたくない"), (None, ""), ("martian", "不明（新しい版）")],
)
def test_every_value_has_a_word_for_the_screen(value, label):
    assert label_of(value) == label


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("佐藤　実", "佐藤"),
        ("佐藤 実", "佐藤"),
        ("スカルノ", ""),
        ("NGUYEN VAN AN", "NGUYEN"),
        ("", ""),
    ],
)
def test_a_family_name_is_taken_only_where_a_space_shows_it(name, family):
    assert family_name(name) == family


def test_a_newborn_is_called_after_the_mother():
    assert newborn_name("佐藤　薫") == "佐藤　薫の子"


def test_members_stand_by_age_however_the_age_was_told():
    members = {
        "誰も年を知らない人": (None, UNKNOWN),
        "5か月": ("子", BirthValue(age=0, months=5)),
        "12歳": ("長女", BirthValue(age=12)),
        "2008年生まれ": ("長男", BirthValue(date=date(2008, 2, 3), year=2008, month=2)),
        "1990年ごろ": ("妻", BirthValue(year=1990)),
        "70代": ("母", BirthValue(band=70)),
        "世帯主": ("世帯主", BirthValue(age=38)),
    }
    today = date(2026, 7, 15)

    ordered = sorted(members, key=lambda name: member_order(*members[name], today))

    assert ordered == ["世帯主", *reversed(list(members)[:-1])]
