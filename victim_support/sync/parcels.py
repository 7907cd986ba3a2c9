"""Parcels: what goes into one envelope or onto a stick: segments, and whom to believe for them."""

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
    connection: Connection, there: Vector, reader: Certificate, enrolment: Enrolment, limit: int
) -> Parcel:
    """Return what another machine lacks, as much as fits.

    Args:
        connection: The ledger.
        there: What the other machine holds.
        reader: The other machine.
        enrolment: This machine.
        limit: Bytes, before compression; one segment is always in it.
    """
    segments: list[Segment] = []
    size = 0
    is_last = True
    for segment in missing_segments(connection, there, reader, enrolment):
        if segments and size >= limit:
            is_last = False
            break
        segments.append(segment)
        size += sum(map(len, segment.data)) + sum(map(len, segment.salts)) + len(segment.row_ids)
    authors = {segment.node for segment in segments}
    wanted = Peer.node.in_(authors) | Peer.revocation.is_not(None)
    peers = db.session.execute(select(Peer.certificate, Peer.revocation).where(wanted)).all()
    return Parcel(
        certificates=[peer.certificate for peer in peers],
        revocations=[peer.revocation for peer in peers if peer.revocation],
        segments=segments,
        is_last=is_last,
    )
