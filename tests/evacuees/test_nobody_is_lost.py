"""One person stays one record, whatever is taken back, linked or registered again."""

from tests.evacuees.support import came, inside, open_household, register, stand_at
from victim_support.core.db import db
from victim_support.evacuees.models import Stay
from victim_support.victims.models import Person


def undo_of(page):
    """Return where the undo button of a page leads."""
    return next(form.action for form in page.forms if form.action.startswith("/undo"))


def test_undo_leaves_who_was_received_elsewhere_since(desk, desk_of, shelters):
    page = open_household(desk, "suka")
    saved = register(desk, page, came=came(page))
    other = stand_at(desk_of("shelter_manager"), shelters[1])
    page = open_household(other, "suka")
    register(other, page, came=came(page))

    desk.post(undo_of(saved), {})

    roster = other.get(f"/rosters/{shelters[1]}").visible
    assert "氏名あり 1人" in roster
    assert "スカルノ" in roster


def test_undo_leaves_who_was_written_about_since(desk, manager):
    page = open_household(desk, "suka")
    person = came(page)[0]
    saved = register(desk, page, came=[person])
    manager.post(f"/persons/{person}/needs", {"needs": "ill"})

    undone = desk.post(undo_of(saved), {}, follow=True)

    assert "取り消しました" in undone.visible
    assert "受付なし" in manager.post("/presence", {"text": "suka"}).visible


def test_undo_takes_back_a_reception_nobody_built_on(desk, app):
    page = open_household(desk, "suka")
    saved = register(desk, page, came=came(page))

    desk.post(undo_of(saved), {})

    with inside(app):
        assert db.session.query(Person).filter_by(is_withdrawn=False).count() == 0
        assert db.session.query(Stay).filter_by(is_withdrawn=False).count() == 0


def test_a_name_taken_back_is_found_as_before(desk, manager, app):
    page = open_household(desk, "suka")
    person = came(page)[0]
    register(desk, page, came=[person])
    path = f"/persons/{person}"
    manager.submit(manager.get(path), path, name="ベンジャミン", kana="ベンジャミン")
    history = manager.get(f"/history/persons/{person}")

    manager.post(undo_of(history), {})

    assert "スカルノ" in manager.post("/presence", {"text": "スカルノ"}).visible.split("続き")[1]


def test_who_was_typed_in_and_then_found_in_the_register_is_one_person(desk, manager, app):
    desk.submit(desk.get("/desk/new"), "/desk/new", **{"members-0-name": "すかる"})
    found = manager.post("/presence", {"text": "すかる"})
    path = "/persons/" + found.text.split("/persons/")[1][:36]
    manager.submit(manager.get(path), path, kana="スカルノ", birth="1990.5.14")

    assert "受付済" in desk.post("/desk/search", {"text": "suka"}).visible
    page = open_household(desk, "suka")
    asked = came(page)[0]
    register(desk, page, came=[asked], **{f"needs-{asked}": "ill"})

    assert "体調不良" in manager.get(path).visible
    with inside(app):
        assert db.session.query(Person).count() == 1
        assert [stay.ended_at for stay in db.session.query(Stay)] == [None]


def test_the_telephone_of_who_was_known_already_is_kept(desk, manager):
    page = open_household(desk, "takahashi")
    husband, wife, _child = came(page)
    register(desk, page, came=[husband], **{f"saying-{wife}": "unreachable"})

    typed = {
        "members-0-name": "高橋　薫",
        "members-0-kana": "タカハシ　カオル",
        "members-0-birth": "1993.7.16",
        "members-0-phone": "090-5555-6666",
    }
    desk.submit(desk.get("/desk/new"), "/desk/new", **typed)

    assert "090-5555-6666" in manager.get(f"/persons/{wife}").text
