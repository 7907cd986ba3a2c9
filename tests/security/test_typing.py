"""Every form of the program filled with one text: S30, S46, S54, S58."""

from collections import Counter
from pathlib import Path

import pytest

from tests.pages import Desk
from tests.prepared import log_in
from tests.security.crawl import last_error, routes
from victim_support.core.db.sqlite import connect

CANARY = "鳥海山かなりあ"
NUMBER = "123456789018"  # invented; its check digit is right
WHO = ("hogo", "shelter_manager", "counter", "judge", "admin")
KEPT = ("csrf_token", "idempotency_key", "key", "version", "next")
ONCE = ("csrf_token", "idempotency_key")  # another one in each form
TWICE = 2
NUMBER_FIELDS = ("phone", "code", "number", "login_name", "key")


def filled(form, text):
    """Return the values of a form with a text in every field that a person types into."""
    return [
        (name, value if value or name in KEPT else _fitting(name, text))
        for name, value in form.fields
    ]


def _fitting(name, text):
    is_exempt = text == NUMBER and name.endswith(NUMBER_FIELDS)
    return "" if is_exempt else text


def type_everywhere(app, text):
    """Fill and send every form that every role can reach; return the answers.

    What many pages and roles offer with the same values is sent twice: the second time it is known.
    """
    answers, failed = [], {}
    sent: Counter[tuple[object, ...]] = Counter()
    for who in WHO:
        desk = log_in(Desk(app), who)
        for route in routes(app, "GET"):
            for form in desk.get(route.path).forms:
                if form.method == "post" and form.action not in ("/logout", "/preferences"):
                    values = filled(form, text)
                    same = form.action, *(each for each in values if each[0] not in ONCE)
                    if sent[same] == TWICE:
                        continue
                    page = desk.post(form.action, values)
                    sent[same] += page.status != 403
                    answers.append(page)
                    if page.status >= 500:
                        failed[form.action] = last_error(app)
    assert failed == {}
    return answers


@pytest.fixture(scope="module")
def typed(looked_at):
    return type_everywhere(looked_at, CANARY)


def test_s54_nothing_typed_anywhere_reaches_the_log(looked_at, typed):
    log = Path(looked_at.instance_path) / "logs" / "app.log"

    assert len(typed) > 20
    assert not log.exists() or CANARY not in log.read_text(encoding="utf-8")


def test_s30_nothing_typed_anywhere_reaches_an_address_title_or_file_name(typed):
    for page in typed:
        shown = [page.location, page.title, page.headers.get("Content-Disposition"), *page.links]
        assert not [text for text in shown if text and CANARY in text], page.path


def test_s46_a_number_typed_anywhere_is_kept_nowhere(app, instance):
    type_everywhere(app, NUMBER)

    found = set()
    for path in (instance.main, instance.local):
        connection = connect(path, instance.key, read_only=True)
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608
            if any(NUMBER in repr(row) for row in rows):
                found.add(table)
        connection.close()

    assert found == set()
