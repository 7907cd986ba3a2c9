"""The invented town as a newcomer meets it; the pictures of the README are taken on the way.

VICTIM_SUPPORT_SCREENSHOTS=1 writes them to docs/screenshots; otherwise they are thrown away.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.quality.eyes import empty_page, open_page, violations
from tests.quality.sources import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PICTURES = ROOT / "docs" / "screenshots"
SHOWN = {"desk", "certificate", "map"}
SHOW = bool(os.environ.get("VICTIM_SUPPORT_SCREENSHOTS"))
SHELTER = "上郷小学校"
LOOKS = [("light", "normal", 1280), ("dark", "normal", 1280), ("light", "large", 320)]


@dataclass(frozen=True)
class Town:
    """A running town and what a person at its screen collects."""

    page: Page
    url: str
    messages: list[str]
    asked: list[str]


@pytest.fixture(scope="module")
def town(demo: tuple[str, str], chromium: Browser) -> Iterator[Town]:
    url, password = demo
    with empty_page(chromium) as page:
        found = Town(page, url, [], [])
        page.on("console", lambda message: found.messages.append(message.text))
        page.on("request", lambda request: found.asked.append(request.url))
        open_page(page, f"{url}/login")
        page.get_by_label("番号(利用者名)").fill("honbu")
        page.get_by_label("パスワード・暗証番号").fill(password)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{url}/")
        open_page(page, f"{url}/place")
        page.get_by_label("避難所", exact=True).select_option(label=SHELTER)
        page.get_by_role("button", name="この場所で始める").click()
        yield found


def go_to_desk(town: Town) -> None:
    """Search a household at the reception desk."""
    open_page(town.page, f"{town.url}/desk")
    town.page.keyboard.type("satou", delay=30)
    expect(town.page.get_by_text("未受付").first).to_be_visible()


def go_to_certificate(town: Town) -> None:
    """Show the sample of a certificate that can be issued."""
    open_page(town.page, f"{town.url}/certificates/")
    town.page.keyboard.type("yamada", delay=30)
    expect(town.page.get_by_text("山田").first).to_be_visible()
    town.page.keyboard.press("Enter")
    expect(town.page.get_by_role("heading", level=1)).to_contain_text("見本")


STATIONS = {
    "desk": go_to_desk,
    "certificate": go_to_certificate,
    "roster": lambda town: open_page(town.page, f"{town.url}/rosters"),
    "rescue": lambda town: open_page(town.page, f"{town.url}/rescue"),
    "map": lambda town: open_page(town.page, f"{town.url}/map"),
    "shelters": lambda town: open_page(town.page, f"{town.url}/shelters/"),
    "damage": lambda town: open_page(town.page, f"{town.url}/damage/"),
    "disasters": lambda town: open_page(town.page, f"{town.url}/disasters/"),
    "staff": lambda town: open_page(town.page, f"{town.url}/staff"),
    "start": lambda town: open_page(town.page, f"{town.url}/"),
}


@pytest.mark.parametrize("station", STATIONS)
def test_every_station_can_be_read_by_everybody(town: Town, station: str, tmp_path: Path) -> None:
    page = town.page
    STATIONS[station](town)
    page.wait_for_load_state("networkidle")
    folder = PICTURES if station in SHOWN and SHOW else tmp_path
    page.screenshot(path=folder / f"{station}.png")

    for theme, size, width in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(
            "([theme, size]) => Object.assign(document.documentElement.dataset, {theme, size})",
            [theme, size],
        )
        assert (theme, size, violations(page)) == (theme, size, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})

    own = (town.url, "data:", f"blob:{town.url}")
    assert town.asked
    assert [url for url in town.asked if not url.startswith(own)] == []
    assert town.messages == []


def test_the_pictures_of_the_readme_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    named = re.findall(r"\]\((docs/[^)]+\.png)\)", readme)
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert named
