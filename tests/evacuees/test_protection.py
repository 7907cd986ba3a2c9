"""DV等支援措置: protected and not found are one answer, and nothing of it lies open."""

import re

import pytest

from tests.evacuees.support import came, inside, open_household, register, stand_at
from victim_support.core.db import db, transaction
from victim_support.evacuees import services
from victim_support.evacuees.models import Group, Stay
from victim_support.evacuees.rules import Candidate
from victim_support.victims.models import Answer, Person, PersonNeed, Statement, person_id_of
from victim_support.victims.rules import PersonData, Protection

NOBODY = "ざざざざ"


@pytest.fixture
def received(desk, manager):
    """Receive a household with protected members, and one without."""
    for text in ("watanabe", "taka"):
        page = open_household(desk, text)
        register(desk, page, came=came(page))


def answers(desk, path, text):
    page = desk.post(path, {"text": text})
    return page.status, page.text.replace(text, "")


@pytest.mark.parametrize("path", ["/presence", "/desk/leaving/search"])
@pytest.mark.parametrize("role", ["reception", "shelter_staff", "shelter_manager", "hq"])
def test_presence_answers_nobody_and_protected_byte_for_byte(
    received, desk_of, shelters, role, path
):
    desk = stand_at(desk_of(role), shelters[0])

    nobody = answers(desk, path, NOBODY)
    hidden = answers(desk, path, "わたなべ")

    assert _without_token(nobody) == _without_token(hidden)


def test_who_holds_the_seal_finds_her(received, guardian):
    found = guardian.post("/presence", {"text": "watanabe"})

    assert "静香" in found.visible
    assert "ここにいます" in found.visible


def test_lists_leave_her_out_and_count_her_among_the_unnamed(received, manager, shelters):
    roster = manager.get(f"/rosters/{shelters[0]}")
    file = manager.get(f"/rosters/{shelters[0]}/roster-utf8.csv").body.decode("utf-8-sig")
    roll = manager.get("/desk/roll-call")

    assert "氏名あり 3人 氏名なし 2人 合計 5人" in roster.visible
    assert "静香" not in roster.visible + file + roll.visible
    assert "ほかに氏名なし 2人" in file


def test_the_roster_of_who_holds_the_seal_names_her_with_a_neutral_mark(
    received, guardian, shelters
):
    roster = guardian.get(f"/rosters/{shelters[0]}")

    assert "氏名あり 5人 氏名なし 0人" in roster.visible
    assert "静香" in roster.visible
    assert "◇" in roster.visible
    assert "DV" not in roster.visible


def test_her_record_is_not_found_in_the_same_words_as_nobodys(received, manager, guardian, app):
    with inside(app):
        her = next(row.id for row in db.session.query(Person) if row.name and "静香" in row.name)

    hidden = manager.get(f"/persons/{her}")
    nobody = manager.get("/persons/00000000-0000-7000-8000-000000000000")

    assert (hidden.status, nobody.status) == (404, 404)
    assert _words(hidden) == _words(nobody)
    assert guardian.get(f"/persons/{her}").status == 200


def test_a_roll_call_does_not_end_her_stay(received, manager, app):
    page = manager.get("/desk/roll-call")

    manager.submit(page, "/desk/roll-call", follow=True, present=None)

    with inside(app):
        stays = db.session.query(Stay).all()
        assert {stay.scope.rsplit("/")[-1]: bool(stay.ended_at) for stay in stays} == {
            "sealed": False,
            "core": True,
        }


def test_protecting_somebody_takes_one_button_and_works_at_once(desk, manager, app):
    page = open_household(desk, "suka")
    person = came(page)[0]
    register(desk, page, came=[person], **{f"needs-{person}": "ill", f"family-{person}": "no"})
    record = manager.get(f"/persons/{person}")

    manager.post(f"/persons/{person}/protection", {"protection": "hide_presence"})

    assert "スカルノ" in record.visible
    assert "スカルノ" not in manager.post("/presence", {"text": "suka"}).visible.replace("suka", "")
    with inside(app):
        for model in (Stay, Group, PersonNeed, Answer):
            rows = db.session.query(model).filter_by(is_withdrawn=False)
            assert {row.scope.rsplit("/")[-1] for row in rows} == {"sealed"}, model
        left = db.session.query(Stay).filter_by(is_withdrawn=True).one()
        assert not any([left.person_id, left.shelter_id, left.started_at, left.kind])
        core = next(row for row in db.session.query(Person) if row.scope.endswith("/core"))
        assert (core.name, core.kana, core.birth_date, core.register_number) == (None,) * 4
        assert core.protection == "hide_presence"


def test_a_hidden_address_leaves_her_on_the_roster_without_it(desk, manager, shelters, app):
    page = open_household(desk, "suka")
    person = came(page)[0]
    register(desk, page, came=[person])

    manager.post(f"/persons/{person}/protection", {"protection": "hide_address"})
    roster = manager.get(f"/rosters/{shelters[0]}")

    assert "スカルノ" in roster.visible
    assert "高柳" not in roster.visible
    with inside(app):
        core = next(row for row in db.session.query(Person) if row.scope.endswith("/core"))
        assert (core.address, core.town, core.phone) == (None, None, None)


def test_protection_is_never_lowered_by_what_comes_later(ledger, app):
    with transaction():
        person = services.person_of(_candidate(Protection.HIDE_PRESENCE), None)
    db.session.rollback()

    with transaction():
        services.protect_person(person.id, Protection.HIDE_ADDRESS)

    rows = db.session.query(Person).all()
    assert {row.protection for row in rows} == {Protection.HIDE_PRESENCE}


def test_typing_her_in_as_new_carries_the_registers_flag(desk, app):
    page = desk.get("/desk/new")

    saved = desk.submit(
        page,
        "/desk/new",
        follow=True,
        **{
            "members-0-name": "渡辺　静香",
            "members-0-kana": "ワタナベ　シズカ",
            "members-0-birth": "s63.3.12",
        },
    )

    assert "1人 を受け付けました" in saved.visible
    with inside(app):
        rows = db.session.query(Person).all()
        assert {row.scope.rsplit("/")[-1]: row.name for row in rows} == {
            "core": None,
            "sealed": "渡辺　静香",
        }


def test_a_pasted_list_carries_the_registers_flag(desk, manager, shelters, app):
    desk.submit(
        desk.get("/desk/group"),
        "/desk/group",
        label="寮",
        names="渡辺 静香、ワタナベ シズカ、s63.3.12\n佐藤 実、サトウ ミノル、40",
    )

    roster = manager.get(f"/rosters/{shelters[0]}")

    assert "佐藤 実" in roster.visible
    assert "静香" not in roster.visible


def test_correcting_a_name_carries_the_registers_flag(desk, manager, shelters):
    desk.submit(desk.get("/desk/new"), "/desk/new", **{"members-0-name": "しずか"})
    found = manager.post("/presence", {"text": "しずか"})
    path = "/persons/" + found.text.split("/persons/")[1][:36]

    saved = manager.submit(
        manager.get(path), path, kana="ワタナベ　シズカ", birth="s63.3.12", follow=True
    )

    assert saved.path == "/"
    assert manager.get(path).status == 404


def test_a_statement_about_her_is_listed_for_rescue_by_place_alone(desk, manager, app):
    page = open_household(desk, "watanabe")
    her, son = came(page)

    register(desk, page, came=[son], **{f"saying-{her}": "rescue"})
    listed = manager.get("/rescue")

    assert "静香" not in listed.visible
    assert "（本部に確認）" in listed.visible
    assert "愛の杜2-1" in listed.visible
    with inside(app):
        assert db.session.query(Statement).one().scope.endswith("/sealed")


def _candidate(protection):
    return Candidate(
        person_id=person_id_of("77"),
        register_number="77",
        protection=protection,
        data=PersonData(name="渡邉　静香"),
    )


def _without_token(answer):
    status, text = answer
    text = re.sub(r'((csrf_token|key)"( type="hidden")? value=)"[^"]*"', "", text)
    return status, re.sub(r"\d\d:\d\d", "", text)


def _words(page):
    return re.sub(r"\b[0-9A-Z]{8}\b|\d\d:\d\d", "", page.visible)


@pytest.mark.parametrize(("along", "hidden"), [("1", 2), ("", 1)])
def test_children_who_came_along_are_hidden_with_her_by_the_same_key(
    desk, manager, app, along, hidden
):
    page = open_household(desk, "takahashi kaoru")
    everybody = came(page)
    register(desk, page, came=everybody)
    mother = manager.get(f"/persons/{everybody[1]}")

    manager.post(
        f"/persons/{everybody[1]}/protection", {"protection": "hide_presence", "along": along}
    )

    assert "いっしょに来た子どもも（高橋 さくら）" in mother.visible
    with inside(app):
        levels = [row.protection for row in db.session.query(Person) if row.scope.endswith("/core")]
        assert levels.count("hide_presence") == hidden


def test_the_way_from_the_desk_to_hiding_her_is_one_link_and_one_key(desk, manager):
    page = open_household(desk, "suka")
    (her,) = came(page)

    saved = register(desk, page, came=[her])
    record = desk.get(f"/persons/{her}")

    assert f"/persons/{her}#protection" in saved.links
    assert 'data-key="Alt+X"' in record.text
