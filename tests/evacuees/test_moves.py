"""Somebody who is received elsewhere: told before and after, never refused, never silent."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.evacuees.support import came, inside, open_household, register, stand_at
from tests.prepared import DISASTER
from victim_support.core.db import db, transaction
from victim_support.disasters.queries import get_disaster
from victim_support.disasters.services import close_disaster
from victim_support.evacuees.models import Stay
from victim_support.evacuees.rules import LeavingReason, StayKind
from victim_support.evacuees.services import Reception, receive_again
from victim_support.shelters.queries import get_shelter
from victim_support.shelters.services.operation import close_shelter
from victim_support.victims.queries import list_people

ELSEWHERE = "別の避難所に受付があります"


@pytest.fixture
def clerk(desk_of, shelters):
    """Return the desk of somebody in the second shelter who may not read where people are."""
    return stand_at(desk_of("reception"), shelters[1])


@pytest.fixture
def chief(desk_of, shelters):
    """Return the desk of the manager of the second shelter."""
    return stand_at(desk_of("shelter_manager"), shelters[1])


@pytest.fixture
def received(desk):
    """Receive one at the first shelter; return the id."""
    page = open_household(desk, "suka")
    register(desk, page, came=came(page))
    return came(page)[0]


def test_the_hit_and_the_form_tell_before(received, desk, clerk, chief):
    assert ELSEWHERE in clerk.post("/desk/search", {"text": "suka"}).visible
    assert f"{ELSEWHERE}（上郷小学校）" in chief.post("/desk/search", {"text": "suka"}).visible
    assert "上郷小学校" not in clerk.post("/desk/search", {"text": "suka"}).visible

    opened = open_household(clerk, "suka")

    assert f"{ELSEWHERE}（受け付けると移動になります）" in opened.visible
    own = desk.post("/desk/search", {"text": "suka"}).visible
    assert "受付済" in own
    assert ELSEWHERE not in own


def test_the_result_tells_after_and_the_time_line_shows_it(received, chief, app):
    page = open_household(chief, "suka")

    saved = register(chief, page, came=[received])

    assert "スカルノ さんは別の避難所（上郷小学校）からの移動として記録しました" in saved.visible
    line = chief.get(f"/persons/{received}").visible
    assert "（上郷小学校から移動）" in line
    assert "別の避難所へ" in line
    with inside(app):
        assert [stay.ended_at is None for stay in db.session.query(Stay).order_by("id")] == [
            False,
            True,
        ]


def test_what_is_written_down_late_moves_nobody_back(received, app, shelters):
    with inside(app), transaction():
        (here,) = db.session.query(Stay)
        reception = Reception(
            shelter_id=shelters[1], at=here.started_at - timedelta(hours=5), kind=StayKind.SHELTER
        )
        receive_again(reception=reception, people=list_people([UUID(received)]))

    with inside(app):
        earlier, here = db.session.query(Stay).order_by(Stay.started_at)
        assert (here.shelter_id, here.ended_at) == (shelters[0], None)
        assert (earlier.ended_at, earlier.reason) == (
            here.started_at,
            LeavingReason.OTHER_SHELTER,
        )


def test_who_may_not_read_places_is_told_without_the_name(received, clerk):
    saved = register(clerk, open_household(clerk, "suka"), came=[received])

    assert "別の避難所からの移動として記録しました" in saved.visible
    assert "上郷小学校" not in saved.visible
    assert "（別の避難所から移動）" in clerk.get(f"/persons/{received}").visible


def test_another_place_to_sleep_in_the_same_shelter_is_no_move(received, desk, app):
    saved = register(desk, open_household(desk, "suka"), came=[received], kind="car")

    assert "移動として" not in saved.visible
    with inside(app):
        reasons = {stay.reason for stay in db.session.query(Stay)}
        assert reasons == {"changed", None}


@pytest.mark.parametrize("login_name", ["reception", "shelter_manager", "hogo"])
def test_of_a_protected_person_no_place_is_named_and_to_others_nothing(
    desk, desk_of, shelters, login_name
):
    page = open_household(desk, "watanabe")
    register(desk, page, came=came(page))
    elsewhere = stand_at(desk_of(login_name), shelters[1])

    found = elsewhere.post("/desk/search", {"text": "watanabe"})
    saved = register(elsewhere, open_household(elsewhere, "watanabe"), came=came(page))

    assert "上郷小学校" not in found.visible + saved.visible
    assert (ELSEWHERE in found.visible) == (login_name == "hogo")
    assert ("移動として" in saved.visible) == (login_name == "hogo")


def test_a_closed_shelter_and_an_ended_disaster_warn_and_refuse_nothing(desk, shelters, app):
    with inside(app), transaction(reason="試験"):
        close_shelter(get_shelter(shelters[0]))
        close_disaster(get_disaster(DISASTER))

    page = open_household(desk, "suka")
    saved = register(desk, page, came=came(page))

    for shown in (desk.get("/desk"), desk.get("/desk/group"), desk.get("/desk/unnamed"), saved):
        assert "この避難所は「閉鎖」です" in shown.visible
        assert "この災害の対応は「終了」です" in shown.visible
    assert "スカルノ さん を受け付けました" in saved.visible


def test_an_open_shelter_in_an_open_disaster_warns_of_nothing(desk):
    assert "合っているか確かめて" not in desk.get("/desk").visible
