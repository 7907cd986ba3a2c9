"""What every answer tells the browser: S18, S19, S30."""

import pytest

from tests.pages import Desk
from tests.prepared import log_in
from tests.security.crawl import routes

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def policy(page):
    rules = (rule.split(None, 1) for rule in page.headers["Content-Security-Policy"].split(";"))
    return {rule[0]: rule[1] for rule in rules}


@pytest.fixture(scope="module")
def answers(looked_at):
    """Fetch every page as somebody who may see most of them, and as a stranger."""
    app = looked_at
    paths = [route.path for route in routes(app, "GET")] + ["/static/css/base.css", "/nowhere"]
    desks = [Desk(app), log_in(Desk(app), "hogo"), log_in(Desk(app), "counter")]
    return [desk.get(path) for desk in desks for path in paths]


def test_s19_every_answer_has_its_headers(answers):
    missing = [
        (page.path, name)
        for page in answers
        for name, value in ALWAYS.items()
        if page.headers.get(name) != value
    ]

    assert missing == []
    assert all("camera=(self)" in page.headers["Permissions-Policy"] for page in answers)


def test_s19_nothing_but_static_files_is_kept_by_the_browser(answers):
    kept = [
        page.path
        for page in answers
        if page.headers["Cache-Control"] != "no-store" and not page.path.startswith("/static/")
    ]

    assert kept == []


def test_s18_every_answer_has_a_strict_policy(answers):
    for page in answers:
        rules = policy(page)
        assert rules["default-src"] == "'none'"
        assert rules["frame-ancestors"] == "'none'"
        assert rules["form-action"] == "'self'"
        assert rules["base-uri"] == "'none'"
        assert rules["script-src"] == rules["style-src"] == "'self'"
        assert "unsafe" not in str(rules)


def test_s18_trusted_types_are_required_but_on_map_pages(answers):
    without = {page.path for page in answers if "require-trusted-types-for" not in policy(page)}

    with_leaflet = ("/blocks", "/board/", "/support")
    assert without <= set(with_leaflet) | {path for path in without if "map" in path}


def test_s19_leaving_clears_the_browser(desk_of):
    page = desk_of("hq").post("/logout")

    assert page.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_s30_paths_hold_ids_but_no_words_of_people(app):
    words = {
        f"{rule.rule.split('<')[0]}<{name}>"
        for rule in app.url_map.iter_rules()
        for name, converter in rule._converters.items()
        if type(converter).__name__ in ("UnicodeConverter", "PathConverter")
    }

    assert words == {
        "/static/<filename>",
        "/certificates/applications/<kind>",
        "/conflicts/<table>",
        "/damage/dwellings/<key>",  # of a survey
        "/damage/houses/<number>",  # of the house ledger (物件番号)
        "/damage/tables/<beginning>",  # of an edition
        "/damage/tables/<name>",  # of a table of the guideline
        "/damage/tables/<row>",
        "/houses/<number>",
        "/operations/registers/<name>",  # of a paper form
        "/paper/sheets/<number>",  # of a card
        "/survey/sheets/<number>",  # of a survey sheet
        "/erasures/new/<table>",
        "/disasters/<key>",
        "/history/<table>",
        "/map/tiles/<name>",  # of a map file
        "/shelters/at/<latitude>",
        "/shelters/at/<longitude>",
    }


def test_s30_links_and_titles_hold_no_name_of_a_person(answers):
    for page in answers:
        shown = [link for link in page.links if link] + [page.title, page.location or ""]
        assert not [text for text in shown if "試験" in text], page.path
