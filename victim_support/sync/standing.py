"""How the exchange stands: what is safe at the headquarters, and what still waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.node import list_lives, may_draw_numbers, this_node
from victim_support.core.protections import Knowledge
from victim_support.journal.models import Op
from victim_support.journal.store import read_heads
from victim_support.sync.models import Peer
from victim_support.sync.queries import (
    Vector,
    find_enrolment,
    find_revocation,
    may_hold,
    trusted,
    unpack_vector,
)
from victim_support.sync.statements import Certificate

STALLED = timedelta(minutes=15)
WRONG_CLOCK = 120.0  # seconds that nobody would overlook on paper
SAME_CLOCK = 5.0  # seconds that the way itself may take


def offset_words(offset: float) -> str:
    """Return by how much a clock differs, in the unit that people would say; without the way."""
    minutes = round(abs(offset) / 60)
    if abs(offset) < WRONG_CLOCK:
        return f"{abs(offset):.0f}秒"
    if minutes < 120:
        return f"約{minutes}分"
    hours = round(minutes / 60)
    return f"約{hours}時間" if hours < 48 else f"約{round(hours / 24)}日"


@dataclass(frozen=True)
class PeerStanding:
    """Another machine, and how far it is with this one."""

    node: UUID
    name: str
    prefix: str
    is_headquarters: bool
    is_revoked: bool
    is_replaced: bool  # the same machine goes on under a new name
    address: str
    last_contact_at: datetime | None
    clock_offset: float | None
    waiting: int  # operations held here that it has not said it holds
    fault: str

    @property
    def has_wrong_clock(self) -> bool:
        return self.clock_offset is not None and abs(self.clock_offset) >= WRONG_CLOCK

    @property
    def clock_words(self) -> str:
        """Return how its clock goes beside this one, empty when nobody knows."""
        if self.clock_offset is None:
            return ""
        if abs(self.clock_offset) < SAME_CLOCK:
            return "なし"
        return offset_words(self.clock_offset) + ("進み" if self.clock_offset > 0 else "遅れ")


@dataclass(frozen=True)
class Standing:
    """Everything the page of the exchange says."""

    certificate: Certificate | None  # None: not enrolled
    unsent: int  # this machine's own operations that the headquarters has not said it holds
    safe_until: datetime | None  # own records up to here are at the headquarters
    oldest_unsent: datetime | None
    peers: list[PeerStanding]
    is_suspended: bool  # another life of this disk was found: no numbers until enrolled anew
    is_revoked: bool  # the headquarters believes this machine no more

    @property
    def is_stalled(self) -> bool:
        """Tell whether something has waited longer than people would expect."""
        oldest = self.oldest_unsent
        return oldest is not None and clock.now() - oldest > STALLED


def standing() -> Standing:
    """Return how the exchange of this machine stands."""
    connection, node = db.session.connection(), this_node().id
    enrolment = find_enrolment()
    peers = [_peer_standing(connection, peer) for peer in _other_peers(node)]
    held = _held_by_headquarters(node)
    unsent, safe_until, oldest = _own_standing(connection, held)
    return Standing(
        certificate=enrolment.certificate if enrolment else None,
        unsent=unsent,
        safe_until=safe_until,
        oldest_unsent=oldest,
        peers=sorted(peers, key=lambda peer: (not peer.is_headquarters, peer.name, peer.node)),
        is_suspended=not may_draw_numbers(),
        is_revoked=find_revocation(node) is not None,
    )


def address_of_headquarters() -> str:
    """Return where this machine met the headquarters, as people type it; empty when never."""
    addresses = (
        peer.address
        for peer in _other_peers(this_node().id)
        if peer.address and trusted(peer.certificate).is_headquarters
    )
    return next(addresses, "").removeprefix("http://")


def protections_known() -> Knowledge:
    """Return when the headquarters last told this machine whom it has to protect (支援措置)."""
    enrolment = find_enrolment()
    if enrolment is None or enrolment.certificate.is_headquarters:
        return Knowledge()
    peers = _other_peers(this_node().id)
    heard = [peer.last_contact_at for peer in peers if trusted(peer.certificate).is_headquarters]
    return Knowledge(depends=True, heard_at=max((at for at in heard if at), default=None))


def _other_peers(node: UUID) -> list[Peer]:
    return list(db.session.scalars(select(Peer).where(Peer.node != node)))


def _held_by_headquarters(node: UUID) -> Vector | None:
    """Return what the headquarters has said it holds; None where this is the headquarters."""
    held: Vector = {}
    for peer in db.session.scalars(select(Peer)):
        if trusted(peer.certificate).is_headquarters:
            if peer.node == node:
                return None
            held |= unpack_vector(peer.acknowledged)
    return held


def _own_standing(
    connection: Connection, held: Vector | None
) -> tuple[int, datetime | None, datetime | None]:
    """Return what the headquarters lacks of this machine's own, under whatever name it wrote it."""
    if held is None:
        return 0, None, None
    lives = set(list_lives())
    unsent, safe, oldest = 0, [], []
    for (scope, author), head in read_heads(connection).items():
        if author not in lives:
            continue
        there = held[scope, author].seq if (scope, author) in held else 0
        unsent += max(0, head.seq - there)
        safe.append(_recorded_at(connection, scope, author, there))
        oldest.append(_recorded_at(connection, scope, author, there + 1))
    known_safe, known_oldest = [at for at in safe if at], [at for at in oldest if at]
    return unsent, max(known_safe, default=None), min(known_oldest, default=None)


def _recorded_at(connection: Connection, scope: str, node: UUID, seq: int) -> datetime | None:
    here = (Op.scope == scope) & (Op.node == node) & (Op.seq == seq)
    found: datetime | None = connection.scalar(select(Op.recorded_at).where(here))
    return found


def _peer_standing(connection: Connection, peer: Peer) -> PeerStanding:
    certificate, revocation = trusted(peer.certificate), find_revocation(peer.node)
    there = unpack_vector(peer.acknowledged)
    waiting = sum(
        max(0, head.seq - (there[key].seq if key in there else 0))
        for key, head in read_heads(connection).items()
        if may_hold(certificate, head.scope) and key[1] != peer.node  # its own it has
    )
    return PeerStanding(
        node=peer.node,
        name=certificate.name,
        prefix=certificate.prefix,
        is_headquarters=certificate.is_headquarters,
        is_revoked=revocation is not None,
        is_replaced=revocation is not None and revocation.replaced_by is not None,
        address=peer.address,
        last_contact_at=peer.last_contact_at,
        clock_offset=peer.clock_offset,
        waiting=waiting,
        fault=peer.last_fault,
    )
