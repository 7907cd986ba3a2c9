"""Second factors, recovery codes and the emergency account: S10, S11, S12, S13, S15."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from tests.pages import Desk
from tests.prepared import ADMIN, ADMIN_PASSWORD, PASSWORD, SCOPES, log_in, staff_of
from victim_support.accounts import documents, queries, services
from victim_support.accounts.one_time import WrongCodeError, accepted_step, app_address, new_badge
from victim_support.accounts.policy import ask_factor
from victim_support.core import clock
from victim_support.core.access import system_actor
from victim_support.core.db import db, reading, transaction
from victim_support.core.permissions import matrix
from victim_support.core.reads import read_log
from victim_support.core.scopes import using_scopes

MOMENT = datetime(2026, 7, 16, 0, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def strict(app):
    """Ask everybody for a second factor, as `init` does."""
    with app.app_context():
        with transaction():
            ask_factor(is_asked=True)
        db.session.remove()
    return app


def inside(app, act):
    with app.app_context(), using_scopes(SCOPES):
        with transaction():
            made = act()
        db.session.remove()
        return made


def staff_id(app, login_name):
    with app.app_context(), using_scopes(SCOPES):
        return staff_of(login_name).id


def give_badge(app, login_name):
    code = new_badge()
    who = staff_id(app, login_name)
    inside(app, lambda: services.keep_badge(staff_id=who, code=code))
    return code


def give_app(app, login_name, secret=SECRET):
    """Set up an app with the code of a step long past; return recovery codes."""
    who = staff_id(app, login_name)
    code = pyotp.TOTP(secret).at(clock.now())
    return inside(app, lambda: services.keep_app(staff_id=who, secret=secret, code=code))


def type_login(desk, login_name, password=PASSWORD):
    return desk.submit(desk.get("/login"), login_name=login_name, password=password)


def is_in(desk):
    return desk.get("/place").status == 200


def events(app):
    opened = app.extensions["instance"]
    return [entry["event"] for entry in read_log(opened.reads_log, opened.key)]


@pytest.mark.parametrize("role", sorted(matrix().roles))
def test_s10_no_role_comes_in_with_a_password_alone(strict, role):
    desk = Desk(strict)

    assert type_login(desk, role).status == 302

    assert desk.get("/place").location == "/second-factor"
    assert desk.get("/second-factor").status == 200


def test_s10_a_badge_and_the_pin_are_two_factors(strict, stranger):
    badge = give_badge(strict, "reception")

    type_login(stranger, badge)

    assert is_in(stranger)


def test_s10_a_badge_is_asked_for_after_number_and_pin(strict, stranger):
    badge = give_badge(strict, "reception")

    second = type_login(stranger, "reception")
    wrong = stranger.submit(second, code=new_badge())
    before = stranger.get("/place").status
    stranger.submit(wrong, code=badge.lower())

    assert (wrong.status, before) == (401, 302)
    assert is_in(stranger)


def test_s10_a_badge_without_the_pin_opens_nothing(strict, stranger):
    badge = give_badge(strict, "reception")

    assert type_login(stranger, badge, "ちがう").status == 401
    assert not is_in(stranger)


def test_s10_an_administrator_s_badge_is_not_enough(strict, stranger):
    badge = give_badge(strict, "admin")

    type_login(stranger, badge)

    assert stranger.get("/place").location == "/second-factor"


def test_s10_the_second_step_comes_within_five_minutes(strict, stranger, frozen):
    time = frozen(MOMENT)
    badge = give_badge(strict, "reception")
    second = type_login(stranger, "reception")

    time.shift(timedelta(minutes=6))

    assert stranger.submit(second, code=badge).status == 401
    assert not is_in(stranger)


def test_s10_a_stranger_cannot_begin_with_the_second_step(strict, stranger):
    badge = give_badge(strict, "reception")

    assert stranger.post("/login/second", {"code": badge}).status == 401


def test_s10_guesses_of_the_second_factor_are_slowed(strict, stranger, frozen):
    frozen(MOMENT)
    give_badge(strict, "reception")
    page = type_login(stranger, "reception")

    statuses = [(page := stranger.submit(page, code="000000")).status for _ in range(6)]

    assert statuses == [401] * 5 + [429]


def test_s10_an_app_is_set_up_by_its_owner(strict, stranger, monkeypatch, frozen):
    time = frozen(MOMENT)
    shown = []

    def keep(secret, **words):
        shown.append(app_address(secret, **words))
        return shown[-1]

    monkeypatch.setattr("victim_support.accounts.views.factors.app_address", keep)
    type_login(stranger, ADMIN, ADMIN_PASSWORD)
    page = stranger.submit(stranger.get("/second-factor"), "/second-factor/app")
    secret = parse_qs(urlsplit(shown[0]).query)["secret"][0]
    refused = stranger.submit(page, code="000000")
    done = stranger.submit(refused, code=pyotp.TOTP(secret).at(clock.now()))

    assert refused.status == 422
    assert "予備コード" in done.visible
    assert is_in(stranger)
    time.shift(timedelta(seconds=30))
    again = Desk(strict)
    second = type_login(again, ADMIN, ADMIN_PASSWORD)
    again.submit(second, code=pyotp.TOTP(secret).at(clock.now()))
    assert is_in(again)


def test_s10_a_reset_forgets_what_was_lost(strict, desk_of, frozen):
    frozen(MOMENT)
    give_app(strict, "reception")
    manager = log_in(Desk(strict), "admin")
    inside(strict, lambda: ask_factor(is_asked=False))
    manager = log_in(Desk(strict), "admin")

    manager.post(f"/staff/{staff_id(strict, 'reception')}/reset")

    with strict.app_context(), reading() as session:
        kept = queries.list_factors(staff_id(strict, "reception"), session)
    assert [each.kind for each in kept] == ["badge"]


def test_s11_a_code_is_taken_once(strict, frozen):
    time = frozen(MOMENT)
    give_app(strict, "hq")
    time.shift(timedelta(seconds=30))
    code = pyotp.TOTP(SECRET).at(clock.now())
    first, second = Desk(strict), Desk(strict)

    first.submit(type_login(first, "hq"), code=code)
    again = second.submit(type_login(second, "hq"), code=code)

    assert is_in(first)
    assert again.status == 401
    assert "使用済み" in again.visible


@pytest.mark.parametrize("off", [-30, 0, 30])
def test_s11_one_step_before_and_after_is_accepted(off):
    code = pyotp.TOTP(SECRET).at(MOMENT + timedelta(seconds=off))

    accepted_step(SECRET, code, moment=MOMENT, last_step=0)


@pytest.mark.parametrize("minutes", [-15, -2, 2, 15])
def test_s11_a_clock_that_is_off_is_said(minutes):
    code = pyotp.TOTP(SECRET).at(MOMENT + timedelta(minutes=minutes))

    with pytest.raises(WrongCodeError, match="時計"):
        accepted_step(SECRET, code, moment=MOMENT, last_step=0)


def test_s11_a_wrong_code_is_just_wrong():
    with pytest.raises(WrongCodeError, match="違います"):
        accepted_step(SECRET, "000000", moment=MOMENT, last_step=0)


def test_s12_ten_recovery_codes_each_open_once(strict, frozen):
    frozen(MOMENT)
    codes = give_app(strict, "hq")
    first, second, other = Desk(strict), Desk(strict), Desk(strict)

    first.submit(type_login(first, "hq"), code=codes[0].lower())
    again = second.submit(type_login(second, "hq"), code=codes[0])
    other.submit(type_login(other, "hq"), code=codes[9].replace("-", " "))

    assert len(set(codes)) == 10
    assert is_in(first)
    assert (again.status, "使用済み" in again.visible) == (401, True)
    assert is_in(other)


def test_s12_recovery_codes_are_kept_as_digests(strict, frozen):
    frozen(MOMENT)
    codes = give_app(strict, "hq")

    with strict.app_context(), reading() as session:
        kept = repr(session.execute(db.text("SELECT * FROM recovery_codes")).fetchall())

    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


def test_s12_new_recovery_codes_void_the_old_ones(strict, frozen):
    frozen(MOMENT)
    old = give_app(strict, "hq")
    who = staff_id(strict, "hq")
    inside(strict, lambda: services.renew_recovery_codes(who))
    desk = Desk(strict)

    assert desk.submit(type_login(desk, "hq"), code=old[1]).status == 401


@pytest.fixture
def envelopes(strict, monkeypatch, frozen):
    """Have an administrator prepare an emergency account; return what the envelopes hold."""
    frozen(MOMENT)
    sheets = []

    def keep(_name, values):
        sheets.append(values)
        return b"%PDF"

    monkeypatch.setattr(documents, "render_pdf", keep)
    give_app(strict, "admin")
    admin = log_in(Desk(strict), "admin")
    page = admin.get("/staff/emergency")
    refused = admin.submit(page, "/staff/emergency", first="総務課長", second="総務課長")
    assert refused.status == 422
    admin.submit(page, "/staff/emergency", first="総務課長", second="副市長")
    return sheets[0]["envelopes"]


def open_with(desk, envelopes, **changes):
    values = {
        "number": envelopes[0]["number"],
        "first_person": "試験 一",
        "first_code": envelopes[0]["code"],
        "second_person": "試験 二",
        "second_code": envelopes[1]["code"],
        "reason": "管理者が全員被災",
    }
    return desk.submit(desk.get("/login/emergency"), **(values | changes))


def test_s13_two_people_with_two_envelopes_come_in_once(strict, envelopes, stranger):
    opened = open_with(stranger, envelopes)
    again = open_with(Desk(strict), envelopes)

    assert opened.status == 302
    assert stranger.get("/staff").status == 200
    assert again.status == 401
    assert events(strict).count("emergency.used") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"second_code": "AAAAA-BBBBB-CCCCC-DDDDD"}, id="1通だけ"),
        pytest.param({"second_person": "試験　一"}, id="1人だけ"),
        pytest.param({"reason": ""}, id="理由なし"),
    ],
)
def test_s13_one_person_or_one_envelope_is_not_enough(strict, envelopes, stranger, wrong):
    if "second_code" not in wrong:
        assert open_with(stranger, envelopes, **wrong).status == 422
    else:
        assert open_with(stranger, envelopes, **wrong).status == 401

    assert stranger.get("/staff").status == 302


def test_s13_its_use_waits_to_be_looked_at_by_an_administrator(strict, envelopes, stranger):
    open_with(stranger, envelopes)
    admin = log_in(Desk(strict), "admin")
    assert "緊急用の利用者が使われました" in admin.get("/tasks").visible

    page = admin.get("/staff/emergency")
    (review,) = [form.action for form in page.forms if form.action.endswith("/reviewed")]
    own = stranger.post(review)
    admin.submit(page, review)

    assert own.status == 403
    assert "緊急用の利用者が使われました" not in admin.get("/tasks").visible
    assert stranger.get("/staff").status == 401


def test_s13_it_ends_with_its_day(strict, envelopes, stranger, frozen):
    open_with(stranger, envelopes)

    frozen(MOMENT + timedelta(hours=15))

    assert stranger.get("/staff").status == 401


def test_s15_a_helper_s_account_ends_with_its_day(app, frozen):
    time = frozen(MOMENT)
    (secret,) = services.new_secrets(1)
    slips = inside(
        app,
        lambda: services.create_helpers(
            by=system_actor(),
            first_secrets=[secret],
            role="reception",
            shelter_id=None,
            expires_on=clock.today(),
            home_municipality="",
        ),
    )
    number, pin = slips[0].number, slips[0].pin
    early, late = Desk(app), Desk(app)

    assert type_login(early, number, pin).status == 302
    time.shift(timedelta(days=1))
    assert not is_in(early)
    assert type_login(late, number, pin).status == 401


def test_s15_a_slip_is_worth_a_day_and_its_badge_is_its_own(app, frozen):
    time = frozen(MOMENT)
    secrets = services.new_secrets(2)
    slips = inside(
        app,
        lambda: services.create_helpers(
            by=system_actor(),
            first_secrets=secrets,
            role="reception",
            shelter_id=None,
            expires_on=clock.today() + timedelta(days=9),
            home_municipality="",
        ),
    )
    assert slips[0].badge != slips[1].badge

    time.shift(timedelta(hours=24))

    assert type_login(Desk(app), slips[0].number, slips[0].pin).status == 401
