"""Safety enquiries: what each kind of asker is told; one answer for all who are told nothing."""

import re

import pytest
from sqlalchemy import event

from tests.evacuees.support import inside
from tests.safety.support import ICHIRO, SHIZUKA, ask, receive
from victim_support.core.db import db
from victim_support.safety.models import Enquiry, Message, Provision

NOTHING = "こちらから申し上げられることはありません"
TOKENS = re.compile(
    r'csrf_token" value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|\d\d:\d\d|控え[^<]*|空き \d+|T7\w+'
)


@pytest.fixture
def clerk(desk_of):
    """Return somebody at a counter, who answers."""
    return desk_of("counter")


@pytest.mark.parametrize(
    ("relation", "told", "kept"),
    [
        ("cohabitant", ["安否の情報があります", "上郷小学校", "090-0000-1111"], []),
        ("relative", ["安否の情報があります", "届けはありません"], ["上郷小学校", "090-0000-1111"]),
        ("workplace", [NOTHING], ["安否の情報があります", "上郷小学校"]),
        ("acquaintance", [NOTHING], ["安否の情報があります", "上郷小学校"]),
        ("other", [NOTHING], ["安否の情報があります", "上郷小学校"]),
    ],
)
def test_who_asks_decides_what_is_told(desk, manager, clerk, relation, told, kept):
    ids = receive(desk, "satou")
    record = manager.get(f"/persons/{ids[0]}")
    manager.submit(record, f"/persons/{ids[0]}", phone="090-0000-1111")

    answer = ask(clerk, relation=relation, **ICHIRO).visible

    assert [words for words in told if words not in answer] == []
    assert [words for words in kept if words in answer] == []


def test_an_acquaintance_is_told_that_much_when_she_said_yes_herself(desk, clerk):
    receive(desk, "satou")
    ids = receive(desk, "suka")
    _say(desk, ids[0], acquaintance="yes")

    asked = {"name": "スカルノ", "birth": "1990/5/14", "relation": "acquaintance"}
    answer = ask(clerk, **asked).visible

    assert "安否の情報があります" in answer
    assert "上郷小学校" not in answer


def test_who_said_no_is_not_told_of_even_to_the_family(desk, clerk):
    ids = receive(desk, "satou")
    _say(desk, ids[0], family="no")

    assert NOTHING in ask(clerk, **ICHIRO).visible


@pytest.mark.parametrize(
    "missing",
    [{"birth": ""}, {"birth": "72"}, {"birth": "1954/4/2"}, {"name": "佐藤　二郎", "kana": ""}],
)
def test_a_name_alone_or_an_age_or_another_birth_date_is_answered_with_nothing(
    desk, clerk, missing
):
    receive(desk, "satou")

    assert NOTHING in ask(clerk, **(ICHIRO | missing)).visible


def test_an_address_in_place_of_the_birth_date_is_enough(desk, clerk):
    receive(desk, "satou")

    answer = ask(clerk, **(ICHIRO | {"birth": "", "address": "名取市飯野坂1-2-3"}))

    assert "上郷小学校" in answer.visible


def test_who_was_not_made_sure_of_only_leaves_words(desk, clerk):
    receive(desk, "satou")

    answer = ask(clerk, identity="none", text="みな無事です", **ICHIRO).visible

    assert NOTHING in answer
    assert "伝言をお預かりしました" in answer


def test_a_helper_takes_words_and_is_shown_nothing(desk):
    receive(desk, "satou")

    assert NOTHING in ask(desk, **ICHIRO).visible


def _worlds(desk, manager, guardian, hq):
    """Return in turn what a clerk sees of somebody unknown, protected, dead, unwilling."""
    yield "nobody", lambda: None
    ids = {}

    def receive_her():
        ids["her"] = receive(desk, "suka")[0]

    def hide():
        receive_her()
        manager.post(f"/persons/{ids['her']}/protection", {"protection": "hide_presence"})

    def let_die():
        receive_her()
        page = hq.get(f"/persons/{ids['her']}/death")
        hq.submit(page, f"/persons/{ids['her']}/death", confirmed_by="名取警察署の検視")

    def hide_address():
        receive_her()
        manager.post(f"/persons/{ids['her']}/protection", {"protection": "hide_address"})

    def refuse():
        receive_her()
        _say(desk, ids["her"], family="no")

    yield "protected", hide
    yield "dead", let_die
    yield "hide_address", hide_address
    yield "unwilling", refuse


@pytest.mark.parametrize("state", ["protected", "dead", "hide_address", "unwilling"])
@pytest.mark.parametrize("role", ["counter", "hogo"])
def test_s32_nobody_protected_dead_and_unwilling_are_one_answer_in_words_bytes_and_statements(
    app, desk, manager, guardian, desk_of, role, state
):
    clerk, asked = desk_of(role), {"name": "スカルノ", "birth": "1990/5/14"}
    worlds = dict(_worlds(desk, manager, guardian, desk_of("hq")))
    path = ask(clerk, text="連絡ください", **asked).path

    nobody = _seen(app, clerk, path)
    worlds[state]()
    known = _seen(app, clerk, path)

    assert NOTHING in nobody[0]
    assert nobody[0] == known[0]
    assert nobody[1] == known[1]
    assert nobody[2] == known[2]


def test_the_same_way_tells_when_there_is_something_to_tell(app, desk, clerk):
    path = ask(clerk, name="スカルノ", birth="1990/5/14").path
    nobody = _seen(app, clerk, path)
    receive(desk, "suka")

    known = _seen(app, clerk, path)

    assert "安否の情報があります" in known[0]
    assert nobody[2] == known[2]


def test_what_is_told_is_kept_with_its_ground_and_the_clerk(desk, clerk, desk_of, app):
    receive(desk, "satou")
    page = ask(clerk, **ICHIRO)

    told = clerk.submit(page, f"{page.path}/told", follow=True)
    clerk.post(f"{page.path}/told")
    log = desk_of("hq").get("/enquiries/log").visible

    assert "伝えたことを記録してあります" in told.visible
    assert "災害対策基本法 第86条の15" in log
    assert "佐藤 一郎" in desk_of("hq").get("/provisions").visible
    with inside(app):
        given = db.session.query(Provision).one()
        assert given.items == "安否の情報・けが・病気・いる所"


def test_protecting_her_later_takes_what_was_told_out_of_the_open_scope(
    desk, manager, clerk, desk_of, app
):
    ids = receive(desk, "suka")
    page = ask(clerk, name="スカルノ", birth="1990/5/14")
    clerk.submit(page, f"{page.path}/told")

    manager.post(f"/persons/{ids[0]}/protection", {"protection": "hide_presence"})

    assert NOTHING in clerk.get(page.path).visible
    assert "安否の情報" not in desk_of("hq").get("/enquiries/log").visible
    assert "スカルノ" not in desk_of("hq").get("/provisions").visible
    assert "スカルノ" in desk_of("hogo").get("/provisions").visible
    with inside(app):
        rows = db.session.query(Provision).order_by(Provision.scope)
        assert [(row.scope.rsplit("/")[-1], row.person_id is None) for row in rows] == [
            ("core", True),
            ("sealed", False),
        ]


def test_the_told_button_of_an_empty_answer_records_nothing(desk, clerk, app):
    page = ask(clerk, **SHIZUKA)

    clerk.post(f"{page.path}/told")

    with inside(app):
        assert db.session.query(Provision).count() == 0


def test_a_form_sent_twice_is_one_enquiry(clerk, app):
    form = clerk.get("/enquiries")
    values = {"name": "甲", "asker_name": "乙", "relation": "other", "purpose": "丙", "text": "丁"}

    first = clerk.submit(form, "/enquiries", **values)
    second = clerk.submit(form, "/enquiries", **values)

    assert first.location == second.location
    with inside(app):
        assert db.session.query(Enquiry).count() == db.session.query(Message).count() == 1


def test_what_is_missing_is_said_beside_the_field_and_nothing_is_lost(clerk):
    refused = clerk.submit(clerk.get("/enquiries"), "/enquiries", text="元気です", birth="昭和99年")

    assert refused.status == 422
    for words in ("氏名かフリガナ", "その方との関係を選んで", "照会の理由を", "お尋ねの方の氏名を"):
        assert words in refused.visible
    kept = dict(refused.form("/enquiries").fields)
    assert (kept["text"].strip(), kept["birth"]) == ("元気です", "昭和99年")


def test_the_rules_of_civil_protection_hold_in_such_a_disaster(desk, clerk, app):
    receive(desk, "satou")
    _make_civil(app)

    answer = ask(clerk, relation="relative", **ICHIRO).visible

    assert "国民保護" in answer
    assert "上郷小学校" in answer
    assert "名取市飯野坂1-2-3" in answer


def _make_civil(app):
    from victim_support.core.db import transaction  # noqa: PLC0415 - the program is imported late
    from victim_support.disasters.queries import get_current_disaster  # noqa: PLC0415
    from victim_support.disasters.rules import DisasterKind  # noqa: PLC0415

    with inside(app), transaction(reason="試験"):
        civil = next(kind for kind in DisasterKind if kind.is_civil_protection)
        get_current_disaster().kinds = [civil.value]


def _say(desk, person_id, **answers):
    values = {f"{kind}-person": value for kind, value in answers.items()}
    desk.post(f"/persons/{person_id}/answers", values | {"own-person": "1"})


def _seen(app, clerk, path):
    """Return words, length and statements of a page, without what differs at every reading."""
    clerk.get(path)  # what is asked once in a while is asked now
    statements = []

    def listen(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    page = clerk.get(path)
    event.remove(engine, "before_cursor_execute", listen)
    text = TOKENS.sub("", page.text)
    return text, len(page.body), statements
