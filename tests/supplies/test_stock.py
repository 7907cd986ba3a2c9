"""Goods as the desk moves them: received, counted, asked for, sent, arrived with a difference."""

import re
from datetime import timedelta

import pytest

from tests.evacuees.support import inside, pdf_text, stand_at
from victim_support.core import clock
from victim_support.core.db import db
from victim_support.supplies import queries
from victim_support.supplies.models import StockMovement

SUPPLIES = "/supplies"


def item_named(page, name):
    """Return the value of the option of some goods."""
    return re.search(rf'<option[^>]*value="([0-9a-f-]{{36}})">{re.escape(name)}', page.text)[1]


def next_year():
    return f"{clock.today().year + 1}/03/31"


def receive(desk, name, path="/supplies/receive", **values):
    page = desk.get(path)
    action = next(form.action for form in page.forms if "/receive" in form.action)
    return desk.submit(page, action, follow=True, item=item_named(page, name), **values)


def test_the_eight_push_items_are_ready_and_come_first(manager):
    page = manager.get("/supplies/requests/new").visible

    assert page.count("プッシュ型") == 8
    assert page.index("生理用品") < page.index("飲料水（500mL）")


@pytest.mark.db
def test_stock_is_the_sum_of_movements_as_of_any_time(manager, app, shelters):
    receive(manager, "飲料水（500mL）", cases=2, per_case=24, expires_on=next_year())
    stock = receive(manager, "飲料水（500mL）", pieces=2)

    assert "50本（2箱と2本）" in stock.visible
    with inside(app):
        now = clock.now()
        (line,) = queries.list_stock(shelters[0], now)
        assert (line.pieces, line.free) == (50, 50)
        assert queries.list_stock(shelters[0], now - timedelta(days=1)) == []
        assert db.session.query(StockMovement).count() == 2


def test_dates_that_come_near_and_are_over_are_said(manager):
    receive(manager, "食料（主食）", pieces=10, expires_on="2020/1/1")

    stock = receive(
        manager, "食料（主食）", pieces=5, expires_on=f"{clock.today():%Y/%m/%d}"
    ).visible

    assert "期限切れ" in stock
    assert "期限が近い" in stock


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "箱の数か、ばらの数を"),
        ({"cases": 3}, "1箱にいくつ入っているか"),
        ({"pieces": "たくさん"}, "整数で入力してください"),
        ({"pieces": 3, "expires_on": "そのうち"}, "日付として読めません"),
        ({"pieces": 3, "item": "いろいろ"}, "品目を選んでください"),
    ],
)
def test_bad_input_is_said_and_kept(manager, values, words):
    page = manager.get("/supplies/receive")
    action = next(form.action for form in page.forms if "/receive" in form.action)

    refused = manager.submit(page, action, note="県の第1便", **values)

    assert refused.status == 422
    assert words in refused.visible
    assert "県の第1便" in refused.text


def test_a_count_is_one_more_movement_and_a_loss_says_why(manager, app, shelters):
    receive(manager, "毛布", pieces=30)
    page = manager.get("/supplies/count")
    action = next(form.action for form in page.forms if "/count" in form.action)
    blanket = item_named(page, "毛布")

    counted = manager.submit(page, action, follow=True, item=blanket, pieces=28)
    page = manager.get("/supplies/count")
    refused = manager.submit(page, action, item=blanket, pieces=3, act="loss")
    lost = manager.submit(
        page, action, follow=True, item=blanket, pieces=3, act="loss", note="水にぬれた"
    )

    assert "棚卸の差 毛布 -2" in counted.visible
    assert "なぜ捨てたか" in refused.visible
    assert "25枚" in lost.visible
    with inside(app):
        assert sum(one.quantity for one in queries.list_movements(shelters[0])) == 25


def ask(desk, **values):
    page = desk.get("/supplies/requests/new")
    form = page.form("/supplies/requests/new")
    position = [value for name, value in form.fields if name.endswith("-item")]
    blanket = next(index for index, _ in enumerate(position) if index == 1)
    changes = {f"wanted-{blanket}-quantity": 20} | values
    return desk.submit(page, "/supplies/requests/new", follow=True, **changes)


def test_a_request_goes_from_the_shelter_over_the_store_to_the_shelter(
    manager, office, shelters, app
):
    receive_at_store(office, "毛布", pieces=50)
    asked = ask(manager, is_urgent="y", **{"others-0-words": "車いす", "others-0-quantity": 1})
    assert "毛布 20枚、車いす 1" in asked.visible

    case = office.get(first_link(office.get("/supplies/requests"), "/supplies/requests/"))
    reserved = office.submit(case, case.path + "/reserve", follow=True, place=store_of(case))
    again = office.submit(case, case.path + "/reserve", follow=True, place=store_of(case))
    assert again.visible.count("で引当") == reserved.visible.count("で引当") == 1
    sending = office.get(first_link(reserved, "/supplies/send"))
    sent = office.submit(sending, form_with(sending, "/send"), follow=True, carrier="市の2号車")
    assert "市備蓄倉庫 上郷小学校 毛布 20枚 輸送中" in sent.visible

    arriving = manager.get(first_link(manager.get("/supplies/"), "/supplies/shipments/"))
    refused = manager.submit(arriving, arriving.path, **{"lines-0-quantity": 18})
    arrived = manager.submit(
        arriving, arriving.path, follow=True, note="2枚ぬれていた", **{"lines-0-quantity": 18}
    )

    assert refused.status == 422
    assert "送った数と違います" in refused.visible
    assert "20枚 18枚 -2" in arrived.visible
    assert "毛布 18枚" in manager.get("/supplies/").visible
    path = first_link(manager.get("/supplies/requests"), "/supplies/requests/")
    assert "一部が届いた。残り 毛布 2枚、車いす 1" in manager.get(path).visible
    manager.submit(manager.get(path), path, state="received")
    with inside(app):
        store = next(place for place in queries.list_places() if not place.is_shelter)
        (line,) = queries.list_stock(store.id, clock.now())
        assert (line.pieces, line.reserved) == (30, 0)
        assert queries.list_open_requests(clock.now()) == []


def receive_at_store(office, name, **values):
    places = office.get("/supplies/places")
    store = office.get(first_link(places, "/supplies/?place="))
    return receive(office, name, first_link(store, "/supplies/receive"), **values)


def first_link(page, beginning):
    found = [link for link in page.links if link and link.startswith(beginning)]
    return next(link for link in found if not link.endswith(("/new", ".pdf")))


def store_of(case):
    return case.text.split('name="place" value="', 1)[1][:36]


def form_with(page, words):
    return next(form.action for form in page.forms if words in form.action)


def test_an_empty_request_is_no_request(manager):
    page = manager.get("/supplies/requests/new")

    refused = manager.submit(page, "/supplies/requests/new", note="至急")

    assert refused.status == 422
    assert "ほしい物の数を1つ以上" in refused.visible
    assert 'value="至急"' in refused.text


def test_a_shelter_sees_its_own_requests_only(manager, desk_of, shelters, office):
    ask(manager)
    other = stand_at(desk_of("shelter_staff"), shelters[1])
    path = first_link(manager.get("/supplies/requests"), "/supplies/requests/")

    assert other.get(path).status == 404
    assert "要請はまだありません" in other.get("/supplies/requests").visible
    assert other.get(f"/supplies/?place={shelters[0]}").status == 404
    assert office.get(path).status == 200


def test_the_headquarters_says_why_nothing_comes(manager, office):
    ask(manager)
    path = first_link(office.get("/supplies/requests"), "/supplies/requests/")
    case = office.get(path)

    refused = office.submit(case, path, state="refused")
    done = office.submit(case, path, follow=True, state="refused", note="在庫がない")
    again = office.submit(case, path, follow=True, state="refused", note="在庫がない")  # the same

    assert again.visible.count("在庫がない") == done.visible.count("在庫がない")
    assert "なぜ対応できないか" in refused.visible
    assert "在庫がない" in manager.get(path).visible
    assert "対応できない" in done.visible


def test_papers_and_files(manager, office, tmp_path):
    receive(manager, "毛布", pieces=30, expires_on=next_year())
    ask(manager)
    path = first_link(manager.get("/supplies/requests"), "/supplies/requests/")

    stock = pdf_text(manager.get("/supplies/stock.pdf").body, tmp_path)
    request = pdf_text(manager.get(f"{path}.pdf").body, tmp_path)
    file = manager.get("/supplies/stock-utf8.csv").body.decode("utf-8-sig")
    moved = manager.get("/supplies/movements-sjis.csv").body.decode("cp932")
    meals = office.get("/supplies/meals/all-utf8.csv").body.decode("utf-8-sig")

    assert "毛布" in stock
    assert "要請書" in request
    assert next_year().replace("/", "-") in file
    assert "受入" in moved
    assert "上郷小学校" in meals
    assert office.get("/supplies/meals/all.pdf").body.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("reception", "/supplies/", 200),
        ("reception", "/supplies/receive", 403),
        ("reception", "/supplies/handouts", 200),
        ("shelter_staff", "/supplies/items", 403),
        ("shelter_staff", "/supplies/meals/all", 403),
        ("counter", "/supplies/", 403),
        ("hq", "/supplies/places", 200),
    ],
)
def test_who_may(desk_of, shelters, role, path, status):
    assert stand_at(desk_of(role), shelters[0]).get(path).status == status


def test_own_goods_are_added_to_the_list(office):
    page = office.get("/supplies/items")
    refused = office.submit(page, "/supplies/items", name="車いす", unit="")
    added = office.submit(page, "/supplies/items", follow=True, name="車いす", unit="台")

    assert "食、本、枚、個 のように" in refused.visible
    assert "車いす" in added.visible
    with inside(office.app):
        assert [item.name for item in queries.list_items()][-1] == "車いす"
        db.session.remove()
