"""Two editions of the four questions: natural disasters, and 国民保護 by the disaster's kind."""

import pytest

from tests.evacuees.support import came, inside, open_household, register
from tests.prepared import DISASTER
from victim_support.core.db import db
from victim_support.victims.models import Answer


@pytest.fixture
def set_kinds(desk_of):
    """Return a function that corrects the kind of the current disaster."""

    def correct(*kinds):
        path, hq = f"/disasters/{DISASTER}/edit", desk_of("hq")
        assert hq.submit(hq.get(path), path, kinds=list(kinds)).status in (302, 303)

    return correct


@pytest.fixture
def answered(desk):
    """Receive a household; the first says yes to the wall, the second no; return their ids."""

    def say():
        page = open_household(desk, "satou")
        yes, no, *_ = came(page)
        fields = {f"wall-{yes}": "yes", f"own-{yes}": "1", f"wall-{no}": "no"}
        register(desk, page, came=came(page), **fields)
        return yes, no

    return say


def editions(app):
    with inside(app):
        return sorted((answer.edition, answer.value) for answer in db.session.query(Answer))


def test_the_kind_of_the_disaster_chooses_the_edition_that_answers_keep(
    set_kinds, answered, manager, shelters, app
):
    set_kinds("armed_attack")

    yes, _no = answered()
    page = manager.get(f"/persons/{yes}")
    wall = manager.get(f"/rosters/{shelters[0]}/wall")

    assert editions(app) == [("civil_protection", "no"), ("civil_protection", "yes")]
    assert "親族・同居者への回答（⑫）" in page.visible
    assert "知人への回答（⑬） 未確認（聞くまでする）" in page.visible
    assert "1人が載ります" in wall.visible.replace(" ", "")
    assert "答えの様式: 国民保護" in wall.visible


def test_a_natural_disaster_asks_in_its_own_words_and_keeps_silence_closed(answered, manager, app):
    yes, _no = answered()

    page = manager.get(f"/persons/{yes}")

    assert {edition for edition, _value in editions(app)} == {"natural_disaster"}
    assert "家族への回答 未確認（聞くまでする）" in page.visible
    assert "知人への回答 未確認（聞くまでしない）" in page.visible
    assert "（未確認）" in page.visible


def test_a_kind_corrected_later_opens_nothing_and_shows_what_was_said_before(
    set_kinds, answered, desk, manager, shelters, app
):
    yes, no = answered()

    set_kinds("armed_attack")
    wall = manager.get(f"/rosters/{shelters[0]}/wall")
    page = manager.get(f"/persons/{yes}")
    refused = manager.get(f"/persons/{no}")
    path = f"/persons/{no}/answers"
    fields = {"wall-person": "yes", "own-person": "1"}
    manager.submit(manager.get(f"/persons/{no}"), path, **fields)

    assert "掲示してよいと答えた方はまだいません" in wall.visible
    assert "自然災害の様式での答え: 掲示 する（本人）" in page.visible
    assert editions(app) == [
        ("civil_protection", "yes"),
        ("natural_disaster", "no"),
        ("natural_disaster", "yes"),
    ]
    assert "自然災害の様式での答え: 掲示 しない" in refused.visible
    again = manager.get(f"/rosters/{shelters[0]}/wall")
    assert "1人が載ります" in again.visible.replace(" ", "")
