"""Restored and copied disk images: both lives' work is kept, and nobody prints one number twice."""

from uuid import uuid4

import pytest
from msgspec.structs import replace

from tests.prepared import SCOPES
from tests.sync.kit import FOREVER, Machine, enrol_laptop, exchange, send
from tests.sync.test_exchange import listening
from tests.sync.town import finished
from victim_support.core.db import db
from victim_support.core.node import (
    create_node,
    may_draw_numbers,
    suspend_numbers,
    this_node,
)
from victim_support.core.settings import put_setting, setting
from victim_support.journal.verify import verify
from victim_support.sync.carrying import Order
from victim_support.sync.machines import find_machine, held_heads, names_of_one_machine
from victim_support.sync.models import Peer
from victim_support.sync.quarantine import list_held
from victim_support.sync.queries import find_enrolment, find_revocation, get_enrolment, hash_at
from victim_support.sync.services import quarantine
from victim_support.sync.services.bundle_export import export_bundle
from victim_support.sync.services.bundle_import import import_bundles
from victim_support.sync.services.enrolment import (
    OtherMachineError,
    Terms,
    accept,
    enrol,
    grant_of,
    make_request,
    revoke,
)
from victim_support.sync.services.exchange import exchange_with
from victim_support.sync.services.incarnation import EnrolledError, begin_anew, note_fork, settle
from victim_support.sync.services.receive import Fault
from victim_support.sync.statements import Succession, read_request, sign


def put(machine, key, value):
    with machine.writing():
        put_setting(key=key, value=value)


def values(machine, *keys):
    with machine.inside():
        return [setting(key) for key in keys]


def proven(machine):
    """Verify everything, and return the digests of all tables."""
    with machine.inside():
        report = verify(db.engine)
        assert report.is_ok, report.problems
        return {table.table: (table.rows, table.digest) for table in report.tables}


def node_of(machine):
    with machine.inside():
        return this_node().id


def copy_of(machine, folder):
    """Copy the disk of a machine, and start what is on it."""
    machine.stop()
    copy = machine.copied(folder)
    machine.start()
    return copy


def enrolled_as(headquarters, machine, prefix):
    machine.prefix = prefix
    enrol_laptop(headquarters, machine)


def everybody_meets(headquarters, *machines):
    for _ in range(2):
        for machine in machines:
            exchange(machine, headquarters)
    states = [proven(machine) for machine in (headquarters, *machines)]
    assert all(state == states[0] for state in states)


def asked_of(machine):
    """Ask a machine for chain hashes, as the exchange does."""

    def ask(scope, node, seqs):
        with machine.inside():
            connection = db.session.connection()
            return [hash_at(connection, scope, node, seq) or b"" for seq in seqs]

    return ask


def settle_with(headquarters, machine, forked):
    with headquarters.inside():
        peer = get_enrolment().certificate
    with machine.inside():
        return settle(forked, asked_of(headquarters), peer)


def forks(receipt):
    return sorted(
        {(each.scope, each.node) for each in receipt.refused if each.fault is Fault.FORKED}
    )


def restart(machine):
    machine.stop()
    machine.start()


@pytest.fixture
def lives(tmp_path, headquarters, laptops):
    """A laptop and a copy of its disk; each has gone on by itself, the laptop has been at HQ."""
    one, _ = laptops
    put(one, "office_name", "はじめ")
    exchange(one, headquarters)
    copy = copy_of(one, tmp_path / "copy")
    put(one, "issuer_title", "もとの端末")
    put(copy, "office_phone", "0000-00-0001")
    put(copy, "issuer_name", "複製の端末")
    exchange(one, headquarters)
    yield one, copy
    copy.stop()


def test_the_work_of_both_lives_is_kept_and_equal_everywhere(headquarters, laptops, lives):
    one, copy = lives
    other = laptops[1]
    old = node_of(copy)
    receipt = send(copy, headquarters)
    assert forks(receipt) == [(SCOPES.base, old)]

    assert settle_with(headquarters, copy, forks(receipt)) == 2
    proven(copy)
    restart(copy)  # the intake log must not bring the old chain back
    assert node_of(copy) != old
    enrolled_as(headquarters, copy, "C1")
    everybody_meets(headquarters, copy, one, other)
    keys = ("office_name", "issuer_title", "office_phone", "issuer_name")
    kept = ["はじめ", "もとの端末", "0000-00-0001", "複製の端末"]
    assert values(headquarters, *keys) == values(copy, *keys) == kept


def test_a_copy_prints_no_number_until_it_is_enrolled_anew(headquarters, lives):
    _, copy = lives
    receipt = send(copy, headquarters)
    with copy.inside():
        assert note_fork(*forks(receipt)[0])
        assert not may_draw_numbers()
    settle_with(headquarters, copy, forks(receipt))
    with copy.inside():
        assert not may_draw_numbers()
        assert find_enrolment() is None
    enrolled_as(headquarters, copy, "C1")
    with copy.inside():
        assert may_draw_numbers()
        assert this_node().number_prefix == "C1"


def test_the_former_lifes_certificate_is_of_no_use_to_the_new_one(headquarters, lives):
    _, copy = lives
    with headquarters.inside():
        former = grant_of(node_of(copy).bytes).pack()
    settle_with(headquarters, copy, forks(send(copy, headquarters)))
    with copy.writing():
        make_request("複製")
    with pytest.raises(OtherMachineError), copy.writing():
        accept(former)


def test_an_old_state_that_has_written_nothing_catches_up_without_numbers(
    headquarters, laptops, tmp_path
):
    one, _ = laptops
    exchange(one, headquarters)
    old = copy_of(one, tmp_path / "old")
    put(one, "issuer_title", "そのあと")
    exchange(one, headquarters)

    receipts = exchange(old, headquarters)

    assert all(receipt.is_clean for receipt in receipts)
    assert node_of(old) == node_of(one)
    assert proven(old) == proven(headquarters)
    with old.inside():  # what it printed before its disk was put back, nobody may know
        assert not may_draw_numbers()
    enrolled_as(headquarters, old, "P1")
    with old.inside():
        assert may_draw_numbers()
    old.stop()


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_stick_tells_an_old_state_that_it_has_forgotten(headquarters, laptops, tmp_path, goes_on):
    one, _ = laptops
    exchange(one, headquarters)
    old = copy_of(one, tmp_path / "old")
    put(one, "issuer_title", "そのあと")
    exchange(one, headquarters)
    put(headquarters, "office_phone", "0000-00-0000")
    if goes_on:
        put(old, "issuer_name", "古い状態から")
    stick = tmp_path / "stick"
    stick.mkdir()
    with headquarters.inside():
        finished(export_bundle(stick, Order(), bundle=uuid4(), by=None))

    with old.inside():
        (report,) = finished(import_bundles(stick, report=uuid4(), by=None))
        assert (report.has_forgotten, report.has_given_way) == (not goes_on, goes_on)
        assert not may_draw_numbers()
    with one.inside():
        (report,) = finished(import_bundles(stick, report=uuid4(), by=None))
        assert not report.has_forgotten
        assert may_draw_numbers()
    old.stop()


def carried(source, target, folder, order=None):
    """Carry a stick from one machine to another; return the report of its bundle."""
    folder.mkdir()
    with source.inside():
        finished(export_bundle(folder, order or Order(), bundle=uuid4(), by=None))
    with target.inside():
        return finished(import_bundles(folder, report=uuid4(), by=None))[0]


def test_a_stick_from_the_headquarters_settles_what_has_become_two(
    headquarters, laptops, lives, tmp_path
):
    one, copy = lives
    old, other = node_of(copy), laptops[1]
    carried(copy, headquarters, tmp_path / "up")
    carried(headquarters, one, tmp_path / "home")
    with headquarters.inside():  # its receipt: so the next stick has not what it holds
        finished(import_bundles(tmp_path / "home", report=uuid4(), by=None))
    put(headquarters, "office_fax", "0000-00-0002")

    short = carried(headquarters, copy, tmp_path / "short", Order(targets=[old]))
    assert (short.is_too_short, short.has_given_way, short.has_ack) == (True, False, True)
    assert "初めから入れる" in "".join(short.remarks)
    between = carried(one, copy, tmp_path / "between", Order(is_all=True))
    assert (between.is_too_short, between.has_given_way) == (False, False)
    assert node_of(copy) == old

    whole = Order(targets=[old], is_first_fill=True)
    report = carried(headquarters, copy, tmp_path / "whole", whole)
    assert (report.has_given_way, report.said_again, report.needs_enrolment) == (True, 2, True)
    assert (report.has_ack, report.problems) == (None, [])
    assert "登録を申し込み直す" in "".join(report.remarks)
    assert node_of(copy) != old
    with copy.inside():
        assert not may_draw_numbers()
    keys = ("issuer_title", "office_phone", "issuer_name", "office_fax")
    kept = ["もとの端末", "0000-00-0001", "複製の端末", "0000-00-0002"]
    assert values(copy, *keys) == kept
    proven(copy)
    restart(copy)
    enrolled_as(headquarters, copy, "C1")
    carried(copy, headquarters, tmp_path / "again")
    assert values(headquarters, *keys) == kept
    everybody_meets(headquarters, copy, one, other)


def test_a_stick_settles_for_whoever_has_taken_in_the_other_past(
    headquarters, laptops, lives, tmp_path
):
    _, copy = lives
    colleague = laptops[1]
    put(colleague, "office_fax", "0000-00-0003")
    send(copy, colleague)
    node = node_of(colleague)

    order = Order(targets=[node], is_first_fill=True)
    report = carried(headquarters, colleague, tmp_path / "whole", order)

    assert (report.has_given_way, report.needs_enrolment, report.has_ack) == (True, False, True)
    assert node_of(colleague) == node
    exchange(colleague, headquarters)
    assert proven(colleague) == proven(headquarters)
    assert values(colleague, "issuer_title", "issuer_name") == ["もとの端末", "複製の端末"]


def test_between_laptops_nobody_gives_way(laptops, lives):
    one, copy = lives
    with one.inside():
        peer = get_enrolment().certificate
    forked = [(SCOPES.base, node_of(copy))]
    with copy.inside():
        assert settle(forked, asked_of(one), peer) == 0
        assert not may_draw_numbers()
    assert node_of(copy) == node_of(one)


def test_who_has_taken_in_the_other_past_gives_way_too(headquarters, laptops, lives):
    """A colleague met the copy before the headquarters did."""
    one, copy = lives
    colleague = laptops[1]
    send(copy, colleague)
    forked = forks(send(colleague, headquarters))
    assert forked == [(SCOPES.base, node_of(one))]

    settle_with(headquarters, colleague, forked)
    exchange(colleague, headquarters)
    settle_with(headquarters, copy, forks(send(copy, headquarters)))
    enrolled_as(headquarters, copy, "C1")
    everybody_meets(headquarters, copy, colleague, one)
    assert values(one, "issuer_title", "issuer_name") == ["もとの端末", "複製の端末"]


def test_a_restored_machine_goes_on_and_its_former_work_still_travels(headquarters, laptops):
    one, other = laptops
    put(one, "issuer_title", "控えの前")
    with one.writing():
        create_node("R1")
    put(one, "issuer_name", "復元のあと")
    enrolled_as(headquarters, one, "R1")
    everybody_meets(headquarters, one, other)
    assert values(other, "issuer_title", "issuer_name") == ["控えの前", "復元のあと"]


def test_what_a_never_enrolled_life_wrote_travels_under_the_next_ones_name(headquarters, tmp_path):
    laptop = Machine.new(tmp_path / "kari", "K1")
    laptop.declare()
    put(laptop, "issuer_title", "登録の前")
    with laptop.writing():
        create_node("K2")
    enrolled_as(headquarters, laptop, "K2")
    restart(laptop)
    everybody_meets(headquarters, laptop)
    assert values(headquarters, "issuer_title") == ["登録の前"]
    laptop.stop()


def test_copies_of_a_prepared_laptop_become_machines_of_their_own(headquarters, tmp_path):
    first = Machine.new(tmp_path / "first", "F1")
    first.declare()
    second = copy_of(first, tmp_path / "second")
    put(second, "issuer_title", "二台目")
    enrol_laptop(headquarters, first)
    with second.inside():
        begin_anew()
    enrolled_as(headquarters, second, "F2")
    everybody_meets(headquarters, first, second)
    assert node_of(first) != node_of(second)
    with pytest.raises(EnrolledError), second.inside():
        begin_anew()
    first.stop()
    second.stop()


def test_the_exchange_itself_gives_way_and_says_so(headquarters, lives):
    one, copy = lives
    with listening(headquarters) as address:
        with copy.inside():
            result = exchange_with(address)
            assert result.said_again == 2
            assert result.needs_enrolment
        enrolled_as(headquarters, copy, "C1")
        with copy.inside():
            again = exchange_with(address)
            assert not again.split_chains
            assert again.sent >= 2
    everybody_meets(headquarters, copy, one)


def replaced(headquarters, machine, prefix):
    """Enrol a machine anew whose disk was put back, in the place of its earlier name."""
    machine.prefix = prefix
    enrol_laptop(headquarters, machine, is_replacing=True)


def test_the_earlier_name_of_a_restored_laptop_is_replaced(headquarters, laptops, lives):
    one, copy = lives
    old = node_of(copy)
    settle_with(headquarters, copy, forks(send(copy, headquarters)))
    replaced(headquarters, copy, "C1")
    everybody_meets(headquarters, copy, laptops[1])
    with headquarters.inside():
        machine, revocation = find_machine(old), find_revocation(old)
        assert machine.state[0] == "置き換え済"
        assert revocation.replaced_by == node_of(copy)
        assert revocation.heads == held_heads(old)  # all that it wrote before stays in force
        assert names_of_one_machine(node_of(copy)) == {node_of(copy), old}

    put(one, "office_name", "もとの端末があとから")
    for target in (headquarters, laptops[1]):
        assert {each.fault for each in send(one, target).refused} == {Fault.REVOKED}
        assert values(target, "office_name") == ["はじめ"]
    with headquarters.inside():
        (waiting,) = list_held()
        assert "前の名義" in quarantine.fault_words(waiting)
    take_in(headquarters, waiting.row.id)
    assert values(headquarters, "office_name") == ["もとの端末があとから"]
    with headquarters.inside():
        assert find_machine(old).state[0] == "置き換え済"


def take_in(machine, row_id):
    with machine.inside():
        quarantine.take_in(row_id, reason="本人に確かめた", by=None)


def test_what_a_restored_laptop_holds_itself_of_its_earlier_name_is_believed(headquarters, laptops):
    one, _ = laptops
    put(one, "issuer_title", "本部にまだない")
    old = node_of(one)
    with one.writing():
        suspend_numbers()

    replaced(headquarters, one, "C1")
    everybody_meets(headquarters, one)

    assert values(headquarters, "issuer_title") == ["本部にまだない"]
    with headquarters.inside():
        assert find_machine(old).is_replaced


@pytest.mark.parametrize("fault", ["other key", "other heir", "revoked", "headquarters", "damaged"])
def test_only_its_own_earlier_name_is_replaced(headquarters, laptops, fault):
    one, other = laptops
    old = node_of(headquarters if fault == "headquarters" else other)
    with one.writing():
        request = read_request(make_request("a"))
        mine = get_enrolment().secrets.sign_key
    with (headquarters if fault == "headquarters" else other).inside():
        key = mine if fault == "other key" else get_enrolment().secrets.sign_key
    heir = uuid4() if fault == "other heir" else request.node
    said = sign(key, Succession(request.municipality, old, heir, request.sign_key, {}))
    if fault == "damaged":
        said = said[:-1] + bytes([said[-1] ^ 1])
    if fault == "revoked":
        with headquarters.writing() as session:
            revoke(session.get(Peer, old), reason="盗まれた")

    with headquarters.writing():
        enrol(sign(mine, replace(request, former=[said])), Terms("a", "A1", ("base",), FOREVER))
        assert not find_machine(old).is_replaced
