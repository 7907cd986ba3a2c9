"""The pages on which people decide: in three looks, on narrow screens, and what Enter does."""

import pytest

from tests.browser.test_pages import LOOKS, look
from tests.evacuees.support import inside
from tests.quality.eyes import violations
from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.core.japanese import parse_birth
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import Stay
from victim_support.evacuees.rules import StayKind
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.rules import PersonData, RegisterLink, Sex

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def people(app, town):
    """Write one person down twice, in two shelters, and a few with something missing."""
    with inside(app), transaction() as session:
        household = victims.create_household()
        born = parse_birth("h10.2.3", clock.today())
        twins = [
            PersonData(name=name, kana="スズキ　イチカ", birth=born, sex=Sex.FEMALE, phone=phone)
            for name, phone in (("鈴木　一花", "090-1234-5678"), ("鈴木一花", ""))
        ]
        rows = [victims.create_person(one, household_id=household.id) for one in twins]
        rows.append(victims.create_person(PersonData(name="架空　花"), household_id=household.id))
        unclear = PersonData(name="佐藤　健太", kana="サトウ　ケンタ", address="名取市飯野坂1")
        rows.append(victims.create_person(unclear, household_id=None, link=RegisterLink.REVIEW))
        victims.create_person(PersonData(tag_number="T-7"), household_id=None)
        for shelter in town:
            session.add(
                Stay(
                    scope=current_scopes().core,
                    id=new_id(),
                    person_id=rows[3].id,
                    shelter_id=shelter,
                    kind=StayKind.SHELTER,
                    started_at=clock.now(),
                )
            )
        db.session.flush()
        return [row.id for row in rows]


def paths(people):
    first, second, third, unclear = people
    return {
        "要確認": "/tasks",
        "種類": "/tasks?kind=doubles",
        "見くらべる": f"/persons/{first}/compare/{second}",
        "照合": f"/persons/{unclear}/identify",
        "世帯": f"/persons/{third}/household",
        "記録": f"/persons/{unclear}",
        "決めた記録": "/persons/decided",
    }


def test_no_page_has_an_axe_violation_in_any_look(people, open_page):
    watched = open_page("shelter_manager", "/tasks")
    found = {}
    for name, path in paths(people).items():
        watched.page.goto(path)
        for word, chosen in LOOKS.items():
            look(watched, **chosen)
            found[name, word] = violations(watched.page)

    assert {place: found[place] for place in found if found[place]} == {}
    watched.check()


def test_no_page_is_wider_than_a_telephone(people, open_page):
    watched = open_page("shelter_manager", "/tasks", viewport=PHONE)
    wide = {}
    for name, path in paths(people).items():
        watched.page.goto(path)
        for size in ("normal", "large"):
            look(watched, "light", size)
            wide[name, size] = watched.page.evaluate("document.documentElement.scrollWidth")

    assert {place: width for place, width in wide.items() if width > PHONE["width"]} == {}


def test_somebody_goes_from_the_list_to_a_decision_and_back_with_the_keyboard(people, open_page):
    watched = open_page("shelter_manager", "/tasks?kind=doubles")
    page = watched.page
    page.get_by_role("link", name="決める").focus()
    page.keyboard.press("Enter")
    watched.see("同じ人か別の人か")
    page.get_by_label("同じ人", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_label("どのように確かめたか").fill("本人に聞いた")
    page.keyboard.press("Control+Enter")
    watched.see("同じ人としました")
    page.get_by_role("link", name="同じ人かもしれない記録の一覧へ").click()
    watched.see("いま確かめることはありません")
    watched.check()


def test_enter_in_the_search_of_a_household_moves_nobody(people, open_page, app):
    watched = open_page("shelter_manager", f"/persons/{people[2]}/household")
    page = watched.page
    page.get_by_label("理由").fill("試し")
    page.get_by_label("移る先").fill("takahashi")
    page.keyboard.press("Enter")
    watched.see("高橋 実")

    with inside(app):
        assert len({row.household_id for row in db.session.query(Person)}) == 2
    watched.check()
