"""The pages of sticks and losses as people see them, in three looks and on a narrow screen."""

import threading

import pytest

from tests.browser.driver import Watched
from tests.browser.test_pages import LOOKS, look
from tests.pages import Desk
from tests.prepared import ADMIN, SCOPES, log_in
from tests.quality.eyes import violations
from tests.sync.test_bundles import node_of, only, register
from tests.sync.test_usb_pages import read, written
from victim_support.core.db import db
from victim_support.core.headers import COOKIE
from victim_support.server import open_server
from victim_support.sync.models import ReadBundles, WrittenBundle

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def pages(headquarters, laptops, tmp_path):
    """Carry a stick to the headquarters and lose a file of another; return the paths there."""
    stick = tmp_path / "usb"
    stick.mkdir()
    register(laptops[0], "湊 花子")
    register(laptops[0], "潮 太郎", SCOPES.sealed)
    written(laptops[0], stick)
    (only(stick) / "0002.seg").unlink()
    read(headquarters, stick)
    written(headquarters, stick)
    with headquarters.inside():
        (bundle,) = (row.id for row in db.session.query(WrittenBundle))
        (report,) = (row.id for row in db.session.query(ReadBundles))
    return [
        "/exchange",
        "/exchange/usb/export",
        "/exchange/usb/import",
        f"/exchange/usb/written/{bundle}",
        f"/exchange/usb/read/{report}",
        "/exchange/losses/",
        f"/exchange/losses/usb/{bundle}",
        f"/exchange/losses/machine/{node_of(laptops[0])[0]}",
    ]


@pytest.fixture
def watched(chromium, headquarters, pages):
    with open_server(headquarters.app, port=0) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        address = f"http://localhost:{server.port}"
        context = chromium.new_context(viewport=PHONE, locale="ja-JP", base_url=address)
        value = log_in(Desk(headquarters.app), ADMIN).cookie()
        context.add_cookies(
            [{"name": COOKIE, "value": value, "url": "https://localhost/", "secure": True}]
        )
        yield Watched(context.new_page(), address)
        context.close()
    thread.join(timeout=10)


def test_no_page_has_an_axe_violation_or_is_wider_than_a_telephone(watched, pages):
    faults = {}
    for number, path in enumerate(pages):
        watched.page.goto(path)
        for way, wanted in LOOKS.items():
            look(watched, **wanted)
            width = watched.page.evaluate("document.documentElement.scrollWidth")
            faults[number, way] = violations(watched.page)
            if width > PHONE["width"]:
                faults[number, way].append(f"{width} wide")

    assert {place: found for place, found in faults.items() if found} == {}
    watched.check()
