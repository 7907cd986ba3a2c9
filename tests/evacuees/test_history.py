"""The history of a record in the words of the office: who, when, why, before and after."""

import re

import pytest

from tests.evacuees.support import came, inside, open_household, register
from victim_support.accounts.models import Staff
from victim_support.core.db import db
from victim_support.disasters.models import Disaster
from victim_support.evacuees.models import Stay


@pytest.fixture
def household(desk):
    page = open_household(desk, "taka")
    register(desk, page, came=came(page))
    return came(page)


def stay_of(app, person):
    with inside(app):
        return next(stay.id for stay in db.session.query(Stay) if str(stay.person_id) == person)


def test_values_and_places_are_words_and_the_reason_stands_there(household, manager, app):
    husband = household[0]

    stay = manager.get(f"/history/stays/{stay_of(app, husband)}").visible
    person = manager.get(f"/history/persons/{husband}").visible

    for words in ("避難所 （なし） 上郷小学校", "被災者 （なし） 高橋 実", "高橋 実 さんたち"):
        assert words in stay
    for words in ("だれが 試験 reception", "なぜ 受付", "年月日", "高橋 実 さんの世帯", "照合済"):
        assert words in person
    assert not re.search("記録 [0-9a-f]{8}", stay + person)
    assert not any(f" {raw} " in person + stay for raw in ("day", "shelter", "matched", "male"))


def test_a_protected_person_is_no_name_in_the_history_of_others(desk, manager, guardian, app):
    page = open_household(desk, "taka")
    husband, wife, child = came(page)
    register(desk, page, came=[husband, wife, child])
    manager.post(f"/persons/{husband}/protection", {"protection": "hide_presence"})

    seen = manager.get(f"/history/persons/{wife}").visible
    others = manager.get(f"/history/stays/{stay_of(app, husband)}")

    assert "高橋 薫 さんの世帯" in seen
    assert "高橋 実" not in seen
    assert others.status == 404


def test_kinds_of_a_disaster_and_roles_are_words(desk_of, app):
    with inside(app):
        disaster = db.session.query(Disaster).one().id
        staff = db.session.query(Staff).filter_by(login_name="hogo").one().id
    desk = desk_of("hq")

    assert "種別 （なし） 豪雨・洪水" in desk.get(f"/history/disasters/{disaster}").visible
    people = desk_of("hq").get(f"/history/staff/{staff}").visible
    assert "役割 （なし） 本部" in people
    assert "追加の権限 （なし） 保護担当" in people
