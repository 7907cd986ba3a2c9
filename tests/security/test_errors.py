"""Error pages: S58, and typed input that survives its login."""

import json
import re

import pytest
from werkzeug.exceptions import ServiceUnavailable

from tests.pages import Desk
from tests.prepared import log_in
from tests.security.crawl import routes
from victim_support.core.access import requires
from victim_support.core.forms import DeskForm, IdempotencyField, NameField
from victim_support.core.scopes import NoDisasterChosenError

SECRET = "ひみつのなまえ"
INCIDENT = re.compile(r"番号 ([0-9A-Z]{8})")
SCRIPT = {"Sec-Fetch-Dest": "empty", "Accept": "application/json"}


class HouseholdForm(DeskForm):
    """A form like those of the desk."""

    name = NameField("氏名")
    idempotency_key = IdempotencyField()


def broken(**_parts):
    raise RuntimeError(SECRET)


@pytest.fixture
def trouble(app):
    """Add views that fail in the ways that views can."""

    def raising(error):
        def view():
            raise error

        return requires("desk.use")(view)

    for name, error in {
        "error": RuntimeError(SECRET),
        "no-disaster": NoDisasterChosenError(),
        "full": ServiceUnavailable("記録できません。紙に切り替えてください。"),
    }.items():
        app.add_url_rule(f"/test-{name}", f"test_{name}", raising(error))
    app.add_url_rule("/test-household", "test_household", _household, methods=["POST"])
    return app


@requires("desk.use")
def _household():
    form = HouseholdForm()
    if not form.validate_on_submit():
        return {"typed": form.name.data}, 422
    return {"saved": form.name.data}


def test_s58_an_exception_in_any_view_shows_words_and_a_number_only(app):
    desk = log_in(Desk(app), "hogo")
    counted = 0
    token = desk.csrf_token()
    for route in routes(app, "GET") + routes(app, "POST"):
        kept = app.view_functions[route.endpoint]
        app.view_functions[route.endpoint] = _as(kept, broken)
        post = {"csrf_token": token}
        page = desk.get(route.path) if route.method == "GET" else desk.post(route.path, post)
        app.view_functions[route.endpoint] = kept
        if page.status == 500:
            counted += 1
            assert INCIDENT.search(page.visible), route
        assert SECRET not in page.text, route
        assert "Traceback" not in page.text, route
        assert "RuntimeError" not in page.text, route

    assert counted > 10


def _as(view, function):
    def replaced(**parts):
        return function(**parts)

    replaced.__dict__.update(view.__dict__)
    return replaced


def test_s58_the_number_on_the_page_stands_in_the_log(trouble, instance):
    page = log_in(Desk(trouble), "hq").get("/test-error")

    (number,) = INCIDENT.findall(page.visible)
    assert page.status == 500
    log = (instance.folder / "logs" / "app.log").read_text()
    assert number in log
    assert SECRET not in log


def test_s58_scripts_get_their_errors_as_data(trouble):
    page = log_in(Desk(trouble), "hq").get("/test-error", headers=SCRIPT)

    assert page.status == 500
    assert page.json.keys() == {"error", "advice", "incident"}


def test_s58_an_error_of_the_error_page_has_a_last_resort(trouble):
    trouble.context_processor(broken)

    page = Desk(trouble).get("/nowhere")

    assert page.status == 404
    assert "見つかりません" in page.visible
    assert SECRET not in page.text


def test_s58_debug_is_off(app):
    assert not app.debug
    assert not app.testing


def test_a_page_without_a_disaster_says_what_to_do(trouble):
    page = log_in(Desk(trouble), "hq").get("/test-no-disaster")

    assert page.status == 409
    assert "災害が選ばれていません" in page.visible
    assert "/place" in page.links


PAGES_OF_A_SHELTER = (
    "/desk/roll-call",
    "/desk/untraced",
    "/operations/diary",
    "/operations/people",
    "/supplies/meals",
    "/handover",
    "/reports/mine",
    "/supplies/handouts",
    "/paging",
)


@pytest.mark.parametrize("path", PAGES_OF_A_SHELTER)
def test_a_page_of_a_shelter_leads_to_choosing_one(desk_of, path):
    led = desk_of("shelter_manager").get(path, follow=True)

    assert led.status == 200
    assert "この端末の避難所が選ばれていません" in led.visible
    assert "ほかの人が変えています" not in led.visible
    assert "災害と避難所を選ぶ" in led.visible


def test_a_script_without_a_shelter_gets_the_words(desk_of):
    answer = desk_of("reception").get("/desk/roll-call", headers={"Sec-Fetch-Dest": "empty"})

    assert answer.status == 409
    assert "避難所が選ばれていません" in json.loads(answer.body)["error"]


def test_a_full_disk_sends_people_to_paper(trouble):
    page = log_in(Desk(trouble), "hq").get("/test-full")

    assert page.status == 503
    assert "紙に切り替えてください" in page.visible


def test_a_missing_permission_is_named(desk_of):
    page = desk_of("reception").get("/staff")

    assert page.status == 403
    assert "「利用者を登録する・止める」の権限がありません" in page.visible


def test_a_stranger_is_led_to_the_login_and_back(stranger):
    page = stranger.get("/place")

    assert (page.status, page.location) == (302, "/login?next=/place")


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/nowhere"]
)
def test_a_login_never_leads_to_another_site(stranger, target):
    page = stranger.get(f"/login?next={target}")

    assert dict(page.form("/login").fields)["next"] == "/"


def test_input_typed_before_the_login_ended_comes_back(trouble, frozen):
    desk = log_in(Desk(trouble), "hq")
    typed = {"name": "𠮷﨑 花子", "idempotency_key": "k" * 24, "password": "geheim"}
    token = desk.csrf_token()
    desk.post("/logout", {"csrf_token": token})

    expired = desk.post("/test-household", typed)
    assert expired.status == 401
    assert "もう一度ログインしてください" in expired.title
    assert "geheim" not in expired.text
    again = desk.submit(expired, login_name="hq", password="やまのうえのちいさなえき")
    assert again.status == 200
    back = desk.submit(again, "/test-household")

    assert (back.status, back.json) == (200, {"typed": "𠮷﨑 花子"})
    form = again.form("/test-household")
    kept = [(name, value) for name, value in form.fields if name != "_resume"]
    saved = desk.post("/test-household", kept)
    assert saved.json == {"saved": "𠮷﨑 花子"}


def test_a_wrong_password_in_between_loses_nothing(trouble):
    desk = Desk(trouble)
    expired = desk.post("/test-household", {"name": "花子", "idempotency_key": "k" * 24})

    wrong = desk.submit(expired, login_name="hq", password="ちがうことばだった")
    again = desk.submit(wrong, login_name="hq", password="やまのうえのちいさなえき")

    assert dict(again.form("/test-household").fields)["name"] == "花子"


def test_a_form_older_than_the_login_comes_back(trouble):
    desk = log_in(Desk(trouble), "hq")

    stale = desk.post("/test-household", {"name": "花子", "csrf_token": "old"})
    back = desk.submit(stale, "/test-household")

    assert stale.status == 400
    assert back.json == {"typed": "花子"}


def test_a_form_does_not_come_back_to_other_sites(trouble):
    page = log_in(Desk(trouble), "hq").post(
        "/test-household", {"name": "花子"}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert page.status == 400
    assert "花子" not in page.text


def test_a_login_has_no_time_limit_for_its_forms(trouble, frozen):
    desk = log_in(Desk(trouble), "hq")
    assert trouble.config["WTF_CSRF_TIME_LIMIT"] is None
    assert desk.post("/test-household", {"name": "花子", "idempotency_key": "k" * 24}).json


def test_an_address_that_only_a_button_opens_leads_back_to_its_page(desk_of):
    counter = desk_of("counter")

    for path, way in {
        "/damage/search": "/damage/",
        "/damage/applications/open": "/damage/",
        "/certificates/search": "/certificates/",
        "/login/unknown/search": "/",
    }.items():
        page = counter.get(path)
        assert page.status in {404, 405}
        assert f'href="{way}"' in page.text

    shelter = desk_of("reception").get("/damage/search")
    assert 'class="button is-primary" href="/"' in shelter.text  # a page that one may not open
