"""Meals counted from the people and ordered with a reason; handing out that never refuses."""

import re
from uuid import UUID

import pytest

from tests.evacuees.support import came, inside, open_household, register
from tests.operations.support import person_page
from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.evacuees.services import protect_person
from victim_support.presence.models import Card
from victim_support.supplies import queries
from victim_support.supplies.models import Handout, MealOrder
from victim_support.victims.rules import Protection


def test_the_next_meal_counts_inside_outside_and_helpers(desk, manager, family, app, shelters):
    desk.submit(desk.get("/desk/count"), "/desk/count", people=9)
    page = open_household(desk, "taka")
    register(desk, page, came=came(page), kind="home", counted="arrived")
    crew = desk.get("/operations/crews")
    desk.submit(crew, "/operations/crews", people=2)

    with inside(app):
        count = queries.count_meals(shelters[0], clock.now())

    assert (count.inside, count.outside, count.helpers, count.total) == (9, 3, 2, 14)
    assert "14人分" in manager.get("/supplies/meals").visible


def test_who_is_out_overnight_eats_elsewhere_and_who_is_out_for_hours_comes_back(
    desk, family, app, shelters
):
    desk.submit(person_page(desk, "satou kiyo"), "/operations/nights")
    leaving = desk.post("/desk/leaving/search", {"text": "satou kenta"})
    stay = leaving.text.split('name="stay" value="', 1)[1][:36]
    opened = desk.post("/desk/leaving/open", {"stay": stay})
    desk.submit(opened, "/desk/leaving", act="out", stay=stay)

    with inside(app):
        count = queries.count_meals(shelters[0], clock.now())

    assert (count.inside, count.away, count.total) == (4, 1, 3)


def test_an_order_that_differs_needs_a_reason_and_the_newest_holds(manager, family, app, shelters):
    page = manager.get("/supplies/meals")
    proposed = dict(page.form("/supplies/meals").fields)
    assert proposed["regular"] == "4"

    refused = manager.submit(page, "/supplies/meals", regular=10)
    manager.submit(page, "/supplies/meals", regular=10, reason="夜に10人来る見込み")
    again = manager.get("/supplies/meals")
    manager.submit(again, "/supplies/meals", regular=12, reason="さらに2人")

    assert refused.status == 422
    assert "変えた理由を書いてください" in refused.visible
    with inside(app):
        (order,) = queries.list_meal_orders(shelters[0])
        assert (order.counted["regular"], order.ordered["regular"]) == (4, 12)
        assert db.session.query(MealOrder).count() == 2


def test_an_order_as_counted_needs_no_words(manager, family):
    ordered = manager.submit(manager.get("/supplies/meals"), "/supplies/meals", follow=True)

    assert "注文した食数" in ordered.visible


def start(desk, **values):
    page = desk.get("/supplies/handouts")
    values = {"label": "昼食"} | values
    desk.submit(page, "/supplies/handouts", **values)
    listed = desk.get("/supplies/handouts")
    return desk.get(next(link for link in listed.links if link and "/handouts/" in link))


def hand(desk, page, text):
    return desk.submit(page, page.path.split("?")[0], follow=True, text=text)


def choose(desk, page, person_id):
    return desk.submit(page, f"{page.path.split('?')[0]}/person", follow=True, person=person_id)


def test_a_second_portion_is_given_and_the_first_is_told(desk, manager, family):
    going = start(desk)
    found = hand(desk, going, "satou kiyo")
    kiyo = re.search(r'name="person" value="([0-9a-f-]{36})"', found.text)[1]

    first = choose(desk, found, kiyo)
    second = choose(desk, hand(desk, first, "satou kiyo"), kiyo)

    assert "佐藤 キヨ さん 1 渡しました" in first.visible
    assert re.search(r"[0-9]+:[0-9]{2} に渡しました。", second.visible)
    assert "2回目です" in second.visible
    assert "まだの方 3" in second.visible


def test_a_limit_is_only_words(desk, family):
    going = start(desk, most=1)
    found = hand(desk, going, "satou kiyo")
    kiyo = re.search(r'name="person" value="([0-9a-f-]{36})"', found.text)[1]

    choose(desk, found, kiyo)
    second = choose(desk, hand(desk, going, "satou kiyo"), kiyo)

    assert "（目安 1回）" in second.visible


def cards_of(app, number):
    """Give everybody here the card of one household."""
    from victim_support.core.ids import new_id  # noqa: PLC0415
    from victim_support.core.scopes import current_scopes  # noqa: PLC0415
    from victim_support.evacuees.models import Stay  # noqa: PLC0415

    with inside(app):
        people = [stay.person_id for stay in db.session.query(Stay)]
        db.session.remove()
        with transaction(reason="札") as session:
            for person_id in people:
                session.add(
                    Card(
                        scope=current_scopes().core,
                        id=new_id(),
                        number=number,
                        person_id=person_id,
                        kind="household",
                        issued_at=clock.now(),
                    )
                )


@pytest.mark.parametrize(("unit", "rows", "missing"), [("person", 4, 0), ("group", 1, 0)])
def test_one_scan_of_a_household_card(desk, family, app, unit, rows, missing):
    from victim_support.presence.rules import draw_number, scan_text  # noqa: PLC0415

    number = draw_number()
    cards_of(app, number)
    going = start(desk, unit=unit)

    handed = hand(desk, going, scan_text(number))

    assert "渡しました" in handed.visible
    assert f"まだの方 {missing}" in handed.visible
    with inside(app):
        assert db.session.query(Handout).count() == rows


def test_a_card_nobody_knows_is_served_without_a_name(desk, family, app):
    going = start(desk)

    unknown = hand(desk, going, "%PXXXXXXXX")
    assert "断らず" in unknown.visible
    handed = desk.submit(going, f"{going.path}/person", follow=True)

    assert "名前を聞かずに 1 渡しました" in handed.visible
    with inside(app):
        assert db.session.query(Handout).one().person_id is None


def test_a_form_sent_twice_is_one_portion(desk, family, app):
    going = start(desk)
    form = going.form(f"{going.path}/person").values()

    for _ in range(2):
        desk.post(f"{going.path}/person", form, csrf=False)

    with inside(app):
        assert db.session.query(Handout).count() == 1


@pytest.mark.db
def test_goods_that_are_handed_out_leave_the_stock_even_below_zero(desk, manager, family, app):
    page = manager.get("/supplies/handouts")
    blanket = re.search(r'value="([0-9a-f-]{36})">毛布', page.text)[1]
    going = start(manager, label="毛布", item=blanket, portion=2)

    manager.submit(going, f"{going.path}/person")

    stock = manager.get("/supplies/").visible
    assert "毛布 -2枚 受入の記録もれ" in stock
    ended = manager.submit(going, f"{going.path}/end", follow=True)
    assert "見る" in ended.visible


def test_what_a_protected_person_was_given_is_nobodys_business(desk, guardian, family, app):
    going = start(desk)
    found = hand(desk, going, "satou kiyo")
    kiyo = re.search(r'name="person" value="([0-9a-f-]{36})"', found.text)[1]
    choose(desk, found, kiyo)
    with inside(app), transaction(reason="保護"):
        protect_person(UUID(kiyo), Protection.HIDE_PRESENCE)

    after = desk.get(going.path)

    assert "キヨ" not in after.text
    assert "渡した数 1" in after.visible
    assert "キヨ" in guardian.get(going.path).visible
    assert desk.submit(going, f"{going.path}/person", person=kiyo).status == 404
