"""Every page of the url map, as far as links and forms lead: axe-core, narrow and enlarged screens.

The list is the url map itself: a new page that no link leads to, or that no step below reaches,
fails the test.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.exceptions import HTTPException

from tests.quality.eyes import unusable_by_keys, violations
from victim_support.core.instance import OpenInstance

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PEOPLE = ("honbu", "sekinin", "mado", "chosa", "nintei", "kanri", "hogo")
SHELTER = "上郷小学校"
# No pages, or only now and then.
FILES = {
    "static",
    "evacuees.tile",
    "jobs.state",
    "damage.photo",
    "counter.attachment",
    "survey.waiting_photo",
    "vulnerable.publication_pdf",
}
# They need two machines; tests/sync and tests/conflicts open them.
APART = {
    "accounts.emergency",  # once, with two envelopes: tests/security opens it
    "counter.brought",  # of whoever brought the files: tests/counter
    "survey.photo_card",  # of whoever brought the card: tests/survey
    "damage.workings",  # of a judgement with a calculation: tests/damage
    "damage.explanation",  # of a dwelling with a judgement in force: tests/damage makes it
    "terminals.certificate",  # while the network is open: tests/terminals
    "terminals.slip",
    "bundles.written",
    "bundles.read",
    "conflicts.card",
    "held.show",
    "losses.show",
    "sticks.show",
    "losses.pdf",
    "losses.csv",
    "sync.grant",
    "sync.grant_file",
    "sync.enrol_page",
    "sync.request_file",
    "sync.show",
}
# Pages about somebody protected, for the sealed roles; tests/safety opens them.
SEALED = {"safety.opponents"}
LOOKS = [("light", "normal", 1366, 768), ("dark", "normal", 390, 844), ("light", "large", 320, 640)]
# What axe-core finds by the look; all else is the same in every look.
SEEN = (
    "color-contrast",
    "color-contrast-enhanced",
    "link-in-text-block",
    "scrollable-region-focusable",
    "target-size",
)
LINK = re.compile(r'(?:href|action|src|data-[a-z-]+)="(/[^"#]*)')
REGISTER = """宛名番号,世帯番号,氏名,フリガナ,性別,生年月日,続柄,住所,郵便番号
9001,9501,試験　一郎,シケン　イチロウ,男,1954-04-01,世帯主,架空市一番町1,9990000
"""
SUPPORT = """氏名,住所,同意
試験　一郎,架空市一番町1,同意
"""
SHELTERS = """施設・場所名,住所,緯度,経度
試験公民館,架空市一番町1,35.5,137.8
試験公民館別館,架空市一番町1-2,35.5,137.8
"""
ROSTER = """氏名,フリガナ,年齢
試験　三郎,シケン　サブロウ,60
"""
HOUSES = """物件番号,所在地,所有者
T1,架空市一番町1,試験　一郎
"""
APPLICATIONS = """受付番号,氏名,所在地
1,試験　五郎,架空市一番町1
"""
Step = Callable[[Page], None]


def count_heads(page: Page) -> None:
    page.goto("/desk/count")
    page.locator("#count-people").fill("99")
    page.get_by_role("button", name="記録する").click()


def receive_somebody(page: Page) -> None:
    search(page, "/desk", "satou")
    page.locator(".hit", has_text="未受付").first.click()
    page.locator("[name=came]").first.check()
    page.locator("[name=counted][value=counted]").check()
    page.get_by_role("button", name="受け付ける").click()


def give_a_card(page: Page) -> None:
    receive_somebody(page)
    page.get_by_role("link", name="札を渡す").click()
    page.get_by_role("button", name=re.compile("^(世帯で1枚|札を作る)")).click()


def let_somebody_leave(page: Page) -> None:
    search(page, "/desk/leaving", "satou")
    page.locator(".hit").first.click()
    page.locator("[name=act]").first.check()
    page.get_by_role("button", name="記録する").click()


def issue(page: Page) -> None:
    search(page, "/certificates/", "yamada")
    page.locator(".hit").first.click()
    page.get_by_role("link", name=re.compile("^受付票")).click()
    page.get_by_role("button", name="交付して印刷する").click()


def receive_twice(page: Page) -> None:
    """Receive somebody nobody knows, twice, so that there is something to decide."""
    for _ in range(2):
        page.goto("/desk/new")
        page.locator("[name=members-0-name]").fill("試験　花子")
        page.locator("[name=members-0-kana]").fill("シケン　ハナコ")
        page.locator("[name=members-0-birth]").fill("1950/3/1")
        page.locator("[name=counted][value=counted]").check()
        page.get_by_role("button", name="受け付ける").click()


def try_residents(page: Page) -> None:
    page.goto("/residents/imports")
    page.locator("[type=file]").first.set_input_files(
        {"name": "register.csv", "mimeType": "text/csv", "buffer": REGISTER.encode()}
    )
    page.get_by_role("button", name="試しに読む").click()
    while page.get_by_role("link", name="表示を新しくする").count():
        page.wait_for_timeout(200)
        page.reload()


def import_residents(page: Page) -> None:
    try_residents(page)
    page.locator("[name=coverage][value=partial]").check()
    page.get_by_role("button", name="取り込む").click()


def upload(page: Page, path: str, text: str) -> None:
    """Try a table out, and wait where a job reads it."""
    page.goto(path)
    page.locator("[type=file]").first.set_input_files(
        {"name": "table.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="試しに読む").click()


def try_roster(page: Page) -> None:
    upload(page, "/paper/imports", ROSTER)


def try_houses(page: Page) -> None:
    upload(page, "/houses/imports", HOUSES)


def try_applications(page: Page) -> None:
    upload(page, "/counter/imports", APPLICATIONS)


def open_house(page: Page) -> None:
    try_houses(page)
    page.get_by_role("button", name="取り込む").click()
    while page.get_by_role("link", name="表示を新しくする").count():
        page.wait_for_timeout(200)
        page.reload()
    page.goto("/houses/T1")


def type_sheet(page: Page) -> None:
    """Type the tenth card of a pile: one of those that somebody else types once more."""
    page.goto("/paper/")
    page.locator("[name=count]").fill("10")
    page.get_by_role("button", name="番号を振る").click()
    number = page.locator("td.is-title").first.inner_text().split()[-1]
    page.goto("/paper/type")
    fill_in(page, sheet_number=number, written_at="0:00")
    page.locator("[name=members-0-name]").fill("用紙　太郎")
    page.locator("[name=members-0-kana]").fill("ヨウシ　タロウ")
    page.get_by_role("button", name=re.compile("^保存して")).click()
    page.goto(f"/paper/sheets/{number}")


def open_newcomer(page: Page) -> None:
    receive_twice(page)
    search(page, "/presence", "シケン")
    page.get_by_role("link", name="記録").first.click()


def ask_to_erase(page: Page) -> None:
    open_newcomer(page)
    page.get_by_role("link", name="変更の記録").click()
    page.get_by_role("link", name="消去を申し出る").click()
    page.locator("[name=items]").first.check()
    page.locator("[name=reason]").fill("本人の求め")
    page.locator("[name=ground]").fill("総務第12号")
    page.get_by_role("button", name="消去を申し出る").click()


def try_support(page: Page) -> None:
    page.goto("/support/imports")
    page.locator("[type=file]").first.set_input_files(
        {"name": "support.csv", "mimeType": "text/csv", "buffer": SUPPORT.encode()}
    )
    page.get_by_role("button", name="試しに読む").click()


def ask_to_publish(page: Page) -> None:
    page.goto("/publications")
    page.locator("[name=policy][value=unless_refused]").check()
    page.get_by_role("button", name="方針を記録する").click()
    page.goto("/blocks")
    page.get_by_role("link", name="北浜 浸水の区域").click()
    page.locator("[name=reason]").fill("捜索のため")
    page.get_by_role("button", name=re.compile("^公表を求める")).click()


def try_shelters(page: Page) -> None:
    page.goto("/shelters/import")
    page.locator("[type=file]").set_input_files(
        {"name": "shelters.csv", "mimeType": "text/csv", "buffer": SHELTERS.encode()}
    )
    page.get_by_role("button", name="中身を確かめる").click()


def point_at_two_shelters(page: Page) -> None:
    try_shelters(page)
    page.get_by_role("button", name=re.compile("^取り込む")).click()
    page.goto("/shelters/at/35.50000/137.80000")


def ask_for_somebody(page: Page) -> None:
    page.goto("/enquiries")
    fill_in(
        page, name="試験　花子", asker_name="試験　次郎", purpose="無事か知りたい", text="元気です"
    )
    page.locator("[name=relation][value=relative]").check()
    page.get_by_role("button", name="記録して").click()


def ask_as_office(page: Page) -> None:
    page.goto("/enquiries/offices")
    values = {"organisation": "架空警察署", "asker_name": "試験　巡査", "purpose": "行方不明の届け"}
    fill_in(page, **values, called_number="0220000110", number_found_in="電話帳", name="試験")
    page.locator("[name=office][value=police]").check()
    page.locator("[name=call_back][value=confirmed]").check()
    page.get_by_role("button", name="記録する").click()


def fill_in(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"main [name={name}]").fill(value)


def search(page: Page, path: str, text: str) -> None:
    page.goto(path)
    field = page.locator("main [name=text]").first
    field.fill(text)
    field.press("Enter")


# Linked while something waits, or once a headquarters has enrolled the machine.
STARTS = {
    "hogo": ["/sealed-tasks"],
    "honbu": [
        "/takeouts/",
        "/takeouts/new",
        "/takeouts/here",
        "/exchange/usb/export",
        "/exchange/usb/import",
        "/exchange/sticks/",
        "/machines/held/",
    ],
}
STEPS: dict[str, Step] = {
    "evacuees.arrived": receive_somebody,
    "evacuees.counted": count_heads,
    "presence.cards_of_group": give_a_card,
    "evacuees.left": let_somebody_leave,
    "certificates.issued": issue,
    "evacuees.person": open_newcomer,
    "erasures.show": ask_to_erase,
    "residents.preview": try_residents,
    "jobs.show": import_residents,
    "safety.enquiry": ask_for_somebody,
    "safety.office_enquiry": ask_as_office,
    "support.preview": try_support,
    "vulnerable.publication": ask_to_publish,
    "shelters.preview": try_shelters,
    "shelters.at": point_at_two_shelters,
    "paper.preview": try_roster,
    "paper.sheet": type_sheet,
    "houses.preview": try_houses,
    "counter.preview": try_applications,
    "houses.house": open_house,
}
"""What a person does, without scripts, to come to a page that no link leads to."""


@contextmanager
def desk(browser: Browser, demo: tuple[str, str], login_name: str, **options) -> Iterator[Page]:
    """Log somebody in and stand in the shelter."""
    url, password = demo
    context = browser.new_context(base_url=url, locale="ja-JP", **options)
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("番号(利用者名)").fill(login_name)
    page.get_by_label("パスワード・暗証番号").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda path: "/login" not in path)
    page.goto("/place")
    page.get_by_label("避難所", exact=True).select_option(label=SHELTER)
    page.get_by_role("button", name="この場所で始める").click()
    yield page
    context.close()


def endpoint_of(app: Flask, path: str) -> str | None:
    try:
        endpoint, _values = app.url_map.bind("localhost").match(
            path.split("?", maxsplit=1)[0], method="GET"
        )
    except HTTPException:
        return None
    return str(endpoint)


def walk(
    app: Flask, context: BrowserContext, starts: list[str], known: set[str]
) -> Iterator[tuple[str, str]]:
    """Follow every link, form and script of every page once; yield endpoint and path of pages.

    Known files lead nowhere, and what was refused once is refused again: neither is asked for.
    """
    waiting, seen, tried = list(starts), FILES | known, set()
    while waiting:
        path = waiting.pop(0).replace("&amp;", "&")
        endpoint = endpoint_of(app, path)
        if endpoint is None or endpoint in seen or path in tried:
            continue
        tried.add(path)
        answer = context.request.get(path)
        if not answer.ok:
            continue
        seen.add(endpoint)
        is_page = "text/html" in answer.headers["content-type"]
        yield endpoint, path if is_page else ""
        waiting += LINK.findall(answer.text()) if is_page else []


@pytest.fixture(scope="module")
def program(prepared: OpenInstance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Start the program beside the town, for its url map."""
    from tests.prepared import close, start  # noqa: PLC0415 - the program is imported late

    folder = tmp_path_factory.mktemp("map") / "instance"
    shutil.copytree(prepared.folder, folder)
    app = start(OpenInstance(folder, prepared.key))
    yield app
    close(app)


@pytest.fixture(scope="module")
def found(program: Flask, demo: tuple[str, str], chromium: Browser) -> dict[str, tuple[str, str]]:
    """Return endpoint → (who, path) of all that was reached; a file has no path."""
    pages = {"accounts.login": ("", "/login")}
    for login_name in PEOPLE:
        with desk(chromium, demo, login_name, java_script_enabled=False) as page:
            starts = ["/", *STARTS.get(login_name, [])]
            if login_name == PEOPLE[0]:
                for endpoint, step in STEPS.items():
                    step(page)
                    assert endpoint_of(program, page.url.removeprefix(demo[0])) == endpoint
                    starts.append(page.url.removeprefix(demo[0]))
            files = {endpoint for endpoint, (_who, path) in pages.items() if not path}
            for endpoint, path in walk(program, page.context, starts, files):
                pages.setdefault(endpoint, (login_name, path))
    return pages


def test_every_page_is_led_to(program: Flask, found: dict[str, tuple[str, str]]) -> None:
    rules = program.url_map.iter_rules()
    wanted = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}

    missing = sorted(wanted - FILES - APART - SEALED - set(found))
    assert not missing, " ".join(missing)


def test_every_page_can_be_read_and_worked_by_everybody(
    demo: tuple[str, str], chromium: Browser, found: dict[str, tuple[str, str]]
) -> None:
    faults = []
    for login_name in dict.fromkeys(who for who, _path in found.values()):
        paths = [path for who, path in found.values() if who == login_name and path]
        with desk(chromium, demo, login_name) if login_name else nobody(chromium, demo) as page:
            faults += [f"{path} {fault}" for path in paths for fault in faults_of(page, path)]

    assert not faults, "\n".join(faults)


def faults_of(page: Page, path: str) -> Iterator[str]:
    """Yield what is wrong with a page in any look."""
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(path)
    for theme, size, width, height in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(
            "([theme, size]) => Object.assign(document.documentElement.dataset, {theme, size})",
            [theme, size],
        )
        page.wait_for_timeout(50)
        look = f"{theme} {size} {width}"
        rules = SEEN if theme == "dark" or size == "large" else ()
        yield from (f"{look}: {each}" for each in violations(page, rules))
        if page.evaluate("document.documentElement.scrollWidth") > width:
            yield f"{look}: wider than the screen: {page.evaluate(WIDE)}"
        least = 56 if size == "large" else 44
        yield from (f"{look}: small {each}" for each in page.evaluate(SMALL_TARGETS, least))
        yield from (f"{look}: squeezed {each}" for each in page.evaluate(SQUEEZED))
    yield from (f"two things answer to {key}" for key in page.evaluate(DOUBLED_KEYS))
    yield from unusable_by_keys(page)
    if page.locator("[tabindex]:not([tabindex='0'], [tabindex='-1'])").count():
        yield "has an order of its own for the Tab key"


DOUBLED_KEYS = """() => [...document.querySelectorAll("[data-key]")]
  .filter(one => one.getClientRects().length > 0 || one.closest("[popover]"))
  .flatMap(one => one.dataset.key.split(/\\s+/).filter(Boolean))
  .filter((key, at, keys) => keys.indexOf(key) !== at)"""
WIDE = """[...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > innerWidth && !one.closest(".table-frame > *"))
  .slice(0, 3).map(one => one.outerHTML.slice(0, 90)).join(" | ")"""
SMALL_TARGETS = """least => [...document.querySelectorAll(
    "button, select, textarea, summary, .button, .choice, nav a, .table a,"
    + "input:not([type=hidden], [type=checkbox], [type=radio])")]
  .filter(one => one.checkVisibility() && !one.closest(".leaflet-container, .visually-hidden"))
  .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([_, box]) => box.height < least - 0.5 || box.width < least - 0.5)
  .map(([html, box]) => `${html} ${Math.round(box.width)}×${Math.round(box.height)}`)"""

SQUEEZED = """[...document.querySelectorAll(
    ".button, input[type=text], input:not([type]), textarea")]
  .filter(one => one.checkVisibility() && !one.closest(".visually-hidden"))
  .map(one => [one, parseFloat(getComputedStyle(one).fontSize), one.getBoundingClientRect()])
  .filter(([one, em, box]) => one.matches(".button")
    ? box.height > 3 * em && box.height > 1.5 * box.width : box.width < 4 * em)
  .map(([one, _em, box]) => `${one.outerHTML.slice(0, 90)} ${Math.round(box.width)}`)"""
"""Fields that show no four letters, and buttons whose words stand one above the other."""


@contextmanager
def nobody(browser: Browser, demo: tuple[str, str]) -> Iterator[Page]:
    """Open a page without login."""
    context = browser.new_context(base_url=demo[0], locale="ja-JP")
    yield context.new_page()
    context.close()
