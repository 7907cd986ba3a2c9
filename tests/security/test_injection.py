"""Hostile text: S44, S45."""

import pytest

from tests.pages import Desk
from tests.prepared import log_in
from tests.security.crawl import digest, last_error, routes
from victim_support.accounts import services
from victim_support.core.access import mark_of, system_actor
from victim_support.core.clock import now
from victim_support.core.db import db, transaction
from victim_support.disasters.rules import DisasterKind
from victim_support.disasters.services import declare_disaster

MARKUP = [
    "<b id=x>太字</b>",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{ 7 * 191 }}",
    "{% raise %}",
    "</title><script>x</script>",
    "javascript:alert(1)",
    "&lt;b&gt;",
]
STATEMENTS = [
    "' OR '1'='1",
    "'; DROP TABLE staff; --",
    "%",
    "_",
    '" OR ""="',
    "佐藤' UNION SELECT hash FROM credentials --",
    "NEAR(a b)",
    '"',
    "*",
    "col:x",
    "x AND",
    "(",
    "\x00",
    "𠮷\ufffe",
]


@pytest.mark.parametrize("text", MARKUP)
def test_s45_names_are_shown_as_text(ledger, text):
    (secret,) = [services.NewSecret("1", "x")]
    with transaction():
        services.create_staff(
            by=system_actor(),
            login_name="kanaria",
            display_name=text,
            role="counter",
            first_secret=secret,
            home_municipality=text,
        )
        declare_disaster(name=text, kinds=[DisasterKind.FLOOD], started_at=now(), area=text)
    db.session.remove()
    desk = log_in(Desk(ledger), "admin")

    pages = [desk.get(path) for path in ("/staff", "/place", "/disasters/")]

    for page in pages:
        assert "x" not in page.ids
        assert text in page.visible
        assert "1337" not in page.visible


PASTED = ("x" * 5000, "sa" * 2500, "あ" * 5000, "山" * 5000, "a " * 2500, "1" * 5000)


@pytest.mark.parametrize("text", [*STATEMENTS, *PASTED])
def test_s44_searches_take_anything_as_words(app, text):
    before = digest(app.extensions["instance"])
    desk = log_in(Desk(app), "hogo")
    names = ("q", "text", "query", "name", "number", "search", "key")
    failed = {}
    for route in routes(app, "POST"):
        if mark_of(app.view_functions[route.endpoint]).is_reading:
            page = desk.post(route.path, dict.fromkeys(names, text))
            if page.status >= 500:
                failed[str(route)] = last_error(app)

    assert failed == {}
    assert digest(app.extensions["instance"]) == before


def test_s44_a_login_takes_anything_as_words(stranger):
    statuses = {
        stranger.post("/login", {"login_name": text, "password": text}).status
        for text in STATEMENTS
    }

    assert statuses == {401}
