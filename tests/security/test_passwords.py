"""Passwords and PINs: S06, S07, S08, S09, S14."""

import re
import resource
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from tests.pages import Desk
from tests.prepared import ADMIN, ADMIN_PASSWORD, SCOPES, close, staff_of, start
from victim_support.accounts import hashing, services
from victim_support.accounts.models import Credential, Staff
from victim_support.accounts.rules import SecretKind, WeakSecretError, check_password
from victim_support.core.db import db, transaction
from victim_support.core.scopes import using_scopes
from victim_support.core.throttle import ThrottledError, delay_after
from victim_support.installation import create_instance

WRONG = "ちがうことばをならべたもの"
SETTINGS = re.compile(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$")


def kept_hash(login_name):
    staff = staff_of(login_name)
    return db.session.get_one(Credential, staff.id).hash


@pytest.mark.usefixtures("full_strength")
def test_a_new_instance_knows_nobody_but_who_was_named_by_a_strong_hash(tmp_path):
    """S06: Argon2id with 64 MiB. S14: no account that nobody asked for."""
    made = create_instance(
        tmp_path / "instance",
        municipality=SCOPES.municipality,
        admin=ADMIN,
        password=ADMIN_PASSWORD,
        passphrase=None,
    )
    app = start(made.opened)

    with app.app_context(), using_scopes(SCOPES):
        people = db.session.scalars(select(Staff)).all()
        secrets = db.session.scalars(select(Credential)).all()
    close(app)

    assert [person.login_name for person in people] == [ADMIN]
    assert [secret.staff_id for secret in secrets] == [people[0].id]
    found = SETTINGS.match(secrets[0].hash)
    assert found is not None
    memory, rounds, lanes = map(int, found.groups())
    assert (memory >= 64 * 1024, rounds, lanes) == (True, 3, 4)


@pytest.mark.usefixtures("full_strength")
def test_s06_a_weaker_hash_is_renewed_at_login(app, stranger):
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(ADMIN_PASSWORD)
    with app.app_context(), using_scopes(SCOPES):
        with transaction():
            staff = staff_of(ADMIN)
            db.session.get_one(Credential, staff.id).hash = weak
        db.session.remove()

    stranger.submit(stranger.get("/login"), login_name=ADMIN, password=ADMIN_PASSWORD)

    with app.app_context(), using_scopes(SCOPES):
        assert SETTINGS.match(kept_hash(ADMIN))


@pytest.mark.usefixtures("full_strength")
def test_s06_many_logins_at_once_stay_below_a_gigabyte():
    hashed = hashing.hash_secret("ゆきのふるよるのえき")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # of all tests so far

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: hashing.is_right(hashed, "ちがう"), range(50)))

    assert not any(answers)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1024 * 1024


@pytest.mark.parametrize(
    ("password", "is_admin"),
    [
        pytest.param("かわのむこうのあかいはし", False, id="12文字の日本語"),
        pytest.param("purple-kettle-9", True, id="15文字の英字"),
        pytest.param("🚒🚑🚓🚌🚲🚂🛶⛵🚀🛸🚁🚜", False, id="絵文字"),
        pytest.param("harbour rain 七つの石段", False, id="空白と漢字"),
        pytest.param("wxkqmzjvtrpl" * 10, False, id="120文字"),
        pytest.param("Xk9" * 42 + "ab", False, id="128文字"),
    ],
)
def test_s07_any_long_password_is_welcome(password, is_admin):
    check_password(password, is_admin=is_admin, blocked=set(hashing.blocked_words()))


@pytest.mark.parametrize(
    ("password", "is_admin"),
    [
        pytest.param("かわのむこうのあかはし", False, id="11文字"),
        pytest.param("purple-kettle-", True, id="管理者で14文字"),
        pytest.param("y" * 129, False, id="129文字"),
        pytest.param("password2026!", False, id="よくある語と数字"),
        pytest.param("P@ssword-1234", False, id="置き換え"),
        pytest.param("123456789012", False, id="数字の並び"),
        pytest.param("qwertyuiop123456", False, id="キーの並び"),
        pytest.param("aaaaaaaaaaaaaaaa", False, id="同じ文字"),
        pytest.param("hinanjohinanjo2026", False, id="避難所の繰り返し"),
        pytest.param("saigai taisaku honbu", False, id="災害対策本部"),
        pytest.param("被災者支援システム2026", False, id="この仕組みの名"),
        pytest.param("ｐａｓｓｗｏｒｄ１２３４", False, id="全角"),
    ],
)
def test_s07_short_long_and_common_passwords_are_refused(password, is_admin):
    with pytest.raises(WeakSecretError):
        check_password(password, is_admin=is_admin, blocked=set(hashing.blocked_words()))


def test_s07_one_s_own_name_is_no_password():
    with pytest.raises(WeakSecretError):
        check_password("yamanosachiko1990", is_admin=False, blocked={"yamanosachiko"})


def test_s07_width_of_the_input_method_makes_no_difference():
    assert hashing.is_right(hashing.hash_secret("Umi-no-oto-2"), "Ｕｍｉ－ｎｏ－ｏｔｏ－２")


def try_login(desk, login_name, password=WRONG):
    return desk.submit(desk.get("/login"), login_name=login_name, password=password)


def test_s08_five_failures_begin_a_delay_that_rises_and_ends(frozen, stranger):
    clock = frozen(datetime(2026, 7, 16, 0, tzinfo=UTC))
    assert [try_login(stranger, ADMIN).status for _ in range(5)] == [401] * 5

    refused = try_login(stranger, ADMIN, ADMIN_PASSWORD)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "5")
    clock.shift(timedelta(seconds=6))
    assert try_login(stranger, ADMIN).status == 401
    assert try_login(stranger, ADMIN).headers["Retry-After"] == "10"

    clock.shift(timedelta(seconds=11))
    assert try_login(stranger, ADMIN, ADMIN_PASSWORD).status == 302


def test_s08_the_delay_survives_a_restart(instance, frozen):
    frozen(datetime(2026, 7, 16, 0, tzinfo=UTC))
    app = start(instance)
    for _ in range(5):
        try_login(Desk(app), ADMIN)
    close(app)

    app = start(instance)
    again = try_login(Desk(app), ADMIN, ADMIN_PASSWORD)
    close(app)

    assert again.status == 429


def test_s08_the_delay_is_never_for_ever():
    delays = [delay_after(failures) for failures in range(200)]

    assert delays == sorted(delays)
    assert delays[4] == timedelta(0)
    assert delays[-1] == timedelta(minutes=5)


def test_s08_a_delay_concerns_one_account_and_one_terminal(stranger):
    for _ in range(6):
        try_login(stranger, ADMIN)

    other_person = try_login(stranger, "hq")
    other_terminal = stranger.post(
        "/login",
        {"login_name": ADMIN, "password": ADMIN_PASSWORD},
        environ_base={"REMOTE_ADDR": "127.0.0.9"},
    )

    assert other_person.status == 401
    assert other_terminal.status == 302


def test_s08_many_guesses_at_once_are_counted(ledger):
    def guess(number):
        with ledger.test_request_context(), using_scopes(SCOPES):
            try:
                services.authenticate(login_name=ADMIN, password=str(number), terminal="x")
            except services.LoginRefusedError:
                return "checked"
            except ThrottledError:
                return "throttled"
            return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))

    assert answers.count("checked") == 5
    assert answers.count("throttled") == 19


def test_s09_unknown_and_wrong_are_answered_alike(stranger):
    wrong = try_login(stranger, ADMIN)
    unknown = try_login(stranger, "darekasan")

    assert (wrong.status, unknown.status) == (401, 401)
    assert wrong.visible == unknown.visible


def test_s09_a_stopped_account_is_answered_like_a_wrong_password(app, stranger):
    with app.app_context(), using_scopes(SCOPES):
        with transaction():
            staff_of(ADMIN).is_disabled = True
        db.session.remove()

    stopped = try_login(stranger, ADMIN, ADMIN_PASSWORD)

    assert stopped.visible == try_login(stranger, "darekasan").visible


@pytest.mark.usefixtures("full_strength")
def test_s09_unknown_and_wrong_take_the_same_time(ledger):
    def seconds(login_name, number):
        began = time.process_time()  # of this process alone, however busy the machine is
        with pytest.raises(services.LoginRefusedError):
            services.authenticate(login_name=login_name, password="x", terminal=f"t{number}")
        return time.process_time() - began

    with transaction():
        services.keep_hash(staff_of("hq").id, hashing.hash_secret("x" * 12), SecretKind.PASSWORD)
    seconds("darekasan", "warm")
    pairs = [(seconds("hq", turn), seconds("darekasan", turn)) for turn in range(15)]

    assert abs(statistics.median(known - unknown for known, unknown in pairs)) < 0.02
