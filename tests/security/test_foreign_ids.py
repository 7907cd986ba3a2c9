"""S28: ids of people of another shelter in a form answer like ids that do not exist."""

import pytest

from tests.evacuees.support import came, inside, open_household, register, settle_town, stand_at
from tests.pages import Desk
from tests.prepared import log_in, staff_of
from tests.security.crawl import NOBODY, routes
from victim_support.core.access import mark_of
from victim_support.core.db import db, transaction
from victim_support.core.permissions import matrix
from victim_support.evacuees.models import Stay
from victim_support.evacuees.views import bounds
from victim_support.evacuees.views.bounds import SERVES_ANYBODY
from victim_support.victims.models import Person

# Names of fields by which forms carry ids, in any slice.
FIELDS = ("person", "stay", "group", "card", "member", "resident", "household", "target", "ids")
# The login itself and what concerns the browser names nobody.
PLAIN = ("accounts.",)


@pytest.fixture
def shelters(app):
    return settle_town(app)


@pytest.fixture
def foreign(app, shelters, desk_of):
    """Receive somebody in the second shelter; return the ids that mean them."""
    desk = stand_at(desk_of("hq"), shelters[1])
    page = open_household(desk, "suka")
    register(desk, page, came=came(page))
    with inside(app):
        stay = db.session.query(Stay).filter_by(shelter_id=shelters[1]).first()
        return {"person": stay.person_id, "stay": stay.id, "group": stay.group_id}


@pytest.fixture(params=["reception", "shelter_staff"])
def helper(app, shelters, foreign, request):
    with inside(app), transaction():
        staff_of(request.param).shelter_id = shelters[0]
    return stand_at(log_in(Desk(app), request.param), shelters[0]), request.param


def writes_of(app, role):
    """Return the POST routes that a role may call."""
    return [
        route
        for route in routes(app, "POST")
        if mark_of(app.view_functions[route.endpoint]).permission in matrix().of(role)
        and not route.endpoint.startswith(PLAIN)
    ]


def rows(app, foreign):
    """Return what is kept of the foreign person."""
    with inside(app):
        person = db.session.query(Person).filter_by(id=foreign["person"]).one()
        stay = db.session.query(Stay).filter_by(id=foreign["stay"]).one()
        return [
            {column.key: getattr(row, column.key) for column in type(row).__table__.columns}
            for row in (person, stay)
        ]


def test_a_form_that_names_them_is_not_found_on_any_write_route(app, foreign, helper):
    desk, role = helper
    before = rows(app, foreign)
    asked = [one for one in writes_of(app, role) if one.endpoint not in SERVES_ANYBODY]
    assert len(asked) > 40

    answered = {
        (route.endpoint, kind): status
        for route in asked
        for kind, foreign_id in foreign.items()
        if (status := desk.post(route.path, dict.fromkeys(FIELDS, str(foreign_id))).status) != 404
    }

    assert answered == {}
    assert rows(app, foreign) == before


def test_the_sweep_notices_when_forms_are_not_looked_at(foreign, helper, monkeypatch):
    desk, _role = helper
    monkeypatch.setattr(bounds, "_named", lambda given: set())

    assert desk.post("/desk/leaving/open", {"stay": str(foreign["stay"])}).status != 404


def test_an_id_in_the_address_may_be_of_a_stay_or_group_too(app, foreign, helper):
    desk, role = helper
    paths = [
        route.path.replace(str(NOBODY), str(foreign_id))
        for route in routes(app, "GET")
        if str(NOBODY) in route.path
        and mark_of(app.view_functions[route.endpoint]).permission in matrix().of(role)
        for foreign_id in foreign.values()
    ]

    assert {desk.get(path).status for path in paths} == {404}


def test_an_id_hidden_in_the_name_of_a_field_counts(foreign, helper):
    desk, _role = helper

    assert desk.post("/desk/leaving", {f"left-{foreign['person']}": "on"}).status == 404


def test_the_ways_that_serve_anybody_are_routes_of_the_program(app):
    assert set(app.view_functions) >= SERVES_ANYBODY


def test_who_is_not_bound_to_a_shelter_is_not_asked(foreign, shelters, desk_of):
    desk = stand_at(desk_of("hq"), shelters[0])

    page = desk.post("/desk/leaving/open", {"stay": str(foreign["stay"])})

    assert page.status != 404
