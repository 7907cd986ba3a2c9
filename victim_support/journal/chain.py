"""The hash chain of one (scope, node): proof that no operation was changed, lost or moved.

h(n) = SHA256(h(n-1) || header || payload hash). The payload hash runs over one salted hash per
field, so that a value can be erased by law: its salt goes with it, and nobody can find the value
again by trying; its hash stays, and the chain still verifies.
"""

import hashlib
import hmac
import secrets
import struct
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import chain

import msgspec

from victim_support.journal.codec import OpRecord, pack, pack_payload

GENESIS = b"\0" * 32
_SALT = 12
_FIELD_SALT = 16
_FIELD_SALTS = struct.Struct(f"{_FIELD_SALT}s")
_STREAMED = 2  # the schema from which on salts are a stream
_sha256 = hashlib.sha256


class _OpenedSalts(msgspec.Struct, array_like=True):
    """What takes the place of the salt when values were erased."""

    salts: dict[int, bytes]  # of the values that are still there
    erased: dict[int, bytes]  # the hashes of the others


def new_salt() -> bytes:
    """Return the salt of one operation."""
    return secrets.token_bytes(_SALT)


def link(previous: bytes, op: OpRecord) -> bytes:
    """Return the chain hash of an operation after the hash of its predecessor."""
    return _sha256(previous + _header(op) + payload_hash(op)).digest()


def payload_hash(op: OpRecord) -> bytes:
    """Return the hash over the salted hashes of all fields, erased ones included."""
    numbers, hashes = _field_hashes(op)
    parts = zip(_places(numbers), hashes, strict=True)
    return _sha256(b"".join(chain.from_iterable(parts))).digest()


def erase(op: OpRecord, numbers: Collection[int]) -> OpRecord:
    """Return the operation without these values; its chain hash stays right."""
    payload = op.payload
    salts = dict(zip(sorted(payload), _salts(op, sorted(payload)), strict=True))
    kept = {number: bytes(raw) for number, raw in payload.items() if number not in numbers}
    hashes = zip(*_field_hashes(op), strict=True)
    opened = _OpenedSalts(
        salts={number: salts[number] for number in kept},
        erased={number: value for number, value in hashes if number not in kept},
    )
    return msgspec.structs.replace(op, data=pack_payload(kept), salt=pack(opened))


@lru_cache(maxsize=4096)
def _places(numbers: Sequence[int]) -> Sequence[bytes]:
    """Return field numbers as they are hashed; the operations of a table name mostly the same."""
    return [number.to_bytes(4, signed=True) for number in numbers]


def _header(op: OpRecord) -> bytes:
    parts = (op.scope, op.node, op.seq, op.txn, op.hlc, op.schema, op.tbl, op.row_id)
    return pack((*parts, op.seen, op.actor, op.recorded_at))


def _field_hashes(op: OpRecord) -> tuple[tuple[int, ...], list[bytes]]:
    """Return the numbers of all fields in their order, and the salted hash of each."""
    payload = op.payload
    numbers = tuple(sorted(payload))
    salted = zip(numbers, _salts(op, numbers), strict=True)
    hashes = [_sha256(salt + payload[number]).digest() for number, salt in salted]
    if len(op.salt) == _SALT:
        return numbers, hashes
    whole = _opened(op).erased | dict(zip(numbers, hashes, strict=True))
    return tuple(sorted(whole)), [whole[number] for number in sorted(whole)]


def _salts(op: OpRecord, numbers: Sequence[int]) -> list[bytes]:
    """Return the salt of each value: the next bytes of a stream that only this salt gives."""
    if len(op.salt) != _SALT:
        opened = _opened(op).salts
        return [opened[number] for number in numbers]
    if op.schema < _STREAMED:
        return [_keyed_salt(op.salt, number) for number in numbers]
    stream = hashlib.shake_256(op.salt).digest(_FIELD_SALT * len(numbers))
    return [salt for (salt,) in _FIELD_SALTS.iter_unpack(stream)]


def _keyed_salt(salt: bytes, number: int) -> bytes:
    """Return the salt of one value as the first version drew it: slower, as safe."""
    return hmac.digest(salt, number.to_bytes(4, signed=True), "sha256")[:_FIELD_SALT]


def _opened(op: OpRecord) -> _OpenedSalts:
    return msgspec.msgpack.decode(op.salt, type=_OpenedSalts)
