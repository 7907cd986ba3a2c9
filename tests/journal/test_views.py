"""The history page and the undo button, as a person at a desk meets them."""

import re
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from tests.prepared import SCOPES
from victim_support.accounts.models import Staff
from victim_support.core.actor import acting
from victim_support.core.db import current_write, db, reading, transaction
from victim_support.core.ids import new_id
from victim_support.core.scopes import using_scopes
from victim_support.victims.models import Person


@contextmanager
def inside(app):
    """Work in the ledger; pages are fetched outside, each with a context of its own."""
    with app.app_context(), using_scopes(SCOPES):
        yield
        db.session.remove()


@pytest.fixture
def register(app):
    """Return a function: login name → id of a new person, and the transaction."""

    def make(login_name, scope=SCOPES.core, person_id=None):
        with inside(app), acting(id_of(login_name)), transaction(reason="受付") as session:
            person = Person(scope=scope, id=person_id or new_id(), name="架空 太郎", phone="000")
            session.add(person)
            return person.id, current_write().id

    return make


@pytest.fixture
def is_withdrawn(app):
    def look(person_id):
        with inside(app):
            return db.session.get_one(Person, (SCOPES.core, person_id)).is_withdrawn

    return look


def id_of(login_name):
    with reading() as session:
        return session.scalars(select(Staff.id).where(Staff.login_name == login_name)).one()


def test_a_record_has_a_history_page(app, register, desk_of):
    person_id, _ = register("hq")
    with inside(app), acting(id_of("counter")), transaction(reason="訂正") as session:
        session.get_one(Person, (SCOPES.core, person_id)).phone = "111"

    page = desk_of("shelter_manager").get(f"/history/persons/{person_id}")

    assert page.status == 200
    for words in ("受付", "訂正", "試験 hq", "試験 counter", "架空 太郎", "000", "111"):
        assert words in page.visible


def test_the_history_of_a_sealed_person_is_not_there_for_others(register, desk_of):
    person_id, _ = register("hq", SCOPES.sealed)
    register("hq", SCOPES.core, person_id)

    assert desk_of("hq").get(f"/history/persons/{person_id}").status == 404
    assert desk_of("hogo").get(f"/history/persons/{person_id}").status == 200


def test_nothing_and_protected_answer_alike(register, desk_of):
    person_id, _ = register("hq", SCOPES.sealed)
    desk = desk_of("hq")

    pages = [desk.get(f"/history/persons/{each}") for each in (person_id, new_id())]

    words = {re.sub(r"番号 \w{8}", "", page.visible) for page in pages}
    assert len(words) == 1
    assert len({(page.status, len(page.body)) for page in pages}) == 1


@pytest.mark.parametrize("path", ["/history/nothing/{}", "/history/ops/{}", "/history/persons/{}"])
def test_what_is_not_there_is_not_found(desk_of, path):
    assert desk_of("hq").get(path.format(new_id())).status == 404


def test_reception_does_not_read_histories(register, desk_of):
    person_id, _ = register("hq")

    assert desk_of("reception").get(f"/history/persons/{person_id}").status == 403


def test_the_author_takes_an_action_back(register, is_withdrawn, desk_of):
    person_id, txn = register("reception")
    desk = desk_of("reception")

    answer = desk.post(f"/undo/{txn}?back=/")

    assert (answer.status, answer.location) == (302, "/")
    assert is_withdrawn(person_id)


def test_nobody_else_does(register, is_withdrawn, desk_of):
    person_id, txn = register("reception")

    desk_of("hq").post(f"/undo/{txn}")

    assert not is_withdrawn(person_id)


def test_the_history_page_offers_undo_to_the_author_of_the_last_action(
    register, is_withdrawn, desk_of
):
    person_id, txn = register("hq")
    desk = desk_of("hq")
    page = desk.get(f"/history/persons/{person_id}")

    answer = desk.submit(page, f"/undo/{txn}?back=/history/persons/{person_id}")

    assert answer.location == f"/history/persons/{person_id}"
    assert is_withdrawn(person_id)
    undo_links = [form.action for form in desk_of("counter").get(answer.location).forms]
    assert not any("/undo/" in action for action in undo_links)


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "/\\example.org", ""])
def test_the_way_back_never_leaves_the_program(register, desk_of, back):
    _, txn = register("hq")

    answer = desk_of("hq").post(f"/undo/{txn}", query_string={"back": back})

    assert answer.location == "/"


def test_a_get_takes_nothing_back(register, desk_of):
    _, txn = register("hq")

    assert desk_of("hq").get(f"/undo/{txn}").status == 405


def test_an_older_action_is_refused_with_the_reason(register, is_withdrawn, desk_of):
    person_id, old = register("reception")
    register("reception")

    answer = desk_of("reception").post(f"/undo/{old}", follow=True)

    assert "ご自分の最後の操作だけ" in answer.visible
    assert not is_withdrawn(person_id)
