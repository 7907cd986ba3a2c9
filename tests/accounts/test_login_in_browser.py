"""Login in Debian's Chromium: secure cookies on localhost, policy, input that comes back."""

import threading

import pytest

from tests.prepared import ADMIN, ADMIN_PASSWORD
from victim_support.core.headers import COOKIE
from victim_support.server import open_server

pytestmark = pytest.mark.browser
NAME = "𠮷﨑 花子"
EXPECTED = ("Clear-Site-Data", "401", "422", "400")  # what the browser says of an answer meant so


@pytest.fixture
def page(app, chromium):
    """Serve the program and open Chromium; its console must stay silent."""
    said = []
    with open_server(app, port=0) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        context = chromium.new_context(base_url=f"http://localhost:{server.port}")
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        yield page
        context.close()
    thread.join(timeout=10)
    assert [text for text in said if not any(word in text for word in EXPECTED)] == []


def log_in(page):
    page.get_by_label("番号(利用者名)").fill(ADMIN)
    page.get_by_label("パスワード・暗証番号").fill(ADMIN_PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def cookie(page):
    return next(each for each in page.context.cookies() if each["name"] == COOKIE)


def test_the_secure_cookie_works_on_localhost_and_changes_at_login(page):
    page.goto("/login")
    before = cookie(page)

    log_in(page)
    page.goto("/staff")

    assert page.get_by_role("heading", level=1).inner_text() == "利用者"
    assert cookie(page)["value"] != before["value"]
    assert (before["httpOnly"], before["secure"], before["sameSite"]) == (True, True, "Strict")


def test_after_leaving_the_back_key_shows_nothing(page):
    page.goto("/login")
    log_in(page)
    page.goto("/staff")

    page.get_by_role("button", name="交代・終了").click()
    page.wait_for_url("**/login")
    page.go_back()

    assert page.locator("table").count() == 0


def test_typed_input_survives_a_lost_login(page):
    page.goto("/login")
    log_in(page)
    page.goto("/staff/new")
    page.get_by_label("氏名").fill(NAME)
    page.context.clear_cookies()

    page.get_by_role("button", name="登録して札を作る").click()
    log_in(page)
    page.get_by_role("button", name="入力に戻る").click()

    assert page.get_by_label("氏名").input_value() == NAME
