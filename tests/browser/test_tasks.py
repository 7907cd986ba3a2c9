"""The tasks of the desk by keyboard alone on the real server, each within its budget."""

from contextlib import suppress
from io import BytesIO
from urllib.request import Request, urlopen

import pypdf
import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from tests.browser.budgets import BUDGETS, NOT_MEASURED, within
from tests.browser.driver import Watched
from tests.damage.support import (
    make_application,
    make_judgement,
    make_people,
    name_issuer,
    writing_in,
)
from tests.evacuees.support import inside, stand_at
from tests.pages import Desk
from tests.prepared import log_in
from tests.presence.support import give, receive, stays
from tests.quality.sources import ROOT
from victim_support.core.db import db, transaction
from victim_support.core.headers import COOKIE
from victim_support.core.settings import put_setting
from victim_support.dropbox.process import running_box
from victim_support.dropbox.rules import scan_text
from victim_support.dropbox.services import OPEN_SETTING, drops_folder, make_ready
from victim_support.evacuees.models import Stay
from victim_support.paper.rules import sheet_number, show_sheet
from victim_support.shelters.services import record_head_count
from victim_support.victims.models import Person, Statement

pytestmark = pytest.mark.browser

RESULT = ".scan-result"
DEAF = 500  # ms; keys are deaf for a moment after saving
HEAD = "𠮷田 邉\U000e0110太郎"


@pytest.fixture
def number(app, town):
    """Give a household of three one card."""
    desk = stand_at(log_in(Desk(app), "reception"), town[0])
    return give(desk, receive(desk, "taka"))


def say(watched, *keys):
    """Press keys for one decision."""
    watched.think()
    watched.press(*keys)


def read(watched, romaji, kana, result):
    """Write a name with the input method."""
    watched.think()
    watched.compose(romaji, kana, result)


def test_t1_head_count_only(desk):
    with within("T1", desk):
        say(desk, "F4")
        say(desk, *"171", "Enter")

        desk.see("171人 と記録しました")


def test_t2_a_household_with_a_card_comes_to_another_shelter(number, app, town, open_page):
    watched = open_page("reception", "/place")
    watched.page.get_by_label("避難所", exact=True).select_option(str(town[1]))
    watched.page.get_by_role("button", name="この場所で始める").press("Enter")
    watched.page.wait_for_url(lambda path: not path.endswith("/place"))
    watched.page.goto("/desk")

    with within("T2", watched):
        watched.think()
        watched.scan(f"%P{number}")

        expect(watched.page.locator(RESULT)).to_contain_text("入所にしました")

    assert [stay.shelter_id for stay in stays(app) if stay.ended_at is None] == [town[1]] * 3
    watched.check()


def test_t3_a_household_that_a_phone_has_sent(open_page, chromium, app, town):
    with inside(app):
        db.session.remove()
        with transaction(reason="試験"):
            put_setting(key=OPEN_SETTING, value=True)
        make_ready()
        db.session.remove()
        with transaction(reason="試験"):
            record_head_count(shelter_id=town[0], count=5, counted_by="試験")
        folder = drops_folder()
    with running_box(folder, "127.0.0.1", 0) as box:
        number = write_on_a_phone(chromium, box.url)
    watched = open_page("reception")

    with within("T3", watched):
        watched.think()
        watched.scan(scan_text(number))
        watched.see("電話からの申し込み", within=".panel")
        say(watched, "B", "Enter")

        watched.see("高橋　実 さん")
        watched.see("いま 7 人")

    watched.check()


def write_on_a_phone(chromium, url):
    """Write two people down on a small phone; each page is usable and narrow."""
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    watched = Watched(context.new_page(), url)
    page = watched.page
    page.goto(url)
    for typed in ({}, HUSBAND, None, WIFE, None, {}, None):
        assert watched.violations() == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        for name, value in (typed or {}).items():
            page.locator(f"[name={name}]").fill(value)
        is_first_list = (
            typed is None and page.locator("[value=remove-1], [value=send]").count() == 0
        )
        button = "[value=add]" if is_first_list else ".is-primary"
        page.locator(button).click()
    assert watched.violations() == []
    watched.check()
    number = page.locator(".qr-box").get_attribute("aria-label").replace("-", "")
    context.close()
    return number


HUSBAND = {"name": "高橋　実", "kana": "たかはし　みのる", "birth": "1991/6/15"}
WIFE = {"name": "高橋　薫", "kana": "たかはし　かおる", "birth": "1993/7/16"}


def test_t4_known_household_all_came(desk):
    with within("T4", desk):
        say(desk, *"taka", "Enter")
        desk.see("高橋　実 さんの世帯")
        say(desk, "3", "Enter")

        desk.see("高橋　実 さん")
        desk.see("いま 3 人")

    expect(desk.page.locator("#search-text")).to_be_focused()


def test_t4_one_of_them_missing(desk, app):
    with within("T4", desk):
        say(desk, *"sato", "Enter")
        desk.see("佐藤　一郎 さんの世帯")
        say(desk, "3")
        desk.see("来ていないのはどなたですか")
        say(desk, "4", "R", "Enter")

        desk.see("佐藤　一郎 さん")
        desk.see("いま 3 人")

    with inside(app):
        statement = db.session.query(Statement).one()
        assert (statement.kind, statement.place) == ("rescue", "名取市飯野坂1-2-3")


def test_t5_unknown_household_of_three(desk, app):
    with within("T5", desk):
        write_head(desk)
        write_wife(desk)
        write_child(desk)
        say(desk, "Enter", "Enter")

        desk.see("鈴木 実 さん")
        desk.see("いま 3 人")

    with inside(app):
        people = db.session.query(Person).order_by(Person.id).all()
        assert [(one.name, one.kana, one.relation, one.sex, one.town) for one in people] == [
            ("鈴木 実", "スズキ　ミノル", "本人", "male", "名取市飯野坂"),
            ("鈴木　薫", "スズキ　カオル", "配偶者", "female", "名取市飯野坂"),
            ("鈴木　さくら", "スズキ　サクラ", "子", "female", "名取市飯野坂"),
        ]


def test_t6_each_extra_member(desk, app):
    write_head(desk)
    expect(desk.page.locator("#members-1-kana")).to_have_value("スズキ　")

    with within("T6", desk):
        write_wife(desk)

    desk.press("Enter", "Enter")
    desk.see("いま 2 人")


def write_head(desk):
    say(desk, "F2")
    read(desk, "suzuki", "すずき", "鈴木")
    desk.press("Space")
    desk.compose("minoru", "みのる", "実")
    desk.press("Enter")
    say(desk, *"s60.4.1", "Enter")
    say(desk, "1")
    say(desk, *"ii")
    desk.page.wait_for_timeout(200)
    desk.press("Enter", "Enter")
    say(desk, "0", "Enter")


def write_wife(desk):
    read(desk, "kaoru", "かおる", "薫")
    desk.press("Enter")
    say(desk, *"38", "Enter", "2")
    say(desk, "1")


def write_child(desk):
    read(desk, "sakura", "さくら", "さくら")
    desk.press("Enter")
    say(desk, "4", "Enter", "2")
    say(desk, "2")


def test_t7_out_and_back_by_scan(number, desk, app):
    with within("T7", desk):
        desk.think()
        desk.scan(f"%P{number}")

        expect(desk.page.locator(RESULT)).to_contain_text("一時外出にしました")
        expect(desk.page.locator(RESULT)).to_contain_text("3人")

    assert (desk.keys, desk.pages) == (0, 0)
    assert {stay.away_kind for stay in stays(app)} == {"out"}


def test_t7_out_by_the_typed_number(number, open_page, app):
    watched = open_page("reception", "/desk/leaving")

    with within("T7", watched):
        say(watched, *number[:4].lower(), "Enter")

        expect(watched.page.locator(RESULT)).to_contain_text("一時外出にしました")

    watched.check()


def test_t8_an_enquiry_is_answered(number, open_page):
    watched = open_page("counter", "/enquiries")

    with within("T8", watched):
        watched.take_down("高橋　実")
        watched.press("Enter", "Enter")
        watched.take_down("1991/6/15")
        say(watched, "Alt+T")
        watched.take_down("高橋　薫")
        watched.press("Enter")
        say(watched, "1", "Enter")
        watched.take_down("無事か知りたい")
        watched.press("Enter")
        say(watched, "2")
        say(watched, "Control+Enter")

        watched.see("安否の情報があります")

    watched.press("Control+Enter")
    watched.see("伝えたことを記録しました")
    watched.check()


def test_t9_a_certificate_is_found_checked_and_printed(open_page, app, town):
    settle_case(app)
    desk = open_page("counter", "/certificates/")
    papers = []
    context = desk.page.context
    context.on("response", lambda one: papers.append(one) if "paper.pdf" in one.url else None)

    with within("T9", desk):
        say(desk, *"yoshida")
        desk.see("住んでいた方")  # dwelling, people and application stand beside the hits
        say(desk, "Enter")
        desk.see("見本")
        desk.see("■ 半壊")
        desk.page.wait_for_load_state("load")  # nobody presses the key before the page is there
        desk.think()  # the applicant reads the sample
        say(desk, "Alt+P")
        desk.see("交付しました", within="h1")
        assert papers == []
        desk.page.wait_for_load_state("load")
        with context.expect_page() as opened:
            say(desk, "Alt+P")
        with suppress(PlaywrightError):  # without a viewer Chromium takes the paper for a download
            opened.value.wait_for_load_state("load")

    assert papers[0].status == 200
    assert HEAD in printed(desk, papers[0].url)
    desk.see("次の方へ")  # the page stayed
    desk.press("Alt+N")
    desk.see("罹災証明書", within="h1")
    desk.check()


def settle_case(app):
    with writing_in(app):
        name_issuer()
        household, people = make_people(HEAD, "𠮷田 﨑子", kana="よしだ へんたろう")
        make_judgement(make_application(household, people))


def printed(watched, url):
    """Fetch a paper as the browser would and return its text."""
    cookies = watched.page.context.cookies("https://localhost/")
    value = next(cookie["value"] for cookie in cookies if cookie["name"] == COOKIE)
    with urlopen(Request(url, headers={"Cookie": f"{COOKIE}={value}"})) as answer:  # noqa: S310
        pdf = answer.read()
    return "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)


def test_t10_a_card_of_a_pile_is_typed_in(open_page, app):
    after = sheet_number("T7", 1)
    watched = open_page("reception", f"/paper/type?after={after}&at=0:00")

    with within("T10", watched):
        watched.press("Enter", "Enter")
        write_head_of_card(watched)
        write_member_of_card(watched, ("kaoru", "かおる", "薫"), "1", "38", "2")
        watched.press("Enter")
        write_member_of_card(watched, ("sakura", "さくら", "さくら"), "3", "4", "2")
        watched.press("Control+Enter")

        watched.see(f"用紙 {show_sheet(sheet_number('T7', 2))} を入力しました")

    with inside(app):
        assert db.session.query(Stay).count() == 3
        names = [one.name for one in db.session.query(Person).order_by(Person.id)]
        assert names == ["鈴木 実", "鈴木　薫", "鈴木　さくら"]
    watched.check()


def write_head_of_card(watched):
    read(watched, "suzuki", "すずき", "鈴木")
    watched.press("Space")
    watched.compose("minoru", "みのる", "実")
    watched.press("Enter", "Enter")
    say(watched, *"s60.4.1", "Enter", "1", "Enter", "Enter")
    read(watched, "iinozaka", "いいのざか", "飯野坂")
    watched.press("Enter", *"1-2", "Enter")
    say(watched, "0", "Enter")


def write_member_of_card(watched, name, relation, age, sex):
    read(watched, *name)
    watched.press("Enter", "Enter")
    say(watched, relation, "Enter")
    say(watched, *age, "Enter", sex, "Enter")


def test_t11_the_situation_report_is_printed_from_the_board(open_page, app, town):
    watched = open_page("hq", "/board/")
    papers = []
    context = watched.page.context
    context.on("response", lambda one: papers.append(one) if ".pdf" in one.url else None)

    with within("T11", watched):
        say(watched, "Alt+R")
        watched.see("状況報告", within="h1")
        watched.page.wait_for_load_state("load")
        with context.expect_page() as opened:
            say(watched, "Alt+P")
        with suppress(PlaywrightError):  # as above
            opened.value.wait_for_load_state("load")

    assert papers[0].status == 200
    assert "状況報告" in printed(watched, papers[0].url)


def test_t13_a_wrong_registration_is_taken_back(desk, app):
    desk.press(*"taka", "Enter")
    desk.see("さんの世帯")
    desk.press("3", "Enter")
    desk.see("受け付けました")
    desk.page.wait_for_timeout(DEAF)

    with within("T13", desk):
        say(desk, "Alt+Z")
        desk.see("取り消しました")

    desk.see("いま 0 人")


def test_t13_a_wrong_reading_is_taken_back(number, desk, app):
    desk.scan(f"%P{number}")
    expect(desk.page.locator(RESULT)).to_contain_text("一時外出")
    desk.page.wait_for_timeout(DEAF)

    with within("T13", desk):
        say(desk, "Alt+Z")
        desk.see("札の読み取り")

    assert {stay.away_since for stay in stays(app)} == {None}


def test_the_manual_lists_every_task_with_its_budget():
    lines = (ROOT / "docs" / "drill.md").read_text("utf-8").splitlines()
    budgets = [
        f"| {task} {one.words} | {one.keys} | {one.pointer} | {one.pages} | {one.seconds} |"
        for task, one in BUDGETS.items()
    ]
    missing = [f"| {task} {why} | ― | ― | ― | ― |" for task, why in NOT_MEASURED.items()]

    assert sorted(line for line in lines if line.startswith("| T")) == sorted(budgets + missing)
    assert {*BUDGETS, *NOT_MEASURED} == {f"T{number}" for number in range(1, 14)}
