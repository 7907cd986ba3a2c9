"""The record of one person: corrections by two people at once, needs, answers, history."""

import pytest

from tests.evacuees.support import came, inside, open_household, register, stand_at
from victim_support.core.db import db
from victim_support.victims.models import Answer, Person, PersonNeed


@pytest.fixture
def person(desk):
    page = open_household(desk, "suka")
    register(desk, page, came=came(page))
    return came(page)[0]


@pytest.fixture
def colleague(desk_of, shelters):
    return stand_at(desk_of("shelter_staff"), shelters[0])


def edit(desk, page, person, **changes):
    return desk.submit(page, f"/persons/{person}", **changes)


def test_a_record_shows_where_somebody_is_and_leads_to_its_history(person, manager):
    page = manager.get(f"/persons/{person}")

    assert "スカルノ" in page.visible
    assert "上郷小学校" in page.visible
    assert f"/history/persons/{person}" in page.links


def test_a_correction_is_kept_with_its_reason_and_both_forms_of_the_name(
    person, desk, manager, app
):
    page = desk.get(f"/persons/{person}")

    edit(desk, page, person, name="スカルノ  プトラ", birth="h2.5.14", why="paper")

    assert "訂正: 書類・用紙で確かめた" in manager.get(f"/history/persons/{person}").visible

    with inside(app):
        row = db.session.query(Person).one()
        assert (row.name, row.name_display) == ("スカルノ  プトラ", "スカルノ　プトラ")
        assert str(row.birth_date) == "1990-05-14"


def test_what_was_corrected_is_said_by_field_and_never_by_value(person, desk):
    path = f"/persons/{person}"

    saved = desk.submit(desk.get(path), path, follow=True, phone="090-2222-3333", birth="72")
    again = desk.submit(desk.get(path), path, follow=True)

    assert "電話、生年月日・年齢を直しました。" in saved.visible
    assert "変わったところはありませんでした。" in again.visible


def test_two_people_who_correct_different_fields_both_win(person, desk, colleague, app):
    mine, theirs = desk.get(f"/persons/{person}"), colleague.get(f"/persons/{person}")
    edit(colleague, theirs, person, phone="090-2222-2222")

    saved = edit(desk, mine, person, kana="スカルノ　プトラ")

    assert saved.status == 303
    with inside(app):
        row = db.session.query(Person).one()
        assert (row.phone, row.kana) == ("090-2222-2222", "スカルノ　プトラ")


def test_two_people_who_correct_the_same_field_see_each_other(person, desk, colleague, app):
    mine, theirs = desk.get(f"/persons/{person}"), colleague.get(f"/persons/{person}")
    edit(colleague, theirs, person, phone="090-2222-2222")

    clash = edit(desk, mine, person, phone="090-1111-1111")
    decided = edit(desk, clash, person)

    assert clash.status == 409
    assert "先にほかの方が直しています" in clash.visible
    assert "090-2222-2222" in clash.visible
    assert dict(clash.form(f"/persons/{person}").fields)["phone"] == "090-1111-1111"
    assert decided.status == 303
    with inside(app):
        assert db.session.query(Person).one().phone == "090-1111-1111"


def test_a_date_that_is_none_is_refused_and_nothing_changes(person, desk, app):
    page = desk.get(f"/persons/{person}")

    refused = edit(desk, page, person, birth="s99.1.1", name="別")

    assert refused.status == 422
    with inside(app):
        assert db.session.query(Person).one().name == "スカルノ"


def test_needs_are_set_and_taken_away_on_the_record(person, desk, app):
    path = f"/persons/{person}/needs"
    desk.submit(desk.get(f"/persons/{person}"), path, needs=["ill", "language"])

    desk.submit(desk.get(f"/persons/{person}"), path, needs=["language"])

    with inside(app):
        needs = {(need.kind, need.is_withdrawn) for need in db.session.query(PersonNeed)}
        assert needs == {("ill", True), ("language", False)}


def test_two_desks_at_once_keep_the_needs_that_both_ticked(person, desk, colleague, app):
    path = f"/persons/{person}/needs"
    desk.submit(desk.get(f"/persons/{person}"), path, needs=["care"])
    mine, stale = desk.get(f"/persons/{person}"), colleague.get(f"/persons/{person}")

    desk.submit(mine, path, needs=["care", "ill"])
    colleague.submit(stale, path, needs=["language"])

    with inside(app):
        needs = {need.kind for need in db.session.query(PersonNeed) if not need.is_withdrawn}
        assert needs == {"ill", "language"}


def test_an_answer_changes_no_other_and_who_gave_it_stays_known(person, desk, colleague, app):
    path = f"/persons/{person}/answers"
    both = {"wall-person": "yes", "family-person": "yes", "own-person": "1"}
    desk.submit(desk.get(f"/persons/{person}"), path, **both)
    mine, stale = desk.get(f"/persons/{person}"), colleague.get(f"/persons/{person}")

    desk.submit(mine, path, **{"family-person": "no"})
    clash = colleague.submit(stale, path, follow=True, **{"family-person": "", "own-person": "1"})

    assert "先にほかの方が記録しています" in clash.visible
    with inside(app):
        answers = {row.kind: (row.value, row.given_by) for row in db.session.query(Answer)}
        assert answers == {"wall": ("yes", "self"), "family": ("no", "proxy")}


def test_an_answer_taken_back_is_not_asked(person, desk, app):
    path = f"/persons/{person}/answers"
    desk.submit(desk.get(f"/persons/{person}"), path, **{"wall-person": "yes", "own-person": "1"})

    desk.submit(desk.get(f"/persons/{person}"), path, **{"wall-person": ""})

    with inside(app):
        assert db.session.query(Answer).one().is_withdrawn


def test_somebody_without_a_name_gets_one_later_on_the_same_record(desk, app):
    page = desk.get("/desk/unnamed")
    saved = desk.submit(
        page,
        "/desk/unnamed",
        follow=True,
        tag_number="T-7",
        description="70代くらい、青い上着",
        found="川沿い、消防団",
        birth="70代",
    )
    found = desk.post("/presence", {"text": "T-7"})
    record = found.text.split("/persons/")[1][:36]

    edit(desk, desk.get(f"/persons/{record}"), record, name="佐藤　トメ", kana="サトウ　トメ")
    named = desk.post("/presence", {"text": "tome"})

    assert "（氏名なし）" in saved.visible
    assert "（氏名なし）" in found.visible
    assert "佐藤 トメ" in named.visible
    with inside(app):
        row = db.session.query(Person).one()
        assert (row.tag_number, row.age_band) == ("T-7", 70)
        assert row.name_note == "70代くらい、青い上着／川沿い、消防団"


def test_a_home_is_received_from_a_pasted_list(desk, app):
    page = desk.get("/desk/group")

    saved = desk.submit(
        page,
        "/desk/group",
        follow=True,
        label="ひまわり荘",
        staff_count="2",
        phone="0265-00-0000",
        names="佐藤 キヨ、サトウ キヨ、93\n山田 トメ\tヤマダ トメ\ts10.1.1\n\nスカルノ",
    )

    assert "3人 を受け付けました" in saved.visible
    with inside(app):
        people = db.session.query(Person).order_by(Person.id).all()
        assert [(one.name, one.kana, one.age, str(one.birth_date)) for one in people] == [
            ("佐藤 キヨ", "サトウ キヨ", 93, "None"),
            ("山田 トメ", "ヤマダ トメ", None, "1935-01-01"),
            ("スカルノ", None, None, "None"),
        ]


def test_a_home_is_received_from_the_register_by_ticks(desk, app):
    page = desk.post("/desk/group/residents", {"text": "高柳"})
    assert "スカルノ" in page.visible
    assert dict(page.form("/desk/group").fields)["label"] == "高柳"

    desk.submit(page, "/desk/group", residents=["1041", "1043"], names="職員　太郎")
    everybody = desk.post("/desk/group/residents", {"text": "高柳", "all": "1"})

    assert everybody.text.count("checked") > page.text.count("checked")
    assert everybody.visible.count("（受付済）") == 2
    with inside(app):
        people = db.session.query(Person).order_by(Person.register_number).all()
        assert [(one.name, one.register_number) for one in people if one.register_number] == [
            ("高橋　実", "1041"),
            ("高橋　さくら", "1043"),
        ]
        assert len({one.household_id for one in people if one.register_number}) == 1
        assert len(people) == 3


def test_a_group_of_nobody_is_not_received(desk):
    page = desk.post("/desk/group/residents", {"text": "高柳"})

    refused = desk.submit(page, "/desk/group")

    assert refused.status == 422
    assert "台帳から選ぶか、1人以上の氏名を" in refused.visible
    assert "スカルノ" in refused.visible


def test_a_line_that_cannot_be_read_is_named(desk):
    page = desk.get("/desk/group")

    refused = desk.submit(page, "/desk/group", label="寮", names="佐藤 キヨ、サトウ キヨ、s99.1.1")

    assert refused.status == 422
    assert "1行目" in refused.visible


def test_a_list_of_more_people_than_one_form_takes_says_from_which_line(desk):
    page = desk.get("/desk/group")
    names = "\n\n".join(f"架空 {number}子、カクウ、{number % 90}" for number in range(201))

    refused = desk.submit(page, "/desk/group", label="寮", names=names)

    assert refused.status == 422
    assert "一度に200人まで" in refused.visible
    assert "401行目から" in refused.visible
    assert "架空 200子" in dict(refused.form("/desk/group").fields)["names"]
