"""Marks, matrix and actors."""

from typing import Any

import pytest
from flask import Blueprint

from tests.pages import Desk
from tests.prepared import log_in, staff_of
from victim_support.core.access import (
    NoActorError,
    UnmarkedEndpointError,
    current_actor,
    current_login,
    public,
    reads,
    refuse_unmarked,
    requires,
    system_actor,
    unmarked_endpoints,
)
from victim_support.core.actor import current_actor_id, name_of
from victim_support.core.context import current_context
from victim_support.core.db import db, transaction
from victim_support.core.paths import PACKAGE
from victim_support.core.permissions import matrix
from victim_support.core.scopes import current_scopes


def test_an_unmarked_endpoint_stops_the_start(app):
    app.add_url_rule("/test-open", "test_open", lambda: "open")

    assert unmarked_endpoints(app) == ["test_open"]
    with pytest.raises(UnmarkedEndpointError):
        refuse_unmarked(app)


def test_an_unmarked_endpoint_does_not_answer(app):
    app.add_url_rule("/test-open", "test_open", lambda: "open")

    assert log_in(Desk(app), "hq").get("/test-open").status == 403
    assert Desk(app).get("/test-open").status == 302


def test_a_mark_works_above_and_below_the_route(app):
    bp = Blueprint("marks", __name__)

    @bp.get("/above")
    @requires("desk.use")
    def above():
        return {}

    @requires("desk.use")
    @bp.get("/below")
    def below():
        return {}

    @bp.post("/search")
    @reads
    @public
    def search():
        return {}

    app.register_blueprint(bp)

    assert unmarked_endpoints(app) == []


def test_commands_act_as_the_program(ledger):
    actor = current_actor()

    assert actor == system_actor()
    assert actor.id is None
    assert actor.may("account.manage_any")


def test_a_request_acts_as_the_person_logged_in(app):
    seen: dict[str, Any] = {}

    @app.get("/test-who")
    @requires("desk.use")
    def who():
        seen["actor"], seen["journal"] = current_actor(), current_actor_id()
        seen["scopes"], seen["shelter"] = current_scopes(), current_context().shelter_id
        seen["begun"] = db.session().in_transaction()
        return {}

    log_in(Desk(app), "hq").get("/test-who")

    assert seen["actor"].role == "hq"
    assert seen["journal"] == seen["actor"].id
    assert seen["scopes"].core == "042072/20260715A/core"
    assert seen["shelter"] is None
    assert not seen["begun"], "a view must find its session clean"
    assert current_actor_id() is None


def test_a_public_page_has_no_actor(app):
    @app.get("/test-public")
    @public
    def nobody():
        with pytest.raises(NoActorError):
            current_actor()
        return {"login": current_login()}

    assert Desk(app).get("/test-public").json == {"login": None}


def test_a_writing_view_may_begin_at_once(app):
    @app.post("/test-write")
    @requires("desk.use")
    def write():
        with transaction(reason="試験"):
            staff_of("hq").display_name = "試験 変更"
        return {}

    assert log_in(Desk(app), "hq").post("/test-write").status == 200


def test_people_are_called_by_their_names(ledger):
    staff_id = staff_of("hq").id
    db.session.remove()

    assert name_of(staff_id) == "試験 hq"


def test_a_grant_adds_to_a_role():
    without, with_grant = matrix().of("hq"), matrix().of("hq", frozenset({"sealed"}))

    assert with_grant - without == {"sealed.read", "sealed.manage", "opponent.read"}


def test_every_permission_is_asked_for_somewhere():
    code = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))

    assert [name for name in matrix().permissions if f'"{name}"' not in code] == []


def test_an_unknown_role_of_a_newer_version_may_nothing():
    assert matrix().of("future_role") == frozenset()


def test_reception_cannot_print_or_open_protected_records():
    reception = matrix().of("reception")

    assert not reception & {"roster.print", "sealed.read", "account.manage", "certificate.issue"}


def test_the_system_office_sees_no_residents():
    assert not [name for name in matrix().of("admin") if name.startswith(("person.", "sealed."))]
