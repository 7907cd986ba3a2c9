"""The counter and the pile of sheets by keyboard alone; issuing is T9."""

import pytest

from tests.damage.support import (
    make_application,
    make_judgement,
    make_people,
    name_issuer,
    writing_in,
)
from victim_support.core.clock import today
from victim_support.damage.services import ensure_dwelling
from victim_support.survey.queries import get_cases
from victim_support.survey.rules import scan_text
from victim_support.survey.services import Slot
from victim_support.survey.services import assign as plan_sheets

pytestmark = pytest.mark.browser
HEAD = "𠮷田 邉\U000e0110太郎"


@pytest.fixture
def case(app, town):
    """Return the id of an application that can be issued, and its dwelling's."""
    with writing_in(app):
        name_issuer()
        household, people = make_people(HEAD, "𠮷田 﨑子", kana="よしだ へんたろう")
        application = make_application(household, people)
        make_judgement(application)
        other = make_application(*make_people("鈴木 実", kana="すずき みのる"), cause="豪雨による")
        return application.id, other.dwelling_id, household.id


def test_enter_on_the_sample_issues_nothing(open_page, case):
    desk = open_page("counter", f"/certificates/applications/{case[0]}/risai")

    desk.press("Enter", "Enter")

    desk.see("交付して印刷する")
    desk.page.reload()
    desk.see("交付して印刷する")
    desk.check()


def test_the_arrow_keys_choose_another_case(open_page, case):
    desk = open_page("counter", "/certificates/")
    desk.type("090-1234-0000")
    desk.see("2件")

    desk.press("ArrowDown")
    desk.see("住んでいた方", within="[data-counter-case]")
    desk.press("Enter")

    desk.see("罹災証明書の見本", within="h1")
    desk.check()


def test_the_input_method_finds_a_case_while_composing(open_page, case):
    desk = open_page("counter", "/certificates/")

    desk.compose("yoshida", "よしだ", "吉田")
    desk.see("1件")

    desk.check()


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("counter", "/certificates/"),
        ("counter", "/certificates/applications/{0}/risai"),
        ("counter", "/certificates/applications/{0}/hisai"),
        ("counter", "/certificates/applications/{0}/receipt"),
        ("counter", "/certificates/check"),
        ("counter", "/counter/cases/{0}"),
        ("counter", "/counter/queue"),
        ("judge", "/damage/"),
        ("judge", "/damage/dwellings/{1}"),
        ("counter", "/damage/applications/new/{2}"),
    ],
)
def test_pages_have_no_accessibility_faults_and_fit_narrow_screens(open_page, case, who, path):
    desk = open_page(who, path.format(*case))

    assert desk.violations() == []
    desk.page.set_viewport_size({"width": 320, "height": 768})
    assert desk.violations() == []
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_next_code_read_too_early_neither_saves_a_sheet_nor_loses_it(app, open_page, case):
    with writing_in(app):
        places = [ensure_dwelling(address=f"架空市北浜{each}番").id for each in (1, 2)]
        visits = plan_sheets(get_cases(places), slot=Slot("1班", today()), by=None)
        own, other = [visit.number for visit in visits]
    desk = open_page("surveyor", f"/survey/sheets/{own}")

    desk.see("保存して次の調査票へ")
    desk.press("4")
    desk.scan(scan_text(other))
    desk.see("この調査票はまだ保存していません")
    assert desk.page.locator("[name=outcome]:checked").get_attribute("value") == "half"

    desk.page.goto(f"/survey/sheets/{own}")
    desk.see("まだありません。")
    desk.scan(scan_text(other))
    desk.see(f"{other[:4]}-{other[4:]}")
    desk.check()
