"""One exchange with another machine: take in what is lacking here, then bring what lacks there."""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn
from uuid import UUID

from sqlalchemy import bindparam, select

from victim_support.core.db import db
from victim_support.sync.client import PeerClient, PeerError, RefusedError
from victim_support.sync.messages import Hello, Pulled
from victim_support.sync.models import Peer
from victim_support.sync.parcels import Parcel, parcel_for
from victim_support.sync.queries import (
    Enrolment,
    Position,
    UntrustedError,
    Vector,
    find_enrolment,
    find_revocation,
    get_enrolment,
    held_vector,
    unpack_vector,
)
from victim_support.sync.services.answers import note_contact, vector_from
from victim_support.sync.services.exchange_files import FilesExchanged, exchange_files
from victim_support.sync.services.incarnation import settle
from victim_support.sync.services.receive import Fault, Refused, receive
from victim_support.sync.services.snapshot import fill
from victim_support.sync.statements import Certificate

PARCEL = 1 << 20
FIRST_PARCEL = 1 << 16  # small, so that the other machine has begun while the next is made ready
_AT_ADDRESS = select(Peer.certificate).where(Peer.address == bindparam("address")).limit(2)


@dataclass
class Exchanged:
    """What one exchange did."""

    peer: str = ""
    received: int = 0
    sent: int = 0
    refused: list[Refused] = field(default_factory=list)
    refused_there: list[Refused] = field(default_factory=list)
    forked: list[tuple[str, UUID]] = field(default_factory=list)
    bytes: int = 0  # over the wire, both ways
    clock_offset: float = 0.0
    said_again: int = 0  # operations of a past that gave way to the headquarters' one
    needs_enrolment: bool = False  # this machine goes on under a new name

    files: FilesExchanged = field(default_factory=FilesExchanged)

    @property
    def split_chains(self) -> list[tuple[str, UUID]]:
        """Return the chains of which either side holds another past."""
        refused = [*self.refused, *self.refused_there]
        found = {(each.scope, each.node) for each in refused if each.fault is Fault.FORKED}
        return sorted({*self.forked, *found})


def exchange_with(address: str) -> Exchanged:
    """Exchange with the machine at an address until neither lacks anything.

    Everything that was taken in before a failure stays; the next exchange goes on there.

    Raises:
        NotEnrolledError: This machine has no certificate yet.
        PeerError: The other machine was not reached, is not believed, or did not understand.
    """
    enrolment = get_enrolment()
    result = Exchanged()
    with PeerClient(address, enrolment) as client:
        hello, pulled = _met(client, enrolment.certificate)
        result.peer = client.peer.name
        there = _pull_all(client, enrolment, result, pulled)
        if _is_revoked(enrolment.certificate.node):
            _bring_what_is_left(client, hello, enrolment, there)
        there = _push_all(client, enrolment, there, result)
        if result.split_chains:
            _settle(client, result)
        note_contact(hello.certificate, there, hello.clock, client.address)
        result.files = exchange_files(client, hello, enrolment)
        result.bytes = client.bytes
    return result


def _settle(client: PeerClient, result: Exchanged) -> None:
    """Give way where the headquarters holds another past; the next exchange takes that in."""
    result.said_again = settle(result.split_chains, client.hashes, client.peer)
    result.needs_enrolment = find_enrolment() is None
    db.session.remove()


def _met(client: PeerClient, own: Certificate) -> tuple[Hello, Pulled]:
    """Ask who is there and what is lacking here: at once where the machine is known.

    Whoever is at a known address cannot open the question when it is another machine, so its
    answer says who it is; only then, and of an older version, is that asked for by itself.
    """
    pulled = _pulled_at_once(client, own)
    if pulled is not None and pulled.clock is not None:
        return Hello(pulled.protocols, client.certificate, pulled.clock), pulled
    hello = client.hello()
    return hello, pulled or _pull(client, own)


def _pulled_at_once(client: PeerClient, own: Certificate) -> Pulled | None:
    """Return what is lacking here, None when another machine than the known one may answer."""
    place = {"address": client.address}
    known = db.session.connection().scalars(_AT_ADDRESS, place).all()
    if len(known) == 1:
        with suppress(UntrustedError, RefusedError):
            client.recall(known[0])
            return _pull(client, own)
    db.session.remove()
    return None


def _pull(client: PeerClient, own: Certificate) -> Pulled:
    vector = _vector(own)
    return client.pull(vector, _limit(vector, own))


def _pull_all(
    client: PeerClient, enrolment: Enrolment, result: Exchanged, pulled: Pulled
) -> Vector:
    """Take in parcel after parcel; return what the other machine holds."""
    while True:
        result.forked = pulled.forked
        if _is_nothing(pulled.parcel, enrolment):
            return vector_from(pulled.vector)
        receipt = receive(pulled.parcel, client.peer)
        result.received += receipt.applied
        result.refused += receipt.refused
        if pulled.parcel.is_last or not receipt.applied:
            return vector_from(pulled.vector)
        for scope in _lacking(vector_from(pulled.vector), enrolment.certificate):
            result.received += fill(client, scope)
        pulled = _pull(client, enrolment.certificate)


def _is_nothing(parcel: Parcel, enrolment: Enrolment) -> bool:
    """Tell whether a parcel says nothing but this machine's own terms as they are."""
    return parcel == Parcel([enrolment.raw], [], [])


def _limit(vector: Vector, reader: Certificate) -> int:
    """Return how much to ask for: of a new machine the least, whole scopes are streamed to it."""
    return PARCEL if any(node != reader.node for _, node in vector) else 1


def _lacking(there: Vector, reader: Certificate) -> list[str]:
    """Return the scopes of which nothing is here yet."""
    held = {scope for scope, _ in _vector(reader)}
    return sorted({scope for scope, _ in there} - held)


def _push_all(client: PeerClient, enrolment: Enrolment, there: Vector, result: Exchanged) -> Vector:
    """Bring parcel after parcel; return what the other machine holds in the end.

    While one is on its way and taken in, the next is made ready, as if all of it were accepted.
    """
    parcel = _parcel(there, client.peer, enrolment, limit=FIRST_PARCEL)
    while parcel.segments:
        following = partial(_parcel, there | _ends(parcel), client.peer, enrolment)
        pushed, ready = client.push_beside(parcel, following)
        there = vector_from(pushed.vector)
        result.sent += pushed.applied
        result.refused_there += [
            Refused(scope, node, seq, Fault(fault)) for scope, node, seq, fault in pushed.refused
        ]
        if not pushed.applied:
            break
        parcel = _parcel(there, client.peer, enrolment) if pushed.refused else ready
    return there


def _ends(parcel: Parcel) -> Vector:
    """Return how far each chain is held by who has taken in a parcel."""
    ends = {(each.scope, each.node): each for each in parcel.segments}
    return {key: Position(each.last_seq, each.hash) for key, each in ends.items()}


def _is_revoked(node: UUID) -> bool:
    """Tell whether the headquarters has revoked a machine, as far as is known here."""
    return find_revocation(node) is not None


def _bring_what_is_left(
    client: PeerClient, hello: Hello, enrolment: Enrolment, own: Vector
) -> NoReturn:
    """Bring what a revoked machine still has, for a person there to look at.

    The other machine says only how far it has this one's own work; of the others' work, which
    proves itself, it gets what it had not said to hold when it was last met.

    Raises:
        PeerError: Always: there is no exchange.
    """
    held = _acknowledged(client.peer)
    there, count = held | own, 0
    while (parcel := _parcel(there, client.peer, enrolment)).segments:
        refused = {(scope, node) for scope, node, _, _ in client.push(parcel).refused}
        ends = _ends(parcel)
        there |= ends
        held |= {key: ends[key] for key in ends.keys() - refused}
        count += sum(len(each.tbls) for each in parcel.segments)
    note_contact(hello.certificate, held, hello.clock)
    brought = f"残っていた記録{count}件を渡しました。" if count else "記録はすべて渡してあります。"
    raise PeerError(
        f"この端末の登録は取り消されています。{brought}"
        "本部が確かめるまで保留されます。本部へ連絡してください。"
    )


def _acknowledged(peer: Certificate) -> Vector:
    row = db.session.get(Peer, peer.node)
    vector = unpack_vector(row.acknowledged if row else None)
    db.session.remove()
    return vector


def _vector(reader: Certificate) -> Vector:
    vector = held_vector(db.session.connection(), reader)
    db.session.remove()
    return vector


def _parcel(
    there: Vector, reader: Certificate, enrolment: Enrolment, *, limit: int = PARCEL
) -> Parcel:
    connection = db.session.connection()
    here = held_vector(connection, reader)
    parcel = Parcel([], [], [])
    if any(key not in there or there[key].seq < here[key].seq for key in here):
        parcel = parcel_for(connection, there, here, reader, enrolment, limit=limit)
    db.session.remove()
    return parcel
