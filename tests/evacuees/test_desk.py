"""Reception over plain forms: what works without scripts is what scripts send."""

import pytest

from tests.evacuees.support import (
    came,
    inside,
    open_household,
    pdf_text,
    register,
    stand_at,
    tokens,
)
from victim_support.core.db import db
from victim_support.core.reads import read_log
from victim_support.evacuees.models import Stay
from victim_support.journal.models import Op
from victim_support.victims.models import Answer, Person, PersonNeed, Statement

pytestmark = pytest.mark.db


def test_a_household_of_the_register_is_found_and_received(desk):
    page = open_household(desk, "satou")

    saved = register(desk, page, came=came(page, 0, 1, 2, 3))

    assert "佐藤 一郎 さん 4人 を受け付けました" in saved.visible
    assert "いま 4 人" in saved.visible


def test_who_did_not_come_is_a_statement_and_no_stay(desk, app):
    page = open_household(desk, "さとう きよ")
    missing = came(page)[3]

    register(desk, page, came=came(page, 0, 1, 2), **{f"saying-{missing}": "rescue"})

    with inside(app):
        statement = db.session.query(Statement).one()
        assert (str(statement.person_id), statement.kind) == (missing, "rescue")
        assert statement.place == "名取市飯野坂1-2-3"
        assert statement.informant == "佐藤　一郎（一緒に来た人）"
        assert db.session.query(Stay).count() == 3


def test_the_form_sent_twice_is_one_household(desk, app):
    page = open_household(desk, "satou")
    data = page.form("/desk/known").values(came=came(page))

    first = desk.post("/desk/known", data, csrf=False)
    second = desk.post("/desk/known", data, csrf=False)

    assert first.location == second.location
    with inside(app):
        assert db.session.query(Stay).count() == 4


def test_nobody_chosen_is_said_and_keeps_what_was_typed(desk):
    page = open_household(desk, "satou")

    refused = desk.submit(page, "/desk/known", phone="090-1111-2222")

    assert refused.status == 422
    assert "おいでになった方を選んでください。" in refused.visible
    assert dict(refused.form("/desk/known").fields)["phone"] == "090-1111-2222"


def test_undo_takes_the_household_away_and_it_can_be_received_again(desk):
    page = open_household(desk, "satou")
    saved = register(desk, page, came=came(page))
    undo = next(form.action for form in saved.forms if form.action.startswith("/undo/"))

    undone = desk.submit(saved, undo, follow=True)
    again = register(desk, open_household(desk, "satou"), came=came(page))

    assert "取り消しました" in undone.visible
    assert "いま 0 人" in undone.visible
    assert "いま 4 人" in again.visible


def test_needs_belong_to_a_person_and_are_only_added_at_the_desk(desk, app):
    page = open_household(desk, "satou")
    kiyo = came(page)[3]

    register(desk, page, came=came(page), **{f"needs-{kiyo}": ["medical", "care"]})
    register(desk, open_household(desk, "satou"), came=came(page))

    with inside(app):
        needs = db.session.query(PersonNeed).filter_by(is_withdrawn=False).all()
        assert {(str(need.person_id), need.kind) for need in needs} == {
            (kiyo, "medical"),
            (kiyo, "care"),
        }


def test_what_is_asked_of_somebody_typed_in_is_kept(desk, app):
    asked = {
        "members-0-name": "阮　文安",
        "members-0-birth": "30",
        "members-0-needs": ["language"],
        "members-0-family": "no",
        "members-0-own": "1",
    }
    page = open_household(desk, "suka")
    register(desk, page, came=came(page), **asked)
    desk.submit(desk.get("/desk/new"), "/desk/new", **asked | {"members-0-wall": "yes"})

    with inside(app):
        needs = db.session.query(PersonNeed).all()
        answers = db.session.query(Answer).all()
        assert [need.kind for need in needs] == ["language"] * 2
        assert sorted((one.kind, one.value, one.given_by) for one in answers) == [
            ("family", "no", "self"),
            ("family", "no", "self"),
            ("wall", "yes", "self"),
        ]


def test_an_own_arrival_at_another_shelter_ends_the_first_stay(desk, shelters, desk_of, app):
    page = open_household(desk, "suka")
    register(desk, page, came=came(page))
    other = stand_at(desk_of("shelter_staff"), shelters[1])

    register(other, open_household(other, "suka"), came=came(page))

    with inside(app):
        stays = db.session.query(Stay).order_by(Stay.started_at).all()
        assert [stay.shelter_id for stay in stays] == list(shelters)
        assert stays[0].ended_at == stays[1].started_at
        assert stays[1].ended_at is None


@pytest.mark.parametrize(
    "text",
    ["satou itirou", "sato ichiroo", "さとう いちろう", "佐藤 一郎", "飯野坂 一郎", "s29.4.1 佐藤"],
)
def test_one_box_takes_everything(desk, text):
    found = desk.post("/desk/search", {"text": text})

    assert tokens(found)[0] == "r:501"


@pytest.mark.parametrize("text", ["吉田", "高志 吉田", "葛子", "ヨシダ クズコ"])
def test_names_with_rare_characters_are_found_and_kept(desk, app, text):
    page = open_household(desk, text)

    saved = register(desk, page, came=came(page))

    assert "𠮷田 髙志" in saved.visible
    with inside(app):
        names = {person.name for person in db.session.query(Person)}
        assert names == {"𠮷田　髙志", "𠮷田　葛󠄁子"}


def test_somebody_received_is_marked_in_the_hits(desk):
    page = open_household(desk, "takahashi")
    register(desk, page, came=came(page, 0, 1, 2))

    found = desk.post("/desk/search", {"text": "takahashi"})

    assert "受付済" in found.visible


def test_a_protected_person_is_received_by_the_same_steps_and_stays_unreceived(desk, app):
    page = open_household(desk, "watanabe")
    saved = register(desk, page, came=came(page))

    found = desk.post("/desk/search", {"text": "watanabe"})
    presence = desk.post("/presence", {"text": "watanabe"})

    assert "2人 を受け付けました" in saved.visible
    assert "受付済" not in found.visible
    assert "静香" not in presence.visible
    with inside(app):
        core = [row for row in db.session.query(Person) if row.scope.endswith("/core")]
        assert {(row.name, row.kana, row.address, row.phone) for row in core} == {
            (None, None, None, None)
        }
        assert {stay.scope.rsplit("/")[-1] for stay in db.session.query(Stay)} == {"sealed"}


def test_the_journal_of_the_core_scope_never_held_a_protected_name(desk, app):
    page = open_household(desk, "watanabe")

    register(desk, page, came=came(page))

    with inside(app):
        core = [op for op in db.session.query(Op) if op.scope.endswith("/core")]
        assert core
        assert not [op for op in core if "静香".encode() in op.data or "愛の杜".encode() in op.data]


def test_a_paper_sheet_is_typed_in_once(desk):
    page = open_household(desk, "satou")
    register(desk, page, came=came(page), sheet_number="A-0012")
    other = open_household(desk, "suka")

    refused = desk.submit(other, "/desk/known", came=came(other), sheet_number="A-0012")

    assert refused.status == 422
    assert "用紙 A-0012 はもう入力されています" in refused.visible


def test_searching_letter_by_letter_leaves_no_trace_and_opening_does(desk, app):
    letters = {"X-Fragment": "1"}
    with inside(app):
        before = len(read_entries(app))

    desk.client.post(
        "/desk/search",
        data={"text": "satou", "csrf_token": desk.csrf_token()},
        headers=letters | {"Sec-Fetch-Site": "same-origin"},
        base_url="http://localhost",
    )
    open_household(desk, "satou")

    with inside(app):
        new = read_entries(app)[before:]
        assert [entry["event"] for entry in new] == ["person.search", "household.open"]
        assert len(new[1]["ids"]) == 4


def read_entries(app):
    opened = app.extensions["instance"]
    return list(read_log(opened.reads_log, opened.key))


def test_a_household_takes_its_own_copy_along(desk, manager, tmp_path):
    page = open_household(desk, "satou")
    ids = came(page)
    saved = register(desk, page, came=ids)
    copy = saved.path.split("?")[0] + "/own-copy.pdf"

    text = "".join(pdf_text(desk.get(copy).body, tmp_path).split())
    manager.post(f"/persons/{ids[1]}/protection", {"protection": "hide_presence"})
    later = pdf_text(desk.get(copy).body, tmp_path)

    for words in (
        "本人控え",
        "佐藤一郎",
        "佐藤花子",
        "利用目的",
        "上郷小学校",
        "受付へお持ちください",
    ):
        assert words in text
    assert "佐藤一郎" in later
    assert "佐藤キヨ" in text
    assert "キヨ" not in later
