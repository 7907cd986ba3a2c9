"""Messages (伝言): found for whom they are at each reading, handed over where nobody else reads."""

import re

import pytest

from tests.evacuees.support import inside
from tests.safety.support import ICHIRO, SHIZUKA, ask, receive
from victim_support.core.db import db
from victim_support.safety.models import Delivery

WORDS = "おばあさんは無事です"


def hand_over(desk, name):
    page = desk.get("/messages")
    path = next(form.action for form in page.forms if form.action.endswith("/delivered"))
    person = page.text.split('name="person" value="')[1][:36]
    assert name in page.visible
    return desk.submit(page, path, follow=True, person=person, reply="ありがとう")


def test_a_message_finds_its_receiver_when_she_comes(desk, desk_of):
    ask(desk_of("counter"), text=WORDS, **ICHIRO)
    before = desk.get("/messages").visible

    receive(desk, "satou")
    after = desk.get("/messages").visible

    assert WORDS in before
    assert "渡す相手はまだ見つかっていません" in before
    assert "佐藤 一郎" in after
    assert "名前のほかも一致" in after


def test_handing_over_is_kept_and_takes_it_off_the_list(desk, desk_of, app):
    ask(desk_of("counter"), text=WORDS, **ICHIRO)
    receive(desk, "satou")

    page = hand_over(desk, "一郎")

    assert WORDS not in page.visible
    with inside(app):
        assert db.session.query(Delivery).one().reply == "ありがとう"


@pytest.mark.parametrize("role", ["reception", "shelter_manager", "hq"])
def test_a_message_for_a_protected_person_waits_like_one_for_nobody(desk, desk_of, role):
    ask(desk_of("counter"), text=WORDS, **SHIZUKA)
    before = _words(desk_of(role).get("/messages"))

    receive(desk, "watanabe")

    assert _words(desk_of(role).get("/messages")) == before


def test_who_may_hands_it_to_her_and_nobody_else_sees_it(desk, guardian, desk_of, app):
    ask(desk_of("counter"), text=WORDS, **SHIZUKA)
    receive(desk, "watanabe")

    hand_over(guardian, "静香")

    assert WORDS not in guardian.get("/messages").visible
    assert WORDS in desk.get("/messages").visible
    with inside(app):
        assert db.session.query(Delivery).one().scope.endswith("/sealed")


def test_protecting_her_later_seals_that_she_was_given_one(desk, manager, desk_of, app):
    ask(desk_of("counter"), text=WORDS, name="スカルノ", birth="1990/5/14")
    (her,) = receive(desk, "suka")
    hand_over(desk, "スカルノ")

    manager.post(f"/persons/{her}/protection", {"protection": "hide_presence"})

    assert WORDS in manager.get("/messages").visible
    with inside(app):
        open_, sealed = db.session.query(Delivery).order_by(Delivery.scope)
        assert (open_.person_id, open_.message_id, open_.reply) == (None, None, None)
        assert sealed.person_id is not None


def test_nobody_is_handed_a_message_who_is_not_called_so(desk, desk_of, app):
    ask(desk_of("counter"), text=WORDS, **ICHIRO)
    (other,) = receive(desk, "suka")
    receive(desk, "satou")
    page = desk.get("/messages")
    path = next(form.action for form in page.forms if form.action.endswith("/delivered"))

    refused = desk.submit(page, path, follow=True, person=str(other))

    assert "渡した方を選んでください" in refused.visible
    with inside(app):
        assert db.session.query(Delivery).count() == 0


def _words(page):
    return re.sub(r"\d\d:\d\d", "", page.visible)
