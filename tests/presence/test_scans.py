"""Reading a card: in, out, overnight, back; nobody is refused, nobody is given away."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.evacuees.support import inside, stand_at
from tests.prepared import SCOPES
from tests.presence.support import events, give, newest_number, receive, scan, stays
from victim_support.core.db import db
from victim_support.evacuees.models import PresenceEvent, Stay
from victim_support.presence.models import Card
from victim_support.presence.rules import ScanAct, ScanOutcome, choose, draw_number, show_number

MORNING = datetime(2026, 7, 15, 0, tzinfo=UTC)


class Here:
    def __init__(self, kind="shelter", away_since=None):
        self.kind, self.away_since = kind, away_since


IN, OUT = Here(), Here(away_since=MORNING)
HOME = Here("home")


@pytest.mark.parametrize(
    ("act", "here", "outcome", "chosen"),
    [
        (ScanAct.AUTO, [], ScanOutcome.IN, []),
        (ScanAct.AUTO, [IN, IN], ScanOutcome.OUT, [IN, IN]),
        (ScanAct.AUTO, [IN, OUT], ScanOutcome.BACK, [OUT]),
        (ScanAct.AUTO, [HOME], ScanOutcome.SEEN, [HOME]),
        (ScanAct.OUT, [IN, OUT], ScanOutcome.OUT, [IN, OUT]),
        (ScanAct.OVERNIGHT, [OUT], ScanOutcome.OVERNIGHT, [OUT]),
        (ScanAct.BACK, [IN], ScanOutcome.BACK, [IN]),
        (ScanAct.SEEN, [OUT], ScanOutcome.SEEN, [OUT]),
    ],
)
def test_what_a_card_means(act, here, outcome, chosen):
    assert choose(act, here) == (outcome, chosen)


@pytest.fixture(autouse=True)
def clock(frozen):
    return frozen(MORNING)


@pytest.fixture
def number(desk, clock):
    """Give the household of three one card."""
    return give(desk, receive(desk, "taka"))


def test_one_scan_lets_the_family_out_and_the_next_lets_it_back(desk, number, clock, app):
    clock.shift(timedelta(minutes=5))
    out = scan(desk, number)
    away = {stay.away_kind for stay in stays(app)}
    clock.shift(timedelta(hours=1))
    back = scan(desk, f"%P{number}")

    assert "高橋 実、高橋 薫、高橋 さくら さん 3人 一時外出にしました" in out.visible
    assert away == {"out"}
    assert "もどりました" in back.visible
    assert {stay.away_since for stay in stays(app)} == {None}
    kinds = [event.kind.value for event in events(app)]
    assert kinds == ["in"] * 3 + ["out"] * 3 + ["back"] * 3
    assert {event.card_number for event in events(app)[3:]} == {number}


def test_a_card_read_twice_in_a_moment_acts_once(desk, number, clock, app):
    clock.shift(timedelta(minutes=5))
    scan(desk, number)
    clock.shift(timedelta(seconds=3))

    again = scan(desk, number)

    assert "いま記録したところです" in again.visible
    assert {stay.away_kind for stay in stays(app)} == {"out"}


def test_out_becomes_overnight_by_the_button_beside_it(desk, number, clock, app):
    clock.shift(timedelta(minutes=5))
    out = scan(desk, number)
    scan(desk, number, act="overnight")

    assert "外泊にする" in out.visible

    assert {stay.away_kind for stay in stays(app)} == {"overnight"}
    assert "外泊中" in desk.post("/presence", {"text": "takahashi"}).visible


def test_undo_takes_the_reading_back(desk, number, clock, app):
    clock.shift(timedelta(minutes=5))
    out = scan(desk, number)
    undo = next(form.action for form in out.forms if form.action.startswith("/undo/"))

    desk.submit(out, undo, follow=True)

    assert {stay.away_since for stay in stays(app)} == {None}
    assert {event.kind.value for event in events(app)} == {"in"}


def test_the_first_four_letters_do_where_the_people_are_here(desk, number, clock, app):
    clock.shift(timedelta(minutes=5))

    out = scan(desk, number[:4].lower())

    assert "一時外出にしました" in out.visible


def test_the_first_letters_find_nobody_at_another_place(desk_of, number, shelters, clock):
    other = stand_at(desk_of("shelter_staff"), shelters[1])

    answer = scan(other, number[:4])

    assert answer.status == 307


def test_a_name_in_the_box_of_cards_is_looked_for(desk, number):
    answer = desk.post("/cards/scan", {"text": "高橋 実"})

    assert (answer.status, answer.location) == (307, "/desk/leaving/search")


def test_a_card_at_another_shelter_is_an_arrival_there(desk_of, number, shelters, clock, app):
    clock.shift(timedelta(hours=2))
    other = stand_at(desk_of("shelter_staff"), shelters[1])

    moved = scan(other, number)

    assert "入所にしました" in moved.visible
    assert "別の避難所からの移動" in moved.visible
    found = stays(app)
    assert [stay.shelter_id for stay in found if stay.ended_at is None] == [shelters[1]] * 3
    assert {stay.reason for stay in found if stay.ended_at} == {"other_shelter"}


def test_who_left_comes_in_again_by_the_card(desk, number, clock, app):
    page = desk.post("/desk/leaving/open", {"stay": str(stays(app)[0].id)})
    desk.submit(page, "/desk/leaving", act="leave", stay=[str(stay.id) for stay in stays(app)])
    clock.shift(timedelta(hours=2))

    back = scan(desk, number)

    assert "入所にしました" in back.visible
    assert sum(stay.ended_at is None for stay in stays(app)) == 3


def test_a_newer_card_makes_the_older_one_useless(desk, number, clock, app):
    clock.shift(timedelta(minutes=10))
    with inside(app):
        group = db.session.query(Stay).first().group_id
    newer = give(desk, f"/groups/{group}/cards")
    clock.shift(timedelta(minutes=10))

    void = scan(desk, number)

    assert newer != number
    assert "この札は古い札です" in void.visible
    assert "高橋" not in void.visible
    assert {stay.away_since for stay in stays(app)} == {None}
    assert "一時外出にしました" in scan(desk, newer).visible


def test_a_blank_card_is_kept_and_tied_later(desk, clock, app):
    cards_page = receive(desk, "taka")
    blank = draw_number()
    unknown = scan(desk, blank)
    clock.shift(timedelta(minutes=1))

    page = desk.get(cards_page)
    tied = desk.submit(page, cards_page, follow=True, card_number=show_number(blank))
    clock.shift(timedelta(minutes=1))
    out = scan(desk, blank)

    assert f"札 {show_number(blank)} 札を記録しました" in unknown.visible
    assert "札を結びました" in tied.visible
    assert "一時外出にしました" in out.visible
    assert newest_number(desk) == blank


@pytest.mark.parametrize("typed", ["", "K7P3-9QXX", "あいう"])
def test_a_wrong_number_is_refused_beside_the_field_and_kept(desk, typed):
    cards_page = receive(desk, "taka")
    page = desk.get(cards_page)

    refused = desk.submit(page, cards_page, card_number=typed)

    assert refused.status == 422
    assert "札" in refused.visible
    assert dict(refused.form(cards_page).fields)["card_number"] == typed


def test_what_is_no_card_changes_nothing(desk, number, app):
    misread = scan(desk, "%PAAAA")

    assert "札を読み取れませんでした" in misread.visible or misread.status == 307
    assert {event.kind.value for event in events(app)} == {"in"}


def test_protected_people_have_cards_that_answer_like_unknown_ones(desk, guardian, clock, app):
    hers = give(desk, receive(desk, "watanabe"))
    clock.shift(timedelta(minutes=1))
    stranger = draw_number()

    hidden, nobody = scan(desk, hers), scan(desk, stranger)
    clock.shift(timedelta(minutes=1))

    same = hidden.text.replace(show_number(hers), "").replace(hers, "")
    other = nobody.text.replace(show_number(stranger), "").replace(stranger, "")
    assert _plain(same) == _plain(other)
    assert "静香" not in hidden.text
    sealed = [event for event in events(app) if event.card_number == hers]
    assert {event.scope[-6:] for event in sealed} == {"sealed"}
    assert "静香" in scan(guardian, hers).visible


def test_who_is_protected_later_takes_card_and_sightings_along(desk, number, clock, app):
    clock.shift(timedelta(minutes=1))
    scan(desk, number)
    with inside(app):
        person = db.session.query(Stay).first().person_id
    page = desk.get(f"/persons/{person}")
    desk.submit(page, f"/persons/{person}/protection", protection="hide_presence")
    clock.shift(timedelta(minutes=5))

    back = scan(desk, number)

    assert "高橋 薫 さん もどりました" in back.visible
    assert "高橋 実" not in back.visible
    with inside(app):
        for model in (Card, PresenceEvent, Stay):
            hers = db.session.query(model).filter_by(scope=SCOPES.core, person_id=person)
            assert hers.count() == 0


@pytest.mark.parametrize("path", ["/paging", "/paging/board"])
def test_a_desk_without_a_shelter_is_led_to_choosing_one(desk_of, path):
    nowhere = desk_of("hq")

    led = nowhere.get(path, follow=True)

    assert "避難所が選ばれていません" in led.visible
    assert nowhere.post("/cards/scan", {"text": draw_number()}).location == "/place"


def _plain(text):
    return re.sub(r'name="csrf_token" value="[^"]*"|value="[\w-]{20,}"', "", text)
