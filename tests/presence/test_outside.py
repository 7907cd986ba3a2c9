"""People who live outside a shelter, who was not seen, calls without a name, the roll call."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.evacuees.support import inside, pdf_text, stand_at
from tests.prepared import SCOPES
from tests.presence.support import events, give, receive, scan, stays
from victim_support.core.db import db, transaction
from victim_support.evacuees.models import PresenceEvent, Stay, Whereabouts
from victim_support.evacuees.services import lift_protection
from victim_support.presence.models import Card
from victim_support.presence.queries import find_card
from victim_support.presence.rules import CardKind, draw_number, show_number
from victim_support.presence.services import give_card
from victim_support.victims.queries import get_person

MORNING = datetime(2026, 7, 15, 0, tzinfo=UTC)
CAR = {"kind": "car_elsewhere", "place": "運動公園", "plate": "宮城300 あ 12-34", "companions": "3"}


@pytest.fixture(autouse=True)
def clock(frozen):
    return frozen(MORNING)


@pytest.fixture
def person(desk, app):
    """Receive one person and return the id."""
    receive(desk, "suka")
    return stays(app)[0].person_id


def move(desk, person, **values):
    page = desk.get(f"/persons/{person}/place")
    return desk.submit(page, f"/persons/{person}/place", follow=True, **values)


def rows_in_core(app, model, person):
    with inside(app):
        rows = db.session.query(model).filter_by(scope=SCOPES.core, person_id=person)
        return rows.filter_by(is_withdrawn=False).count()


def test_a_car_outside_is_a_stay_of_its_own_with_plate_and_people(desk, person, app):
    moved = move(desk, person, **CAR)
    listed = desk.get("/outside")

    assert "いる所を記録しました" in moved.visible
    for words in ("スカルノ", "車中泊（敷地の外）", "運動公園", "宮城300 あ 12-34", "3人"):
        assert words in listed.visible
    assert [(stay.kind, stay.ended_at is None) for stay in stays(app)] == [
        ("shelter", False),
        ("car_elsewhere", True),
    ]
    assert "車中泊（敷地の外）" in desk.get(f"/persons/{person}").visible


def test_who_lives_outside_sleeps_in_no_shelter(desk, person, shelters):
    before = desk.get("/desk").visible
    move(desk, person, **CAR)

    assert "氏名あり 1" in before
    assert "氏名あり 0" in desk.get("/desk").visible
    assert "スカルノ" not in desk.get("/desk/roll-call").visible


def test_the_same_place_told_better_is_no_move(desk, person, app):
    move(desk, person, **CAR)
    move(desk, person, place="運動公園 西")

    assert len(stays(app)) == 2
    assert "運動公園 西" in desk.get("/outside").visible


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [("companions", "多い", "数字"), ("companions", "0", "1〜99"), ("kind", "moon", "選")],
)
def test_a_wrong_place_is_refused_and_what_was_typed_is_kept(
    desk, person, app, field, typed, words
):
    refused = move(desk, person, **(CAR | {field: typed}))

    assert refused.status == 422
    assert words in refused.visible
    assert dict(refused.form(f"/persons/{person}/place").fields)["place"] == "運動公園"
    assert len(stays(app)) == 1


def test_leaving_with_goods_goes_on_outside(desk, person, app):
    page = desk.post("/desk/leaving/open", {"stay": str(stays(app)[0].id)})
    relatives = {"reason": "relatives", "destination": "仙台の姉", "is_followed": "y"}
    desk.submit(page, "/desk/leaving", act="leave", **relatives)

    assert [stay.kind.value for stay in stays(app)] == ["shelter", "relatives"]
    assert "仙台の姉" in desk.get("/outside").visible


def test_reading_a_card_of_who_lives_outside_is_a_sighting(desk, app, clock):
    number = give(desk, receive(desk, "suka"))
    move(desk, stays(app)[0].person_id, **CAR)
    clock.shift(timedelta(hours=1))

    seen = scan(desk, number)

    assert "確認しました" in seen.visible
    assert events(app)[-1].kind == "seen"
    assert len(stays(app)) == 2


def test_the_place_of_a_hidden_address_is_sealed_and_shown_to_nobody_else(
    desk, guardian, person, app
):
    move(desk, person, **CAR)
    page = desk.get(f"/persons/{person}")
    desk.submit(page, f"/persons/{person}/protection", protection="hide_address")

    listed, hers = desk.get("/outside"), desk.get(f"/persons/{person}")

    for shown in (listed, hers):
        assert "運動公園" not in shown.text
        assert "車中泊" not in shown.visible.replace("避難所の外（車中泊", "")
    assert desk.get(f"/persons/{person}/place").status == 404
    assert "運動公園" in guardian.get("/outside").visible
    assert rows_in_core(app, Whereabouts, person) == 0
    with inside(app), transaction(reason="試験"):
        lift_protection(person)
    assert "運動公園" in desk.get("/outside").visible


def test_lifting_opens_cards_and_sightings_again(desk, app, clock):
    number = give(desk, receive(desk, "suka"))
    clock.shift(timedelta(minutes=1))
    scan(desk, number)
    person = stays(app)[0].person_id
    page = desk.get(f"/persons/{person}")
    desk.submit(page, f"/persons/{person}/protection", protection="hide_presence")
    closed = [rows_in_core(app, model, person) for model in (Card, PresenceEvent, Stay)]
    with inside(app), transaction(reason="試験"):
        lift_protection(person)

    assert closed == [0, 0, 0]
    assert [rows_in_core(app, model, person) for model in (Card, PresenceEvent, Stay)] == [1, 2, 1]


def test_who_was_not_seen_for_days_is_listed_until_seen(desk, desk_of, shelters, clock):
    number = give(desk, receive(desk, "suka"))
    clock.shift(timedelta(days=2, hours=1))
    desk = stand_at(desk_of("reception"), shelters[0])
    late = desk.get("/not-seen")
    three = desk.get("/not-seen?days=3")
    scan(desk, number)

    assert "スカルノ" in late.visible
    assert show_number(number) in late.visible
    assert "スカルノ" not in three.visible
    assert "スカルノ" not in desk.get("/not-seen").visible


def test_a_card_seen_before_anybody_knew_whose_counts_when_it_is_known(
    desk, desk_of, shelters, app, clock
):
    receive(desk, "suka")
    blank = draw_number()
    clock.shift(timedelta(days=2, hours=1))
    desk = stand_at(desk_of("reception"), shelters[0])
    assert "スカルノ" in desk.get("/not-seen").visible
    scan(desk, blank)
    with inside(app), transaction(reason="試験"):
        person = get_person(db.session.query(Stay).one().person_id)
        give_card([person], kind=CardKind.PERSON, at=MORNING, number=blank)

    assert "スカルノ" not in desk.get("/not-seen").visible


def test_a_roll_call_sees_who_was_ticked_and_brings_them_back(desk, app, clock):
    number = give(desk, receive(desk, "taka"))
    clock.shift(timedelta(hours=1))
    scan(desk, number)
    clock.shift(timedelta(hours=9))
    page = desk.get("/desk/roll-call")
    listed = [value for name, value in page.form("/desk/roll-call").fields if name == "listed"]

    desk.submit(page, "/desk/roll-call", present=listed[:1])

    kinds = [event.kind.value for event in events(app)]
    assert kinds.count("called") == 1
    assert sum(stay.away_since is None and not stay.ended_at for stay in stays(app)) == 1
    assert sum(stay.away_since is not None for stay in stays(app)) == 2


def test_the_roll_is_printed_by_area_with_boxes(manager, desk, tmp_path):
    receive(desk, "taka")

    printed = pdf_text(manager.get("/desk/roll-call.pdf").body, tmp_path)

    for words in ("点呼表", "高橋実", "朝", "夜", "上郷小学校"):
        assert words in printed


def test_cards_on_paper_hold_a_number_and_no_name(desk, app, tmp_path):
    number = give(desk, receive(desk, "taka"))
    with inside(app):
        card = db.session.query(Card).first().id

    printed = pdf_text(desk.get(f"/cards/print/{card}.pdf").body, tmp_path)

    assert show_number(number) in printed
    assert "高橋" not in printed
    assert "世帯の札" in printed


def test_blank_cards_are_ten_to_a_sheet_all_different(desk, tmp_path):
    page = desk.get("/cards/stock")

    printed = pdf_text(desk.submit(page, "/cards/stock", sheets="2").body, tmp_path)

    numbers = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", printed)
    assert len(set(numbers)) == 20


@pytest.mark.parametrize("sheets", ["0", "21", "たくさん", ""])
def test_too_many_or_no_sheets_are_refused(desk, sheets):
    page = desk.get("/cards/stock")

    assert desk.submit(page, "/cards/stock", sheets=sheets).status == 422


def test_somebody_is_called_by_the_number_until_they_come(desk, app):
    number = give(desk, receive(desk, "suka"))
    person = stays(app)[0].person_id
    page = desk.get(f"/persons/{person}/cards")
    desk.submit(page, f"/persons/{person}/call")
    called = desk.submit(page, f"/persons/{person}/call", follow=True)  # pressed twice
    board = desk.get("/paging/board")
    answer = next(form.action for form in called.forms if form.action.endswith("/answered"))

    after = desk.submit(called, answer, follow=True)

    assert f"札の番号 {show_number(number)} の方、受付までお越しください" in called.visible
    assert show_number(number) in board.visible
    assert "スカルノ" not in board.text + called.text
    assert "いま呼んでいる方はいません" in after.visible


def test_another_slice_finds_the_people_of_a_card(desk, app):
    number = give(desk, receive(desk, "taka"))

    with inside(app):
        names = [person.name for person in find_card(f"%P{number}").persons]

    assert names == ["高橋　実", "高橋　薫", "高橋　さくら"]
