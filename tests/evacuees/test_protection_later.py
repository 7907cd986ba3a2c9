"""DV等支援措置 that is known only after somebody was received: nothing of it stays open."""

import io
import re
from datetime import date

import pytest

from tests.evacuees.support import (
    HEADERS,
    ROWS,
    came,
    inside,
    open_household,
    register,
    stand_at,
)
from victim_support.core.db import db
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.evacuees import documents, queries
from victim_support.evacuees.models import Group, Stay
from victim_support.journal.models import Op
from victim_support.residents.services import import_residents
from victim_support.victims.models import (
    PERSON_INDEX,
    SEALED_INDEX,
    Answer,
    Person,
    Statement,
    household_id_of,
)

PHONE = "090-1111-2222"


@pytest.fixture
def received(desk):
    """Receive a household of one whom the register does not protect; return the person's id."""
    page = open_household(desk, "suka")
    person = came(page)[0]
    register(desk, page, came=[person], phone=PHONE, **{f"family-{person}": "no"})
    return person


def flag(app, *numbers):
    """Import the register again, with more people protected."""
    rows = [f"{row}1" if row.startswith(numbers) else row for row in ROWS]
    content = "\n".join((HEADERS, *rows)).encode()
    with inside(app):
        import_residents(io.BytesIO(content), file_name="register.csv", imported_by="試験")


def scopes_of(model):
    """Return in which scopes the living rows of a model lie."""
    rows = db.session.query(model).filter_by(is_withdrawn=False)
    return {row.scope.rsplit("/")[-1] for row in rows}


def test_a_new_flag_in_the_register_seals_who_is_here_already(received, manager, app):
    assert "スカルノ" in manager.post("/presence", {"text": "suka"}).visible

    flag(app, "1031")

    assert manager.get(f"/persons/{received}").status == 404
    assert "スカルノ" not in manager.post("/presence", {"text": "suka"}).visible
    with inside(app):
        assert [scopes_of(model) for model in (Stay, Group, Answer)] == [{"sealed"}] * 3


def test_protecting_twice_loses_no_answer(received, desk_of, shelters, app):
    flag(app, "1031")
    elsewhere = stand_at(desk_of("reception"), shelters[1])
    page = open_household(elsewhere, "suka")

    register(elsewhere, page, came=[received])

    with inside(app):
        answers = db.session.query(Answer).filter_by(is_withdrawn=False).all()
        assert [str(answer.value) for answer in answers] == ["no"]
        assert [stay.ended_at is None for stay in _stays()] == [False, True]


def test_who_is_protected_is_not_named_as_the_one_who_told(desk, manager, app):
    flag(app, "1041")
    page = open_household(desk, "takahashi")
    husband, wife, _child = came(page)

    register(desk, page, came=[husband], phone=PHONE, **{f"saying-{wife}": "rescue"})
    listed = manager.get("/rescue")

    assert "薫" in listed.visible
    assert "高橋 実" not in listed.visible
    with inside(app):
        said = db.session.query(Statement).one()
        assert "実" not in (said.informant or "")
        assert said.shelter_id is None


def test_a_hidden_telephone_is_not_the_one_of_the_group(received, manager, shelters, app):
    manager.post(f"/persons/{received}/protection", {"protection": "hide_address"})

    with inside(app):
        roster = queries.list_roster(shelters[0], view(Audience.PAPER, Purpose.PRESENCE))
        rows = [documents._row(line) for line in roster.lines]
        assert [(row["name"], row["phone"]) for row in rows] == [("スカルノ", "")]
        assert [group.contact_phone for group in db.session.query(Group)] == [None]
        sealed = [row for row in db.session.query(Person) if row.scope.endswith("sealed")]
        assert [row.phone for row in sealed] == [PHONE]


@pytest.mark.parametrize("text", ["高柳", "2222"])
def test_a_hidden_address_is_not_confirmed_by_searching_it(received, manager, text):
    manager.post(f"/persons/{received}/protection", {"protection": "hide_address"})

    assert "スカルノ" not in manager.post("/presence", {"text": text}).visible
    assert "スカルノ" in manager.post("/presence", {"text": "suka"}).visible


def test_a_hidden_address_is_not_read_from_what_was_told(desk, manager, app):
    page = open_household(desk, "takahashi")
    husband, wife, _child = came(page)
    register(desk, page, came=[husband], **{f"saying-{wife}": "rescue"})

    manager.post(f"/persons/{wife}/protection", {"protection": "hide_address"})

    assert "高柳" not in manager.get(f"/persons/{wife}").visible
    with inside(app):
        assert scopes_of(Statement) == {"sealed"}


def test_a_household_with_protected_people_only_answers_as_nobodys(desk, app):
    page = open_household(desk, "watanabe")
    register(desk, page, came=came(page))
    with inside(app):
        hers, nobodys = household_id_of("503"), household_id_of("504")

    answers = [desk.post("/desk/household", {"household": f"h:{each}"}) for each in (hers, nobodys)]

    assert [answer.status for answer in answers] == [404, 404]
    assert len({re.sub(r"\b[0-9A-Z]{8}\b|\d\d:\d\d", "", each.visible) for each in answers}) == 1


def test_a_protection_is_not_taken_back_by_undo(received, manager, app):
    manager.post(f"/persons/{received}/protection", {"protection": "hide_presence"})
    with inside(app):
        txn = _last_action()

    answer = manager.post(f"/undo/{txn}", follow=True)

    assert "取り消せる操作がありません" in answer.visible
    assert manager.get(f"/persons/{received}").status == 404


def test_what_a_guardian_changed_meanwhile_is_not_shown_to_who_clashes(
    received, desk, manager, guardian
):
    path = f"/persons/{received}"
    manager.post(f"{path}/protection", {"protection": "hide_address"})
    opened = desk.get(path)
    guardian.submit(guardian.get(path), path, address="名取市かくれ町9-9")

    clash = desk.submit(opened, path, address="名取市別1")

    assert clash.status == 409
    assert "（本部に確認）" in clash.visible
    assert "かくれ町" not in clash.visible + clash.text
    assert "高柳" not in clash.visible + clash.text


def test_who_corrects_while_somebody_protects_keeps_what_was_typed(received, desk, manager):
    path = f"/persons/{received}"
    opened = desk.get(path)
    manager.post(f"{path}/protection", {"protection": "hide_address"})

    answer = desk.submit(opened, path, name_note="左の腕に包帯")

    assert answer.status == 422
    assert "左の腕に包帯" in answer.text
    assert "先にほかの人が変えています" in answer.visible


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 403), ("judge", 403), ("counter", 200), ("hq", 200)]
)
def test_the_history_of_a_record_is_read_by_who_may_read_the_record(
    received, desk_of, role, status
):
    assert desk_of(role).get(f"/history/persons/{received}").status == status


def _last_action():
    return db.session.query(Op).order_by(Op.lsn.desc()).first().txn


def _stays():
    return sorted(
        db.session.query(Stay).filter_by(is_withdrawn=False), key=lambda stay: stay.started_at
    )


def test_nothing_of_who_was_typed_in_and_protected_later_stays_open(
    desk, manager, guardian, shelters, app
):
    page = desk.get("/desk/new")
    typed = {
        "members-0-name": "架空　ひとみ",
        "members-0-kana": "カクウ　ヒトミ",
        "members-0-town": "ひみつ町",
        "members-0-phone": PHONE,
    }
    desk.submit(page, "/desk/new", **typed)
    found = manager.post("/presence", {"text": "ひとみ"})
    path = "/persons/" + found.text.split("/persons/")[1][:36]

    manager.post(f"{path}/protection", {"protection": "hide_presence"})

    with inside(app):
        rows = [row for model in (Person, Stay, Group) for row in db.session.query(model)]
        core = "".join(str(vars(row)) for row in rows if row.scope.endswith("/core"))
        assert not any(each in core for each in ("ひとみ", "ヒトミ", "ひみつ町", PHONE))
        assert str(shelters[0]) not in core
        connection = db.session.connection()
        hits = [
            index.find(connection, "ヒトミ", today=date(2026, 7, 15), limit=5).total
            for index in (PERSON_INDEX, SEALED_INDEX)
        ]
        assert hits == [0, 1]
    for text in ("ひとみ", "カクウ", "1111"):
        assert path not in manager.post("/presence", {"text": text}).text
        assert "見つかりません" in desk.post("/desk/search", {"text": text}).visible
    assert path in guardian.post("/presence", {"text": "ひとみ"}).text


def test_who_told_at_the_desk_and_is_protected_later_is_named_no_more(desk, manager, app):
    page = open_household(desk, "takahashi")
    husband, wife, _child = came(page)
    register(desk, page, came=[husband], **{f"saying-{wife}": "rescue"})
    before = manager.get("/rescue").visible

    flag(app, "1041")

    assert "高橋 実" in before
    listed = manager.get("/rescue").visible
    assert "高橋 実" not in listed
    assert "薫" in listed
    assert "（本部に確認）（一緒に来た人）" in listed
    with inside(app):
        assert db.session.query(Statement).one().shelter_id is None
