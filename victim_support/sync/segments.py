"""Segments: a run of one machine's operations in one scope, signed by that machine.

Every way of exchange carries the same segments. Whoever carries one cannot change it: the chain
is computed again on arrival, and its end must be what the machine itself has signed.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from victim_support.journal import chain
from victim_support.journal.codec import OpRecord

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ID = 16


class SegmentError(Exception):
    """A segment is damaged, or is not what its machine signed."""


class Act(msgspec.Struct, frozen=True, array_like=True):
    """What the operations of one transaction have in common."""

    txn: UUID
    hlc: int
    schema: int
    actor: UUID | None
    recorded_at: int  # microseconds
    count: int


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """Operations ``first_seq`` and following, column by column: like stands beside like."""

    scope: str
    node: UUID
    first_seq: int
    previous: bytes  # hash of the chain before the first operation
    acts: list[Act]
    tbls: list[int]
    row_ids: bytes
    data: list[bytes]
    salts: list[bytes]
    seen: dict[int, bytes]  # by place in the segment
    hash: bytes  # of the chain after the last operation
    signature: bytes  # of the machine, over scope, node, last number and hash

    @property
    def last_seq(self) -> int:
        return self.first_seq + len(self.tbls) - 1


def sign_end(key: Ed25519PrivateKey, scope: str, node: UUID, seq: int, chain_hash: bytes) -> bytes:
    """Return a machine's signature under everything in its chain up to an operation."""
    return key.sign(_end(scope, node, seq, chain_hash))


def pack_segment(ops: Sequence[OpRecord], previous: bytes, signature: bytes) -> Segment:
    """Return the segment of operations that follow one another in one chain, after a hash."""
    first, last = ops[0], ops[-1]
    return Segment(
        scope=first.scope,
        node=first.node,
        first_seq=first.seq,
        previous=previous,
        acts=list(_acts(ops)),
        tbls=[op.tbl for op in ops],
        row_ids=b"".join(op.row_id.bytes for op in ops),
        data=[op.data for op in ops],
        salts=[op.salt for op in ops],
        seen={place: op.seen for place, op in enumerate(ops) if op.seen is not None},
        hash=last.hash,
        signature=signature,
    )


def unpack_segment(segment: Segment, sign_key: bytes) -> list[OpRecord]:
    """Return the operations of a segment, after chain and signature have been proven.

    Whether it follows what is here is for the caller to compare (``previous``).

    Args:
        segment: As it came.
        sign_key: The public key of the machine that wrote the operations.

    Raises:
        SegmentError: An operation was changed, left out, added or moved.
    """
    check_signature(segment, sign_key)
    return chained_ops(segment)


def check_signature(segment: Segment, sign_key: bytes) -> None:
    """Refuse a segment whose end its machine has not signed.

    Raises:
        SegmentError: It has not.
    """
    end = _end(segment.scope, segment.node, segment.last_seq, segment.hash)
    try:
        Ed25519PublicKey.from_public_bytes(sign_key).verify(segment.signature, end)
    except (InvalidSignature, ValueError) as error:
        raise SegmentError from error


def chained_ops(segment: Segment) -> list[OpRecord]:
    """Return the operations of a segment, after its chain was computed to its end.

    Raises:
        SegmentError: An operation was changed, left out, added or moved.
    """
    _check_lengths(segment)
    ops = list(_chained(segment))
    if ops[-1].hash != segment.hash:
        raise SegmentError
    return ops


def _acts(ops: Iterable[OpRecord]) -> Iterator[Act]:
    common = groupby(ops, key=lambda op: (op.txn, op.hlc, op.schema, op.actor, op.recorded_at))
    for (txn, hlc, schema, actor, recorded_at), run in common:
        microseconds = (recorded_at.astimezone(UTC) - _EPOCH) // _MICROSECOND
        yield Act(txn, hlc, schema, actor, microseconds, sum(1 for _ in run))


def _check_lengths(segment: Segment) -> None:
    count = len(segment.tbls)
    lengths = (
        sum(act.count for act in segment.acts),
        len(segment.row_ids) / _ID,
        len(segment.data),
        len(segment.salts),
    )
    if not count or any(length != count for length in lengths) or segment.first_seq < 1:
        raise SegmentError


def _chained(segment: Segment) -> Iterator[OpRecord]:
    place, previous = 0, segment.previous
    row_ids = [segment.row_ids[at : at + _ID] for at in range(0, len(segment.row_ids), _ID)]
    uuids = msgspec.convert(row_ids, list[UUID])  # three times as fast as one by one
    for act in segment.acts:
        recorded_at = _EPOCH + act.recorded_at * _MICROSECOND
        for _ in range(act.count):
            op = OpRecord(
                scope=segment.scope,
                node=segment.node,
                seq=segment.first_seq + place,
                txn=act.txn,
                hlc=act.hlc,
                schema=act.schema,
                tbl=segment.tbls[place],
                row_id=uuids[place],
                data=segment.data[place],
                salt=segment.salts[place],
                seen=segment.seen.get(place),
                actor=act.actor,
                recorded_at=recorded_at,
                hash=b"",
            )
            previous = _link(previous, op)
            msgspec.structs.force_setattr(op, "hash", previous)  # nobody else has seen it yet
            yield op
            place += 1


def _link(previous: bytes, op: OpRecord) -> bytes:
    try:
        return chain.link(previous, op)
    except (msgspec.DecodeError, KeyError) as error:
        raise SegmentError from error


def _end(scope: str, node: UUID, seq: int, chain_hash: bytes) -> bytes:
    return b"\0".join(
        (b"victim-support/segment", scope.encode(), node.bytes, b"%d" % seq, chain_hash)
    )
