"""What is to be carried by hand to whom: the operations a bundle holds, and who may open them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.node import list_lives
from victim_support.journal.chain import GENESIS
from victim_support.journal.store import read_heads
from victim_support.sync.models import Peer
from victim_support.sync.queries import (
    Position,
    Vector,
    find_revocation,
    may_hold,
    trusted,
    unpack_vector,
)
from victim_support.sync.statements import Certificate

_ALL = select(Peer)


@dataclass(frozen=True)
class Order:
    """What somebody wants carried.

    Attributes:
        targets: For whom; nobody named means the headquarters and every machine.
        is_all: Also what the targets are known to hold.
        is_first_fill: For new machines: everything, readable by them and the headquarters alone.
        has_files: Also the files (写真) of the records that are carried.
    """

    targets: Collection[UUID] = ()
    is_all: bool = False
    is_first_fill: bool = False
    has_files: bool = True


@dataclass(frozen=True)
class Plan:
    """The operations of a bundle, and by scope who may open them."""

    start: Vector
    end: Vector
    readers: dict[str, list[Certificate]]

    @property
    def recipients(self) -> list[Certificate]:
        """Return everybody who may open some of it."""
        found = {each.node: each for readers in self.readers.values() for each in readers}
        return sorted(found.values(), key=lambda each: each.node)

    @property
    def ops(self) -> int:
        return count_between(self.start, self.end)

    def told(self, vector: Vector) -> Vector:
        """Return the part of a vector that every recipient may know."""
        recipients = self.recipients
        return {
            key: position
            for key, position in vector.items()
            if all(may_hold(each, key[0]) for each in recipients)
        }


def plan_bundle(order: Order) -> Plan:
    """Return what is to be written: all that the targets may hold and are not known to hold."""
    machines = list_readers()
    own = set(list_lives())
    named = set(order.targets)
    targets = [
        each for each in machines if each.node not in own and (not named or each.node in named)
    ]
    if order.is_first_fill:
        machines = [
            each
            for each in machines
            if each.is_headquarters or each.node in own or each.node in named
        ]
    held = {} if order.is_all or order.is_first_fill else _acknowledged()
    start, end = _range(targets, held)
    scopes = {scope for scope, _ in end}
    readers = {scope: [each for each in machines if may_hold(each, scope)] for scope in scopes}
    return Plan(start, end, readers)


def list_readers() -> list[Certificate]:
    """Return the machines for which an envelope may be closed today."""
    found = [trusted(raw) for raw in db.session.scalars(select(Peer.certificate))]
    return [
        each
        for each in found
        if each.expires_on >= clock.today() and find_revocation(each.node) is None
    ]


def list_targets() -> list[Certificate]:
    """Return the machines for which something can be carried, the headquarters first."""
    own = set(list_lives())
    others = [each for each in list_readers() if each.node not in own]
    return sorted(others, key=lambda each: (not each.is_headquarters, each.name))


def names_of(nodes: Iterable[str]) -> list[str]:
    """Return the names of machines by their ids; of those of one name with their prefix."""
    known = {str(peer.node): trusted(peer.certificate) for peer in db.session.scalars(_ALL)}
    names = [each.name for each in known.values()]
    labels = {
        node: each.name if names.count(each.name) == 1 else f"{each.name}({each.prefix})"
        for node, each in known.items()
    }
    return sorted(labels.get(node, "不明な端末") for node in nodes)


def find_readers(name: str) -> list[UUID]:
    """Return the machine of a name or number prefix, nothing when there is none or several."""
    found = [each.node for each in list_readers() if name in (each.name, each.prefix)]
    return found if len(found) == 1 else []


def count_between(start: Vector, end: Vector) -> int:
    """Return how many operations lie between two vectors."""
    return sum(
        position.seq - (start[key].seq if key in start else 0) for key, position in end.items()
    )


def _acknowledged() -> dict[UUID, Vector]:
    rows = db.session.execute(select(Peer.node, Peer.acknowledged))
    return {node: unpack_vector(raw) for node, raw in rows}


def _range(targets: list[Certificate], held: dict[UUID, Vector]) -> tuple[Vector, Vector]:
    nothing = Position(0, GENESIS)
    start: Vector = {}
    end: Vector = {}
    for key, head in read_heads(db.session.connection()).items():
        there = [
            held.get(target.node, {}).get(key, nothing)
            for target in targets
            if may_hold(target, head.scope)
        ]
        least = min(there, default=None, key=lambda position: position.seq)
        if least is not None and least.seq < head.seq:
            start[key], end[key] = least, Position(head.seq, head.hash)
    return start, end
