"""In Chromium: the cover keeps what was typed (S01), a security key is a second factor (S10)."""

import threading

import pytest
from playwright.sync_api import expect

from tests.prepared import ADMIN, ADMIN_PASSWORD
from victim_support.accounts.policy import ask_factor
from victim_support.core.db import db, transaction
from victim_support.server import open_server

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": False,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(app, chromium):
    """Serve the program and open Chromium with the clock of the page in our hands."""
    with open_server(app, port=0) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        context = chromium.new_context(base_url=f"http://localhost:{server.port}")
        page = context.new_page()
        page.clock.install()
        yield page
        context.close()
    thread.join(timeout=10)


def log_in(page):
    page.goto("/login")
    page.get_by_label("番号(利用者名)").fill(ADMIN)
    page.get_by_label("パスワード・暗証番号").fill(ADMIN_PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def unlock(page):
    page.locator("#cover-password").fill(ADMIN_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("dialog.cover")).to_be_hidden()


def test_s01_the_cover_comes_by_a_key_and_after_a_pause_and_keeps_what_was_typed(page):
    log_in(page)
    page.goto("/staff/new")
    page.get_by_label("氏名").fill("𠮷﨑 花子")

    page.keyboard.press("Alt+L")
    expect(page.locator("dialog.cover")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.cover")).to_be_visible()
    page.locator("#cover-password").fill("ちがう")
    page.keyboard.press("Enter")
    expect(page.locator("[data-lock-words]")).to_have_text("パスワードか暗証番号が違います。")
    unlock(page)
    page.clock.fast_forward(24 * 60 * 60 * 1000 + 2000)
    expect(page.locator("dialog.cover")).to_be_visible()
    unlock(page)

    assert page.get_by_label("氏名").input_value() == "𠮷﨑 花子"
    assert page.evaluate("document.activeElement.id") == "display_name"


def test_s10_a_security_key_is_registered_and_opens_the_next_login(app, page):
    with app.app_context():
        with transaction():
            ask_factor(is_asked=True)
        db.session.remove()
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    client.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    log_in(page)
    expect(page).to_have_title("二要素のログイン | 被災者支援システム")
    page.get_by_label("キーの呼び名").fill("青いキー")
    page.get_by_role("button", name="キーを登録する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("予備コード")
    page.get_by_role("button", name="交代・終了").click()
    log_in(page)
    page.get_by_role("button", name="セキュリティキーを使う").click()

    expect(page.get_by_role("button", name="交代・終了")).to_be_visible()
    page.goto("/second-factor")
    expect(page.locator("main table")).to_contain_text("青いキー(localhost)")
