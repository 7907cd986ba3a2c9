"""How somebody stands follows from stays, statements and checks; publishing follows from policy."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from victim_support.core.clock import JAPAN
from victim_support.victims.rules import (
    AnswerKind,
    AnswerValue,
    GivenAnswer,
    GivenBy,
    StatementKind,
)
from victim_support.vulnerable.rules.blocks import (
    PublicationPolicy,
    lives_there,
    may_be_published,
    may_decide,
)
from victim_support.vulnerable.rules.states import (
    CheckOutcome,
    SafetyState,
    Standing,
    standing_of,
)

NOON = datetime(2026, 7, 16, 12, tzinfo=JAPAN)


def at(hours):
    return NOON + timedelta(hours=hours)


def stay(start, end=None):
    return SimpleNamespace(started_at=at(start), ended_at=None if end is None else at(end))


def said(kind, hours, *, settled=False):
    return SimpleNamespace(
        kind=kind,
        occurred_at=at(hours),
        settled_at=at(hours) if settled else None,
        informant="隣の人",
    )


def check(outcome, hours):
    return SimpleNamespace(outcome=outcome, occurred_at=at(hours), source="1班")


@pytest.mark.parametrize(
    ("stays", "sayings", "checks", "state"),
    [
        ([], [], [], SafetyState.UNCONFIRMED),
        ([stay(0)], [], [], SafetyState.CONFIRMED),
        ([stay(0, 2)], [], [], SafetyState.CONFIRMED),
        ([], [said(StatementKind.RESCUE, 1)], [], SafetyState.RESCUE),
        ([], [said(StatementKind.RESCUE, 1, settled=True)], [], SafetyState.UNCONFIRMED),
        ([stay(0)], [said(StatementKind.RESCUE, 1)], [], SafetyState.CONFIRMED),
        ([stay(0, 1)], [said(StatementKind.RESCUE, 2)], [], SafetyState.RESCUE),
        ([], [said(StatementKind.RESCUE, 1)], [check(CheckOutcome.SAFE, 2)], SafetyState.CONFIRMED),
        ([], [said(StatementKind.RESCUE, 3)], [check(CheckOutcome.SAFE, 2)], SafetyState.RESCUE),
        ([], [said(StatementKind.ELSEWHERE, 1)], [], SafetyState.HEARD),
        ([], [], [check(CheckOutcome.HEARD, 1)], SafetyState.HEARD),
        ([], [], [check(CheckOutcome.ABSENT, 1)], SafetyState.UNCONFIRMED),
        ([], [], [check(CheckOutcome.AWAY, 1)], SafetyState.CONFIRMED),
        ([], [], [check(CheckOutcome.HURT, 1)], SafetyState.CONFIRMED),
        ([], [said(StatementKind.UNREACHABLE, 1)], [], SafetyState.UNCONFIRMED),
        ([], [said(StatementKind.DIED, 1)], [], SafetyState.HEARD),
        ([stay(0, 1)], [said(StatementKind.DIED, 2)], [], SafetyState.HEARD),
    ],
)
def test_a_state_follows_from_what_is_written(stays, sayings, checks, state):
    assert standing_of(stays, sayings, checks).state is state


def test_a_state_names_its_source_and_no_place():
    found = standing_of([], [], [check(CheckOutcome.SAFE, 1)])

    assert found.source == "無事(会った・本人と話した)（1班）"
    assert standing_of([stay(0)], [], []).source == "本人が避難所で受付"


def given(value, by=GivenBy.PROXY):
    return [GivenAnswer(AnswerKind.PUBLIC, value, by)]


MISSING = Standing(SafetyState.UNCONFIRMED)


@pytest.mark.parametrize(
    ("standing", "answers", "policy", "may"),
    [
        (MISSING, [], PublicationPolicy.OFF, False),
        (MISSING, given(AnswerValue.YES), PublicationPolicy.OFF, False),
        (MISSING, [], PublicationPolicy.CONSENT, False),
        (MISSING, given(AnswerValue.YES), PublicationPolicy.CONSENT, True),
        (MISSING, given(AnswerValue.NO), PublicationPolicy.UNLESS_REFUSED, False),
        (MISSING, [], PublicationPolicy.UNLESS_REFUSED, True),
        (Standing(SafetyState.RESCUE), [], PublicationPolicy.UNLESS_REFUSED, True),
        (Standing(SafetyState.CONFIRMED), [], PublicationPolicy.UNLESS_REFUSED, False),
        (Standing(SafetyState.HEARD), [], PublicationPolicy.UNLESS_REFUSED, False),
        (
            Standing(SafetyState.RESCUE, has_died=True),
            [],
            PublicationPolicy.UNLESS_REFUSED,
            False,
        ),
    ],
)
def test_names_are_published_by_the_policy_alone(standing, answers, policy, may):
    assert may_be_published(standing, answers, policy) is may


@pytest.mark.parametrize(
    ("one", "other", "may"), [("a", "b", True), ("a", "a", False), ("a", None, False)]
)
def test_nobody_decides_on_their_own_request(one, other, may):
    assert may_decide(requested_by=one, decided_by=other) is may


@pytest.mark.parametrize(
    ("status", "lives"),
    [("住民", True), ("", True), (None, True), ("転出", False), ("死亡", False)],
)
def test_who_moved_away_or_died_is_not_looked_for(status, lives):
    assert lives_there(status) is lives
