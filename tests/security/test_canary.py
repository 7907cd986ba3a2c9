"""Nothing that is hidden is in any answer: every route, every role, every format."""

import shutil
from importlib.util import find_spec

import pytest
from flask import Response, abort
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.evacuees.support import inside
from tests.prepared import SCOPES, close, start
from tests.security import canary
from tests.security.crawl import digest
from victim_support.core import clock
from victim_support.core.access import requires
from victim_support.core.db import FieldClass, db
from victim_support.core.db import synced_fields as fields_of
from victim_support.core.disclosure import Audience, Disclosure, Purpose
from victim_support.core.instance import OpenInstance
from victim_support.core.permissions import matrix
from victim_support.core.reads import read_log
from victim_support.evacuees.queries import checks
from victim_support.evacuees.views import rosters
from victim_support.victims.queries import find_person

OTHERS = "takes another machine, and names no person: tests/sync opens it"
PICTURES = "pictures of houses off a camera, not sorted yet: tests/survey opens it"
# What nobody opens here, and why not.
APART = {
    "accounts.login": "who is logged in is sent on",
    "bundles.read": OTHERS,
    "bundles.written": OTHERS,
    "certificates.sample": "the page of a paper that is not issued yet: its GET is opened",
    "certificates.check_number": "answers with the state of a number alone",
    "counter.brought": "what became of files, by their names, to who brought them",
    "counter.preview": "what a file of applications holds, to who brought it",
    "counter.regrade": "of a changed grade: tests/counter makes one",
    "damage.calculate": "of a house, by what is typed",
    "damage.workings": "a calculation of a house: tests/damage makes a judgement with one",
    "damage.photo": "a picture of a house: tests/damage opens it",
    "dropbox.poster": "a poster with the network's name: it knows no people",
    "erasures.show": "what is to be erased, for who may erase: tests/journal opens it",
    "evacuees.tile": "a picture of the map",
    "held.show": OTHERS,
    "houses.preview": "what a file of the house ledger holds, to who brought it",
    "jobs.show": "how far a work is, in numbers",
    "jobs.state": "how far a work is, in numbers",
    "losses.csv": OTHERS,
    "losses.pdf": OTHERS,
    "losses.show": OTHERS,
    "paper.check": "an empty form under the number of a sheet",
    "paper.preview": "what a file of a roster holds, to who brought it",
    "reports.mine": "leads to reports.shelter_report, which is numbers alone",
    "residents.preview": "what a file of the register holds, to who brought it",
    "sticks.show": "a stick of the ledger: machines and times, no people",
    "supplies.send": "goods on the road: it knows places and no people",
    "shelters.at": "shelters at one point",
    "shelters.preview": "what a file of shelters holds",
    "support.preview": "what a file of the support register holds, to who brought it",
    "survey.open_sheet": "leads to survey.sheet, which is opened",
    "survey.photo_card": PICTURES,
    "survey.waiting_photo": PICTURES,
    "sync.grant": OTHERS,
    "sync.grant_file": OTHERS,
    "sync.read_grant": OTHERS,
    "sync.read_request": OTHERS,
    "sync.request_file": OTHERS,
    "sync.show": OTHERS,
    "terminals.certificate": "the certificate of this machine",
    "terminals.slip": "a terminal of the staff network",
}
# What shows something of them and writes no event of its own, and why not.
SILENT = {
    "evacuees.presence": "an empty box; the search at the same address is logged as such",
    "operations.people": "an empty box; the search at the same address is logged as such",
}
RECORDS = {
    "shelters": ("hogo", "shelters.show", "shelter_id"),
    "dwellings": ("hogo", "damage.dwelling", "dwelling_id"),
    "enquiries": ("hogo", "safety.enquiry", "enquiry_id"),
    "applications": ("counter", "counter.case", "application_id"),
    "supply_requests": ("hogo", "supplies.request", "request_id"),
    "shipments": ("hogo", "supplies.shipment", "shipment_id"),
    "wishes": ("hogo", "operations.wish", "wish_id"),
    "shelter_areas": ("shelter_manager", "operations.area", "area_id"),
    "blocks": ("hogo", "vulnerable.block", "block_id"),
    "publications": ("hogo", "vulnerable.publication", "publication_id"),
    "paper_batches": ("hogo", "batches.show", "batch_id"),
    "staff": ("admin", "accounts.show", "staff_id"),
}
ROSTERS = {"evacuees.roster", "evacuees.roster_csv", "evacuees.roster_pdf"}


@pytest.fixture(scope="module")
def world(prepared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("canary") / "instance"
    shutil.copytree(prepared.folder, folder)
    app = start(OpenInstance(folder, prepared.key))
    try:
        with pytest.MonkeyPatch.context() as patch:
            canary.print_as_text(patch)
            yield canary.build(app)
    finally:
        close(app)


@pytest.fixture(scope="module")
def swept(world):
    return canary.sweep(world, sorted(matrix().roles))


@pytest.fixture(scope="module")
def allowed(world):
    opened = world.app.extensions["instance"]
    before = digest(opened)
    found = canary.sweep(world, ["hogo"])
    world.is_written = digest(opened) != before
    return found


def test_nothing_hidden_is_in_any_answer(swept):
    found, _reached = swept

    assert sorted(map(str, found)) == []


def test_every_route_took_part(swept, allowed, world):
    reached = swept[1].keys() | allowed[1].keys()
    endpoints = {rule.endpoint for rule, _method in canary.reads_of(world.app)}
    wanted = {each for each in endpoints if not each.startswith(canary.OWN)}

    missing = sorted(wanted - reached - APART.keys())
    assert not missing, f"let canary.build() make rows for, or say in APART why not: {missing}"
    assert APART.keys() <= wanted


def test_s17_opening_everything_that_there_is_writes_nothing(world, allowed):
    assert not world.is_written


def test_who_may_see_it_finds_all_of_it(allowed):
    found, _reached = allowed

    assert {one.what for one in found} == set(canary.FORBIDDEN)


@pytest.mark.parametrize("table", RECORDS)
def test_the_page_of_a_record_leads_to_its_history(world, table):
    who, endpoint, argument = RECORDS[table]
    desk, build = world.desk(who), world.app.url_map.bind("localhost").build
    opened = [
        (row_id, desk.get(build(endpoint, {argument: row_id}))) for row_id in world.rows[table]
    ]
    found = [(row_id, page) for row_id, page in opened if page.status == 200]

    assert found
    for row_id, page in found[:2]:
        assert f"/history/{table}/{row_id}" in page.links
        assert "なぜ" in desk.get(f"/history/{table}/{row_id}").visible


def test_every_route_that_shows_them_writes_who_read_it(world, allowed):
    """S56: a new route takes part by itself; what it shows is found, what it logs is asked."""
    found, _reached = allowed
    opened = world.app.extensions["instance"]
    entries = read_log(opened.reads_log, opened.key)
    logged = {entry.get("endpoint") for entry in entries if entry["kind"] in {"read", "search"}}
    silent = {one.route for one in found} - logged

    missing = sorted(silent - SILENT.keys())
    assert not missing, f"call log_read() there, or say in SILENT why not: {missing}"
    assert silent >= SILENT.keys()


@pytest.mark.parametrize("cls", canary.hanging_classes(), ids=lambda cls: cls.__tablename__)
def test_protecting_her_empties_the_open_scope(world, cls):
    if find_spec(f"{cls.__module__.rsplit('.', 1)[0]}.services") is None:
        pytest.skip("nothing writes these rows yet")
    ids = world.rows[cls.__tablename__]
    with inside(world.app):
        rows = db.session.scalars(
            select(cls).where(cls.scope == SCOPES.core, cls.id.in_(ids))
        ).all()
        changeable = [
            name for name, spec in fields_of(cls).items() if spec.field_class is not FieldClass.FACT
        ]
        told = [
            f"{name}={value}"
            for row in rows
            for name in changeable
            if (value := getattr(row, name)) in (world.hidden, canary.MARK)
        ]

    assert told == []


@pytest.mark.parametrize(
    ("role", "endpoint"),
    [
        ("hq", "evacuees.person"),
        ("hq", "evacuees.household"),
        ("shelter_staff", "evacuees.roll_call"),
    ],
)
def test_an_output_without_the_decision_is_found(world, monkeypatch, role, endpoint):
    monkeypatch.setattr(Disclosure, "person", _whole)
    monkeypatch.setattr(checks, "may_see", lambda *_: True)

    found, _reached = canary.sweep(world, [role], endpoints={endpoint})

    assert endpoint in {one.route for one in found}


def test_rosters_taken_around_the_decision_are_found_and_nothing_else(world, monkeypatch):
    around = Disclosure(Audience.DESK, Purpose.PRESENCE, sees_sealed=True, today=clock.today())
    monkeypatch.setattr(rosters, "view", lambda *_: around)

    found, _reached = canary.sweep(
        world, ["shelter_staff"], endpoints={*ROSTERS, "evacuees.roll_call", "safety.messages"}
    )

    assert {one.route for one in found} == ROSTERS


@pytest.mark.parametrize("how", ["page", "csv", "error"])
def test_a_new_route_takes_part_by_itself(world, how):
    def view(person_id):
        name = find_person(person_id).name or ""
        if how == "error":
            abort(404, name)
        if how == "csv":
            return Response(name.encode("cp932"), content_type="text/csv; charset=Shift_JIS")
        return f"<title>試験</title><h1>試験</h1>{name}"

    endpoint = f"{canary.OWN}{how}"
    world.app.view_functions[endpoint] = requires("desk.use")(view)
    world.app.url_map.add(Rule(f"/test/{how}/<uuid:person_id>", endpoint=endpoint, methods=["GET"]))

    found, _reached = canary.sweep(world, ["reception"], endpoints={endpoint})

    assert {one.route for one in found} == {endpoint}


def test_a_new_route_that_nobody_reaches_is_noticed(world):
    def view(thing_id):
        abort(404)

    endpoint = f"{canary.OWN}nowhere"
    world.app.view_functions[endpoint] = requires("desk.use")(view)
    rule = Rule("/test/nowhere/<uuid:thing_id>", endpoint=endpoint, methods=["GET"])
    world.app.url_map.add(rule)

    _found, reached = canary.sweep(world, ["reception"], endpoints={endpoint})

    assert endpoint not in reached


def _whole(disclosure, subject, **_options):
    return None if subject is None else disclosure._show(subject)
