"""What the first version wrote is still proven: its salts were drawn otherwise."""

import hashlib
import hmac
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from victim_support.journal import chain
from victim_support.journal.codec import OpRecord, pack, pack_payload

SALT = bytes(range(12))
VALUES = {1: pack("山田 花子"), 7: pack(None), 19: pack("none")}


def written_by(schema):
    return OpRecord(
        scope="042072/base",
        node=UUID(int=1),
        seq=1,
        txn=UUID(int=2),
        hlc=5,
        schema=schema,
        tbl=31,
        row_id=UUID(int=3),
        data=pack_payload(VALUES),
        salt=SALT,
        seen=None,
        actor=None,
        recorded_at=datetime(2026, 11, 21, tzinfo=UTC),
        hash=b"",
    )


def payload_hash_of_the_first_version():
    digest = hashlib.sha256()
    for number, raw in sorted(VALUES.items()):
        salt = hmac.digest(SALT, number.to_bytes(4, signed=True), "sha256")[:16]
        digest.update(number.to_bytes(4, signed=True) + hashlib.sha256(salt + raw).digest())
    return digest.digest()


def test_an_operation_of_the_first_version_has_the_hash_it_had():
    assert chain.payload_hash(written_by(1)) == payload_hash_of_the_first_version()
    assert chain.payload_hash(written_by(2)) != payload_hash_of_the_first_version()


def test_its_values_can_be_erased_and_the_chain_still_verifies():
    op = written_by(1)
    erased = chain.erase(op, [1])

    assert chain.link(chain.GENESIS, erased) == chain.link(chain.GENESIS, op)
    assert set(erased.payload) == {7, 19}
    assert msgspec.structs.replace(erased, data=op.data) != op
