"""The shared layouts, styles and keyboard modules in Chromium, under the strict policy."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.quality.eyes import empty_page, open_page, violations
from tests.quality.gallery import create_gallery, serving

pytestmark = pytest.mark.browser

LOOKS = ["", "?theme=dark", "?size=large", "?theme=dark&size=large", "?training=1"]


@pytest.fixture(scope="module")
def gallery() -> Flask:
    return create_gallery()


@pytest.fixture(scope="module")
def address(gallery: Flask) -> Iterator[str]:
    with serving(gallery) as url:
        yield url


@pytest.fixture(scope="module")
def browser_page(chromium: Browser) -> Iterator[Page]:
    with empty_page(chromium) as page:
        yield page


@pytest.fixture
def page(browser_page: Page, gallery: Flask) -> Page:
    gallery.config["POSTS"].clear()
    browser_page.set_viewport_size({"width": 1280, "height": 900})
    return browser_page


@pytest.mark.parametrize("look", LOOKS)
def test_every_look_passes_axe_with_strong_contrast(page: Page, address: str, look: str) -> None:
    open_page(page, f"{address}/{look}")

    assert violations(page) == []


def test_the_first_error_takes_the_focus_and_a_list_leads_to_each(page: Page, address: str) -> None:
    open_page(page, address)
    page.get_by_label("フリガナ").fill("サトウ")
    page.get_by_role("button", name="登録する").click()

    expect(page.get_by_label("氏名")).to_be_focused()
    assert page.title() == "エラー: 部品の見本 | 被災者支援システム"
    assert page.get_by_label("フリガナ").input_value() == "サトウ"
    assert violations(page) == []
    page.get_by_role("link", name="氏名: 氏名を入力してください").click()
    expect(page.get_by_label("氏名")).to_be_focused()
    assert page.get_by_label("氏名").get_attribute("aria-describedby") == "name-error"


@pytest.mark.parametrize(
    ("look", "width"),
    [
        pytest.param("", 320, id="320px wide"),
        pytest.param("?size=large", 640, id="large letters, 200 % zoom of 1280"),
        pytest.param("?training=1", 320, id="320px wide in training"),
        pytest.param("?size=large", 320, id="320px wide with large letters"),
    ],
)
def test_narrow_screens_do_not_scroll_sideways(
    page: Page, address: str, look: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    open_page(page, f"{address}/{look}")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("size", "least"), [("normal", 44), ("large", 56)])
def test_targets_are_big_enough_for_gloves(page: Page, address: str, size: str, least: int) -> None:
    open_page(page, f"{address}/?size={size}")

    small = page.evaluate(
        """least => [...document.querySelectorAll(
             "button, select, textarea, .choice, .button, .table a, nav a, .site-name,"
             + "input:not([type=hidden], [type=checkbox], [type=radio])")]
           .filter(e => e.checkVisibility())
           .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
           .filter(([_, r]) => r.height < least - 0.5 || r.width < least - 0.5)
           .map(([html, r]) => `${html} ${r.width}×${r.height}`)""",
        least,
    )

    assert small == []


def test_nothing_is_blocked_and_nothing_leaves_the_origin(page: Page, address: str) -> None:
    messages: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("request", lambda request: requests.append(request.url))

    open_page(page, address)
    page.wait_for_load_state("networkidle")

    assert messages == []
    assert [url for url in requests if not url.startswith((address, "data:"))] == []


def test_letters_grow_without_losing_what_was_typed(
    page: Page, address: str, gallery: Flask
) -> None:
    open_page(page, address)
    page.get_by_label("覚え書き").fill("毛布2枚")
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="大きい字").click()

    assert page.get_by_label("覚え書き").input_value() == "毛布2枚"
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "28px"
    assert gallery.config["POSTS"][0]["size"] == "large"
    pressed = page.locator("[name=size][value=large]")
    assert pressed.get_attribute("aria-pressed") == "true"
    expect(page.get_by_role("button", name="見やすさ・交代")).to_be_focused()


@pytest.mark.parametrize(("size", "highest"), [("normal", 120), ("large", 240)])
def test_the_menu_waits_behind_a_button_where_room_is_short(
    page: Page, address: str, size: str, highest: int
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, f"{address}/?size={size}")
    menu = page.get_by_role("navigation", name="メニュー")
    head = page.locator("header").bounding_box()
    assert head is not None
    assert head["height"] < highest
    expect(menu).to_be_hidden()

    page.get_by_role("button", name="メニュー").press("Enter")
    expect(menu.get_by_role("link", name="受付")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()

    page.keyboard.press("Alt+1")
    page.wait_for_url(f"{address}/")


def test_a_row_without_room_becomes_a_card_that_names_its_cells(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    open_page(page, address)
    cell = page.locator("td.is-number")

    said = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert said == '"人数"'
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(cell.locator("xpath=ancestor::table")).not_to_have_class(re.compile("is-cards"))


# Keyboard and input method


@pytest.fixture
def ime(page: Page, address: str) -> Iterator[CDPSession]:
    open_page(page, address)
    page.get_by_label("氏名").focus()
    client = page.context.new_cdp_session(page)
    yield client
    client.detach()


def compose(client: CDPSession, *steps: str, commit: str) -> None:
    for step in steps:
        client.send(
            "Input.imeSetComposition",
            {"text": step, "selectionStart": len(step), "selectionEnd": len(step)},
        )
    client.send("Input.insertText", {"text": commit})


def test_kana_is_caught_before_conversion(page: Page, ime: CDPSession) -> None:
    compose(ime, "s", "さ", "さt", "さと", "さとう", "佐藤", commit="佐藤")
    compose(ime, "は", "はn", "花", commit="花")
    compose(ime, "こ", "子", commit="子")

    assert page.get_by_label("氏名").input_value() == "佐藤花子"
    assert page.get_by_label("フリガナ").input_value() == "サトウハンコ"
    assert page.locator("[data-kana-mark=kana]").is_visible()


def test_deleted_text_takes_its_kana_along(page: Page, ime: CDPSession) -> None:
    compose(ime, "さとう", "佐藤", commit="佐藤")
    compose(ime, "はなこ", "花子", commit="花子")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")

    assert page.get_by_label("フリガナ").input_value() == "サトウ"


def test_kana_written_by_hand_stays(page: Page, ime: CDPSession) -> None:
    compose(ime, "さとう", "佐藤", commit="佐藤")
    page.get_by_label("フリガナ").fill("サトオ")
    page.get_by_label("氏名").focus()
    compose(ime, "はなこ", "花子", commit="花子")

    assert page.get_by_label("フリガナ").input_value() == "サトオ"
    assert not page.locator("[data-kana-mark=kana]").is_visible()


def test_enter_walks_on_and_saves_only_with_control(
    page: Page, address: str, gallery: Flask
) -> None:
    open_page(page, address)
    page.get_by_label("氏名").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "kana"
    assert gallery.config["POSTS"] == []

    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert len(gallery.config["POSTS"]) == 1


WATCH_BUTTON = """() => { window.presses = 0;
    document.querySelector("[data-key^=F2]").addEventListener("click", () => window.presses++); }"""


@pytest.mark.parametrize("key", ["F2", "Alt+Digit2"])
def test_shortcut_and_its_twin_press_the_button_once(page: Page, address: str, key: str) -> None:
    open_page(page, address)
    page.evaluate(WATCH_BUTTON)
    name = key.rpartition("+")[2]

    if "+" in key:
        page.keyboard.down("Alt")
    page.keyboard.down(name)
    page.keyboard.down(name)  # held down: the second one is a repeat
    page.keyboard.up(name)
    page.keyboard.up("Alt")

    assert page.evaluate("window.presses") == 1


def test_shortcuts_are_silent_while_the_input_method_composes(page: Page, ime: CDPSession) -> None:
    page.evaluate(WATCH_BUTTON)
    ime.send("Input.imeSetComposition", {"text": "さ", "selectionStart": 1, "selectionEnd": 1})
    ime.send(
        "Input.dispatchKeyEvent",
        {"type": "rawKeyDown", "key": "F2", "code": "F2", "windowsVirtualKeyCode": 229},
    )

    assert page.evaluate("window.presses") == 0


def test_a_scanned_card_reaches_neither_field_nor_shortcut(page: Page, address: str) -> None:
    open_page(page, address)
    page.evaluate(
        """async () => { const keys = await import("/static/js/keys.js");
             window.codes = []; window.toggled = 0;
             keys.onScan(code => window.codes.push(code));
             keys.bind("P", () => window.toggled++); }"""
    )
    page.get_by_label("覚え書き").focus()
    page.keyboard.type("%AP-07")
    page.keyboard.press("Enter")

    assert page.evaluate("[window.codes, window.toggled]") == [["AP-07"], 0]
    assert page.get_by_label("覚え書き").input_value() == ""


def test_a_percent_sign_typed_by_a_person_arrives(page: Page, address: str) -> None:
    open_page(page, address)
    page.evaluate("""async () => { (await import("/static/js/keys.js")).onScan(() => {}); }""")
    page.get_by_label("覚え書き").focus()
    page.keyboard.press("%")
    page.wait_for_timeout(150)
    page.keyboard.press("5")

    expect(page.get_by_label("覚え書き")).to_have_value("%5")
