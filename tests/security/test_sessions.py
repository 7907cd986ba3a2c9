"""Logins and cookies: S03, S04, S20, S21; S01, S02 and S05 are in test_presence."""

from datetime import UTC, datetime

import pytest

from tests.prepared import ADMIN, ADMIN_PASSWORD, PASSWORD, SCOPES, staff_of
from victim_support.accounts import queries, services
from victim_support.core.access import system_actor
from victim_support.core.db import db, transaction
from victim_support.core.scopes import using_scopes

NEW_PASSWORD = "あたらしいかわのながれの音"


def type_login(desk, login_name, password):
    return desk.submit(desk.get("/login"), login_name=login_name, password=password)


def as_staff(app, login_name, act):
    with app.app_context(), using_scopes(SCOPES):
        with transaction():
            act(staff_of(login_name))
        db.session.remove()


def test_s03_login_gives_a_new_session_and_a_new_csrf_secret(stranger):
    before = stranger.get("/login")
    cookie, token = stranger.cookie(), stranger.csrf_token()

    stranger.submit(before, login_name=ADMIN, password=ADMIN_PASSWORD)

    assert stranger.cookie() != cookie
    refused = stranger.post("/logout", {"csrf_token": token})
    assert refused.status == 400


def test_s03_a_second_login_ends_the_first(stranger, app):
    type_login(stranger, ADMIN, ADMIN_PASSWORD)
    first = stranger.cookie()
    with stranger.client.session_transaction(base_url="http://localhost") as session:
        first_token = session["_user_id"]

    stranger.post("/login", {"login_name": "hq", "password": PASSWORD})

    assert stranger.cookie() != first
    with app.app_context():
        assert queries.find_login(first_token) is None


def test_s03_a_new_password_gives_a_new_session(desk_of):
    desk = desk_of("hq")
    old = desk.cookie()

    answer = desk.submit(
        desk.get("/password"),
        password="あたらしいかわのながれの音",
        again="あたらしいかわのながれの音",
    )

    assert answer.status == 302
    desk.client.set_cookie("__Host-session", old, domain="localhost")
    assert desk.get("/place").status == 401


def test_s04_the_cookie_of_a_logged_out_person_is_worthless(desk_of):
    desk = desk_of("hq")
    desk.csrf_token()
    old = desk.cookie()

    desk.post("/logout")
    desk.client.set_cookie("__Host-session", old, domain="localhost")

    assert desk.get("/place").status == 401


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda staff: setattr(staff, "is_disabled", True), id="利用停止"),
        pytest.param(lambda staff: setattr(staff, "role", "reception"), id="役割の変更"),
        pytest.param(lambda staff: setattr(staff, "grants", ["sealed"]), id="権限の追加"),
        pytest.param(
            lambda staff: setattr(staff, "expires_on", datetime(2020, 1, 1, tzinfo=UTC).date()),
            id="期限切れ",
        ),
    ],
)
def test_s04_a_changed_account_ends_its_logins_at_once(app, desk_of, change):
    desk = desk_of("hq")
    assert desk.get("/place").status == 200

    as_staff(app, "hq", change)

    assert desk.get("/place").status == 401


def test_s04_disabling_somebody_on_screen_ends_the_login(app, desk_of):
    admin, other = desk_of("admin"), desk_of("reception")
    with app.app_context(), using_scopes(SCOPES):
        staff_id = staff_of("reception").id

    admin.post(f"/staff/{staff_id}/disable")

    assert other.get("/place").status == 401


def test_s20_the_cookie_is_bound_to_host_and_hidden_from_scripts(stranger):
    header = stranger.get("/login").headers["Set-Cookie"]

    assert header.startswith("__Host-session=")
    flags = {part.strip() for part in header.split(";")[1:]}
    assert flags == {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"}


def test_s20_no_cookie_is_given_to_an_address_without_tls(stranger):
    page = stranger.get("/login", base_url="http://192.168.1.5:8765")

    assert page.status == 400
    assert "Set-Cookie" not in page.headers
    assert "http://localhost" in page.visible


def test_s21_nobody_is_remembered(stranger):
    answer = type_login(stranger, ADMIN, ADMIN_PASSWORD)

    cookies = answer.headers.getlist("Set-Cookie")
    assert not [each for each in cookies if "remember" in each or "Expires" in each]
    with stranger.client.session_transaction(base_url="http://localhost") as session:
        assert "_remember" not in session
        assert not session.permanent


def test_s14_an_instance_has_no_account_that_nobody_made(app):
    with app.app_context(), using_scopes(SCOPES):
        names = {staff.login_name for staff in queries.list_staff()}
    made = {
        *[
            "reception",
            "shelter_staff",
            "shelter_manager",
            "counter",
            "surveyor",
            "judge",
            "hq",
            "admin",
        ]
    }
    assert names == made | {"hogo", ADMIN}


def test_a_new_person_must_choose_a_password_first(app, stranger):
    with app.app_context(), using_scopes(SCOPES):
        (secret,) = services.new_secrets(1)
        with transaction():
            services.create_staff(
                by=system_actor(),
                login_name="atarashii",
                display_name="試験 新人",
                role="counter",
                first_secret=secret,
            )
        db.session.remove()
    type_login(stranger, "atarashii", secret.pin)

    assert stranger.get("/place").location == "/password"
    stranger.submit(
        stranger.get("/password"), password="かぜのとおるみち夏", again="かぜのとおるみち夏"
    )
    stranger.submit(
        stranger.get("/password"),
        password="かぜのとおるほそいみち夏",
        again="かぜのとおるほそいみち夏",
    )

    assert stranger.get("/place").status == 200
