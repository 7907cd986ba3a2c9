"""What a request may be: S16, S17, S22, S26, S27 (permissions of every route), S38."""

import io
from pathlib import Path

import pytest
from flask import request

from tests.pages import Desk
from tests.prepared import log_in
from tests.security.crawl import digest, last_error, routes
from victim_support.core.access import accepts_upload, is_unmarked, mark_of, requires
from victim_support.core.permissions import matrix

WHO = ("hogo", "hq", "judge", "counter", "admin", "reception")


def test_s16_no_route_accepts_a_form_without_token(app, desk_of):
    desk = desk_of("hq")
    desk.csrf_token()
    before = digest(app.extensions["instance"])

    answers = {str(route): desk.post(route.path, csrf=False) for route in routes(app, "POST")}

    assert {path: page.status for path, page in answers.items() if page.status != 400} == {}
    assert digest(app.extensions["instance"]) == before


def test_s16_strangers_need_a_token_too(app, stranger):
    statuses = {stranger.post(route.path, csrf=False).status for route in routes(app, "POST")}

    assert statuses == {400}


def test_s16_scripts_need_a_token(stranger):
    asked = {"Accept": "application/json", "Sec-Fetch-Dest": "empty"}
    page = stranger.post("/login", csrf=False, json={"login_name": "hq"}, headers=asked)

    assert page.status == 400
    assert page.json["error"] == "送信された内容を受け取れません"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="ほかのサイト"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, id="同じ機械の別の番号"),
        pytest.param({"Sec-Fetch-Site": "", "Origin": "http://evil.example"}, id="出どころ"),
    ],
)
def test_s16_other_sites_are_refused_even_with_a_token(desk_of, headers):
    desk = desk_of("hq")

    page = desk.post("/place", {"disaster": "20260715A", "shelter": ""}, headers=headers)

    assert page.status == 400


def test_s17_a_get_writes_nothing(app):
    before = digest(app.extensions["instance"])

    broken = {}
    for who in WHO:
        desk = log_in(Desk(app), who)
        for route in routes(app, "GET"):
            status = desk.get(route.path).status
            if status >= 500:
                broken[str(route)] = (who, last_error(app))

    assert broken == {}
    assert digest(app.extensions["instance"]) == before


def test_s17_views_answer_either_reading_or_writing_methods(app):
    writing = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    reading = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}

    assert writing & reading == set()


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1:8765", "192.168.0.10", "[::1]"]
)
def test_s22_unknown_hosts_are_refused(stranger, host):
    assert stranger.get("/login", headers={"Host": host}).status == 400


def test_s22_localhost_answers_on_any_port(stranger):
    assert stranger.get("/login", headers={"Host": "localhost:8765"}).status == 200


def test_s27_every_route_declares_who_may_call_it(app):
    assert [name for name, view in app.view_functions.items() if is_unmarked(view)] == []


def test_s27_a_permission_that_is_not_in_the_matrix_stops_the_import():
    with pytest.raises(KeyError):
        requires("person.steal")


def test_s27_every_permission_of_the_matrix_belongs_to_somebody():
    nobody = [each.name for each in matrix().permissions.values() if not each.roles | each.grants]

    assert nobody == []


def test_s27_strangers_reach_only_what_is_public(app, stranger):
    reached = [
        route.endpoint
        for route in routes(app, "GET")
        if stranger.get(route.path).status not in (302, 401)
    ]

    assert reached == ["accounts.login", "accounts.emergency"]


def test_s27_each_role_is_refused_what_the_matrix_does_not_give(app):
    wrong = []
    for role in matrix().roles:
        desk = log_in(Desk(app), role)
        for route in routes(app, "GET"):
            mark = mark_of(app.view_functions[route.endpoint])
            may = mark.is_public or mark.permission in matrix().of(role)
            is_refused = desk.get(route.path).status == 403
            if is_refused == may:
                wrong.append((role, str(route)))

    assert wrong == []


def test_s38_a_large_request_is_refused_in_japanese(desk_of):
    page = desk_of("hq").post(
        "/place",
        data=b"csrf_token=x&disaster=" + b"x" * 3_000_000,
        content_type="application/x-www-form-urlencoded",
    )

    assert page.status == 413
    assert "送るものが大きすぎます" in page.visible


def test_s38_many_parts_are_refused(desk_of):
    page = desk_of("hq").post("/place", [(f"name{number}", "x") for number in range(200_000)])

    assert page.status == 413


def test_s47_an_uploaded_file_never_touches_the_disk(app, desk_of):
    places = []

    @app.post("/test-upload")
    @requires("import.residents")
    @accepts_upload(8)
    def receive():
        handle = request.files["file"].stream.fileno()
        places.append(Path(f"/proc/self/fd/{handle}").readlink())
        return {"ok": True}

    app.config["MAX_CONTENT_LENGTH"] = 50_000
    file = b"x" * 100_000
    page = desk_of("hq").post("/test-upload", {"file": (io.BytesIO(file), "r.csv")})
    refused = desk_of("counter").post("/test-upload", {"file": (io.BytesIO(file), "r.csv")})

    assert page.status == 200
    assert str(places[0]).startswith("/memfd:")
    assert refused.status == 413
