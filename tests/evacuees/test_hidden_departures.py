"""Protected people leave, too: nothing is lost, and the desk learns nothing by recording it."""

import re

import pytest

from tests.evacuees.support import came, inside, open_household, register
from tests.prepared import SCOPES
from victim_support.core.db import db, transaction
from victim_support.evacuees.models import Departure, Stay
from victim_support.evacuees.services import lift_protection
from victim_support.victims.models import Person

PLACE, PHONE = "仙台市ひみつ町7", "022-000-9999"


@pytest.fixture
def hidden(desk):
    """Receive a household that the register hides; return the mother's id."""
    page = open_household(desk, "watanabe")
    register(desk, page, came=came(page))
    return came(page)[0]


def tell(desk, name):
    """Record the leaving of somebody who is not found; return the page of the search and after."""
    found = desk.post("/desk/leaving/search", {"text": name})
    path = "/desk/leaving/unfound"
    values = {"act": "leave", "reason": "relatives"}
    values |= {"destination": PLACE, "destination_phone": PHONE}
    return found, desk.submit(found, path, follow=True, **values)


def core_values(model):
    rows = db.session.query(model).filter_by(scope=SCOPES.core)
    return [str(vars(row)) for row in rows]


def test_the_desk_records_that_she_left_and_reads_nothing_back(
    hidden, desk, manager, shelters, app
):
    before = manager.get(f"/rosters/{shelters[0]}").visible
    found, told = tell(desk, "渡邉　静香")
    _nobody_found, nobody_told = tell(desk, "架空　無子")

    assert "1人 の退所の申し出を記録しました" in told.visible
    assert _plain(told) == _plain(nobody_told)
    assert PLACE not in told.text + found.text
    with inside(app):
        assert {row.scope for row in db.session.query(Departure)} == {SCOPES.sealed}
        assert db.session.query(Stay).filter(Stay.ended_at.is_not(None)).count() == 0
    after = manager.get(f"/rosters/{shelters[0]}").visible
    assert after.split("合計")[1][:4] == before.split("合計")[1][:4]


def test_who_holds_the_seal_ends_the_stay_as_of_the_time_she_left(
    hidden, desk, guardian, manager, shelters, app
):
    tell(desk, "わたなべ　しずか")

    page = guardian.get("/sealed-tasks")
    action = next(form.action for form in page.forms if "/settle" in form.action)
    stay = page.text.split('name="stay" value="')[1][:36]
    done = guardian.post(action, {"stay": stay}, follow=True)

    assert PLACE in page.visible
    assert "静香 38歳 の退所にする" in page.visible
    assert "退所にしました" in done.visible
    with inside(app):
        ended = db.session.query(Stay).filter(Stay.ended_at.is_not(None)).one()
        told = db.session.query(Departure).one()
        assert (str(ended.person_id), ended.scope) == (hidden, SCOPES.sealed)
        assert (ended.ended_at, ended.destination) == (told.left_at, PLACE)
    assert "氏名なし 1人" in manager.get(f"/rosters/{shelters[0]}").visible
    assert PLACE in guardian.get(f"/persons/{hidden}").visible


def test_a_departure_of_nobody_is_closed_with_a_reason(desk, guardian):
    tell(desk, "架空　無子")
    page = guardian.get("/sealed-tasks")
    action = next(form.action for form in page.forms if "/settle" in form.action)

    empty = guardian.post(action, {"how": " "}, follow=True)
    closed = guardian.post(action, {"how": "見学の方だった"}, follow=True)
    late = guardian.post(action, {"how": "もう一度"}, follow=True)

    assert "似た氏名の方はいません" in page.visible
    assert "合わせない理由を入れてください" in empty.visible
    assert "合わせないことにしました" in closed.visible
    assert "架空 無子" not in closed.visible
    assert "先にほかの方が決めています" in late.visible


def test_what_was_told_needs_a_name_and_is_taken_back_by_who_told_it(desk, guardian):
    page = desk.get("/desk/leaving/unfound")
    refused = desk.submit(page, "/desk/leaving/unfound", name="", destination="どこか")
    _found, told = tell(desk, "架空　無子")
    undo = next(form.action for form in told.forms if form.action.startswith("/undo/"))

    desk.submit(told, undo)

    assert refused.status == 422
    assert dict(refused.form("/desk/leaving/unfound").fields)["destination"] == "どこか"
    assert "架空" not in guardian.get("/sealed-tasks").visible


@pytest.mark.parametrize("is_protected_first", [True, False])
def test_where_somebody_with_a_hidden_address_went_is_sealed(
    desk, manager, guardian, app, is_protected_first
):
    page = open_household(desk, "suka")
    person = came(page)[0]
    register(desk, page, came=[person])
    acts = [lambda: _protect(manager, person), lambda: _leave(desk)]
    for act in acts if is_protected_first else reversed(acts):
        act()

    with inside(app):
        assert not any(PLACE in row or PHONE in row for row in core_values(Stay))
        stay = db.session.query(Stay).one()
        assert (stay.reason, stay.destination, stay.scope) == ("other", None, SCOPES.core)
    seen = manager.get(f"/persons/{person}")
    assert PLACE not in seen.text
    assert "親戚" not in seen.visible
    assert f"親戚・知人宅へ: {PLACE} {PHONE}" in guardian.get(f"/persons/{person}").visible


def test_lifting_tells_where_she_went_again(desk, manager, guardian, app):
    page = open_household(desk, "suka")
    person = came(page)[0]
    register(desk, page, came=[person])
    _leave(desk)
    _protect(manager, person)

    with inside(app), transaction(reason="試験"):
        only = db.session.query(Person.id).filter_by(scope=SCOPES.core).scalar()
        lift_protection(only)

    assert f"親戚・知人宅へ: {PLACE}" in manager.get(f"/persons/{person}").visible


def _protect(manager, person):
    manager.post(f"/persons/{person}/protection", {"protection": "hide_address"})


def _leave(desk):
    found = desk.post("/desk/leaving/search", {"text": "suka"})
    stay = found.text.split('name="stay" value="')[1].split('"')[0]
    page = desk.post("/desk/leaving/open", {"stay": stay})
    values = {"act": "leave", "reason": "relatives"}
    values |= {"destination": PLACE, "destination_phone": PHONE}
    desk.submit(page, "/desk/leaving", **values)


def _plain(page):
    return re.sub(r"(csrf_token\" value=|/undo/)[^\s]*|\d\d:\d\d", "", page.text)
