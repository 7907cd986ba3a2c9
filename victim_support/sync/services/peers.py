"""Learn of other machines: their certificates, and which of them are no longer believed."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import db
from victim_support.sync.models import Peer
from victim_support.sync.queries import (
    UntrustedError,
    Vector,
    find_authority,
    find_revocation,
    hash_at,
    pack_vector,
    trusted,
    unpack_vector,
)
from victim_support.sync.statements import BadStatementError, Revocation, read


def learn(certificates: Iterable[bytes], revocations: Iterable[bytes]) -> None:
    """Keep what the authority has signed and this machine did not know; inside ``transaction()``.

    What another authority signed is left out: it proves nothing here.
    """
    for raw in certificates:
        _learn_certificate(raw)
    db.session.flush()
    for raw in revocations:
        _learn_revocation(raw)


def has_news(certificates: Collection[bytes], revocations: Collection[bytes]) -> bool:
    """Tell whether any of these is not known here yet."""
    is_among = Peer.certificate.in_(certificates) | Peer.revocation.in_(revocations)
    rows = db.session.execute(select(Peer.certificate, Peer.revocation).where(is_among)).all()
    known = {raw for row in rows for raw in row}
    db.session.remove()
    return not known.issuperset([*certificates, *revocations])


def _learn_certificate(raw: bytes) -> None:
    try:
        certificate = trusted(raw)
    except UntrustedError:
        return
    peer = db.session.get(Peer, certificate.node)
    if peer is None:
        db.session.add(Peer(node=certificate.node, certificate=raw))
    elif trusted(peer.certificate).issued_at < certificate.issued_at:
        peer.certificate = raw


def _learn_revocation(raw: bytes) -> None:
    authority = find_authority()
    if authority is None:
        return
    try:
        revocation = read(raw, Revocation, authority.public_key)
    except BadStatementError:
        return
    peer = db.session.get(Peer, revocation.node)
    known = find_revocation(revocation.node)
    if peer is not None and (known is None or known.revoked_at < revocation.revoked_at):
        peer.revocation = raw  # a later one believes more operations, after a person saw them


def note_acknowledged(node: UUID, vector: bytes) -> None:
    """Keep what another machine has said it holds; inside ``transaction()``."""
    peer = db.session.get(Peer, node)
    if peer is not None:
        peer.acknowledged = vector


def note_held(node: UUID, told: Vector) -> None:
    """Keep what else another machine says it holds, on a stick; inside ``transaction()``.

    Both may be older than what is known, and a place in a chain that is another one here proves
    nothing of what was written here.
    """
    peer = db.session.get(Peer, node)
    if peer is None:
        return
    known, connection = unpack_vector(peer.acknowledged), db.session.connection()
    better = {
        key: position
        for key, position in told.items()
        if (key not in known or known[key].seq < position.seq)
        and hash_at(connection, key[0], key[1], position.seq) == position.hash
    }
    if better:
        peer.acknowledged = pack_vector(known | better)
