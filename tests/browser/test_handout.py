"""Handing out before a real browser: one scan is one portion, and a second one is told."""

import pytest
from playwright.sync_api import expect

from tests.evacuees.support import stand_at
from tests.pages import Desk
from tests.prepared import log_in
from tests.presence.support import give, receive

pytestmark = pytest.mark.browser


def test_a_scan_hands_out_and_a_second_one_says_when_the_first_was(app, town, open_page):
    desk = stand_at(log_in(Desk(app), "reception"), town[0])
    number = give(desk, receive(desk, "taka"))
    desk.submit(desk.get("/supplies/handouts"), "/supplies/handouts", label="昼食")
    watched = open_page("reception", "/supplies/handouts")
    watched.page.get_by_role("link", name="配る").click()
    watched.see("まだの方")
    watched.start_counting()

    watched.scan(f"%P{number}")
    expect(watched.page.locator(".desk-saved")).to_contain_text("3 渡しました")
    watched.page.wait_for_timeout(500)  # the deaf time after saving
    watched.scan(f"%P{number}")

    expect(watched.page.locator(".desk-saved")).to_contain_text("これで2回目です")
    assert watched.keys == 0
    watched.check()
