"""The map of shelters in Chromium: strict policy, hostile names, no tile, no outside request."""

import sqlite3
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.prepared import PASSWORD, SCOPES
from tests.quality.eyes import violations
from tests.quality.gallery import serving
from victim_support.core.db import db, transaction
from victim_support.core.scopes import using_scopes
from victim_support.shelters.services import ShelterDetails, add_shelter, change_shelter
from victim_support.shelters.services.operation import open_shelter, record_head_count

pytestmark = pytest.mark.browser

HOSTILE = [
    "小学校<b id=x>",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }}公民館",
    "\"'`;alert(1)//",
    "<svg onload=alert(1)>",
]
TILE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060"
    "f80f0001040100"
    "5fe5c34b0000000049454e44ae426082"
)


@pytest.fixture
def shelters(app):
    """Open hostile shelters in a row, the first one full; return their ids by name."""
    ids = {}
    with app.app_context(), using_scopes(SCOPES):
        with transaction():
            for number, name in enumerate(HOSTILE):
                shelter = add_shelter(name=name)
                details = ShelterDetails(
                    name=name,
                    latitude=38.17,
                    longitude=140.80 + number / 100,
                    capacity_indoor=40,
                )
                change_shelter(shelter, details=details)
                open_shelter(shelter)
                ids[name] = str(shelter.id)
            record_head_count(
                shelter_id=shelter.id, count=57, occurred_at=datetime(2026, 7, 15, 9, tzinfo=UTC)
            )
        db.session.remove()
    return ids


@pytest.fixture
def page(app, chromium, shelters):
    """Show the map to somebody who is logged in; note requests, errors and violations."""
    with serving(app) as served:
        address = served.replace("127.0.0.1", "localhost")
        context = chromium.new_context()
        page = context.new_page()
        page.noted = {"requests": [], "faults": [], "dialogs": []}
        page.on("request", lambda request: page.noted["requests"].append(request.url))
        page.on("pageerror", lambda error: page.noted["faults"].append(str(error)))
        page.on(
            "console",
            lambda message: (
                page.noted["faults"].append(message.text) if message.type == "error" else None
            ),
        )
        page.on("dialog", lambda dialog: (page.noted["dialogs"].append(1), dialog.dismiss()))
        page.address = address
        page.goto(f"{address}/login")
        page.locator("[name=login_name]").fill("hq")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(f"{address}/")
        for noted in page.noted.values():
            noted.clear()
        page.goto(f"{address}/map")
        expect(page.locator("#map[data-ready=true]")).to_be_visible()
        yield page
        context.close()


def point_at(page, number):
    """Return where a pin is in the window; pins stand in one row, one hundredth degree apart."""
    return page.evaluate(
        """number => {
            const at = map.latLngToContainerPoint([38.17, 140.80 + number / 100]);
            const frame = document.getElementById("map").getBoundingClientRect();
            return [frame.left + at.x, frame.top + at.y];
        }""",
        number,
    )


def hover(page, number):
    """Move onto a pin; Leaflet looks at the pointer only every 32 ms."""
    x, y = point_at(page, number)
    page.mouse.move(x, y)
    page.wait_for_timeout(50)
    page.mouse.move(x + 1, y + 1)


def test_hostile_names_are_shown_as_they_are_and_nothing_runs(page):
    for number, name in enumerate(HOSTILE):
        hover(page, number)
        expect(page.locator(".map-words strong")).to_have_text(name)

    assert page.noted["dialogs"] == []
    assert page.locator("#x, .map-words img, .map-words svg").count() == 0


def test_nothing_is_asked_of_another_site_and_no_rule_is_broken(page):
    hover(page, 0)
    page.get_by_role("button", name="拡大").click()
    page.wait_for_timeout(300)

    outside = [url for url in page.noted["requests"] if not url.startswith((page.address, "data:"))]
    assert outside == []
    assert page.noted["faults"] == []


def test_map_works_without_tiles(page):
    expect(page.locator(".map-grid").first).to_be_attached()
    expect(page.get_by_text("背景の地図はありません")).to_be_visible()
    expect(page.locator(".leaflet-control-scale-line")).to_be_visible()


def test_people_against_capacity_are_in_the_words_of_a_pin(page):
    hover(page, len(HOSTILE) - 1)

    expect(page.locator(".map-words")).to_contain_text("57人（定員40人）")
    expect(page.get_by_role("row").filter(has_text="定員に達した")).to_contain_text("57")


def test_click_leads_to_the_shelter(page, shelters):
    page.mouse.click(*point_at(page, 3))

    page.wait_for_url(f"**/shelters/{shelters[HOSTILE[3]]}")
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE[3])


def test_only_open_shelters_when_asked(page):
    page.get_by_label("開設中だけを地図に出す").check()

    hover(page, 2)
    expect(page.locator(".map-words strong")).to_have_text(HOSTILE[2])


def test_page_is_accessible_and_fits_a_narrow_screen(page):
    assert violations(page) == []

    page.set_viewport_size({"width": 320, "height": 640})
    page.wait_for_timeout(200)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320


def test_tiles_of_the_laptop_are_shown_with_their_source(page, app, instance):
    folder = instance.folder / "maps"
    folder.mkdir(exist_ok=True)
    connection = sqlite3.connect(folder / "town.mbtiles")
    connection.executescript(
        "CREATE TABLE metadata (name TEXT, value TEXT);"
        "CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB);"
        "INSERT INTO metadata VALUES ('format', 'png'), ('attribution', '国土地理院'),"
        " ('name', 'まち');"
    )
    connection.executemany(
        "INSERT INTO tiles VALUES (10, ?, ?, ?)",
        [
            (column, (1 << 10) - 1 - row, TILE)
            for column in range(910, 916)
            for row in range(392, 398)
        ],
    )
    connection.commit()
    connection.close()

    page.goto(f"{page.address}/map")

    expect(page.locator(".leaflet-control-attribution")).to_have_text("国土地理院")
    expect(page.get_by_text("地図: 国土地理院")).to_be_visible()
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    page.emulate_media(media="print")
    expect(page.get_by_text("地図: 国土地理院")).to_be_visible()


def test_pages_of_shelters_and_disasters_are_accessible_on_a_narrow_screen(page, shelters):
    one = next(iter(shelters.values()))
    paths = [
        "/shelters/?which=all",
        f"/shelters/{one}",
        f"/shelters/{one}/edit",
        "/shelters/new",
        "/shelters/import",
        "/disasters/",
        "/disasters/new",
        "/disasters/20260715A/edit",
    ]
    page.set_viewport_size({"width": 320, "height": 640})

    found = {path: faults_of(page, path) for path in paths}

    assert found == dict.fromkeys(paths, ([], 320))


def faults_of(page, path):
    """Return what axe finds on a page, and how wide the page is."""
    page.goto(page.address + path)
    return violations(page), page.evaluate("document.documentElement.scrollWidth")


def test_shelter_nobody_designated_is_added_by_keyboard(page):
    page.goto(f"{page.address}/shelters/")
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/shelters/new")

    page.keyboard.type("寄合い処みそぎ")
    page.keyboard.press("Enter")
    page.keyboard.type("馬出町")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("寄合い処みそぎ")
    expect(page.locator(".badge").first).to_have_text("開設")
