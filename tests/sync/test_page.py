"""The page of the exchange says whether the work is safe, and exchanges on demand."""

import pytest

from tests.pages import Desk
from tests.prepared import ADMIN, SCOPES, log_in
from tests.sync.kit import Machine, exchange, send
from tests.sync.test_exchange import listening
from tests.sync.test_incarnation import node_of
from tests.sync.test_machine_pages import admin_of, role_of
from tests.sync.test_receive import get, put
from victim_support.core.ids import new_id
from victim_support.core.node import suspend_numbers
from victim_support.sync import doors
from victim_support.sync.models import Peer
from victim_support.sync.services.enrolment import revoke
from victim_support.sync.standing import standing
from victim_support.victims.models import Person


@pytest.fixture
def desk(laptops):
    return log_in(Desk(laptops[0].app), ADMIN)


def test_the_page_counts_what_is_not_at_the_headquarters(headquarters, laptops, desk):
    put(laptops[0], "issuer_title", "みなと市長")
    before = desk.get("/exchange")
    assert "この端末はまだ本部に登録されていません" not in before.visible
    assert "本部に届いていない記録 0 件" not in before.visible
    with listening(headquarters) as address:
        done = desk.post("/exchange", before.form("/exchange").values(address=address))
        known = desk.get("/exchange").form("/exchange")  # nobody types an address twice
        assert ("address", address.removeprefix("http://")) in known.fields
        assert desk.post("/exchange", known.values()).status == 303
    assert done.status == 303
    after = desk.get("/exchange")
    assert "本部に届いていない記録 0 件" in after.visible
    assert "本部と同期しました" in after.visible
    assert get(headquarters, "issuer_title") == "みなと市長"


def test_a_machine_is_taken_to_have_what_it_wrote_itself(headquarters, laptops):
    put(headquarters, "issuer_title", "みなと市長")
    send(headquarters, laptops[0])  # in the midst of an exchange: nothing was said back yet
    with laptops[0].inside():
        now = standing()
    assert [peer.waiting for peer in now.peers if peer.is_headquarters] == [now.unsent]


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (-1.2, "なし"),
        (-30.0, "30秒遅れ"),
        (600.0, "約10分進み"),
        (-18004.0, "約5時間遅れ"),
        (864000.0, "約10日進み"),
    ],
)
def test_the_page_says_how_a_clock_goes_in_the_unit_people_say(
    offset, words, headquarters, laptops, desk
):
    with laptops[0].writing() as session:
        session.query(Peer).filter_by(node=node_of(headquarters)).one().clock_offset = offset

    page = desk.get("/exchange").visible

    assert words in page
    assert ("時計を確かめてください" in page) == (abs(offset) > 120)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "入力してください"),
        ("本部のパソコン", "半角の番地"),
        ("192.0.2.10", "数字まで"),
        ("127.0.0.1:9", "つながりません"),
    ],
)
def test_a_wrong_address_is_told_beside_the_field_and_stays(desk, typed, words):
    page = desk.get("/exchange")
    answer = desk.post("/exchange", page.form("/exchange").values(address=typed))
    assert answer.status == 422
    assert words in answer.visible
    assert f'value="{typed}"' in answer.text


def test_a_machine_of_nobody_says_so(tmp_path):
    alone = Machine.new(tmp_path / "hitori", "N1")
    page = log_in(Desk(alone.app), ADMIN).get("/exchange")
    assert "まだ本部に登録されていません" in page.visible
    alone.stop()


@pytest.mark.parametrize(
    ("host", "said"), [("192.0.2.10", "192.0.2.10:8766"), ("", "10.1.2.3:8766")]
)
def test_the_page_says_where_others_find_this_machine(laptops, desk, monkeypatch, host, said):
    assert "ほかの端末からの同期を受けていません" in desk.get("/exchange").visible
    monkeypatch.setattr(doors, "list_own_addresses", lambda: ["10.1.2.3"])
    doors.note_door(laptops[0].app, host, 8766)

    page = desk.get("/exchange")

    assert f"番地 {said}" in page.visible
    assert '<svg class="qr"' in page.text


def test_a_restored_or_revoked_laptop_says_so_and_what_to_do(headquarters, laptops):
    restored, revoked = laptops
    with restored.writing():
        suspend_numbers()
    gone = node_of(revoked)
    with headquarters.writing() as session:
        revoke(session.get_one(Peer, gone), reason="盗まれた")
    exchange(revoked, headquarters)

    assert "証明書の番号を出せません" in admin_of(restored).get("/exchange").visible
    assert "システム担当に知らせて" in role_of(restored, "shelter_manager").get("/exchange").visible
    page = admin_of(revoked).get("/exchange").visible
    assert page.count("登録は取り消されています") == 2  # on the page, and in the line below it


def test_the_page_counts_what_people_have_to_decide(headquarters, laptops, desk):
    one, other = laptops
    key = SCOPES.core, new_id()
    with one.writing() as session:
        session.add(Person(scope=key[0], id=key[1], name="架空　一郎"))
    exchange(one, headquarters)
    exchange(other, headquarters)
    for machine, name in ((one, "架空　市郎"), (other, "架空　壱郎")):
        with machine.writing() as session:
            session.get_one(Person, key).name = name
    assert "決めていない食い違い" not in desk.get("/exchange").visible
    exchange(other, headquarters)
    exchange(one, headquarters)

    assert "決めていない食い違いが 1 件" in desk.get("/exchange").visible
