"""Photographs as people see and choose them, in three looks and on a narrow screen."""

import threading

import pytest

from tests.browser.driver import Watched
from tests.browser.test_pages import LOOKS, look
from tests.damage.support import ADDRESS, writing_in
from tests.damage.test_photos import rows
from tests.pages import Desk
from tests.photographs import photograph
from tests.prepared import log_in
from tests.quality.eyes import violations
from victim_support.core.blobs import this_store
from victim_support.core.headers import COOKIE
from victim_support.damage.services import ensure_dwelling
from victim_support.server import open_server

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def path(app):
    with writing_in(app):
        return f"/damage/dwellings/{ensure_dwelling(address=ADDRESS).id}"


@pytest.fixture
def watched(chromium, app):
    with open_server(app, port=0) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        address = f"http://localhost:{server.port}"
        context = chromium.new_context(viewport=PHONE, locale="ja-JP", base_url=address)
        value = log_in(Desk(app), "surveyor").cookie()
        context.add_cookies(
            [{"name": COOKIE, "value": value, "url": "https://localhost/", "secure": True}]
        )
        yield Watched(context.new_page(), address)
        context.close()
    thread.join(timeout=10)


def choose(watched, *files):
    kinds = {"name": "", "mimeType": "image/jpeg"}
    chosen = [kinds | {"name": name, "buffer": raw} for name, raw in files]
    watched.page.get_by_label("写真のファイル").set_input_files(chosen)
    watched.page.get_by_label("写真のメモ").fill("北側の壁")
    watched.page.get_by_role("button", name="写真を保存する").click()


def widths_of_pictures(watched, count):
    shown = "[...document.querySelectorAll('.photos img')].map(img => img.naturalWidth)"
    pictures = watched.page.locator(".photos img")
    for place in range(count):
        pictures.nth(place).scroll_into_view_if_needed()
    watched.page.wait_for_function(f"{shown}.every(width => width > 0)")
    return watched.page.evaluate(shown)


def test_chosen_photographs_are_shown_and_every_look_is_readable(app, watched, path, tmp_path):
    watched.page.goto(path)
    choose(watched, ("a.jpg", photograph(1)), ("b.jpg", photograph(9, exif=False)))
    watched.page.get_by_text("写真を2枚保存しました").wait_for()
    assert widths_of_pictures(watched, 2) == [640, 640]
    with app.app_context():
        store, (first, *_) = this_store(), rows(app)
        store.set_aside(first.sha256)
    watched.page.goto(path)
    assert widths_of_pictures(watched, 1) == [640]
    faults = {}
    for way, wanted in LOOKS.items():
        look(watched, **wanted)
        width = watched.page.evaluate("document.documentElement.scrollWidth")
        faults[way] = violations(watched.page)
        if width > PHONE["width"]:
            faults[way].append(f"{width} wide")
    assert {way: found for way, found in faults.items() if found} == {}
    watched.check()


def test_refused_files_are_named_beside_the_field(watched, path):
    watched.page.goto(path)
    choose(watched, ("a.jpg", photograph(1)), ("見積.jpg", b"%PDF-1.7"))
    watched.page.locator(".field-error").get_by_text("見積.jpg").wait_for()
    assert violations(watched.page) == []
