"""In and out by cards before a real browser: scanner bursts, the input method."""

import pytest
from playwright.sync_api import expect

from tests.evacuees.support import stand_at
from tests.pages import Desk
from tests.prepared import log_in
from tests.presence.support import give, receive, stays
from victim_support.presence.rules import draw_number

pytestmark = pytest.mark.browser

RESULT = ".scan-result"


@pytest.fixture
def number(app, town):
    """Give a household of three one card."""
    desk = stand_at(log_in(Desk(app), "reception"), town[0])
    return give(desk, receive(desk, "taka"))


def test_a_card_read_while_somebody_types_leaves_what_was_typed(number, desk):
    desk.press("F2")
    desk.type("tanaka")

    desk.scan(f"%P{number}")

    expect(desk.page.locator(RESULT)).to_contain_text("一時外出にしました")
    assert desk.page.evaluate("document.activeElement.value") == "tanaka"
    assert desk.page.locator(".panel").count() == 1


def test_a_card_read_too_slowly_is_read_all_the_same(number, desk):
    desk.press("F2")
    desk.type("tanaka")
    desk.scan(f"%P{number}", pause=300)

    expect(desk.page.locator(RESULT)).to_contain_text("一時外出にしました")
    assert desk.page.evaluate("document.activeElement.value") == "tanaka"


def test_a_card_is_read_while_the_input_method_is_on(number, desk, app):
    desk.press("F2")
    desk.compose("suzuki", "すずき", "鈴木")

    desk.scan_into_input_method(f"%P{number}")

    expect(desk.page.locator(RESULT)).to_contain_text("一時外出にしました")
    expect(desk.page.locator(":focus")).to_have_value("鈴木")
    assert {stay.away_kind for stay in stays(app)} == {"out"}


def test_the_letters_of_a_card_reach_no_shortcut(number, open_page):
    watched = open_page("reception", "/")

    watched.scan(f"%P{number}")

    expect(watched.page.locator(RESULT)).to_contain_text("一時外出にしました")
    assert watched.page.url.endswith("/")
    watched.check()


def test_a_card_of_nobody_is_said_to_be_so_and_stays_out_of_the_way(desk):
    desk.scan(f"%P{draw_number()}")

    expect(desk.page.locator(RESULT)).to_contain_text("札を記録しました")
    assert desk.focused().startswith("INPUT#search-text")


def test_a_sheet_of_paper_is_no_card(desk):
    desk.scan("%S1234567")

    desk.page.wait_for_timeout(500)
    assert desk.page.locator(RESULT).count() == 0


def test_a_blank_card_is_tied_by_reading_it(app, town, open_page):
    page = receive(stand_at(log_in(Desk(app), "reception"), town[0]), "taka")
    watched = open_page("reception", page)
    blank = draw_number()
    watched.start_counting()

    watched.scan(f"%P{blank}")

    watched.see("札を結びました")
    assert watched.keys == 0
    watched.check()


@pytest.mark.parametrize("path", ["/cards", "/cards/stock", "/paging", "/not-seen", "/outside"])
def test_pages_of_presence_fit_a_small_screen_and_axe(open_page, path):
    watched = open_page("reception", path, viewport={"width": 320, "height": 640})

    width = watched.page.evaluate("document.documentElement.scrollWidth")

    assert width <= 320
    assert watched.violations() == []
