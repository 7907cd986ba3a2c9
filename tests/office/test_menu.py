"""Every page stands in one group of the menu; each person sees what she may use."""

import re

from tests.quality.sources import ROOT
from victim_support.menu import HOME, ITEMS


def test_entries_lead_to_pages_and_no_key_is_given_twice(app):
    endpoints = [item.endpoint for item in (*ITEMS, HOME)]
    keys = [item.key for item in (*ITEMS, HOME) if item.key]

    assert set(endpoints) <= set(app.view_functions)
    assert len(endpoints) == len(set(endpoints))
    assert len(keys) == len(set(keys))


def test_the_first_page_leads_to_everything_one_may_use_and_nothing_else(app, desk_of):
    page = desk_of("counter").get("/").text

    assert 'href="/certificates/"' in page
    assert "安否照会" in page
    assert "役所の設定" not in page


def test_a_page_without_a_key_shows_where_one_is(desk_of):
    page = desk_of("hq").get("/disasters/").text

    assert 'aria-current="page">災害' in page


def test_no_page_takes_a_key_of_the_menu():
    keys = {item.key for item in (*ITEMS, HOME) if item.key}
    pages = (ROOT / "templates").rglob("*.html")

    taken = {
        (page.name, key)
        for page in pages
        for keys_of_one in re.findall(r'(?:data-)?key="([^"]*)"', page.read_text("utf-8"))
        for key in keys_of_one.split()
        if key in keys or re.match(r"Alt\+(?:\d|{{ *loop)", key)
    }

    assert taken == set()
