"""Machines that worked apart hold the same afterwards; what is not sound is refused."""

from datetime import datetime

import msgspec
import pytest

from tests.prepared import SCOPES
from tests.sync.kit import Machine, enrol_laptop, exchange, make_headquarters, send
from victim_support.core.clock import JAPAN
from victim_support.core.db import db
from victim_support.core.db.bulk import upsert_rows
from victim_support.core.ids import new_id
from victim_support.core.settings import put_setting, setting
from victim_support.journal import capture
from victim_support.journal.clock import LATEST_HLC
from victim_support.journal.store import read_heads
from victim_support.journal.verify import verify
from victim_support.sync import queries
from victim_support.sync.models import Quarantined
from victim_support.sync.parcels import parcel_for
from victim_support.sync.queries import get_enrolment, held_vector
from victim_support.sync.services import receive as receiving
from victim_support.sync.services.quarantine import take_in
from victim_support.sync.services.receive import Fault, receive

pytestmark = pytest.mark.db


def digest(machine):
    with machine.inside():
        report = verify(db.engine)
        assert report.is_ok, report.problems
        return {table.table: (table.rows, table.digest) for table in report.tables}


def put(machine, key, value):
    with machine.writing():
        put_setting(key=key, value=value)


def get(machine, key):
    with machine.inside():
        return setting(key)


def everything_of(machine, reader):
    with reader.inside():
        certificate = get_enrolment().certificate
    with machine.inside():
        enrolment = get_enrolment()
        connection = db.session.connection()
        here = held_vector(connection, certificate)
        parcel = parcel_for(connection, {}, here, certificate, enrolment, limit=1 << 30)
        return parcel, enrolment.certificate


def test_machines_that_worked_apart_hold_the_same(headquarters, laptops):
    one, other = laptops
    put(one, "issuer_title", "みなと市長")
    put(other, "office_phone", "0000-00-0000")
    exchange(one, headquarters)
    exchange(other, headquarters)
    exchange(one, headquarters)
    assert digest(one) == digest(other) == digest(headquarters)
    assert get(headquarters, "issuer_title") == get(other, "issuer_title") == "みなと市長"


def test_what_one_laptop_carries_for_another_is_still_the_others_word(headquarters, laptops):
    one, other = laptops
    put(one, "issuer_title", "みなと市長")
    send(one, other)
    send(other, headquarters)
    assert get(headquarters, "issuer_title") == "みなと市長"


def test_a_clock_beyond_every_century_stops_nobody(headquarters, laptops, frozen):
    frozen(datetime(2101, 1, 1, tzinfo=JAPAN))
    put(laptops[0], "office_phone", "0000-00-0001")
    assert send(laptops[0], headquarters).refused == []
    assert get(headquarters, "office_phone") == "0000-00-0001"


def test_what_claims_to_be_of_another_century_waits_for_a_person(
    headquarters, laptops, monkeypatch
):
    monkeypatch.setattr(capture, "next_hlc", lambda _newest: LATEST_HLC)
    put(laptops[0], "office_phone", "0000-00-0001")
    monkeypatch.undo()
    [refused] = send(laptops[0], headquarters).refused
    assert refused.fault is Fault.ABSURD_CLOCK
    assert get(headquarters, "office_phone") is None
    with headquarters.inside():
        [waiting] = db.session.query(Quarantined.id)
        db.session.remove()
        take_in(waiting[0], reason="書いた人に確かめた", by=None)
    assert get(headquarters, "office_phone") == "0000-00-0001"
    assert send(headquarters, laptops[1]).refused == []
    assert get(laptops[1], "office_phone") == "0000-00-0001"


def test_twice_is_once(headquarters, laptops):
    one, _ = laptops
    put(one, "issuer_title", "みなと市長")
    parcel, sender = everything_of(one, headquarters)
    with headquarters.inside():
        assert receive(parcel, sender).applied > 0
        assert receive(parcel, sender).applied == 0
    digest(headquarters)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"data": [b"\x80"]}, Fault.DAMAGED),
        ({"signature": b"\0" * 64}, Fault.DAMAGED),
        ({"first_seq": 900}, Fault.GAP),
        ({"node": new_id()}, Fault.UNKNOWN),
        ({"scope": "011002/base"}, Fault.FOREIGN),
    ],
)
def test_what_is_not_sound_changes_nothing(headquarters, laptops, change, fault):
    one, _ = laptops
    put(one, "issuer_title", "みなと市長")
    parcel, sender = everything_of(one, headquarters)
    mine = [segment for segment in parcel.segments if segment.node == sender.node]
    if "data" in change:
        change = {"data": change["data"] * len(mine[0].data)}
    bad = msgspec.structs.replace(mine[0], **change)
    before = digest(headquarters)
    with headquarters.inside():
        receipt = receive(msgspec.structs.replace(parcel, segments=[bad]), sender)
    expected = Fault.DAMAGED if "first_seq" in change else fault
    assert [refused.fault for refused in receipt.refused] == [expected]
    assert digest(headquarters) == before


def test_what_is_computed_before_its_turn_is_proven_as_well(headquarters, laptops, monkeypatch):
    monkeypatch.setattr(queries, "OPS_OF_SEGMENT", 1)
    one, _ = laptops
    for number in range(4):
        put(one, f"note_{number}", "x")
    parcel, sender = everything_of(one, headquarters)
    mine = [segment for segment in parcel.segments if segment.node == sender.node]
    for place in (1, 2):
        bad = [*mine[:place], msgspec.structs.replace(mine[place], hash=b"0" * 32)]
        with headquarters.inside():
            receipt = receive(msgspec.structs.replace(parcel, segments=[*bad, mine[-1]]), sender)
        assert [each.fault for each in receipt.refused] == [Fault.DAMAGED, Fault.GAP]
    assert send(one, headquarters).refused == []
    assert get(headquarters, "note_3") == "x"


def test_a_machine_of_another_authority_is_not_believed(tmp_path, headquarters):
    stranger = make_headquarters(tmp_path / "yoso")
    put(stranger, "issuer_title", "よその市長")
    parcel, sender = everything_of(stranger, stranger)
    with headquarters.inside():
        receipt = receive(parcel, sender)
    assert {refused.fault for refused in receipt.refused} == {Fault.UNKNOWN}
    stranger.stop()


def test_a_machine_gets_only_what_it_may_hold(tmp_path, headquarters):
    laptop = Machine.new(tmp_path / "kari", "K1")
    enrol_laptop(headquarters, laptop, scopes=("base",))
    with laptop.inside():
        certificate = get_enrolment().certificate
        vector = held_vector(db.session.connection(), certificate)
        assert {scope for scope, _ in vector} == {SCOPES.base}
    laptop.stop()


def test_what_is_here_can_always_be_passed_on(headquarters, laptops, monkeypatch):
    """A segment comes with its signature or not at all: its machine may never be met again."""
    one, other = laptops
    monkeypatch.setattr(queries, "OPS_OF_SEGMENT", 2)
    for number in range(6):
        put(one, f"note_{number}", "x")
    room = iter(range(1))

    def written(*signatures):
        next(room)
        upsert_rows(*signatures)

    monkeypatch.setattr(receiving, "upsert_rows", written)
    with pytest.raises(StopIteration):
        send(one, headquarters)
    monkeypatch.setattr(receiving, "upsert_rows", upsert_rows)
    send(headquarters, other)
    assert held(headquarters) <= held(other)


def held(machine):
    with machine.inside():
        return set(read_heads(db.session.connection()).values())
