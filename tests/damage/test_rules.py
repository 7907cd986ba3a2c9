"""The six grades, the judgement in force, the second person."""

from datetime import date
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from victim_support.damage.rules import (
    GRADES_IN_FORM_ORDER,
    DamageGrade,
    InForcePolicy,
    JudgementFacts,
    JudgementState,
    cause_text,
    in_force,
    may_decide,
    state_of,
)

ONE, TWO = UUID(int=1), UUID(int=2)


def facts(number, grade, state=JudgementState.APPROVED):
    return JudgementFacts(UUID(int=number), number, grade, date(2026, 7, 20 + number), state)


def test_the_form_shows_six_grades_from_the_heaviest():
    assert [grade.label for grade in GRADES_IN_FORM_ORDER] == [
        "全壊",
        "大規模半壊",
        "中規模半壊",
        "半壊",
        "準半壊",
        "準半壊に至らない(一部損壊)",
    ]


@pytest.mark.parametrize(
    ("policy", "first", "second", "chosen"),
    [
        pytest.param(
            InForcePolicy.HEAVIER, DamageGrade.HALF, DamageGrade.TOTAL, 2, id="重いほう:上がった"
        ),
        pytest.param(
            InForcePolicy.HEAVIER, DamageGrade.TOTAL, DamageGrade.HALF, 1, id="重いほう:下がった"
        ),
        pytest.param(
            InForcePolicy.HEAVIER,
            DamageGrade.HALF,
            DamageGrade.HALF,
            2,
            id="重いほう:同じなら新",
        ),
        pytest.param(
            InForcePolicy.HEAVIER, DamageGrade.PARTIAL, None, 1, id="重いほう:被害なしより一部損壊"
        ),
        pytest.param(
            InForcePolicy.NEWEST, DamageGrade.TOTAL, DamageGrade.HALF, 2, id="新しいほう:下がった"
        ),
        pytest.param(InForcePolicy.NEWEST, DamageGrade.TOTAL, None, 2, id="新しいほう:被害なし"),
    ],
)
def test_the_municipality_chooses_between_the_heavier_and_the_newer(policy, first, second, chosen):
    found = in_force([facts(1, first), facts(2, second)], policy)

    assert found.judgement is not None
    assert found.judgement.round == chosen
    assert f"第{chosen}回" in found.reason


@pytest.mark.parametrize("state", [JudgementState.WAITING, JudgementState.RETURNED])
def test_only_approved_judgements_count(state):
    waiting = facts(2, DamageGrade.TOTAL, state)

    assert in_force([waiting], InForcePolicy.HEAVIER).judgement is None
    assert in_force(
        [facts(1, DamageGrade.HALF), waiting], InForcePolicy.HEAVIER
    ).judgement == facts(1, DamageGrade.HALF)


@given(st.lists(st.sampled_from([*DamageGrade, None]), min_size=1, max_size=5))
def test_the_heavier_policy_never_goes_below_any_round(grades):
    rounds = [facts(number, grade) for number, grade in enumerate(grades, start=1)]

    found = in_force(rounds, InForcePolicy.HEAVIER).judgement

    assert found is not None
    heaviest = max((grade.severity for grade in grades if grade), default=0)
    assert (found.grade.severity if found.grade else 0) == heaviest


@pytest.mark.parametrize("policy", list(InForcePolicy))
def test_the_order_of_the_rows_does_not_matter(policy):
    rounds = [facts(1, DamageGrade.HALF), facts(2, None), facts(3, DamageGrade.QUASI_HALF)]

    assert len({in_force(order, policy) for order in permutations(rounds)}) == 1


def test_the_second_person_is_another_person():
    assert may_decide(decided_by=TWO, entered_by=ONE)
    assert not may_decide(decided_by=ONE, entered_by=ONE)
    assert not may_decide(decided_by=ONE, entered_by=None)


def test_a_decision_gives_the_state():
    assert state_of(is_approved=False, is_returned=False) is JudgementState.WAITING
    assert state_of(is_approved=True, is_returned=False) is JudgementState.APPROVED
    assert state_of(is_approved=False, is_returned=True) is JudgementState.RETURNED


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("豪雨", "令和8年7月15日の豪雨による"),
        ("令和8年7月豪雨", "令和8年7月15日の豪雨による"),
        ("令和８年７月１５日の大雨", "令和8年7月15日の大雨による"),
        ("令和元年東日本台風", "令和8年7月15日の東日本台風による"),
        ("2026年熊本地震", "令和8年7月15日の熊本地震による"),
        ("平成28年(2016年)熊本地震", "令和8年7月15日の熊本地震による"),
        ("台風第10号", "令和8年7月15日の台風第10号による"),
        ("令和8年7月15日", "令和8年7月15日の災害による"),
        ("1000年に一度の豪雨", "令和8年7月15日の1000年に一度の豪雨による"),
        ("百年橋の崩落", "令和8年7月15日の百年橋の崩落による"),
    ],
)
def test_the_cause_says_its_date_once(name, cause):
    assert cause_text(date(2026, 7, 15), name) == cause
