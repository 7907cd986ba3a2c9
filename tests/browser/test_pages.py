"""Every page of reception in three looks: axe-core, narrow screens, zoom, no scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.quality.eyes import unreached, unusable_by_keys

pytestmark = pytest.mark.browser

PATHS = {
    "はじめの画面": "/",
    "受付": "/desk",
    "新しい方": "/desk/new",
    "人数だけ": "/desk/count",
    "団体": "/desk/group",
    "名前のわからない方": "/desk/unnamed",
    "さがす": "/presence",
    "出入り": "/desk/leaving",
    "点呼": "/desk/roll-call",
    "行き先のわからない方": "/desk/untraced",
    "名簿": "/rosters",
    "ほかの名簿": "/rosters?all=1",
    "要救助": "/rescue",
    "地図": "/map",
}
LOOKS = {
    "明": {"theme": "light", "size": "normal"},
    "暗": {"theme": "dark", "size": "normal"},
    "大": {"theme": "light", "size": "large"},
}


@pytest.fixture
def manager(open_page):
    watched = open_page("shelter_manager")
    receive(watched, "taka", "3")
    watched.page.goto("/desk")
    receive(watched, "sato", "3", "4", "R")
    yield watched
    watched.check()


def receive(watched, text, *keys):
    watched.type(text)
    watched.press("Enter")
    watched.see("さんの世帯")
    watched.press(*keys, "Enter")
    watched.see("受け付けました")


def look(watched, theme, size):
    watched.page.evaluate(
        "([theme, size]) => Object.assign(document.documentElement.dataset, {theme, size})",
        [theme, size],
    )


def test_no_page_has_an_axe_violation_in_any_look(manager):
    found = {}
    for name, path in PATHS.items():
        manager.page.goto(path)
        for way, wanted in LOOKS.items():
            look(manager, **wanted)
            found[name, way] = manager.violations()

    assert {where: faults for where, faults in found.items() if faults} == {}


@pytest.mark.parametrize("way", list(LOOKS))
def test_open_panels_have_no_axe_violation(manager, way):
    found = {}
    manager.page.goto("/desk")
    look(manager, **LOOKS[way])
    manager.type("suka")
    manager.see("スカルノ")
    found["候補"] = manager.violations()
    manager.press("Enter")
    manager.see("さんの世帯")
    manager.press("1", "1", "M")
    found["世帯"] = manager.violations()
    manager.press("Escape", "F2")
    found["新しい方"] = manager.violations()
    manager.type("suzuki")
    manager.press("Enter", "Enter")
    manager.type("s99.1.1")
    manager.press("Enter", "Enter", "Enter", "Enter", "Enter", "Enter", "Enter")
    manager.see("入力を確かめてください")
    found["誤り"] = manager.violations()
    manager.faults.clear()  # the refused form

    assert {where: faults for where, faults in found.items() if faults} == {}


def test_records_files_and_leaving_have_no_axe_violation(manager):
    found = {}
    for link in ["高橋　実", "書き出す（CSV）", "掲示用の名簿"]:
        manager.page.goto("/rosters")
        manager.page.get_by_role("link", name=link).first.press("Enter")
        manager.page.wait_for_load_state()
        found[link] = manager.violations()
    manager.page.goto("/desk/leaving")
    manager.type("taka")
    manager.press("Enter")
    manager.see("高橋　実")
    found["出る候補"] = manager.violations()
    manager.page.locator("button.hit").first.press("Enter")
    manager.see("どちらへ")
    found["出る"] = manager.violations()

    assert {where: faults for where, faults in found.items() if faults} == {}


@pytest.mark.parametrize(("width", "height"), [(320, 640), (683, 384)], ids=["幅320px", "拡大200%"])
def test_no_page_is_wider_than_a_small_screen(manager, width, height):
    manager.page.set_viewport_size({"width": width, "height": height})
    wide = {}
    for name, path in PATHS.items():
        manager.page.goto(path)
        wide[name] = manager.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    assert {name: by for name, by in wide.items() if by > 0} == {}


def test_everything_is_reached_by_tab_with_a_visible_focus(manager):
    found = {}
    for name, path in PATHS.items():
        manager.page.goto(path)
        found[name] = unreached(manager.page)

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_field_that_keeps_the_tab_key_is_told(manager):
    manager.page.goto("/desk")
    manager.page.evaluate(
        "document.querySelector('#search-text')"
        ".addEventListener('keydown', (event) => event.preventDefault())"
    )

    assert [words for words in unreached(manager.page) if words.startswith("not reached")]
    assert [one.split(":")[0] for one in unusable_by_keys(manager.page)] == ["keeps the Tab key"]


def test_a_household_is_received_on_a_narrow_screen(manager):
    manager.page.set_viewport_size({"width": 320, "height": 640})
    manager.page.goto("/desk")

    receive(manager, "suka", "1")

    assert manager.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_everything_works_without_scripts(open_page):
    plain = open_page("shelter_staff", java_script_enabled=False)
    page = plain.page

    page.fill("#search-text", "taka")
    page.press("#search-text", "Enter")
    page.get_by_role("button", name="高橋 実").press("Enter")
    for box in page.locator("[name=came]").all():
        box.press("Space")
    page.get_by_role("button", name="受け付ける").press("Enter")
    plain.see("受け付けました")
    page.get_by_role("link", name="新しい方").press("Enter")
    page.fill("#members-0-name", "鈴木　実")
    page.fill("#members-1-name", "鈴木　薫")
    page.get_by_role("button", name="受け付ける").press("Enter")
    plain.see("鈴木　実 さん")
    page.get_by_role("button", name="取り消す").press("Enter")

    plain.see("取り消しました")
    plain.see("いま 3 人")


def test_leaving_takes_few_keys_and_no_reason_is_always_accepted(manager):
    manager.page.goto("/desk/leaving")
    manager.start_counting()

    manager.type("taka")
    manager.press("Enter")
    manager.see("高橋　実")
    manager.press("Enter")
    expect(manager.page.locator("[data-keys]")).to_be_focused()
    manager.press("T", "9", "Enter")

    manager.see("3人 退所にしました")
    assert manager.keys <= 10, manager.keys


def test_a_roll_call_is_typed_back_by_numbers(manager):
    manager.page.goto("/desk/roll-call")
    expect(manager.page.locator("[name=present]:checked")).to_have_count(6)

    manager.type("2")
    manager.press("Enter")
    manager.see("いない")
    manager.press("Control+Enter")

    manager.see("点呼を記録しました")
    manager.see("点呼で不在（行き先不明）")


def test_a_session_that_ended_gives_the_typed_form_back(open_page, app):
    watched = open_page("reception")
    watched.press("F2")
    watched.type("Suzuki")
    watched.page.context.clear_cookies()

    watched.press(*["Enter"] * 8)
    watched.page.wait_for_timeout(300)
    watched.press("Enter", "Enter")

    expect(watched.page).to_have_title(re.compile("ログイン"))
    assert "Suzuki" in watched.page.content()


def test_the_focus_is_never_hidden_under_the_foot(open_page):
    watched = open_page("reception", viewport={"width": 1366, "height": 560})
    watched.press("F2")

    head = ["A", "i", "Enter", "Enter", "Enter", "1", "Enter", "Enter", "Enter"]
    member = ["A", "i", "Enter", "Enter", "Enter", "1", "1"]
    hidden = [hidden_after(watched, key) for key in head + member * 3]

    assert max(hidden) <= 0


def hidden_after(watched, key):
    """Press a key and return by how much the foot hides what then has the focus."""
    watched.press(key)
    watched.page.wait_for_timeout(50)
    return watched.page.evaluate(
        "document.activeElement.getBoundingClientRect().bottom"
        " - document.querySelector('.panel-foot').getBoundingClientRect().top"
    )
