"""Reception by keyboard alone: the key budgets, the input method, cold fingers."""

import pytest
from playwright.sync_api import expect

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
