"""The list of things to decide: every kind is found, decided, and gone; each role sees its own."""

from datetime import datetime, timedelta

import pytest

from tests.evacuees.support import inside, settle_town, stand_at
from victim_support.core.clock import JAPAN
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import Stay
from victim_support.evacuees.rules import StayKind
from victim_support.tasks.queries import KINDS
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.rules import AddressKind, PersonData, Protection, RegisterLink

NOON = datetime(2026, 7, 16, 12, tzinfo=JAPAN)


@pytest.fixture
def shelters(app):
    return settle_town(app)


@pytest.fixture
def manager(desk_of, shelters):
    return stand_at(desk_of("shelter_manager"), shelters[0])


@pytest.fixture
def guardian(desk_of, shelters):
    return stand_at(desk_of("hogo"), shelters[0])


def write(app, *people, protection=None):
    """Write people down; return their ids."""
    with inside(app), transaction():
        rows = [victims.create_person(data, household_id=None) for data in people]
        db.session.flush()
        for row in rows:
            if protection:
                victims.seal_person(row.id, protection)
        return [row.id for row in rows]


def listed(desk, kind):
    """Return the words of the list of one kind, without the page around it."""
    page = desk.get(f"/tasks?kind={kind}")
    assert page.status == 200
    return page.visible.partition("わかっていること")[2]


COMPLETE = PersonData(name="試験　太郎", kana="シケン　タロウ", address="名取市飯野坂1")
INCOMPLETE = {
    "unnamed": PersonData(tag_number="T-1"),
    "kana": PersonData(name="試験　花子", address="名取市飯野坂1"),
    "gaiji": PersonData(name="試験\ue000", kana="シケン", address="名取市飯野坂1"),
    "address": PersonData(name="試験　次郎", kana="シケン　ジロウ"),
}


@pytest.mark.parametrize("kind", INCOMPLETE)
def test_what_is_not_known_of_somebody_is_listed_until_it_is(kind, manager, app):
    person, _ = write(app, INCOMPLETE[kind], COMPLETE)
    before = manager.get("/tasks")

    with inside(app), transaction():
        victims.update_person(
            person, name="試験　花子", kana="シケン　ハナコ", address="名取市飯野坂9"
        )

    assert f"kind={kind}" in before.text
    assert str(person) in before.text
    assert str(person) not in manager.get("/tasks").text


def test_nobody_asks_for_the_address_of_who_has_none_or_tells_none(manager, app):
    write(
        app,
        *(
            PersonData(name="試験", kana="シケン", address_kind=kind)
            for kind in (AddressKind.NONE, AddressKind.REFUSED)
        ),
    )

    assert "いま確かめることはありません" in manager.get("/tasks?kind=address").visible


def test_the_oldest_of_a_kind_comes_first(desk_of, app, shelters, frozen):
    traveller = frozen(NOON)
    manager = stand_at(desk_of("shelter_manager"), shelters[0])
    write(app, PersonData(name="先", address="名取市飯野坂1"))
    traveller.shift(timedelta(minutes=5))
    write(app, PersonData(name="後", address="名取市飯野坂1"))

    words = listed(manager, "kana")

    assert words.index("先") < words.index("後")
    assert "12:00" in words
    assert "12:05" in words


def test_two_open_stays_are_listed_until_one_is_ended(manager, app, shelters):
    (person,) = write(app, COMPLETE)
    with inside(app), transaction() as session:
        for shelter in shelters:
            session.add(
                Stay(
                    scope=current_scopes().core,
                    id=new_id(),
                    person_id=person,
                    shelter_id=shelter,
                    kind=StayKind.SHELTER,
                    started_at=NOON,
                )
            )
    assert "試験 太郎" in listed(manager, "places")
    file = manager.get("/tasks.csv?kind=places").body.decode("utf-8-sig")
    assert "試験 太郎" in file.replace("\u3000", " ")
    pages = [manager.get(f"/rosters/{shelter}").visible for shelter in shelters]
    assert sorted("別の避難所で受付" in page for page in pages) == [False, True]
    assert sorted("合計 1人" in page for page in pages) == [False, True]

    with inside(app), transaction() as session:
        session.query(Stay).first().ended_at = NOON + timedelta(hours=1)

    assert listed(manager, "places") == ""


def test_a_protected_person_without_the_register_is_for_sealed_roles_only(manager, guardian, app):
    write(
        app, PersonData(name="秘密　静", kana="ヒミツ　シズ"), protection=Protection.HIDE_PRESENCE
    )
    write(app, PersonData(kana="ヒミツ　アヤ"), protection=Protection.HIDE_ADDRESS)

    assert manager.get("/tasks?kind=protected").status == 404
    assert "秘密" not in manager.get("/tasks").visible
    assert "ヒミツ" not in manager.get("/tasks").visible
    assert "秘密 静" in listed(guardian, "protected")
    for who in (manager, guardian):
        file = who.get("/tasks.csv").body.decode("utf-8-sig")
        assert not [name for name in ("秘密", "ヒミツ") if name in file]
    assert "ヒミツ アヤ" in listed(guardian, "protected")


@pytest.mark.parametrize("role", ["reception", "counter", "surveyor"])
def test_who_decides_nothing_has_no_such_page(role, desk_of, shelters):
    desk = desk_of(role)

    assert desk.get("/tasks").status == 403
    assert "/tasks" not in desk.get("/place").links


def test_who_judges_sees_what_waits_for_approval_and_no_person(desk_of, app, shelters):
    write(app, INCOMPLETE["kana"])
    judge = desk_of("judge")

    page = judge.get("/tasks")

    assert page.status == 200
    assert "試験" not in page.visible.partition("要確認")[2].replace("試験 judge", "")


def test_a_long_list_has_pages_and_tells_how_many(manager, app):
    write(app, *(PersonData(name=f"番号　{n:03}", address="名取市飯野坂1") for n in range(60)))

    first, second = manager.get("/tasks?kind=kana"), manager.get("/tasks?kind=kana&page=2")

    assert "フリガナのない方 60" in first.visible
    assert "番号 059" not in first.visible
    assert "番号 059" in second.visible


def test_a_kind_that_is_none_is_no_page(manager):
    assert manager.get("/tasks?kind=nothing").status == 404


def test_kinds_have_different_keys():
    assert len({kind.key for kind in KINDS}) == len(KINDS)


def test_who_may_be_in_the_register_is_compared_with_it(manager, app):
    (person,) = write(app, PersonData(name="佐藤　健太", kana="サトウ　ケンタ"))
    with inside(app), transaction():
        victims.update_person(person, register_link=RegisterLink.REVIEW)
    assert "佐藤 健太" in listed(manager, "register")

    page = manager.get(f"/persons/{person}/identify")
    manager.submit(page, f"/persons/{person}/identify", number="1003")

    assert listed(manager, "register") == ""
    with inside(app):
        row = db.session.query(Person).filter_by(id=person).one()
        assert (row.register_number, str(row.birth_date)) == ("1003", "1985-06-03")


def test_on_the_record_somebody_says_that_there_is_no_address(manager, app):
    (person,) = write(app, INCOMPLETE["address"])
    page = manager.get(f"/persons/{person}")

    manager.submit(page, f"/persons/{person}", address_kind="none")

    assert listed(manager, "address") == ""


def test_a_counter_may_read_a_record(desk_of, app, shelters):
    (person,) = write(app, COMPLETE)

    page = stand_at(desk_of("counter"), shelters[0]).get(f"/persons/{person}")

    assert page.status == 200
    assert "シケン" in page.visible
