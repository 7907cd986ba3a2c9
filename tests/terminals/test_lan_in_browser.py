"""The staff LAN over TLS (network mode 1): a second browser works beside the laptop's own."""

import socket
import ssl
import threading
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser.driver import Watched
from tests.evacuees.support import inside, settle_town
from tests.prepared import PASSWORD, SCOPES, close
from victim_support import journal
from victim_support.app import create_app
from victim_support.core.db import db
from victim_support.core.headers import COOKIE, LOCAL_HOSTS
from victim_support.core.lan import list_own_addresses
from victim_support.core.reads import read_log
from victim_support.core.scopes import using_scopes
from victim_support.presence.models import Card
from victim_support.server import LanSwitch, open_server
from victim_support.terminals.rules import in_groups

pytestmark = pytest.mark.browser


@pytest.fixture
def served(instance):
    """Serve with the LAN switch on: (program, running server)."""
    names = tuple(list_own_addresses()) or ("127.0.0.1",)
    app = create_app(instance, [*LOCAL_HOSTS, *names])
    with app.app_context(), using_scopes(SCOPES):
        journal.start()
        db.session.remove()
    with open_server(app, port=0, lan=LanSwitch(names, port=0)) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        yield app, server
    thread.join(timeout=10)
    close(app)


def log_in(page, login_name):
    page.goto("/login")
    page.get_by_label("番号(利用者名)").fill(login_name)
    page.get_by_label("パスワード・暗証番号").fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_second_browser_works_over_tls(served, chromium):
    app, server = served
    settle_town(app)
    address = server.lan.addresses[0]
    here = chromium.new_context(base_url=f"http://localhost:{server.port}")
    there = chromium.new_context(base_url=address, ignore_https_errors=True)
    laptop, tablet = here.new_page(), there.new_page()

    log_in(laptop, "hq")
    laptop.goto("/terminals")
    hands = Watched(tablet, address.rstrip("/"))
    log_in(tablet, "reception")
    tablet.goto("/place")
    tablet.locator("#shelter").select_option(label="上郷小学校")
    with tablet.expect_navigation():
        tablet.get_by_role("button", name="この場所で始める").click()
    tablet.goto("/")
    hands.press("1")
    hands.see("受付")
    hands.type("taka")
    hands.press("ArrowDown", "Enter")
    hands.see("何人でおいでですか")
    hands.press("3", "Enter")
    hands.see("を受け付けました")
    tablet.get_by_role("link", name="札を渡す").click()
    hands.see("札を作って印刷する")
    hands.press("Alt+h")
    hands.see("の札を作りました")
    tablet.goto("/")
    hands.see("はじめの画面")
    hands.scan(f"%P{_card_number(app)}")
    expect(tablet.locator(".scan-result")).to_contain_text("一時外出にしました")
    shown = laptop.locator(".fingerprint").inner_text().split()
    cookie = next(each for each in there.cookies() if each["name"] == COOKIE)
    tablet.goto("/sessions")

    assert laptop.get_by_text(address).count() == 1
    assert shown == in_groups(server.lan.fingerprint)
    assert (cookie["secure"], cookie["httpOnly"]) == (True, True)
    assert tablet.evaluate("window.isSecureContext")
    assert tablet.get_by_role("heading", level=1).inner_text() == "ログイン中の端末"
    hands.check()
    here.close()
    there.close()


def _card_number(app):
    with inside(app):
        return db.session.query(Card.number).distinct().scalar()


def test_who_has_the_certificate_needs_to_trust_nothing_else(served):
    _app, server = served
    trusting = ssl.create_default_context(cadata=server.lan.certificate.decode())

    with urllib.request.urlopen(  # noqa: S310 - our own server
        f"{server.lan.addresses[0]}login", context=trusting, timeout=10
    ) as answer:
        assert answer.status == 200
        assert "Strict-Transport-Security" not in answer.headers  # S23: a shelter is not locked out

    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{server.lan.addresses[0]}login", timeout=10)  # noqa: S310


def test_s22_a_foreign_name_is_refused_on_the_lan_too(served):
    _app, server = served
    trusting = ssl.create_default_context(cadata=server.lan.certificate.decode())
    asked = urllib.request.Request(  # noqa: S310
        f"{server.lan.addresses[0]}login", headers={"Host": "evil.example"}
    )

    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(asked, context=trusting, timeout=10)  # noqa: S310


def test_a_silent_caller_holds_up_nobody(served):
    _app, server = served
    host = server.lan.names[0]
    trusting = ssl.create_default_context(cadata=server.lan.certificate.decode())
    address = f"{server.lan.addresses[0]}login"
    with (
        socket.create_connection((host, server.lan.port)),
        urllib.request.urlopen(address, context=trusting, timeout=5) as answer,  # noqa: S310
    ):
        assert answer.status == 200


def test_s26_opening_and_closing_the_lan_is_logged(instance):
    app = create_app(instance, ["localhost", "127.0.0.1"])
    with app.app_context(), using_scopes(SCOPES):
        journal.start()
        db.session.remove()
    with open_server(app, port=0, lan=LanSwitch(("127.0.0.1",), port=0)):
        pass
    close(app)

    events = [entry["event"] for entry in read_log(instance.reads_log, instance.key)]
    assert events == ["lan.open", "lan.close"]
