"""Answer what another machine asks; the way it came, cable or file, is not known here."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.sync import files, messages
from victim_support.sync.digests import digest_of_scope
from victim_support.sync.envelope import Opened, open_envelope, seal
from victim_support.sync.messages import (
    Blob,
    BlobTaken,
    Compare,
    Digest,
    GetBlob,
    Hello,
    Pull,
    Pulled,
    Pushed,
    Question,
)
from victim_support.sync.models import Peer
from victim_support.sync.parcels import Parcel, parcel_for, unpack_parcel
from victim_support.sync.quarantine import ends_put_aside
from victim_support.sync.queries import (
    Enrolment,
    Position,
    UntrustedError,
    Vector,
    find_revocation,
    get_enrolment,
    hash_at,
    held_vector,
    may_hold,
    pack_vector,
    trusted,
)
from victim_support.sync.services.peers import learn, note_acknowledged
from victim_support.sync.services.receive import Receipt, receive
from victim_support.sync.statements import Certificate

LARGEST_PARCEL = 4 << 20
CONTACT_SECONDS = 60
_CONTACT = select(Peer.acknowledged, Peer.address, Peer.last_contact_at).where(
    Peer.node == bindparam("node")
)


class ExpiredError(UntrustedError):
    """The certificate of a machine is over; the headquarters has to enrol it anew."""


class RevokedError(UntrustedError):
    """The headquarters has revoked the machine: it gets nothing any more."""


def say_hello() -> bytes:
    """Return who this machine is."""
    enrolment = get_enrolment()
    return messages.pack(Hello(list(messages.PROTOCOLS), enrolment.raw, clock.now()))


def answer(kind: str, raw: bytes) -> bytes:
    """Return the envelope that answers an envelope.

    Args:
        kind: One of ``KINDS``.
        raw: The envelope that came.

    Raises:
        EnvelopeError: It was not opened.
        UntrustedError: Its sender is not believed, is over or is revoked.
        NotEnrolledError: This machine has no certificate yet.
        msgspec.DecodeError: What is in it is not understood.
    """
    enrolment = get_enrolment()
    opened = open_envelope(raw, kind=kind, identity=enrolment.secrets.identity, trust=believed)
    text = _ANSWERS[kind](opened, enrolment)
    db.session.remove()
    return sealed_for(opened.sender, kind=f"{kind}.answer", text=text, enrolment=enrolment)


def believed(raw: bytes) -> Certificate:
    """Return a certificate that is believed today.

    Raises:
        UntrustedError: The authority did not sign it.
        ExpiredError: It is over.
    """
    certificate = trusted(raw)
    if certificate.expires_on < clock.today():
        raise ExpiredError
    return certificate


def sealed_for(reader: Certificate, *, kind: str, text: bytes, enrolment: Enrolment) -> bytes:
    """Return the envelope of a text for one machine."""
    return seal(
        text,
        kind=kind,
        certificate=enrolment.raw,
        key=enrolment.secrets.sign_key,
        recipients=[reader.box_key],
    )


def vector_from(rows: messages.VectorRows) -> Vector:
    """Return a vector as it was sent."""
    return {(scope, node): Position(seq, chain_hash) for scope, node, seq, chain_hash in rows}


def vector_rows(vector: Vector) -> messages.VectorRows:
    """Return a vector as it is sent."""
    return [(scope, node, *position) for (scope, node), position in sorted(vector.items())]


def _forked_chains(connection: Connection, there: Vector, here: Vector) -> list[tuple[str, UUID]]:
    """Return the chains of which another machine holds another past than this one."""
    return [
        (scope, node)
        for (scope, node), position in there.items()
        if (scope, node) in here
        and position != here[scope, node]
        and position.seq <= here[scope, node].seq
        and hash_at(connection, scope, node, position.seq) != position.hash
    ]


def note_contact(
    certificate: bytes, vector: Vector, their_clock: datetime | None = None, address: str = ""
) -> None:
    """Keep when another machine was met and what it holds; begins a transaction of its own.

    Args:
        certificate: Its certificate.
        vector: What it holds.
        their_clock: What its clock said, where that is known.
        address: Where it was found, when this machine sought it.
    """
    now = clock.now()
    node = trusted(certificate).node
    packed = pack_vector(vector)
    known = db.session.connection().execute(_CONTACT, {"node": node}).first()
    db.session.remove()
    is_fresh = (
        known is not None
        and known.acknowledged == packed
        and address in ("", known.address)
        and known.last_contact_at is not None
        and (now - known.last_contact_at).total_seconds() < CONTACT_SECONDS
    )
    if is_fresh:
        return
    with transaction() as session:
        learn([certificate], [])
        session.flush()
        note_acknowledged(node, packed)
        met = session.get_one(Peer, node)
        met.last_contact_at, met.last_fault = now, ""
        met.address = address or met.address
        if their_clock is not None:
            met.clock_offset = (their_clock - now).total_seconds()


def _answer_pull(opened: Opened, enrolment: Enrolment) -> bytes:
    if find_revocation(opened.sender.node):
        return messages.pack(_only_the_revocation(opened.sender))
    question = messages.unpack(opened.text, Pull)
    there, reader = vector_from(question.vector), opened.sender
    connection = db.session.connection()
    here = held_vector(connection, reader)
    limit = min(question.limit, LARGEST_PARCEL)
    parcel = parcel_for(connection, there, here, reader, enrolment, limit=limit)
    forked = _forked_chains(connection, there, here)
    if parcel.is_last and not forked:  # so this machine knows what the other one holds, and lost
        note_contact(opened.certificate, there, question.clock)
    protocols = list(messages.PROTOCOLS)
    return messages.pack(Pulled(vector_rows(here), parcel, forked, protocols, clock.now()))


def _only_the_revocation(sender: Certificate) -> Pulled:
    """Return what a revoked machine is told: that it is, and how far its own work is here.

    So it can bring what it wrote since, which then waits for a person; it gets nothing.
    """
    peer = db.session.get_one(Peer, sender.node)
    parcel = Parcel([], [peer.revocation or b""], [])
    vector = vector_rows(_own_vector(sender))
    return Pulled(vector, parcel, [], list(messages.PROTOCOLS), clock.now())


def _own_vector(sender: Certificate) -> Vector:
    """Return how far a revoked machine's own chains are here, with what was put aside of them."""
    held = held_vector(db.session.connection(), sender)
    own = {key: position for key, position in held.items() if key[1] == sender.node}
    return own | ends_put_aside(sender.node, own)


def _answer_push(opened: Opened, _enrolment: Enrolment) -> bytes:
    parcel = unpack_parcel(opened.text)
    db.session.remove()
    receipt = receive(parcel, opened.sender)
    if find_revocation(opened.sender.node):
        vector = _own_vector(opened.sender)
    else:
        vector = held_vector(db.session.connection(), opened.sender)
    return messages.pack(Pushed(receipt.applied, _refused_rows(receipt), vector_rows(vector)))


def _refused_rows(receipt: Receipt) -> list[tuple[str, UUID, int, str]]:
    return [(each.scope, each.node, each.first_seq, each.fault.value) for each in receipt.refused]


def _answer_digest(opened: Opened, _enrolment: Enrolment) -> bytes:
    question = messages.unpack(opened.text, Question)
    if find_revocation(opened.sender.node) or not may_hold(opened.sender, question.scope):
        raise RevokedError
    connection = db.session.connection()
    if question.node is None:
        return messages.pack(Digest(digest_of_scope(connection, question.scope), []))
    found = [hash_at(connection, question.scope, question.node, seq) for seq in question.seqs]
    return messages.pack(Digest([], [each or b"" for each in found]))


def _answer_compare(opened: Opened, _enrolment: Enrolment) -> bytes:
    _refuse_revoked(opened)
    return messages.pack(files.compare(messages.unpack(opened.text, Compare), opened.sender))


def _answer_get_blob(opened: Opened, _enrolment: Enrolment) -> bytes:
    _refuse_revoked(opened)
    address = messages.unpack(opened.text, GetBlob).address
    return messages.pack(files.read_blob(address, opened.sender))


def _answer_put_blob(opened: Opened, _enrolment: Enrolment) -> bytes:
    _refuse_revoked(opened)
    blob = messages.unpack(opened.text, Blob)
    return messages.pack(BlobTaken(files.keep(blob.address, blob.content)))


def _refuse_revoked(opened: Opened) -> None:
    if find_revocation(opened.sender.node):
        raise RevokedError


_ANSWERS: dict[str, Callable[[Opened, Enrolment], bytes]] = {
    "pull": _answer_pull,
    "push": _answer_push,
    "digest": _answer_digest,
    "blob.compare": _answer_compare,
    "blob.get": _answer_get_blob,
    "blob.put": _answer_put_blob,
}
KINDS = tuple(_ANSWERS)
