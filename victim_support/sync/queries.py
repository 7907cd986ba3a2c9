"""Reads of the exchange: who is believed, what is held, and what another machine lacks."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple, cast
from uuid import UUID

import msgspec
from flask import g
from sqlalchemy import Connection, bindparam, select

from victim_support.core.db import db
from victim_support.core.node import Node
from victim_support.core.scopes import current_scopes
from victim_support.journal.chain import GENESIS
from victim_support.journal.codec import OpRecord
from victim_support.journal.models import Op
from victim_support.journal.store import read_heads, read_ops
from victim_support.sync.models import Authority, MachineSecret, Peer, Seal
from victim_support.sync.secrets import Secrets, open_secrets
from victim_support.sync.segments import Segment, pack_segment, sign_end
from victim_support.sync.statements import BadStatementError, Certificate, Revocation, read

OPS_OF_SEGMENT = 500  # taken in as one transaction: ≤ 150 ms of the write lock
BYTES_OF_SEGMENT = 900_000  # ≤ 1 MiB, whatever the compression makes of it


_LIVES = (
    select(Node.id, MachineSecret.sealed, Peer.certificate)
    .outerjoin(MachineSecret, MachineSecret.node == Node.id)
    .outerjoin(Peer, Peer.node == Node.id)
    .order_by(Node.incarnation)
)

_AUTHORITY_KEY = select(Authority.public_key).where(
    Authority.municipality == bindparam("municipality")
)
_CERTIFICATE = select(Peer.certificate).where(Peer.node == bindparam("node"))
_REVOCATION = select(Peer.revocation).where(Peer.node == bindparam("node"))


class NotEnrolledError(Exception):
    """This machine has no certificate of a headquarters yet."""


class UntrustedError(Exception):
    """A certificate is of another municipality, of no authority known here, or over."""


class Position(NamedTuple):
    """How much of one machine's chain is held, and the chain hash there."""

    seq: int
    hash: bytes


NOTHING = Position(0, GENESIS)
Vector = dict[tuple[str, UUID], Position]


@dataclass(frozen=True)
class Enrolment:
    """This machine as the others know it, with its secret keys."""

    certificate: Certificate
    raw: bytes
    secrets: Secrets
    former: dict[UUID, Secrets] = field(default_factory=dict)  # of lives that write no more

    def signer(self, node: UUID) -> Secrets | None:
        """Return the keys of a life of this machine, None for another machine."""
        return self.secrets if node == self.certificate.node else self.former.get(node)


def find_enrolment() -> Enrolment | None:
    """Return this machine's certificate and keys, None before the headquarters enrolled it."""
    *lives, (_, sealed, raw) = _connection().execute(_LIVES).all()
    if sealed is None or raw is None:
        return None
    former = {life: open_secrets(kept) for life, kept, _ in lives if kept is not None}
    return Enrolment(trusted(raw), raw, open_secrets(sealed), former)


def list_signers() -> list[tuple[UUID, Secrets]]:
    """Return the lives of this machine that a headquarters knows, with their keys, newest last.

    Also of a machine whose disk was put back and whose present life is not enrolled yet.
    """
    rows = _connection().execute(_LIVES).all()
    return [(life, open_secrets(sealed)) for life, sealed, raw in rows if sealed and raw]


def get_enrolment() -> Enrolment:
    """Return this machine's certificate and keys.

    Raises:
        NotEnrolledError: The headquarters has not enrolled it.
    """
    enrolment = find_enrolment()
    if enrolment is None:
        raise NotEnrolledError
    return enrolment


def trusted(raw: bytes) -> Certificate:
    """Return a certificate after the authority's signature has been proven.

    Raises:
        UntrustedError: No authority is known here, or another one signed it.
    """
    try:
        certificate = read(raw, Certificate, _authority_key())
    except BadStatementError as error:
        raise UntrustedError from error
    if certificate.municipality != current_scopes().municipality:
        raise UntrustedError
    return certificate


def _authority_key() -> bytes:
    """Return the key of the authority; asked once in a request, for a machine never has two."""
    if "authority_key" not in g:
        values = {"municipality": current_scopes().municipality}
        public_key = _connection().scalar(_AUTHORITY_KEY, values)
        if public_key is None:
            raise UntrustedError
        g.authority_key = public_key
    return cast("bytes", g.authority_key)


def find_authority() -> Authority | None:
    """Return the authority that this machine believes, None before its enrolment."""
    return db.session.get(Authority, current_scopes().municipality)


def find_revocation(node: UUID) -> Revocation | None:
    """Return the revocation of a machine, None while it is believed."""
    raw: bytes | None = _connection().scalar(_REVOCATION, {"node": node})
    return read(raw, Revocation, _authority_key()) if raw else None


def find_certificate(node: UUID) -> Certificate | None:
    """Return what the headquarters says of a machine, None when it is not known here."""
    raw = _raw_certificate(node)
    return trusted(raw) if raw else None


def _raw_certificate(node: UUID) -> bytes | None:
    found: bytes | None = _connection().scalar(_CERTIFICATE, {"node": node})
    return found


def _connection() -> Connection:
    """Return the connection of the session: asked itself it answers in a third of the time."""
    db.session.flush()  # as the session would
    return db.session.connection()


def may_hold(certificate: Certificate, scope: str) -> bool:
    """Tell whether a machine may hold a scope: of its municipality and of a kind granted."""
    municipality, kind = scope.split("/", 1)[0], scope.rsplit("/", 1)[-1]
    return municipality == certificate.municipality and kind in certificate.scopes


def held_vector(connection: Connection, certificate: Certificate) -> Vector:
    """Return how far every chain goes that a machine may hold: its own ones in every scope."""
    return {
        key: Position(head.seq, head.hash)
        for key, head in read_heads(connection).items()
        if may_hold(certificate, head.scope) or head.node == certificate.node
    }


def pack_vector(vector: Vector) -> bytes:
    """Return a vector as bytes."""
    rows = [(scope, node, *position) for (scope, node), position in sorted(vector.items())]
    return msgspec.msgpack.encode(rows)


def unpack_vector(raw: bytes | None) -> Vector:
    """Return a vector from bytes; nothing is an empty one."""
    rows = msgspec.msgpack.decode(raw, type=list[tuple[str, UUID, int, bytes]]) if raw else []
    return {(scope, node): Position(seq, chain_hash) for scope, node, seq, chain_hash in rows}


def hash_at(connection: Connection, scope: str, node: UUID, seq: int) -> bytes | None:
    """Return the chain hash after an operation, None when it is not held."""
    if seq == 0:
        return GENESIS
    here = (Op.scope == scope) & (Op.node == node) & (Op.seq == seq)
    found: bytes | None = connection.scalar(select(Op.hash).where(here))
    return found


def missing_segments(
    connection: Connection, there: Vector, here: Vector, enrolment: Enrolment
) -> Iterator[Segment]:
    """Yield what another machine lacks, ``base`` scopes first.

    Args:
        connection: The ledger.
        there: What the other machine holds.
        here: How far every chain goes that it may hold.
        enrolment: This machine; it signs the end of its own chain as it stands.
    """
    for scope, node in sorted(here, key=lambda key: (not key[0].endswith("/base"), key)):
        have = there.get((scope, node), NOTHING).seq
        if have < here[scope, node].seq:  # its own chain too: it may come from an old copy
            yield from _segments_of(connection, scope, node, have, enrolment)


def _segments_of(
    connection: Connection, scope: str, node: UUID, have: int, enrolment: Enrolment
) -> Iterator[Segment]:
    """Yield one chain from an operation on, as far as signatures reach."""
    is_own = enrolment.signer(node) is not None
    seals = {} if is_own else _seals(connection, scope, node, have)
    conditions = (Op.scope == scope, Op.node == node, Op.seq > have)
    ops = read_ops(connection, *conditions, order_by=(Op.seq,))
    previous = hash_at(connection, scope, node, have) or GENESIS
    batch: list[OpRecord] = []
    size = 0
    for run in _acts(ops) if is_own else _sealed_runs(ops, seals):
        bytes_of_run = sum(len(op.data) + len(op.salt) for op in run)
        is_full = len(batch) + len(run) > OPS_OF_SEGMENT or size + bytes_of_run > BYTES_OF_SEGMENT
        if batch and is_full:
            yield _signed(batch, previous, seals, enrolment)
            previous, batch, size = batch[-1].hash, [], 0
        batch += run
        size += bytes_of_run
    if batch:
        yield _signed(batch, previous, seals, enrolment)


def _sealed_runs(ops: Iterable[OpRecord], seals: Container[int]) -> Iterator[list[OpRecord]]:
    """Yield the operations up to each signature; what lies behind the last one nobody believes."""
    run: list[OpRecord] = []
    for op in ops:
        run.append(op)
        if op.seq in seals:
            yield run
            run = []


def _acts(ops: Iterable[OpRecord]) -> Iterator[list[OpRecord]]:
    """Yield the operations of one transaction after the other."""
    for _txn, act in groupby(ops, key=lambda op: op.txn):
        yield list(act)


def _seals(connection: Connection, scope: str, node: UUID, have: int) -> dict[int, bytes]:
    here = (Seal.scope == scope) & (Seal.node == node) & (Seal.seq > have)
    rows = connection.execute(select(Seal.seq, Seal.signature).where(here))
    return {row.seq: row.signature for row in rows}


def _signed(
    batch: list[OpRecord], previous: bytes, seals: dict[int, bytes], enrolment: Enrolment
) -> Segment:
    last = batch[-1]
    if last.seq in seals:
        return pack_segment(batch, previous, seals[last.seq])
    keys = enrolment.signer(last.node) or enrolment.secrets
    signature = sign_end(keys.sign_key, last.scope, last.node, last.seq, last.hash)
    return pack_segment(batch, previous, signature)
