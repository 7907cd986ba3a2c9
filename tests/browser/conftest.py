"""Chromium before the real server, with a register imported and a desk in a shelter."""

import threading

import pytest

from tests.browser.driver import Watched
from tests.evacuees.support import settle_town, stand_at
from tests.pages import Desk
from tests.prepared import log_in
from victim_support.core.headers import COOKIE
from victim_support.server import open_server

LAPTOP = {"width": 1366, "height": 768}


@pytest.fixture
def town(app):
    """Settle the invented town; return the ids of its two open shelters."""
    return settle_town(app)


@pytest.fixture
def address(app, town):
    """Serve the program as in the field and return its address."""
    with open_server(app, port=0) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        yield f"http://localhost:{server.port}"
    thread.join(timeout=10)


@pytest.fixture
def open_page(chromium, app, address, town):
    """Return a function that opens a page as somebody who stands in the first shelter."""
    contexts = []

    def open_as(login_name, path="/desk", **options):
        options = {"viewport": LAPTOP, "locale": "ja-JP", "base_url": address} | options
        context = chromium.new_context(**options)
        contexts.append(context)
        value = stand_at(log_in(Desk(app), login_name), town[0]).cookie()
        context.add_cookies(
            [{"name": COOKIE, "value": value, "url": "https://localhost/", "secure": True}]
        )
        watched = Watched(context.new_page(), address)
        watched.page.goto(path)
        return watched

    yield open_as
    for context in contexts:
        context.close()


@pytest.fixture
def desk(open_page):
    """Open reception as a helper of the first shelter; nothing may fail or leave the laptop."""
    watched = open_page("reception")
    yield watched
    watched.check()
