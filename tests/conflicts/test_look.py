"""The pages of conflicts as people see them, in three looks and on a narrow screen."""

import threading

import pytest

from tests.browser.driver import Watched
from tests.browser.test_pages import LOOKS, look
from tests.conflicts.kit import meet
from tests.quality.eyes import violations
from victim_support.core.headers import COOKIE
from victim_support.server import open_server

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def pages(honbu, kamigo, kanae):
    """Let people disagree about a name and a record; return the paths."""
    persons = [kamigo.add(name=name, kana="カクウ") for name in ("架空　太郎", "架空　花子")]
    meet(honbu, kamigo, kanae)
    kamigo.update(persons[0], reason="本人に聞いた", name="架空　次郎", register_link="absent")
    kanae.update(persons[0], reason="身分証で見た", name="架空　三郎", register_link="review")
    kamigo.withdraw(persons[1])
    kanae.update(persons[1], phone="090-0000-1111")
    meet(honbu, kamigo, kanae)
    return ["/tasks", *(f"/conflicts/persons/{person}" for person in persons)]


@pytest.fixture
def watched(chromium, honbu, pages):
    with open_server(honbu.machine.app, port=0) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        address = f"http://localhost:{server.port}"
        context = chromium.new_context(viewport=PHONE, locale="ja-JP", base_url=address)
        value = honbu.desk("hq").cookie()
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
