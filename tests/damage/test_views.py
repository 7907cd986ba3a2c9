"""Applications and judgements over HTTP."""

import re
from datetime import date, timedelta

import pytest

from tests.damage.support import (
    inside,
    make_application,
    make_people,
    writing_in,
)
from tests.prepared import SCOPES
from victim_support.core.clock import today
from victim_support.core.japanese.dates import Precision
from victim_support.damage import queries
from victim_support.damage.services import Applicant
from victim_support.victims import services as victims
from victim_support.victims.queries import get_household, list_members
from victim_support.victims.rules import Protection

RECEIVE = "/damage/applications"


@pytest.fixture
def household(app):
    with writing_in(app):
        made, _people = make_people("佐藤 一郎", "佐藤 健太", kana="さとう いちろう")
        return made.id


@pytest.fixture
def dwelling(app):
    with writing_in(app):
        return make_application(*make_people("佐藤 一郎")).dwelling_id


@pytest.fixture
def applications(app):
    """Return a function that reads the applications."""

    def read():
        with inside(app):
            return queries.list_applications()

    return read


@pytest.fixture
def members(app):
    """Return a function that reads who is listed on an application."""

    def read(application):
        with inside(app):
            return queries.list_members(application)

    return read


@pytest.fixture
def rounds(app, dwelling):
    """Return a function that reads the judgements of the dwelling."""

    def read():
        with inside(app):
            return queries.list_judgements(dwelling)

    return read


def same_words(page):
    """Return what a page says, without the time of day."""
    return re.sub(r"\d\d:\d\d", "", page.visible)


def record(desk, dwelling_id, **typed):
    page = desk.get(f"/damage/dwellings/{dwelling_id}")
    values = {"outcome": "half", "judged_by": "調査1班", "judged_on": "R8.7.25"}
    values |= {"inundation": "none"} | typed
    return desk.submit(page, f"/damage/dwellings/{dwelling_id}/judgements", follow=True, **values)


def test_an_application_is_received_and_leads_to_the_receipt(
    desk_of, household, applications, members
):
    desk = desk_of("counter")
    found = desk.submit(desk.get("/damage/"), "/damage/search", text="satou")
    page = desk.submit(found, "/damage/applications/open")

    done = desk.submit(page, "/damage/applications")

    [application] = applications()
    assert done.location == f"/certificates/applications/{application.id}/receipt"
    assert application.cause == "令和8年7月15日の豪雨による"
    assert len(members(application)) == 2


def test_leaving_a_member_out_asks_for_the_reason(desk_of, household, applications, members):
    desk = desk_of("counter")
    page = desk.get(f"/damage/applications/new/{household}")
    first = dict(page.form(RECEIVE).fields)["members"]

    asked = desk.submit(page, RECEIVE, members=[first])
    assert asked.status == 422
    assert "理由を入れてください" in asked.visible
    desk.submit(asked, RECEIVE, members=[first], members_reason="県外に住んでいた")

    [application] = applications()
    assert len(members(application)) == 1


def test_a_child_born_after_the_disaster_is_not_proposed(desk_of, app, applications, members):
    with writing_in(app):
        household, people = make_people("佐藤 一郎", "佐藤 新")
        victims.update_person(
            people[1].id, birth_date=date(2026, 7, 20), birth_precision=Precision.DAY
        )
        household_id, father = household.id, people[0].id
    desk = desk_of("counter")

    desk.submit(desk.get(f"/damage/applications/new/{household_id}"), RECEIVE)

    assert [row.person_id for row in members(applications()[0])] == [father]


def test_the_same_application_leads_to_the_first_one(desk_of, household, applications):
    desk = desk_of("counter")
    path = f"/damage/applications/new/{household}"
    first = desk.submit(desk.get(path), RECEIVE)
    again = desk.submit(desk.get(path), RECEIVE)

    assert again.location == first.location
    assert len(applications()) == 1


def test_the_application_of_a_protected_head_is_taken_once_and_told_in_the_same_words(
    desk_of, app, household, applications
):
    desk, guardian = desk_of("counter"), desk_of("hogo")
    pages = [desk.get(f"/damage/applications/new/{household}") for _again in range(2)]
    with writing_in(app):
        head = list_members(household)[0].id
        victims.seal_person(head, Protection.HIDE_ADDRESS)

    first, again = (desk.submit(page, RECEIVE, follow=True) for page in pages)

    for answer in (first, again):
        assert answer.status == 200
        assert "受け付けました。受付票は本部で印刷します。" in answer.visible
    assert same_words(first) == same_words(again)
    [application] = applications()
    assert application.scope == SCOPES.sealed
    listed = guardian.get("/damage/")
    assert "申請 1" in listed.visible
    assert "申請 0" in desk.get("/damage/").visible


def test_an_open_application_is_written_whatever_a_protected_person_did(
    desk_of, app, household, applications
):
    with writing_in(app):
        wife = list_members(household)[1].id
        victims.seal_person(wife, Protection.HIDE_ADDRESS)
        people = list_members(household)
        dwelling = make_application(
            get_household(household), people, applicant=Applicant(person_id=wife)
        ).dwelling_id
    desk = desk_of("counter")

    page = desk.get(f"/damage/applications/new/{household}")
    done = desk.submit(page, RECEIVE, members_reason="別居")

    application, sealed = sorted(applications(), key=lambda one: one.scope)
    assert (application.scope, sealed.scope) == (SCOPES.core, SCOPES.sealed)
    assert application.dwelling_id == sealed.dwelling_id == dwelling
    assert done.location == f"/certificates/applications/{application.id}/receipt"


def test_somebody_else_who_applies_is_named(desk_of, household, applications):
    desk = desk_of("counter")
    path = f"/damage/applications/new/{household}"

    asked = desk.submit(desk.get(path), RECEIVE, applicant="other")
    assert "代理の方の氏名を入れてください" in asked.visible
    desk.submit(asked, RECEIVE, applicant="other", applicant_name="鈴木 実")

    assert applications()[0].applicant_name == "鈴木 実"


def test_a_judgement_waits_until_another_person_approves_it(desk_of, dwelling, rounds):
    judge = desk_of("judge")
    page = record(judge, dwelling, inundation="above_floor")
    assert "別の人が承認すると有効になります" in page.visible
    assert "調査: 調査1班、床上浸水、入力: " in page.visible
    assert "浸水 ※必須" in page.visible
    [judgement] = rounds()
    approve = f"/damage/judgements/{judgement.id}/approve"
    assert approve not in [form.action for form in page.forms]

    refused = judge.post(approve, follow=True)
    assert "入力した人とは別の人" in refused.visible
    assert rounds()[0].approved_at is None


def test_the_second_person_approves_from_the_list(desk_of, dwelling, rounds):
    record(desk_of("surveyor"), dwelling, outcome="large_half")
    [judgement] = rounds()
    judge = desk_of("judge")

    done = judge.submit(
        judge.get("/damage/"), f"/damage/judgements/{judgement.id}/approve", follow=True
    )

    assert "承認しました" in done.visible
    assert "いまの判定は「大規模半壊」" in judge.get(f"/damage/dwellings/{dwelling}").visible


def test_a_judgement_is_sent_back_with_a_reason(desk_of, dwelling, rounds):
    record(desk_of("surveyor"), dwelling)
    [judgement] = rounds()
    judge = desk_of("judge")

    path = f"/damage/judgements/{judgement.id}/return"
    judge.submit(judge.get("/damage/"), path, reason="写真が足りない")

    assert "写真が足りない" in judge.get(f"/damage/dwellings/{dwelling}").visible
    assert "承認を待つ判定はありません" in judge.get("/damage/").visible


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"outcome": "全壊(※実際は無被害)"}, "選択肢から選んでください"),
        ({"judged_on": "R8.2.30"}, "日付として読めません"),
        ({"judged_by": ""}, "入力してください"),
        ({"judged_on": f"{today() + timedelta(days=1):%Y/%m/%d}"}, "先の日付です"),
    ],
)
def test_a_judgement_that_cannot_be_is_refused(desk_of, dwelling, typed, words, rounds):
    page = record(desk_of("surveyor"), dwelling, **typed)

    assert page.status == 422
    assert words in page.visible
    assert rounds() == []


def test_a_judgement_of_today_is_recorded(desk_of, dwelling, rounds):
    record(desk_of("surveyor"), dwelling, judged_on=f"{today():%Y/%m/%d}")

    assert [judgement.judged_on for judgement in rounds()] == [today()]


def test_a_refused_day_stays_in_its_field(desk_of, dwelling):
    tomorrow = f"{today() + timedelta(days=1):%Y/%m/%d}"

    page = record(desk_of("surveyor"), dwelling, judged_on=tomorrow)

    fields = dict(page.form(f"/damage/dwellings/{dwelling}/judgements").fields)
    assert (fields["judged_on"], fields["judged_by"]) == (tomorrow, "調査1班")


def test_a_judgement_without_a_grade_is_kept_as_such(desk_of, dwelling, rounds):
    record(desk_of("surveyor"), dwelling, outcome="no_damage")

    [judgement] = rounds()
    assert (judgement.grade, judgement.no_grade) == (None, "no_damage")


def test_the_counter_may_see_but_not_judge(desk_of, dwelling):
    counter = desk_of("counter")

    assert "判定を加える" not in counter.get(f"/damage/dwellings/{dwelling}").visible
    assert counter.post(f"/damage/dwellings/{dwelling}/judgements").status == 403


def test_a_household_nobody_knows_is_not_found(desk_of, dwelling):
    assert desk_of("counter").get(f"/damage/applications/new/{dwelling}").status == 404
