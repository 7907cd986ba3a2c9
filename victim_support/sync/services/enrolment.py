"""Enrolment (端末の登録): the headquarters says which machines belong to the municipality."""

from dataclasses import dataclass
from datetime import date

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.node import this_node
from victim_support.core.scopes import current_scopes
from victim_support.sync.models import Authority, Peer
from victim_support.sync.secrets import find_secrets, make_secrets, sealed, unsealed
from victim_support.sync.services.peers import learn
from victim_support.sync.statements import (
    BadStatementError,
    Certificate,
    Request,
    Revocation,
    read,
    read_request,
    sign,
)


class NoAuthorityError(Exception):
    """This machine is not the headquarters: it has no authority to sign with."""


class AuthorityThereError(Exception):
    """This machine believes another authority already; it never believes two."""


class Grant(msgspec.Struct, frozen=True, array_like=True):
    """What the headquarters hands back: whom to believe, and the certificates it has signed."""

    municipality: str
    authority_key: bytes
    certificates: list[bytes]  # the machine's own one first
    revocations: list[bytes]

    def pack(self) -> bytes:
        """Return the grant as bytes, for a file, a QR code or a stick."""
        return msgspec.msgpack.encode(self)


@dataclass(frozen=True)
class Terms:
    """What the headquarters allows a machine."""

    name: str
    prefix: str
    scopes: tuple[str, ...]
    expires_on: date


def found_authority() -> bytes:
    """Make this machine the headquarters (本部); return the authority's public key.

    Raises:
        AuthorityThereError: It believes an authority already.
    """
    municipality = current_scopes().municipality
    if db.session.get(Authority, municipality) is not None:
        raise AuthorityThereError
    key = Ed25519PrivateKey.generate()
    authority = Authority(
        municipality=municipality,
        public_key=key.public_key().public_bytes_raw(),
        private_key=sealed(key.private_bytes_raw()),
        accepted_at=clock.now(),
    )
    db.session.add(authority)
    db.session.flush()
    return authority.public_key


def make_request(name: str) -> bytes:
    """Return this machine's request to be enrolled, signed with its own key."""
    node = this_node()
    keys = find_secrets(node.id) or make_secrets(node.id)
    request = Request(
        municipality=current_scopes().municipality,
        node=node.id,
        incarnation=node.incarnation,
        name=name,
        sign_key=keys.public_sign_key,
        box_key=keys.box_key,
        created_at=clock.now(),
    )
    return sign(keys.sign_key, request)


def enrol(raw: bytes, terms: Terms, *, is_headquarters: bool = False) -> Grant:
    """Sign the certificate of a machine whose fingerprint two people have compared.

    Raises:
        BadStatementError: The request is damaged or of another municipality.
        NoAuthorityError: This machine is not the headquarters.
    """
    request = read_request(raw)
    authority, key = _authority()
    if request.municipality != authority.municipality:
        raise BadStatementError
    certificate = Certificate(
        municipality=request.municipality,
        node=request.node,
        incarnation=request.incarnation,
        name=terms.name,
        sign_key=request.sign_key,
        box_key=request.box_key,
        prefix=terms.prefix,
        scopes=sorted(terms.scopes),
        issued_at=clock.now(),
        expires_on=terms.expires_on,
        is_headquarters=is_headquarters,
    )
    learn([sign(key, certificate)], [])
    db.session.flush()
    return grant_of(request.node.bytes)


def grant_of(node: bytes) -> Grant:
    """Return what a machine of this headquarters gets, its own certificate first."""
    authority, _key = _authority()
    peers = sorted(db.session.query(Peer), key=lambda peer: (peer.node.bytes != node, peer.node))
    return Grant(
        municipality=authority.municipality,
        authority_key=authority.public_key,
        certificates=[peer.certificate for peer in peers],
        revocations=[peer.revocation for peer in peers if peer.revocation],
    )


def accept(raw: bytes) -> Certificate:
    """Believe a headquarters from now on, and be known by the certificate it has signed.

    Two people have compared the fingerprint of its authority on both screens before.

    Raises:
        BadStatementError: The grant is damaged, of another municipality or for another machine.
        AuthorityThereError: This machine believes another authority already.
    """
    grant = _read_grant(raw)
    _believe(grant)
    certificate = read(grant.certificates[0], Certificate, grant.authority_key)
    if certificate.node != this_node().id:
        raise BadStatementError
    learn(grant.certificates, grant.revocations)
    return certificate


def revoke(revoked: Peer, *, reason: str, heads: dict[str, int]) -> None:
    """Believe a machine only up to these operations from now on (登録の取り消し).

    Raises:
        NoAuthorityError: This machine is not the headquarters.
    """
    authority, key = _authority()
    revocation = Revocation(authority.municipality, revoked.node, clock.now(), reason, heads)
    learn([], [sign(key, revocation)])


def _authority() -> tuple[Authority, Ed25519PrivateKey]:
    authority = db.session.get(Authority, current_scopes().municipality)
    if authority is None or authority.private_key is None:
        raise NoAuthorityError
    return authority, Ed25519PrivateKey.from_private_bytes(unsealed(authority.private_key))


def _read_grant(raw: bytes) -> Grant:
    try:
        grant = msgspec.msgpack.decode(raw, type=Grant)
    except msgspec.DecodeError as error:
        raise BadStatementError from error
    if grant.municipality != current_scopes().municipality or not grant.certificates:
        raise BadStatementError
    return grant


def _believe(grant: Grant) -> None:
    authority = db.session.get(Authority, grant.municipality)
    if authority is None:
        authority = Authority(
            municipality=grant.municipality,
            public_key=grant.authority_key,
            accepted_at=clock.now(),
        )
        db.session.add(authority)
        db.session.flush()
    elif authority.public_key != grant.authority_key:
        raise AuthorityThereError
