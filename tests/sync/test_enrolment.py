"""Enrolment, revocation and what waits: who is believed, with which numbers, up to where."""

from datetime import date, timedelta

import msgspec
import pytest

from tests.prepared import ADMIN_PASSWORD, MUNICIPALITY, SCOPES
from tests.sync.kit import EVERYTHING, FOREVER, Machine, exchange, make_headquarters, send
from tests.sync.test_incarnation import (
    copy_of,
    enrolled_as,
    everybody_meets,
    forks,
    node_of,
    put,
    values,
)
from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.node import this_node
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.installation import create_instance
from victim_support.sync import quarantine
from victim_support.sync.machines import held_heads, list_machines
from victim_support.sync.models import Peer, Quarantined
from victim_support.sync.queries import find_certificate, find_revocation
from victim_support.sync.services import enrolment
from victim_support.sync.services.quarantine import UndecidableError, leave_out, take_in
from victim_support.sync.services.receive import Fault
from victim_support.sync.statements import BadStatementError
from victim_support.sync.texts import BadTextError, TextKind, from_text, in_lines, to_text


def request_of(machine, name="端末"):
    with machine.writing():
        return enrolment.make_request(name)


def terms(prefix):
    return enrolment.Terms("端末", prefix, EVERYTHING, FOREVER)


def enrol(headquarters, request, prefix):
    with headquarters.writing():
        return enrolment.enrol(request, terms(prefix))


@pytest.fixture
def laptop(tmp_path):
    machine = Machine.new(tmp_path / "kari", None)
    yield machine
    machine.stop()


def test_a_text_survives_scanners_keyboards_and_broken_lines():
    text = in_lines(to_text(TextKind.REQUEST, bytes(range(256))))
    wide = text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    for typed in (text, text.lower(), wide, text.replace("\n", " \r\n\t"), text.replace("1", "l")):
        assert from_text(TextKind.REQUEST, typed) == bytes(range(256))


@pytest.mark.parametrize("place", [4, 20, -3])
def test_a_changed_or_missing_letter_is_noticed(place):
    text = to_text(TextKind.GRANT, b"something that matters")
    other = "A" if text[place] != "A" else "B"
    changed = text[:place] + other + text[place:][1:]
    for bad in (changed, text[:place] + text[place:][1:], text[:-9], ""):
        with pytest.raises(BadTextError):
            from_text(TextKind.GRANT, bad)


def test_the_other_kind_is_named():
    with pytest.raises(BadTextError, match="これは登録の申し込みです"):
        from_text(TextKind.GRANT, to_text(TextKind.REQUEST, b"x"))


def test_papers_get_the_granted_prefix_and_the_machine_keeps_its_name(headquarters, laptop):
    laptop.declare()
    put(laptop, "issuer_title", "登録の前")
    before = node_of(laptop)
    enrolled_as(headquarters, laptop, "K1")
    with laptop.inside():
        node = this_node()
    assert (node.id, node.number_prefix, node.is_provisional) == (before, "K1", False)
    everybody_meets(headquarters, laptop)
    assert values(headquarters, "issuer_title") == ["登録の前"]


@pytest.mark.parametrize(
    ("prefix", "why"), [("A1", "割り当て済み"), ("IL", "2文字"), ("Z", "2文字")]
)
def test_a_prefix_is_granted_once(headquarters, laptops, laptop, prefix, why):
    with pytest.raises(enrolment.PrefixError, match=why):
        enrol(headquarters, request_of(laptop), prefix)


def test_a_revoked_machines_prefix_is_not_used_again(headquarters, laptops, laptop):
    revoke(headquarters, laptops[0])
    with pytest.raises(enrolment.PrefixError, match="使い回せません"):
        enrol(headquarters, request_of(laptop), "A1")


def test_a_machine_keeps_its_prefix(headquarters, laptops):
    with pytest.raises(enrolment.PrefixError, match="変えられません"):
        enrol(headquarters, request_of(laptops[0]), "A2")


def test_a_request_of_another_municipality_is_refused(headquarters, laptop):
    request = request_of(laptop)
    signed = msgspec.msgpack.decode(request)
    signed[1] = signed[1].replace(b"042072", b"042073")
    with pytest.raises(BadStatementError):
        enrol(headquarters, msgspec.msgpack.encode(signed), "K1")
    with laptop.inside(), using_scopes(Scopes("011002")):
        other = enrolment.make_request("よその端末")
    with pytest.raises(enrolment.OtherMunicipalityError):
        enrol(headquarters, other, "K1")


def test_a_machine_believes_one_headquarters_only(headquarters, laptops, tmp_path):
    second = make_headquarters(tmp_path / "second")
    grant = enrol(second, request_of(laptops[0]), "A1").pack()
    with pytest.raises(enrolment.AuthorityThereError), laptops[0].writing():
        enrolment.accept(grant)
    with pytest.raises(enrolment.AuthorityThereError), laptops[0].writing():
        enrolment.found_headquarters("本部", "Q1", EVERYTHING)
    second.stop()


def test_a_laptop_enrols_nobody(laptops, laptop):
    with pytest.raises(enrolment.NoAuthorityError):
        enrol(laptops[0], request_of(laptop), "K1")


def test_a_copy_with_other_keys_is_told_to_begin_anew(headquarters, laptop, tmp_path):
    copy = copy_of(laptop, tmp_path / "copy")
    enrol(headquarters, request_of(laptop), "K1")
    with pytest.raises(enrolment.SameMachineError):
        enrol(headquarters, request_of(copy), "K2")
    copy.stop()


def test_new_terms_reach_the_machine_by_the_exchange(headquarters, laptops):
    one, _ = laptops
    day = date(2030, 3, 31)
    node = node_of(one)
    with headquarters.writing():
        enrolment.renew(node, name="体育館", scopes=("base",), expires_on=day)
    exchange(one, headquarters)
    with one.inside():
        certificate = find_certificate(this_node().id)
    assert (certificate.name, certificate.scopes) == ("体育館", ["base"])
    assert certificate.expires_on == day
    assert certificate.prefix == "A1"


def revoke(headquarters, machine):
    node = node_of(machine)
    with headquarters.writing() as session:
        enrolment.revoke(session.get_one(Peer, node), reason="車ごと盗まれた")


def held_ids(machine):
    with machine.inside():
        return [row.id for row in db.session.query(Quarantined).order_by(Quarantined.first_seq)]


def test_what_a_revoked_machine_writes_waits_and_can_be_taken_in_by_all(headquarters, laptops):
    one, other = laptops
    put(one, "issuer_title", "取り消しの前")
    everybody_meets(headquarters, one, other)
    revoke(headquarters, one)
    exchange(other, headquarters)
    put(one, "issuer_title", "取り消しの後")
    for machine in (headquarters, other):
        assert {each.fault for each in send(one, machine).refused} == {Fault.REVOKED}
    assert values(headquarters, "issuer_title") == values(other, "issuer_title") == ["取り消しの前"]

    with headquarters.inside():
        held = quarantine.held_of(db.session.get_one(Quarantined, held_ids(headquarters)[0]))
        assert held.follows
        assert held.acts[-1].records == "設定 1件"
    with headquarters.inside():
        take_in(held.row.id, reason="盗まれる前に書いたもの", by=None)

    exchange(other, headquarters)
    assert values(headquarters, "issuer_title") == values(other, "issuer_title") == ["取り消しの後"]
    everybody_meets(headquarters, other)
    with other.inside():
        row = db.session.query(Quarantined).one()
        assert quarantine.lacking(row) == []  # it has come the ordinary way
    with pytest.raises(UndecidableError), headquarters.inside():
        leave_out(held.row.id, reason="もう一度", by=None)


def test_what_is_left_out_stays_with_its_reason(headquarters, laptops):
    one, _ = laptops
    exchange(one, headquarters)
    revoke(headquarters, one)
    put(one, "issuer_title", "だれかの書いたもの")
    send(one, headquarters)
    (row_id,) = held_ids(headquarters)
    with headquarters.inside():
        leave_out(row_id, reason="盗んだ人が書いた", by=None)
    with headquarters.inside():
        row = db.session.get(Quarantined, row_id)
        assert (row.decision, row.reason) == (quarantine.LEFT, "盗んだ人が書いた")
    assert values(headquarters, "issuer_title") != ["だれかの書いたもの"]


def test_only_the_headquarters_decides(headquarters, laptops):
    one, other = laptops
    exchange(one, headquarters)
    revoke(headquarters, one)
    exchange(other, headquarters)
    put(one, "issuer_title", "あとから")
    send(one, other)
    (row_id,) = held_ids(other)
    with pytest.raises(enrolment.NoAuthorityError), other.inside():
        take_in(row_id, reason="x", by=None)


def test_a_past_that_never_comes_back_can_be_taken_in(headquarters, laptops, tmp_path):
    """The copy was lost after it had brought something: nobody will say it again."""
    one, _ = laptops
    exchange(one, headquarters)
    copy = copy_of(one, tmp_path / "copy")
    put(one, "issuer_title", "もとの端末")
    put(copy, "issuer_title", "複製の端末")
    put(copy, "issuer_name", "複製の端末")
    exchange(one, headquarters)
    assert forks(send(copy, headquarters))
    copy.stop()
    (row_id,) = held_ids(headquarters)
    with headquarters.inside():
        take_in(row_id, reason="なくなった端末の記録", by=None)
    everybody_meets(headquarters, one)
    assert values(one, "issuer_title", "issuer_name") == ["もとの端末", "複製の端末"]


def test_the_revocation_names_what_is_held_and_the_later_one_counts(headquarters, laptops):
    one, _ = laptops
    exchange(one, headquarters)
    revoke(headquarters, one)
    node = node_of(one)
    with headquarters.writing() as session:
        first = find_revocation(node)
        assert first.heads == held_heads(node)
        higher = {SCOPES.base: first.heads[SCOPES.base] + 5}
        enrolment.revoke(session.get_one(Peer, node), reason="改め", heads=higher)
        session.flush()
        assert find_revocation(node).heads == higher
        assert find_revocation(node).revoked_at > first.revoked_at


def test_the_headquarters_cannot_revoke_itself(headquarters):
    with pytest.raises(enrolment.EnrolmentError):
        revoke(headquarters, headquarters)


def test_the_list_tells_what_is_over(headquarters, laptops, frozen):
    frozen(clock.now())
    one, other = laptops
    yesterday = clock.today() - timedelta(days=1)
    node = node_of(one)
    with headquarters.writing():
        enrolment.renew(node, name="古い", scopes=("base",), expires_on=yesterday)
    revoke(headquarters, other)
    with headquarters.inside():
        states = {each.certificate.prefix: each.state[0] for each in list_machines()}
    assert states == {"H0": "有効", "A1": "期限切れ", "B1": "取り消し済"}


def test_a_machine_for_training_is_enrolled_nowhere(tmp_path):
    made = create_instance(
        tmp_path / "kunren",
        municipality=MUNICIPALITY,
        admin="kanri",
        password=ADMIN_PASSWORD,
        passphrase=None,
        is_training=True,
    )
    laptop = Machine(made.opened, "T1")
    for refused in (enrolment.found_authority, lambda: enrolment.make_request("訓練")):
        with laptop.inside(), pytest.raises(enrolment.TrainingError), transaction():
            refused()
    laptop.stop()
