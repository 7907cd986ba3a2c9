"""Who is at the screen: idle lock S01, shift S02, list of logins S05, step-up of S35."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.pages import Desk
from tests.prepared import PASSWORD, SCOPES, close, log_in, staff_of, start
from victim_support.accounts.policy import USUAL_PAUSE, change_idle_minutes
from victim_support.core.db import db, transaction
from victim_support.core.scopes import using_scopes

MOMENT = datetime(2026, 7, 16, 0, tzinfo=UTC)
JSON = {"Accept": "application/json", "Sec-Fetch-Dest": "empty"}
TYPED = {"login_name": "yamada", "display_name": "𠮷﨑 花子", "role": "counter"}


def people(app, login_name):
    with app.app_context(), using_scopes(SCOPES):
        return staff_of(login_name).id


@pytest.fixture
def time(instance, request, frozen):
    """Stop the clock, on a machine whose screens close after the usual five minutes."""
    app = request.getfixturevalue("app") if "app" in request.fixturenames else start(instance)
    set_pause(app, USUAL_PAUSE)
    if "app" not in request.fixturenames:
        close(app)
    return frozen(MOMENT)


def set_pause(app, minutes):
    with app.app_context():
        with transaction():
            change_idle_minutes(minutes)
        db.session.remove()


def test_s01_after_five_minutes_nothing_is_answered_but_the_lock(desk_of, time):
    desk = desk_of("hq")

    time.shift(timedelta(minutes=4, seconds=59))
    assert desk.get("/place").status == 200
    time.shift(timedelta(minutes=5))
    closed = desk.get("/place")

    assert (closed.status, desk.get("/staff").status) == (423, 423)
    assert "画面を閉じています" in closed.visible


def test_s01_the_password_opens_the_page_again(desk_of, time):
    desk = desk_of("hq")
    time.shift(timedelta(minutes=5))
    closed = desk.get("/rosters?all=1")

    wrong = desk.submit(closed, password="ちがう")
    opened = desk.submit(wrong, password=PASSWORD)

    assert wrong.status == 401
    assert desk.get("/place").status == 200
    assert (opened.status, opened.location) == (302, "/rosters?all=1")


def test_s01_typed_input_survives_a_lock_that_came_while_typing(desk_of, time):
    desk = desk_of("admin")
    page = desk.get("/staff/new")
    time.shift(timedelta(minutes=6))

    closed = desk.submit(page, **TYPED)
    opened = desk.submit(closed, password=PASSWORD)
    back = desk.submit(opened)

    assert closed.status == 423
    assert dict(back.form("/staff/new").fields)["display_name"] == "𠮷﨑 花子"


def test_s01_typed_input_survives_a_restart_while_the_screen_is_closed(instance, time):
    app = start(instance)
    desk = log_in(Desk(app), "admin")
    form = desk.get("/staff/new").form("/staff/new")
    draft = f'["/staff/new", {[list(each) for each in form.values(**TYPED)]}]'.replace("'", '"')
    desk.post("/lock", {"_draft": draft}, headers=JSON)
    close(app)

    app = start(instance)
    later = Desk(app)
    answer = later.submit(later.get("/login"), login_name="admin", password=PASSWORD)
    back = later.submit(answer)
    again = Desk(app)
    second = again.submit(again.get("/login"), login_name="admin", password=PASSWORD)
    close(app)

    assert dict(back.form("/staff/new").fields)["display_name"] == "𠮷﨑 花子"
    assert second.status == 302  # given back once


def test_s01_closing_by_hand_holds_at_once_and_scripts_are_told(desk_of):
    desk = desk_of("hq")

    desk.post("/lock", headers=JSON)
    told = desk.post("/at-work", headers=JSON)
    token = dict(desk.get("/place").form("/preferences").fields)["csrf_token"]
    wrong = desk.post("/unlock", {"csrf_token": token, "password": "x"}, headers=JSON)
    opened = desk.post("/unlock", {"csrf_token": token, "password": PASSWORD}, headers=JSON)

    assert told.status == 423
    assert (wrong.status, wrong.json["words"]) == (401, "パスワードか暗証番号が違います。")
    assert opened.status == 200
    assert desk.get("/place").status == 200


def test_s01_work_keeps_the_screen_open_but_pictures_and_polls_do_not(desk_of, time):
    desk = desk_of("hq")
    for _ in range(4):
        time.shift(timedelta(minutes=3))
        assert desk.post("/at-work", headers=JSON).status == 200
    for _ in range(2):
        time.shift(timedelta(minutes=3))
        desk.get("/place", headers={"Sec-Fetch-Dest": "image"})

    assert desk.get("/place").status == 423


def test_s01_guesses_at_a_closed_screen_are_slowed(desk_of, time):
    desk = desk_of("hq")
    desk.post("/lock", headers=JSON)
    page = desk.get("/place")

    statuses = [(page := desk.submit(page, password="x")).status for _ in range(6)]

    assert statuses == [401] * 5 + [429]


def test_s01_another_person_takes_over_from_the_lock(desk_of):
    desk = desk_of("hq")
    desk.post("/lock", headers=JSON)

    page = desk.submit(desk.get("/place"), "/logout", follow=True)

    assert page.title.startswith("ログイン")


@pytest.mark.parametrize("minutes", [1, 15])
def test_s01_the_pause_is_a_setting_of_the_machine(app, desk_of, time, minutes):
    set_pause(app, minutes)
    desk = desk_of("hq")

    time.shift(timedelta(minutes=minutes, seconds=-1))
    assert desk.get("/place").status == 200
    time.shift(timedelta(minutes=minutes))
    assert desk.get("/place").status == 423


def test_s02_a_login_ends_after_a_shift_even_while_somebody_works(desk_of, time):
    desk = desk_of("hq")
    for _ in range(12 * 15 - 1):
        time.shift(timedelta(minutes=4))
        assert desk.post("/at-work", headers=JSON).status == 200
    time.shift(timedelta(minutes=4))

    assert desk.get("/place").status == 401


def test_s05_people_see_and_end_their_own_logins(desk_of):
    here, elsewhere = desk_of("hq"), desk_of("hq")
    page = here.get("/sessions")
    ends = [form.action for form in page.forms if form.action.endswith("/end")]
    assert len(ends) == 2

    here.submit(page, ends[1])

    assert sorted([here.get("/place").status, elsewhere.get("/place").status]) == [200, 401]


def test_s05_administrators_end_anybody_s_login_by_person_and_terminal(app, desk_of):
    admin, other = desk_of("admin"), desk_of("counter")
    person = admin.get(f"/staff/{people(app, 'counter')}")
    everybody = admin.get("/staff/sessions")
    (end,) = [form.action for form in person.forms if form.action.endswith("/end")]
    assert "試験 counter" in everybody.visible
    assert end in [form.action for form in everybody.forms]

    admin.submit(person, end)

    assert other.get("/place").status == 401


@pytest.mark.parametrize(("who", "whose"), [("counter", "reception"), ("shelter_manager", "admin")])
def test_s05_nobody_ends_the_login_of_somebody_they_may_not_manage(app, desk_of, who, whose):
    desk, other = desk_of(who), desk_of(whose)
    (end,) = [form.action for form in other.get("/sessions").forms if form.action.endswith("/end")]

    assert desk.post(end).status == 403
    assert other.get("/place").status == 200


def test_s35_a_weighty_act_asks_for_the_password_again_and_goes_on(app, desk_of, time):
    desk = desk_of("admin")
    other = people(app, "counter")
    page = desk.get(f"/staff/{other}")
    time.shift(timedelta(minutes=4))
    desk.get("/place")
    time.shift(timedelta(minutes=4))
    desk.get("/place")
    time.shift(timedelta(minutes=3))
    cookie = desk.cookie()

    asked = desk.submit(page, f"/staff/{other}/role", role="reception")
    wrong = desk.submit(asked, password="x")
    confirmed = desk.submit(wrong, password=PASSWORD)
    done = desk.submit(confirmed)

    assert (asked.status, wrong.status) == (401, 401)
    assert "もう一度本人を確かめます" in asked.visible
    assert desk.cookie() != cookie  # S03: a new token at step-up
    assert done.status == 302
    with app.app_context(), using_scopes(SCOPES):
        assert staff_of("counter").role == "reception"
