"""Applications, rounds of judgement and their approval in a real ledger."""

from datetime import date

import pytest
from werkzeug.exceptions import NotFound

from tests.damage.support import (
    CLERK,
    JUDGE,
    SURVEYOR,
    make_application,
    make_judgement,
    make_people,
    writing,
)
from tests.prepared import SCOPES
from victim_support.core.db import db
from victim_support.core.settings import put_setting
from victim_support.damage import queries, services
from victim_support.damage.models import Application, Judgement
from victim_support.damage.rules import (
    DamageGrade,
    JudgementMethod,
    JudgementState,
    NoGrade,
    RequestedPaper,
)

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("program")]


def test_an_application_keeps_household_dwelling_members_and_who_received_it():
    with writing():
        household, people = make_people("佐藤 一郎", "佐藤 健太")
        application = make_application(household, people)

    assert application.scope == SCOPES.core
    assert application.received_by == CLERK
    assert [row.person_id for row in queries.list_members(application)] == [
        one.id for one in people
    ]
    assert queries.get_dwelling(application.dwelling_id).scope == SCOPES.base


def test_the_same_household_cannot_apply_twice_for_the_same_paper():
    with writing():
        household, people = make_people("佐藤 一郎")
        application = make_application(household, people)

        with pytest.raises(services.AlreadyAppliedError) as refused:
            make_application(household, people)
        other = make_application(
            household, people, requested=RequestedPaper.HISAI, reported_damage="車庫"
        )

    assert refused.value.application.id == application.id
    assert other.dwelling_id == application.dwelling_id


def test_a_dwelling_of_the_house_register_has_one_id_everywhere():
    with writing():
        first = services.ensure_dwelling(address="上郷1", house_register_number="0001")
        again = services.ensure_dwelling(address="上郷１番地", house_register_number="0001")
        unit = services.ensure_dwelling(address="上郷1", unit="203号")
        same = services.ensure_dwelling(address="上郷1", unit="203号")

    assert first.id == again.id
    assert unit.id == same.id != first.id
    assert unit.place == "上郷1 203号"


def test_a_protected_person_is_not_listed_on_the_application_of_another():
    with writing():
        household, people = make_people("佐藤 一郎", "佐藤 花子", protected={"佐藤 花子"})
        application = make_application(household, people)

    assert application.scope == SCOPES.core
    assert [row.person_id for row in queries.list_members(application)] == [people[0].id]


def test_the_application_of_a_protected_person_lies_in_the_sealed_scope():
    with writing():
        household, people = make_people("佐藤 花子", "佐藤 健太", protected={"佐藤 花子"})
        application = make_application(household, people)
        members = queries.list_members(application)

    assert {application.scope} | {row.scope for row in members} == {SCOPES.sealed}
    assert len(members) == 2


def test_members_are_changed_with_a_reason_only():
    with writing():
        household, people = make_people("佐藤 一郎", "佐藤 健太", "佐藤 実")
        application = make_application(household, people)
        kept = [
            services.MemberEntry(people[0].id, "世帯主"),
            services.MemberEntry(people[2].id, "父"),
        ]

        with pytest.raises(services.DamageError, match="理由"):
            services.change_members(application, members=kept, reason=" ")
        services.change_members(application, members=kept, reason="健太さんは県外に住んでいた")

    members = queries.list_members(application)
    assert [(row.person_id, row.relation) for row in members] == [
        (people[0].id, "世帯主"),
        (people[2].id, "父"),
    ]
    assert application.members_reason == "健太さんは県外に住んでいた"


def test_a_member_taken_off_can_come_back():
    with writing():
        household, people = make_people("佐藤 一郎", "佐藤 健太")
        application = make_application(household, people)
        alone = [services.MemberEntry(people[0].id)]
        services.change_members(application, members=alone, reason="別居")
        both = [services.MemberEntry(person.id) for person in people]
        services.change_members(application, members=both, reason="同居とわかった")

    assert len(queries.list_members(application)) == 2


def test_rounds_are_appended_and_the_earlier_ones_stay():
    with writing():
        application = make_application(*make_people("佐藤 一郎"))
        first = make_judgement(application, DamageGrade.HALF)
        second = make_judgement(application, DamageGrade.LARGE_HALF)

    rounds = queries.list_judgements(application.dwelling_id)
    assert [(one.id, one.round, one.grade) for one in rounds] == [
        (first.id, 1, DamageGrade.HALF),
        (second.id, 2, DamageGrade.LARGE_HALF),
    ]


@pytest.mark.parametrize(
    ("policy", "grade"),
    [("heavier", DamageGrade.TOTAL), ("newest", DamageGrade.HALF), ("", DamageGrade.TOTAL)],
)
def test_the_setting_decides_which_round_is_in_force(policy, grade):
    with writing():
        put_setting(key=queries.POLICY_SETTING, value=policy)
        application = make_application(*make_people("佐藤 一郎"))
        make_judgement(application, DamageGrade.TOTAL)
        make_judgement(application, DamageGrade.HALF)

        current = queries.judgement_in_force(application.dwelling_id)

    assert current.judgement is not None
    assert current.judgement.grade is grade


def test_who_entered_a_judgement_cannot_approve_it():
    with writing():
        application = make_application(*make_people("佐藤 一郎"))
        judgement = make_judgement(application, approved=False)

        with pytest.raises(services.SamePersonError, match="別の人"):
            services.approve_judgement(judgement, by=SURVEYOR)
        services.approve_judgement(judgement, by=JUDGE)
        with pytest.raises(services.AlreadyDecidedError):
            services.return_judgement(judgement, reason="やはり", by=JUDGE)

    assert judgement.state is JudgementState.APPROVED
    assert judgement.approved_by == JUDGE


def test_a_returned_judgement_waits_for_nobody_and_counts_for_nothing():
    with writing():
        application = make_application(*make_people("佐藤 一郎"))
        judgement = make_judgement(application, approved=False)
        assert queries.list_waiting_judgements() == [judgement]
        with pytest.raises(services.DamageError, match="理由"):
            services.return_judgement(judgement, reason="", by=JUDGE)
        services.return_judgement(judgement, reason="写真が足りない", by=JUDGE)
        db.session.flush()

        current = queries.judgement_in_force(application.dwelling_id)

    assert queries.list_waiting_judgements() == []
    assert current.judgement is None


@pytest.mark.parametrize(
    ("grade", "no_grade"), [(None, None), (DamageGrade.HALF, NoGrade.NO_DAMAGE)]
)
def test_a_judgement_has_a_grade_or_an_outcome_without_one(grade, no_grade):
    with writing():
        application = make_application(*make_people("佐藤 一郎"))
        survey = services.Survey(
            method=JudgementMethod.PHOTO,
            judged_on=date(2026, 7, 25),
            judged_by="調査1班",
            grade=grade,
            no_grade=no_grade,
        )
        with pytest.raises(services.UnclearOutcomeError):
            services.record_judgement(
                dwelling_id=application.dwelling_id, survey=survey, by=SURVEYOR
            )


def test_a_grade_of_a_newer_version_is_never_guessed():
    with writing() as session:
        application = make_application(*make_people("佐藤 一郎"))
        judgement = make_judgement(application)
        session.add(
            Judgement(
                scope=SCOPES.core,
                id=application.id,
                dwelling_id=application.dwelling_id,
                round=2,
                grade="near_total",
                method=JudgementMethod.RESURVEY,
                judged_on=judgement.judged_on,
                entered_at=judgement.entered_at,
                approved_at=judgement.approved_at,
            )
        )

    current = queries.judgement_in_force(application.dwelling_id)
    assert current.judgement is None
    assert "新しい版" in current.reason


def test_a_withdrawn_application_is_not_found():
    with writing():
        application = make_application(*make_people("佐藤 一郎"))
        application.is_withdrawn = True

    assert queries.find_application(application.id) is None
    assert queries.count_applications() == 0
    with pytest.raises(NotFound):
        queries.get_application(application.id)


def test_applications_are_found_by_their_people():
    with writing():
        household, people = make_people("佐藤 一郎", "佐藤 健太")
        application = make_application(household, people)
        make_application(*make_people("鈴木 実"), cause="別")

    assert queries.list_applications_of_people([people[1].id]) == [application]
    assert queries.list_applications_of(household.id) == [application]
    assert len(queries.list_applications_for(application.dwelling_id)) == 2
    assert isinstance(queries.list_applications()[0], Application)
