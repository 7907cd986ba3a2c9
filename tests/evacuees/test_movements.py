"""Leaving, going out, coming back, the roll call, and who has to be called."""

from uuid import UUID

import pytest

from tests.evacuees.support import came, inside, open_household, register
from victim_support.core.db import db, transaction
from victim_support.evacuees.models import Stay
from victim_support.shelters.models import HeadCount


@pytest.fixture
def received(desk):
    page = open_household(desk, "taka")
    return register(desk, page, came=came(page))


def open_leaving(desk, text):
    found = desk.post("/desk/leaving/search", {"text": text})
    stay = found.text.split('name="stay" value="')[1].split('"')[0]
    return desk.post("/desk/leaving/open", {"stay": stay})


def stays_on(page):
    return [part.split('"')[0] for part in page.text.split('name="stay" value="')[1:]]


def test_one_leaves_and_the_others_stay(desk, received, app):
    page = open_leaving(desk, "高橋 実")

    unsaid = desk.submit(page, "/desk/leaving", reason="relatives", destination="仙台")
    left = desk.submit(unsaid, "/desk/leaving", follow=True, act="leave")

    assert (unsaid.status, "のどれかを選んでください" in unsaid.visible) == (422, True)
    assert "高橋 実 さん 退所にしました" in left.visible
    with inside(app):
        ended = db.session.query(Stay).filter(Stay.ended_at.is_not(None)).one()
        assert (ended.reason, ended.destination) == ("relatives", "仙台")


def test_not_told_is_the_reason_that_is_always_accepted(desk, received, app):
    page = open_leaving(desk, "takahashi")

    desk.submit(page, "/desk/leaving", follow=True, act="leave", stay=stays_on(page))

    with inside(app):
        reasons = {stay.reason for stay in db.session.query(Stay)}
        assert reasons == {"not_told"}


def test_somebody_out_is_no_departure_and_comes_back(desk, received, app):
    page = open_leaving(desk, "高橋 薫")
    desk.submit(page, "/desk/leaving", follow=True, act="out", destination="21時")

    out = desk.post("/presence", {"text": "高橋 薫"})
    page = open_leaving(desk, "高橋 薫")
    desk.submit(page, "/desk/leaving", follow=True)

    assert "外出中" in out.visible
    assert dict(page.form("/desk/leaving").fields)["act"] == "back"
    with inside(app):
        assert {(stay.ended_at, stay.away_since) for stay in db.session.query(Stay)} == {
            (None, None)
        }


def test_undo_brings_those_who_left_back(desk, received, app):
    page = open_leaving(desk, "takahashi")
    left = desk.submit(page, "/desk/leaving", follow=True, act="leave")
    undo = next(form.action for form in left.forms if form.action.startswith("/undo/"))

    desk.submit(left, undo, follow=True)

    with inside(app):
        assert {stay.ended_at for stay in db.session.query(Stay)} == {None}


def test_leaving_twice_by_the_same_form_is_one_departure(desk, received, app):
    page = open_leaving(desk, "takahashi")
    data = page.form("/desk/leaving").values(act="leave")

    first = desk.post("/desk/leaving", data, csrf=False)
    second = desk.post("/desk/leaving", data, csrf=False)

    assert first.location == second.location


def test_who_left_already_is_told_to_have_left(desk, received):
    page = open_leaving(desk, "takahashi")
    late = page.form("/desk/leaving").values(idempotency_key="k" * 20, act="leave")
    desk.submit(page, "/desk/leaving", act="leave")

    answer = desk.post("/desk/leaving", late, csrf=False, follow=True)

    assert "すでに退所になっています" in answer.visible


def test_a_roll_call_ends_who_was_not_ticked_in_one_act(desk, manager, received, app):
    page = manager.get("/desk/roll-call")
    listed = [value for name, value in page.form("/desk/roll-call").fields if name == "listed"]

    done = manager.submit(page, "/desk/roll-call", follow=True, present=listed[:1], people="12")

    assert "行き先のわからない方" in done.visible
    assert "点呼で不在（行き先不明）" in done.visible
    with inside(app):
        ended = [stay for stay in db.session.query(Stay) if stay.ended_at]
        assert {stay.reason for stay in ended} == {"roll_call"}
        assert len(ended) == 2
        assert db.session.query(HeadCount).one().count == 12


def test_a_roll_call_can_be_taken_back_as_a_whole(manager, received, app):
    page = manager.get("/desk/roll-call")
    done = manager.submit(page, "/desk/roll-call", follow=True, present=None, people="3")
    undo = next(form.action for form in done.forms if form.action.startswith("/undo/"))

    manager.submit(done, undo, follow=True)

    with inside(app):
        assert {stay.ended_at for stay in db.session.query(Stay)} == {None}
        assert db.session.query(HeadCount).filter_by(is_withdrawn=False).count() == 0


def test_who_arrived_after_the_list_was_printed_is_left_alone(manager, received, desk, app):
    page = manager.get("/desk/roll-call")
    late = open_household(desk, "suka")
    register(desk, late, came=came(late))

    manager.submit(page, "/desk/roll-call", follow=True, present=None)

    with inside(app):
        assert [stay.ended_at for stay in db.session.query(Stay)].count(None) == 1


def test_the_list_to_call_forgets_who_appears_again(manager, desk, received):
    page = manager.get("/desk/roll-call")
    manager.submit(page, "/desk/roll-call", follow=True, present=None)
    household = open_household(desk, "taka")

    register(desk, household, came=came(household, 0))
    left = manager.get("/desk/untraced")

    assert "高橋 薫" in left.visible
    assert "高橋 実" not in left.visible


@pytest.mark.parametrize("typed", ["25:00", "とき", ""])
def test_a_roll_call_without_a_time_is_refused_and_ends_nobody(manager, received, app, typed):
    page = manager.get("/desk/roll-call")

    refused = manager.submit(page, "/desk/roll-call", held_at=typed)

    assert refused.status == 422
    with inside(app):
        assert {stay.ended_at for stay in db.session.query(Stay)} == {None}


def test_who_is_out_is_not_ticked_and_stays_out(manager, received, app):
    with inside(app), transaction():
        stays = db.session.query(Stay).order_by(Stay.id).all()
        stays[0].away_since = stays[0].started_at
        out = str(stays[0].id)
    page = manager.get("/desk/roll-call")
    fields = page.form("/desk/roll-call").fields
    present = [value for name, value in fields if name == "present"]
    assert out not in present
    assert len(present) == 2

    manager.submit(page, "/desk/roll-call", follow=True)

    with inside(app):
        stay = db.session.query(Stay).filter_by(id=UUID(out)).one()
        assert stay.away_since is not None
        assert stay.ended_at is None


def test_ticks_stay_when_a_roll_call_is_refused(manager, received):
    page = manager.get("/desk/roll-call")

    answer = manager.submit(page, "/desk/roll-call", present=None, held_at="25:00")

    assert answer.status == 422
    assert [name for name, _ in answer.form("/desk/roll-call").fields if name == "present"] == []
