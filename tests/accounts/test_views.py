"""Login, place, preferences and people on screen."""

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from tests.pages import Desk
from tests.prepared import ADMIN, ADMIN_PASSWORD, SCOPES, log_in, staff_of
from victim_support.accounts import documents
from victim_support.accounts.models import FirstPin
from victim_support.accounts.queries import list_staff
from victim_support.accounts.services import add_staff
from victim_support.core import clock, jobs
from victim_support.core.access import requires
from victim_support.core.context import Choice, current_context
from victim_support.core.db import db, transaction
from victim_support.core.documents.worker import PrintError
from victim_support.core.ids import new_id
from victim_support.core.reads import read_log
from victim_support.core.scopes import using_scopes

HELPERS = {"count": "2", "role": "reception", "expires_on": "R12.8.31", "shelter": ""}
HELPERS["home_municipality"] = "架空県 隣町"


def people(app):
    with app.app_context(), using_scopes(SCOPES):
        return [staff.login_name for staff in list_staff()]


def text_of(page):
    return "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.body)).pages)


def test_login_with_the_right_password_leads_to_the_first_page(stranger):
    page = stranger.get("/login")

    answer = stranger.submit(page, login_name=ADMIN, password=ADMIN_PASSWORD)

    assert answer.status == 302
    assert answer.location == "/"


def test_login_leads_back_to_the_page_that_was_asked_for(stranger):
    page = stranger.get("/place", follow=True)

    answer = stranger.submit(page, login_name=ADMIN, password=ADMIN_PASSWORD)

    assert answer.location == "/place"


def test_a_name_in_other_case_comes_in(stranger):
    page = stranger.get("/login")

    answer = stranger.submit(page, login_name=" KANRI", password=ADMIN_PASSWORD)

    assert answer.status == 302


def test_a_wrong_password_is_said_on_the_page(stranger):
    page = stranger.submit(stranger.get("/login"), login_name=ADMIN, password="ちがう")

    assert page.status == 401
    assert "番号(利用者名)かパスワードが違う" in page.visible


def test_helper_slips_are_printed_once(app, desk_of):
    desk = desk_of("shelter_manager")
    before = people(app)
    form = desk.get("/staff/helpers").form()

    printed = desk.post("/staff/helpers", form.values(**HELPERS))
    again = desk.post("/staff/helpers", form.values(**HELPERS))

    new = [name for name in people(app) if name not in before]
    assert printed.headers["Content-Type"] == "application/pdf"
    assert len(new) == 2
    words = "".join(text_of(printed).split())
    told = (
        "受付(応援・ボランティア)",
        "全避難所",
        "派遣元架空県隣町",
        "令和12年(2030年)8月31日まで",
    )
    assert [words.count(each) for each in (*told, *new)] == [2, 2, 2, 2, 2, 2]
    assert len(re.findall(r"暗証番号（切って別に渡す）\d{8}", words)) == 2
    assert (again.status, again.location) == (302, "/staff")


def test_a_printed_slip_lets_its_helper_in(app, desk_of, monkeypatch):
    slips = []

    def keep(_name, values):
        slips.append(values)
        return b""

    monkeypatch.setattr(documents, "render_pdf", keep)
    desk = desk_of("shelter_manager")
    desk.submit(desk.get("/staff/helpers"), **HELPERS)
    slip = slips[0]["slips"][0]

    helper = Desk(app)
    answer = helper.submit(helper.get("/login"), login_name=slip["number"], password=slip["pin"])

    assert answer.status == 302
    assert slip["role"] == "受付(応援・ボランティア)"
    assert slip["expires"] == "令和12年(2030年)8月31日まで"


@pytest.fixture
def sheets(monkeypatch):
    """Catch what is printed instead of printing it; a list of sheets of (number, PIN)."""
    printed = []

    def keep(_name, values):
        printed.append([(slip["number"], slip["pin"]) for slip in values["slips"]])
        return b"%PDF"

    monkeypatch.setattr(documents, "render_pdf", keep)
    return printed


def log_in_with(app, number, pin):
    helper = Desk(app)
    return helper.submit(helper.get("/login"), login_name=number, password=pin)


def test_a_lost_sheet_is_printed_again_until_its_slips_are_used(app, desk_of, sheets):
    desk = desk_of("shelter_manager")
    desk.submit(desk.get("/staff/helpers"), **HELPERS)
    page = desk.get("/staff")
    assert "2枚あります" in page.visible

    desk.submit(page, "/staff/slips")
    assert sorted(sheets[1]) == sorted(sheets[0])

    used, unused = sheets[0]
    assert log_in_with(app, *used).status == 302
    desk.submit(desk.get("/staff"), "/staff/slips")
    assert sheets[2] == [unused]


def test_one_slip_is_printed_again_from_its_person(app, desk_of, sheets):
    desk = desk_of("admin")
    desk.submit(desk.get("/staff/new"), login_name="yamada", display_name="試験", role="counter")
    with app.app_context(), using_scopes(SCOPES):
        path = f"/staff/{staff_of('yamada').id}"

    desk.submit(desk.get(path), f"{path}/slip")

    assert sheets[1] == sheets[0]


def test_the_list_tells_who_has_a_slip_of_this_machine(app, desk_of):
    with app.app_context(), using_scopes(SCOPES):
        with transaction(reason="ほかの機械で登録"):
            add_staff(login_name="yamada", display_name="試験", role="counter")
        db.session.remove()

    page = desk_of("admin").get("/staff").visible

    assert page.count("この機械の札なし") == 2  # in the sentence above the list, and of one


def test_reprints_are_logged_without_pins(app, desk_of, sheets):
    desk = desk_of("shelter_manager")
    desk.submit(desk.get("/staff/helpers"), **HELPERS)
    desk.post("/staff/slips")
    opened = app.extensions["instance"]

    entries = list(read_log(opened.reads_log, opened.key))

    assert [entry["event"] for entry in entries].count("account.reprint") == 2
    assert not any(pin in str(entries) for _, pin in sheets[0])


def test_kept_pins_cannot_be_read_in_the_file(app, desk_of, sheets):
    desk = desk_of("shelter_manager")
    desk.submit(desk.get("/staff/helpers"), **HELPERS)

    with app.app_context():
        rows = db.session.scalars(db.select(FirstPin)).all()
        db.session.remove()

    assert len(rows) == 2
    assert not any(pin.encode() in row.sealed for row in rows for _, pin in sheets[0])


def test_a_manager_reprints_no_slip_of_the_mighty(app, desk_of, sheets):
    admin = desk_of("admin")
    admin.submit(admin.get("/staff/new"), login_name="saito", display_name="試験", role="hq")
    with app.app_context(), using_scopes(SCOPES):
        path = f"/staff/{staff_of('saito').id}"
    manager = desk_of("shelter_manager")

    assert manager.post("/staff/slips").status == 302
    assert manager.post(f"{path}/slip").status == 302
    assert len(sheets) == 1
    assert "印刷し直す" not in manager.get(path).visible


def test_a_slip_must_be_used_within_a_day(app, desk_of, sheets, frozen):
    traveller = frozen(clock.now())
    desk = desk_of("shelter_manager")
    desk.submit(desk.get("/staff/helpers"), **HELPERS)
    (used, pin), late = sheets[0]
    log_in_with(app, used, pin)

    traveller.shift(timedelta(hours=24))
    answer = log_in_with(app, *late)

    assert answer.status == 401
    assert "24時間のうちに使われなかった" in answer.visible
    assert "札の作り直し" in answer.visible
    assert "24時間" not in log_in_with(app, late[0], "00000000").visible
    assert log_in_with(app, used, pin).status == 302  # it came in time, so its PIN stands
    again = log_in(Desk(app), "shelter_manager")
    assert "印刷し直す" not in again.get("/staff").visible


def test_a_slip_that_a_password_replaces_ends_with_its_day(app, desk_of, sheets, frozen):
    traveller = frozen(clock.now())
    desk = desk_of("admin")
    desk.submit(desk.get("/staff/new"), login_name="yamada", display_name="試験", role="counter")
    assert log_in_with(app, *sheets[0][0]).status == 302  # and chooses no password

    traveller.shift(timedelta(hours=24))

    assert log_in_with(app, *sheets[0][0]).status == 401


def test_old_first_pins_are_wiped(app, desk_of, sheets, frozen):
    traveller = frozen(clock.now())
    desk = desk_of("shelter_manager")
    desk.submit(desk.get("/staff/helpers"), **HELPERS)
    traveller.shift(timedelta(hours=24))
    with app.app_context(), using_scopes(SCOPES):
        jobs.start("accounts.forget_first_pins", by=None)

    jobs.Runner(app).run_due()

    with app.app_context():
        assert db.session.scalars(db.select(FirstPin)).all() == []
        db.session.remove()


def test_slips_come_as_a_page_when_the_printer_is_broken(desk_of, monkeypatch):
    def broken(_name, _values):
        raise PrintError

    monkeypatch.setattr(documents, "render_pdf", broken)
    desk = desk_of("shelter_manager")

    page = desk.submit(desk.get("/staff/helpers"), **HELPERS)

    assert page.status == 200
    assert "この画面を印刷して" in page.visible


def test_one_person_gets_a_slip_and_a_role(app, desk_of):
    desk = desk_of("admin")
    form = desk.get("/staff/new")

    printed = desk.submit(
        form, login_name="Yamada.H", display_name="試験 花子", role="judge", grants=["sealed"]
    )

    assert printed.headers["Content-Type"] == "application/pdf"
    with app.app_context(), using_scopes(SCOPES):
        staff = staff_of("yamada.h")
        assert (staff.role, staff.grants) == ("judge", ["sealed"])


def test_a_manager_is_not_offered_the_mighty_roles(desk_of):
    page = desk_of("shelter_manager").get("/staff/new")

    assert 'value="reception"' in page.text
    assert 'value="hq"' not in page.text
    assert 'value="sealed"' not in page.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"login_name": ""}, "入力してください。"),
        ({"login_name": "山田"}, "半角の英字と数字"),
        ({"login_name": "kanri"}, "すでに使われています"),
        ({"display_name": ""}, "入力してください。"),
        ({"expires_on": "いつか"}, "日付として読めません"),
        ({"role": "king"}, "選択肢から選んでください。"),
    ],
)
def test_a_wrong_person_form_says_what_is_wrong(desk_of, changes, message):
    desk = desk_of("admin")
    values = {"login_name": "yamada", "display_name": "試験 花子", "role": "counter"} | changes

    page = desk.submit(desk.get("/staff/new"), **values)

    assert page.status == 422
    assert message in page.visible
    assert page.title.strip().startswith("エラー")


def test_role_stop_and_restart_of_a_person(app, desk_of):
    desk = desk_of("admin")
    with app.app_context(), using_scopes(SCOPES):
        path = f"/staff/{staff_of('reception').id}"

    other = desk_of(ADMIN)
    seen = other.get(path)
    desk.submit(desk.get(path), f"{path}/role", role="counter")
    late = other.submit(seen, f"{path}/role", role="surveyor")
    assert late.status == 409
    assert "役割: 受付(応援・ボランティア) → 窓口" in late.visible
    desk.post(f"{path}/disable")
    stopped = desk.get(path)
    desk.post(f"{path}/enable")

    assert "停止中" in stopped.visible
    assert "使用中" in desk.get(path).visible
    with app.app_context(), using_scopes(SCOPES):
        assert staff_of("reception").role == "counter"


def test_an_unknown_person_is_not_found(desk_of):
    assert desk_of("admin").get(f"/staff/{new_id()}").status == 404


def test_preferences_are_kept_at_the_terminal(stranger):
    stranger.submit(stranger.get("/login"), "/preferences", size="large", theme="dark")
    stranger.submit(stranger.get("/login"), "/preferences", theme="light")

    page = stranger.get("/login")
    assert 'data-size="large"' in page.text
    assert 'data-theme="light"' in page.text


def test_a_forged_preference_changes_nothing(stranger):
    stranger.client.set_cookie("__Host-preferences", '"><b>.x', domain="localhost")

    page = stranger.get("/login")
    assert 'data-size="normal"' in page.text


@pytest.fixture
def places(app):
    """Let two disasters and two shelters be chosen."""
    shelters = [Choice(str(new_id()), "東小学校"), Choice(str(new_id()), "西公民館")]
    disasters = [Choice("20260801A", "令和8年8月地震"), Choice("20260715A", "令和8年7月豪雨")]
    app.extensions["places"].shelters = lambda: shelters
    app.extensions["places"].disasters = lambda: disasters

    @app.get("/test-where")
    @requires("desk.use")
    def where():
        context = current_context()
        return {"disaster": context.scopes.disaster, "shelter": str(context.shelter_id)}

    return shelters


def test_a_login_works_on_the_disaster_and_shelter_it_chose(app, places):
    desk = log_in(Desk(app), "reception")
    assert desk.get("/test-where").json == {"disaster": None, "shelter": "None"}

    desk.submit(desk.get("/place"), disaster="20260801A", shelter=places[1].key)

    assert desk.get("/test-where").json == {"disaster": "20260801A", "shelter": places[1].key}
    page = desk.get("/place")
    assert "令和8年8月地震" in page.visible
    assert "西公民館" in page.visible


def test_each_login_has_its_own_place(app, places):
    one, other = log_in(Desk(app), "hq"), log_in(Desk(app), "hq")
    one.submit(one.get("/place"), disaster="20260801A", shelter="")

    assert other.get("/test-where").json["disaster"] is None


def test_the_only_disaster_is_chosen_by_itself(app, places):
    app.extensions["places"].disasters = lambda: [Choice("20260715A", "令和8年7月豪雨")]

    assert log_in(Desk(app), "hq").get("/test-where").json["disaster"] == "20260715A"


def test_an_unknown_disaster_cannot_be_chosen(app, places):
    desk = log_in(Desk(app), "hq")

    assert desk.post("/place", {"disaster": "20990101A", "shelter": ""}).status == 422
