"""Parcels: what goes into one envelope or onto a stick: segments, and whom to believe for them."""

from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from victim_support.core.db import db
from victim_support.sync.models import Peer
from victim_support.sync.queries import (
    Enrolment,
    Vector,
    missing_segments,
)
from victim_support.sync.segments import Segment
from victim_support.sync.statements import Certificate


class Parcel(msgspec.Struct, frozen=True, array_like=True):
    """Segments with the certificates and revocations of the machines that wrote them."""

    certificates: list[bytes]
    revocations: list[bytes]
    segments: list[Segment]
    is_last: bool = True  # False: more is waiting

    def pack(self) -> bytes:
        """Return the parcel as bytes."""
        return msgspec.msgpack.Encoder(uuid_format="bytes").encode(self)


def unpack_parcel(raw: bytes) -> Parcel:
    """Return a parcel from bytes.

    Raises:
        msgspec.DecodeError: It is damaged.
    """
    return msgspec.msgpack.decode(raw, type=Parcel)


def parcel_for(
    connection: Connection,
    there: Vector,
    here: Vector,
    reader: Certificate,
    enrolment: Enrolment,
    *,
    limit: int,
) -> Parcel:
    """Return what another machine lacks, as much as fits.

    Args:
        connection: The ledger.
        there: What the other machine holds.
        here: How far every chain goes that it may hold.
        reader: The other machine.
        enrolment: This machine.
        limit: Bytes, before compression; one segment is always in it.
    """
    segments: list[Segment] = []
    size = 0
    is_last = True
    for segment in missing_segments(connection, there, here, enrolment):
        if segments and size >= limit:
            is_last = False
            break
        segments.append(segment)
        size += _size_of(segment)
    authors = {segment.node for segment in segments} | {reader.node}  # its own terms may be new
    return Parcel(*statements_of(authors), segments, is_last)


def parcels_by_scope(
    connection: Connection, there: Vector, here: Vector, enrolment: Enrolment, limit: int
) -> Iterator[tuple[str, Parcel]]:
    """Yield everything between two vectors as parcels, none of them of two scopes.

    Args:
        connection: The ledger.
        there: What the readers hold.
        here: How far to go.
        enrolment: This machine.
        limit: Bytes of one parcel, before compression; one segment is always in it.
    """
    segments = missing_segments(connection, there, here, enrolment)
    for scope, run in groupby(segments, key=lambda segment: segment.scope):
        batch: list[Segment] = []
        size = 0
        for segment in run:
            if batch and size + _size_of(segment) > limit:
                yield scope, _with_authors(batch)
                batch, size = [], 0
            batch.append(segment)
            size += _size_of(segment)
        yield scope, _with_authors(batch)


def _size_of(segment: Segment) -> int:
    return sum(map(len, segment.data)) + sum(map(len, segment.salts)) + len(segment.row_ids)


def statements_of(nodes: set[UUID]) -> tuple[list[bytes], list[bytes]]:
    """Return the certificates of machines, and every revocation that is known here."""
    wanted = Peer.node.in_(nodes) | Peer.revocation.is_not(None)
    db.session.flush()
    peers = (
        db.session.connection()
        .execute(select(Peer.certificate, Peer.revocation).where(wanted))
        .all()
    )
    return [peer.certificate for peer in peers], [
        each.revocation for each in peers if each.revocation
    ]


def _with_authors(segments: list[Segment]) -> Parcel:
    return Parcel(*statements_of({segment.node for segment in segments}), segments)
