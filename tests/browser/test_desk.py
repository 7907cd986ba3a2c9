"""Reception by keyboard alone: the key budgets, the input method, cold fingers."""

import pytest
from playwright.sync_api import expect

from tests.evacuees.support import inside
from victim_support.core.db import db
from victim_support.victims.models import Person, Statement

pytestmark = pytest.mark.browser


def test_t1_head_count_only_in_six_keys(desk):
    desk.start_counting()

    desk.press("F4")
    desk.type("171")
    desk.press("Enter")

    desk.see("171人 と記録しました")
    assert (desk.keys <= 6, desk.pages) == (True, 0), desk.keys


def test_t4_known_household_all_came_in_twelve_keys(desk):
    desk.start_counting()

    desk.type("taka")
    desk.press("Enter")
    desk.see("高橋　実 さんの世帯")
    desk.press("3", "Enter")

    desk.see("高橋　実 さん")
    desk.see("3人")
    desk.see("いま 3 人")
    assert (desk.keys <= 12, desk.pages) == (True, 0), desk.keys
    expect(desk.page.locator("#search-text")).to_be_focused()


def test_t4_one_of_them_missing_in_sixteen_keys(desk, app):
    desk.start_counting()

    desk.type("sato")
    desk.press("Enter")
    desk.see("佐藤　一郎 さんの世帯")
    desk.press("3")
    desk.see("来ていないのはどなたですか")
    desk.press("4", "R", "Enter")

    desk.see("佐藤　一郎 さん")
    desk.see("いま 3 人")
    assert (desk.keys <= 16, desk.pages) == (True, 0), desk.keys
    with inside(app):
        statement = db.session.query(Statement).one()
        assert (statement.kind, statement.place) == ("rescue", "名取市飯野坂1-2-3")


def test_t5_unknown_household_of_three_in_eighty_keys(desk, app):
    desk.start_counting()

    desk.press("F2")
    desk.compose("suzuki", "すずき", "鈴木")
    desk.press("Space")
    desk.compose("minoru", "みのる", "実")
    desk.press("Enter")
    desk.type("s60.4.1")
    desk.press("Enter", "1")
    desk.type("ii")
    desk.page.wait_for_timeout(200)
    desk.press("Enter", "Enter")
    desk.press("0", "Enter")
    desk.compose("kaoru", "かおる", "薫")
    desk.press("Enter", "1")
    desk.type("38")
    desk.press("Enter", "2")
    desk.compose("sakura", "さくら", "さくら")
    desk.press("Enter", "2")
    desk.type("4")
    desk.press("Enter", "2")
    desk.press("Enter", "Enter")

    desk.see("鈴木 実 さん")
    desk.see("いま 3 人")
    assert (desk.keys <= 80, desk.pages) == (True, 0), desk.keys
    with inside(app):
        people = db.session.query(Person).order_by(Person.id).all()
        assert [(one.name, one.kana, one.relation, one.sex, one.town) for one in people] == [
            ("鈴木 実", "スズキ　ミノル", "本人", "male", "名取市飯野坂"),
            ("鈴木　薫", "スズキ　カオル", "配偶者", "female", "名取市飯野坂"),
            ("鈴木　さくら", "スズキ　サクラ", "子", "female", "名取市飯野坂"),
        ]
