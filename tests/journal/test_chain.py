"""The hash chain: every change shows, and a value erased by law leaves it whole."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from victim_support.core.ids import new_id
from victim_support.journal import chain
from victim_support.journal.codec import OpRecord, pack, pack_group, pack_payload, unpack_group

NAME, PHONE, NOTE = 1, 2, 3


@pytest.fixture
def op():
    values = {NAME: pack("架空 太郎"), PHONE: pack("000-0000"), NOTE: pack(None), 0: pack("登録")}
    return OpRecord(
        scope="042072/20260715A/core",
        node=UUID(int=7),
        seq=1,
        txn=new_id(),
        hlc=1 << 40,
        schema=1,
        tbl=31,
        row_id=new_id(),
        data=pack_payload(values),
        salt=chain.new_salt(),
        seen=None,
        actor=None,
        recorded_at=datetime(2026, 7, 15, 9, 30, tzinfo=UTC),
        hash=b"",
    )


def head(op):
    return chain.link(chain.GENESIS, op)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scope", "042072/base"),
        ("node", UUID(int=8)),
        ("seq", 2),
        ("txn", UUID(int=1)),
        ("hlc", 5),
        ("schema", 2),
        ("tbl", 32),
        ("row_id", UUID(int=2)),
        ("data", pack_payload({NAME: pack("架空 次郎")})),
        ("seen", b"\x80"),
        ("actor", UUID(int=3)),
        ("recorded_at", datetime(2026, 7, 16, tzinfo=UTC)),
    ],
)
def test_every_part_of_an_operation_is_in_its_hash(op, name, value):
    changed = msgspec.structs.replace(op, **{name: value})

    assert head(changed) != head(op)


def test_the_predecessor_is_in_the_hash(op):
    assert chain.link(b"\1" * 32, op) != head(op)


def test_an_erased_value_is_gone_and_the_chain_verifies(op):
    erased = chain.erase(op, [NAME])

    assert head(erased) == head(op)
    assert "架空 太郎".encode() not in pack_group([erased])
    assert set(erased.payload) == {PHONE, NOTE, 0}


def test_values_can_be_erased_one_after_the_other(op):
    erased = chain.erase(chain.erase(op, [NAME]), [PHONE, NOTE, 0])

    assert head(erased) == head(op)
    assert erased.payload == {}


def test_what_an_erasure_left_cannot_be_changed(op):
    erased = chain.erase(op, [NAME])
    changed = msgspec.structs.replace(erased, data=pack_payload({PHONE: pack("999")}))

    assert head(changed) != head(op)


def test_the_salt_of_an_erased_value_is_gone_so_that_guessing_finds_nothing(op):
    """Whoever knows a likely value must not be able to confirm it from what is left."""
    guess = pack_payload({**{n: bytes(raw) for n, raw in op.payload.items()}})
    erased = chain.erase(op, [NAME])

    assert op.salt not in erased.salt
    with pytest.raises(KeyError):
        chain.payload_hash(msgspec.structs.replace(erased, data=guess))


def test_equal_values_have_different_hashes(op):
    other = msgspec.structs.replace(op, salt=chain.new_salt())

    assert chain.payload_hash(other) != chain.payload_hash(op)


def test_a_group_of_operations_survives_as_bytes(op):
    assert unpack_group(pack_group([op, op])) == [op, op]
