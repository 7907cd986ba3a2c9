"""Who sees whose records: S28 shelters, S29 fields, S31 protected people, S36 files, S56 logs."""

import re
from datetime import timedelta

import pytest

from tests.evacuees.support import came, inside, open_household, register, settle_town, stand_at
from tests.pages import Desk
from tests.prepared import log_in, staff_of
from tests.security.crawl import routes
from victim_support.core import clock
from victim_support.core.access import mark_of
from victim_support.core.db import db, transaction
from victim_support.core.permissions import matrix
from victim_support.core.reads import read_log
from victim_support.victims.models import Person

FORBIDDEN = ("静香", "シズカ", "ワタナベ", "愛の杜")


@pytest.fixture
def shelters(app):
    return settle_town(app)


@pytest.fixture
def received(shelters, desk_of):
    """Receive a family in each shelter, and a protected family in the first."""
    for shelter, texts in zip(shelters, (("watanabe", "taka"), ("suka",)), strict=True):
        desk = stand_at(desk_of("hq"), shelter)
        for text in texts:
            page = open_household(desk, text)
            register(desk, page, came=came(page))
    return shelters


@pytest.fixture
def helper(app, received):
    """Return the desk of a helper who was given the first shelter."""
    with inside(app), transaction():
        staff_of("reception").shelter_id = received[0]
    return stand_at(log_in(Desk(app), "reception"), received[0])


def person_named(app, name):
    with inside(app):
        rows = db.session.query(Person).filter_by(is_withdrawn=False)
        return next(row.id for row in rows if row.name and name in row.name)


def logged(app):
    opened = app.extensions["instance"]
    return list(read_log(opened.reads_log, opened.key))


def test_s28_another_shelter_s_lists_are_not_found(app, received, helper):
    own, other = received
    lists = [
        route.path
        for route in routes(app, "GET")
        if "<uuid:shelter_id>" in _rule(app, route.endpoint)
        and not route.endpoint.startswith("shelters.")
        and mark_of(app.view_functions[route.endpoint]).permission in matrix().of("reception")
    ]
    nobody = "01890000-0000-7000-8000-000000000000"
    assert lists

    statuses = {path: helper.get(path.replace(nobody, str(other))).status for path in lists}

    assert set(statuses.values()) == {404}, statuses
    assert helper.get(f"/rosters/{own}").status == 200


def test_s28_people_of_another_shelter_are_not_found_on_any_page(app, received, helper):
    other = person_named(app, "スカルノ")
    pages = [f"/persons/{other}{rest}" for rest in ("", "/household", "/identify")]

    assert [helper.get(page).status for page in pages] == [404] * len(pages)
    assert helper.post(f"/persons/{other}", {"name": "x"}).status == 404
    assert helper.get(f"/persons/{person_named(app, '高橋　実')}").status == 200


def test_s28_a_helper_cannot_choose_another_shelter(received, helper):
    page = helper.post("/place", {"disaster": "20260715A", "shelter": str(received[1])})

    assert page.status == 422
    assert "選択肢から選んでください" in page.visible


def test_s28_who_comes_from_another_shelter_is_taken_over_with_few_fields_and_logged(
    app, received, helper
):
    other = person_named(app, "スカルノ")

    page = open_household(helper, "suka")
    register(helper, page, came=came(page))

    assert "鼎公民館" not in page.visible or "受付済" in page.visible
    assert helper.get(f"/persons/{other}").status == 200
    events = [entry["event"] for entry in logged(app) if str(other) in entry.get("ids", ())]
    assert events, "taking over leaves a record of reading"


def test_s28_managers_and_headquarters_look_at_other_shelters(app, received, desk_of):
    for role in ("shelter_manager", "hq"):
        assert desk_of(role).get(f"/rosters/{received[1]}").status == 200


@pytest.mark.parametrize("role", ["reception", "shelter_manager", "counter", "hq"])
def test_s31_no_page_or_file_of_any_role_gives_a_protected_person_away(
    app, received, desk_of, role
):
    """Visit every page and file with the real ids, and search, as each role without the seal."""
    her, shelter = person_named(app, "静香"), received[0]
    desk = stand_at(desk_of(role), shelter)
    nobody = "01890000-0000-7000-8000-000000000000"
    paths = {
        route.path.replace(nobody, str(each))
        for route in routes(app, "GET")
        for each in ((her, shelter) if nobody in route.path else (nobody,))
    }

    leaks = {path: found for path in sorted(paths) if (found := _leaked(desk.get(path)))}
    searched = {
        path: found
        for path in ("/presence", "/desk/leaving/search")
        if (found := _leaked(desk.post(path, {"text": "渡邉"})))
    }

    assert leaks == {}
    assert searched == {}


def test_s31_the_crawl_finds_her_where_she_may_be_seen(app, received, desk_of):
    """The same crawl with the seal: a test that cannot find her proves nothing."""
    desk = stand_at(desk_of("hogo"), received[0])

    assert _leaked(desk.get(f"/rosters/{received[0]}"))
    assert _leaked(desk.post("/presence", {"text": "渡邉"}))


def test_s29_each_role_gets_only_the_fields_of_its_permissions(app, received, desk_of):
    """The address of a received family stands on the pages of those who may read it only."""
    person = person_named(app, "高橋　実")
    seen = {
        role: "名取市高柳4" in stand_at(desk_of(role), received[0]).get(f"/persons/{person}").text
        for role in matrix().roles
    }

    may = {role for role in matrix().roles if "person.read" in matrix().of(role)}
    assert {role for role, is_seen in seen.items() if is_seen} == may


def test_s56_opening_records_lists_and_files_is_logged_with_who_what_and_why(
    app, received, desk_of
):
    desk = stand_at(desk_of("hq"), received[0])
    person = person_named(app, "高橋　実")
    before = len(logged(app))

    desk.get(f"/persons/{person}")
    desk.get(f"/rosters/{received[0]}")
    desk.get(f"/rosters/{received[0]}/roster-utf8.csv")
    desk.post("/presence", {"text": "taka"})
    entries = logged(app)[before:]

    reads = {entry["event"]: entry for entry in entries if entry["kind"] != "security"}
    assert {"roster.open", "roster.export", "person.search"} <= reads.keys()
    export = reads["roster.export"]
    assert str(person) in export["ids"]  # S36: the exact list of ids
    assert all(
        {"at", "local", "actor", "terminal", "endpoint"} <= entry.keys() for entry in entries
    )
    assert any(str(person) in entry.get("ids", ()) for entry in entries[:1])


def test_s36_a_file_of_people_needs_the_permission_and_a_fresh_proof(
    app, received, desk_of, frozen
):
    frozen(clock.now())
    path = f"/rosters/{received[0]}/roster-utf8.csv"
    desk = stand_at(desk_of("hq"), received[0])
    assert desk.get(path).status == 200

    frozen(clock.now() + timedelta(minutes=4))
    desk.get("/place")
    frozen(clock.now() + timedelta(minutes=4))
    desk.get("/place")
    frozen(clock.now() + timedelta(minutes=3))

    assert desk.get(path).status == 401
    assert desk_of("reception").get(path).status == 403


def test_s36_a_file_says_who_wrote_it_and_when(app, received, desk_of):
    body = stand_at(desk_of("hq"), received[0]).get(f"/rosters/{received[0]}/roster-utf8.csv").body

    last = body.decode("utf-8-sig").splitlines()[-1]
    assert "試験 hq" in last
    assert re.search(r"20\d\d年", last)


def test_s35_taking_off_a_protection_and_erasing_ask_for_a_fresh_proof(app):
    weighty = {name for name, view in app.view_functions.items() if mark_of(view).asks_again}

    assert {
        "evacuees.request_lifting",
        "evacuees.confirm_lifting",
        "erasures.ask",
        "erasures.approve",
        "evacuees.export",
        "evacuees.roster_csv",
        "accounts.reset",
        "accounts.change_role",
    } <= weighty


def _rule(app, endpoint):
    return next(rule.rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)


def _leaked(page):
    body = page.text if page.is_html else page.body.decode("utf-8", errors="replace")
    return [word for word in FORBIDDEN if word in body]
