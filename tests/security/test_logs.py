"""The log: S54, S55. And what is noted of accounts and readers."""

import json
import logging
from datetime import UTC, datetime

import pytest

from tests.prepared import ADMIN, ADMIN_PASSWORD, close
from victim_support.core.ids import new_id
from victim_support.core.logs import log_error, log_event
from victim_support.core.reads import log_read, log_search, read_log

CANARY = "鳥海山かなりあ"
ANSI = "\x1b[31mred\r\nforged: entry\u2028x"


def lines(instance):
    text = (instance.folder / "logs" / "app.log").read_text(encoding="utf-8")
    return text.splitlines()


def entries(app, instance):
    close(app)
    return list(read_log(instance.reads_log, instance.key))


def test_s54_only_allowed_keys_are_logged(ledger, instance):
    log_event("test.event", count=3, name=CANARY, address=CANARY)

    entry = json.loads(lines(instance)[-1])
    assert entry["event"] == "test.event"
    assert entry["count"] == 3
    assert CANARY not in "".join(lines(instance))


def test_s54_the_words_of_an_exception_stay_out(ledger, instance):
    try:
        raise ValueError(CANARY)  # noqa: TRY301 - the traceback is what is tested
    except ValueError as error:
        log_error("test.failed", error)

    entry = json.loads(lines(instance)[-1])
    assert entry["error"] == "ValueError"
    assert entry["frames"][-1].startswith("test_logs.py:")
    assert CANARY not in "".join(lines(instance))


@pytest.mark.parametrize("name", ["sqlalchemy.pool", "victim_support.core.documents.worker"])
def test_s54_messages_of_libraries_lose_their_values(ledger, instance, name):
    logging.getLogger(name).error("failed for %s", CANARY)
    try:
        raise KeyError(CANARY)  # noqa: TRY301 - as above
    except KeyError:
        logging.getLogger(name).exception("failed for %s", CANARY)

    assert len(lines(instance)) == 2
    assert CANARY not in "".join(lines(instance))


def test_s54_names_typed_at_the_desk_never_reach_the_log(desk_of, instance):
    desk = desk_of("admin")
    typed = {"login_name": CANARY, "display_name": CANARY, "home_municipality": CANARY}

    desk.post("/staff/new", typed)
    desk.post("/login", {"login_name": CANARY, "password": CANARY})
    desk.get(f"/{CANARY}")
    desk.post("/place", {"disaster": CANARY, "shelter": CANARY})

    assert lines(instance)
    assert CANARY not in "".join(lines(instance))


def test_s55_nothing_can_forge_a_line(ledger, instance):
    log_event("test.event", endpoint=ANSI, terminal=ANSI)
    logging.getLogger("victim_support.x").error(ANSI)

    assert len(lines(instance)) == 2
    for line in lines(instance):
        assert line.isprintable()
        json.loads(line)


def test_s55_a_path_with_line_breaks_stays_one_line(stranger, instance):
    stranger.get("/place%0d%0aX-Forged:%201")

    assert all(json.loads(line) for line in lines(instance))


def test_logins_and_failures_are_noted(app, stranger, instance):
    page = stranger.get("/login")
    stranger.submit(page, login_name=ADMIN, password="ちがうことば")
    stranger.submit(page, login_name=ADMIN, password=ADMIN_PASSWORD)
    stranger.post("/logout")

    found = [(entry["kind"], entry["event"]) for entry in entries(app, instance)]
    assert found[-3:] == [
        ("security", "login.failed"),
        ("security", "login"),
        ("security", "logout"),
    ]


def test_reading_is_noted_with_ids_purpose_and_both_times(ledger, instance, frozen):
    frozen(datetime(2026, 7, 16, 0, tzinfo=UTC))
    record = new_id()

    log_read("person.open", [record], "安否の問い合わせ")

    entry = entries(ledger, instance)[-1]
    assert entry["ids"] == [str(record)]
    assert entry["purpose"] == "安否の問い合わせ"
    assert entry["at"] == "2026-07-16T00:00:00.000+00:00"
    assert entry["local"] == "2026-07-16T09:00:00+09:00"


def test_a_search_is_noted_as_a_hash(ledger, instance):
    log_search(CANARY, 3)
    log_search(CANARY, 3)
    log_search("べつのことば", 0)

    noted = entries(ledger, instance)[-3:]
    assert noted[0]["words"] == noted[1]["words"] != noted[2]["words"]
    assert CANARY not in json.dumps(noted, ensure_ascii=False)
    assert CANARY.encode() not in instance.reads_log.read_bytes()
