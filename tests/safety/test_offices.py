"""Police, fire service, hospitals; what was given; the file; opponents; the dead."""

import pytest

from tests.evacuees.support import inside
from tests.safety.support import ICHIRO, SHIZUKA, ask, receive
from victim_support.core.db import db
from victim_support.safety.models import Opponent, Provision

CALL = {
    "office": "police",
    "organisation": "架空警察署 生活安全課",
    "asker_name": "田中　巡査",
    "called_number": "022-000-0110",
    "number_found_in": "庁内の名簿",
    "call_back": "confirmed",
    "ground": "life",
    "purpose": "行方不明の届け",
}


@pytest.fixture
def office(desk_of):
    """Return a desk at the headquarters."""
    return desk_of("hq")


def ask_as_office(desk, **values):
    return desk.submit(
        desk.get("/enquiries/offices"), "/enquiries/offices", follow=True, **(CALL | values)
    )


def test_nothing_is_shown_before_the_call_back(desk, office):
    receive(desk, "satou")

    page = ask_as_office(office, call_back="failed", **ICHIRO)

    assert "折り返して確かめられていません" in page.visible
    assert "上郷小学校" not in page.visible


def test_a_confirmed_office_is_given_what_somebody_decided_and_it_is_kept(desk, office, app):
    ids = receive(desk, "satou")
    page = ask_as_office(office, **ICHIRO)
    given = {"person": ids[0], "items": ["held", "place"], "decided_by": "危機管理課長"}

    path = f"{page.path}/given"
    after = office.submit(page, path, follow=True, **given)

    assert "上郷小学校" in page.visible
    assert "危機管理課長" in after.visible
    with inside(app):
        kept = db.session.query(Provision).one()
        assert (kept.items, kept.means) == ("安否の情報・いる所", "phone")
        assert "個人情報" in (kept.law or "")


def test_what_is_missing_is_said_and_the_choice_is_kept(desk, office):
    ids = receive(desk, "satou")
    page = ask_as_office(office, **ICHIRO)

    refused = office.submit(page, f"{page.path}/given", person=ids[0], decided_by="")

    assert refused.status == 422
    assert "提供を決めた方" in refused.visible
    assert "渡した事項を選んでください" in refused.visible
    assert f'value="{ids[0]}" checked' in refused.text


def test_protected_people_are_shown_to_the_sealed_roles_alone(desk, office, desk_of):
    receive(desk, "watanabe")

    for who, is_seen in ((office, False), (desk_of("hogo"), True)):
        page = ask_as_office(who, **SHIZUKA)
        assert ("静香" in page.text.split("記録にいる方")[1]) is is_seen


def test_a_hospital_finds_who_is_sought_by_description(desk_of, office):
    ask(
        desk_of("counter"),
        name="森　花",
        birth="70代",
        sex="female",
        marks="赤い上着、左手に傷",
        asker_phone="090-0000-2222",
    )
    ask(desk_of("counter"), name="林　一", birth="20代", sex="male", marks="赤い上着")

    page = ask_as_office(
        office, office="hospital", name="", birth="68", sex="female", marks="赤い上着、白髪"
    )

    assert "森 花" in page.visible
    assert "090-0000-2222" in page.visible
    assert "林 一" not in page.visible


def test_the_number_must_be_looked_up_here(office):
    refused = office.submit(
        office.get("/enquiries/offices"), "/enquiries/offices", **(CALL | {"called_number": ""})
    )

    assert refused.status == 422
    assert "こちらで調べて折り返した番号" in refused.visible
    assert "氏名かフリガナ、または特徴" in refused.visible


def test_what_was_given_otherwise_is_kept_with_how_many(office):
    page = office.submit(
        office.get("/provisions"),
        "/provisions",
        follow=True,
        recipient="架空県 危機管理課",
        people="120",
        items=["held"],
        ground="authority",
        decided_by="市長",
        purpose="広域の援護",
    )

    assert "120人分" in page.visible
    assert "第90条の4第1項第3号" in page.visible


def test_the_file_holds_the_columns_of_the_town_and_nobody_protected(desk, office, app):
    receive(desk, "satou")
    receive(desk, "watanabe")
    page = office.get("/enquiries/export")
    values = {"order-kana": "1", "order-name": "２", "header-name": "おなまえ"}
    blank = {name: "" for name, _ in page.form("/enquiries/export").fields if "order-" in name}
    saved = office.submit(page, "/enquiries/export", follow=True, **(blank | values))

    file = office.submit(saved, "/enquiries/export/file", decided_by="市長")
    lines = file.body.decode("utf-8-sig").splitlines()

    assert lines[0] == '"フリガナ","おなまえ"'
    assert '"サトウ　イチロウ","佐藤　一郎"' in lines
    assert "静香" not in file.body.decode("utf-8-sig")
    with inside(app):
        kept = db.session.query(Provision).one()
        assert (kept.people, kept.decided_by) == (len(lines) - 1, "市長")


def test_a_column_order_that_is_no_number_is_said_and_kept(office):
    page = office.get("/enquiries/export")

    refused = office.submit(page, "/enquiries/export", **{"order-name": "さいしょ"})

    assert refused.status == 422
    assert "「氏名」の列の順を" in refused.visible
    assert "さいしょ" in refused.text


def test_the_file_holds_nobody_who_is_dead(desk, office):
    ids = receive(desk, "satou")
    page = office.get(f"/persons/{ids[0]}/death")
    office.submit(page, f"/persons/{ids[0]}/death", confirmed_by="架空病院の医師の診断")

    file = office.submit(
        office.get("/enquiries/export"), "/enquiries/export/file", decided_by="市長"
    ).body.decode("utf-8-sig")

    assert "佐藤　花子" in file
    assert "佐藤　一郎" not in file


def test_a_death_and_that_the_family_was_told_are_kept(desk, office):
    ids = receive(desk, "satou")
    path = f"/persons/{ids[0]}/death"
    office.submit(office.get(path), path, confirmed_by="架空病院の医師の診断")

    told = office.submit(office.get(path), f"{path}/told", follow=True, told_to="妻へ面談で")

    assert "妻へ面談で" in told.visible
    assert office.submit(office.get(path), path, confirmed_by="").status == 422


def test_opponents_are_named_at_headquarters_and_never_at_a_shelter(desk, desk_of, guardian, app):
    her = receive(desk, "watanabe")[0]
    path, office = f"/persons/{her}/opponents", desk_of("hogo")

    office.submit(office.get(path), path, name="渡辺　剛", note="元夫")

    assert "渡辺 剛" in office.get(path).visible
    at_shelter = guardian.get(path).visible
    assert "渡辺 剛" not in at_shelter
    assert "本部へ電話してください" in at_shelter
    refused = guardian.post(path, {"name": "渡辺　剛", "idempotency_key": "k" * 24})
    assert refused.status == 422
    with inside(app):
        assert db.session.query(Opponent).one().scope.endswith("/sealed")


def test_opponents_belong_to_protected_people_alone(desk, desk_of):
    her = receive(desk, "suka")[0]

    assert desk_of("hogo").get(f"/persons/{her}/opponents").status == 404
    assert desk_of("hq").get(f"/persons/{her}/opponents").status == 403
