"""When one past has become two: a restored or copied disk image goes on under a new name.

Two machines with one name have both written operation 51 of one chain. The headquarters holds one
of the two; whoever holds the other says what came after the last common operation again, in a
chain of its own, and takes in the headquarters' one. Nothing that was registered is lost.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import delete

from victim_support.core.db import db, transaction
from victim_support.core.node import (
    create_node,
    list_lives,
    may_draw_numbers,
    suspend_numbers,
    this_node,
)
from victim_support.core.reads import log_security
from victim_support.journal.intake import this_intake
from victim_support.journal.rechain import move_ops
from victim_support.journal.store import read_heads
from victim_support.sync.models import Peer, Seal
from victim_support.sync.queries import Vector, hash_at, may_hold
from victim_support.sync.statements import Certificate

# Chain hashes of a machine in a scope, as the other side holds them; empty where it does not.
Ask = Callable[[str, UUID, list[int]], list[bytes]]
PROBES = 32
Place = tuple[str, UUID, int]  # scope, machine, last common operation


class EnrolledError(Exception):
    """This machine is enrolled; only one that is not may begin anew by itself."""


def note_fork(scope: str, node: UUID) -> bool:
    """Draw no more numbers when it is this machine whose past has become two.

    Begins a transaction of its own.

    Returns:
        Whether it is this machine.
    """
    is_own = node == this_node().id
    is_new = is_own and may_draw_numbers()
    db.session.remove()
    if is_new:
        log_security("machine.forked", scope=scope, node=str(node))
        with transaction():
            suspend_numbers()
    return is_own


def note_forgotten(heard: Vector) -> bool:
    """Draw no more numbers when another machine holds of this one's chain what is not here.

    Begins a transaction of its own.

    Args:
        heard: How far the other machine holds each chain, with the chain hash there.

    Returns:
        Whether this machine has forgotten something, or goes on beside another life.
    """
    connection, node = db.session.connection(), this_node().id
    doubtful = [
        scope
        for (scope, writer), position in heard.items()
        if writer == node and hash_at(connection, scope, node, position.seq) != position.hash
    ]
    db.session.remove()
    for scope in doubtful:
        note_fork(scope, node)
    return bool(doubtful)


def settle(forked: Iterable[tuple[str, UUID]], ask: Ask, peer: Certificate) -> int:
    """Give way to the headquarters where its past of a chain is another one than here.

    Between two laptops nobody knows whose past counts: the segments wait until both have met the
    headquarters, which never gives way. Begins transactions of its own; the questions are asked
    before them.

    Args:
        forked: The chains whose pasts differ.
        ask: Asks the other machine for chain hashes.
        peer: The other machine.

    Returns:
        How many operations were said again in this machine's own chain.
    """
    chains = list(forked)
    for scope, node in chains:
        note_fork(scope, node)
    nodes = sorted({node for _, node in chains})
    if not peer.is_headquarters or not nodes:
        return 0
    places = [place for node in nodes for place in _places(node, chains, ask, peer)]
    db.session.remove()
    with transaction(reason="二つに分かれた記録の引き継ぎ"):
        if this_node().id in nodes:
            create_node(is_suspended=True)
        return _move(places)


def begin_anew() -> int:
    """Make a machine that was never enrolled another one, with its own series of numbers.

    For a laptop copied from a prepared one: both have the same name. Begins a transaction.

    Raises:
        EnrolledError: The headquarters knows this machine.
    """
    with transaction(reason="新しい端末としての開始"):
        if db.session.get(Peer, this_node().id) is not None:
            raise EnrolledError
        create_node()
        return bring_unknown_lives()


def bring_unknown_lives() -> int:
    """Say again what former lives wrote that no headquarters knows; inside ``transaction()``.

    Nobody would believe their signatures, and nobody else holds what they wrote.
    """
    former = [life for life in list_lives()[:-1] if db.session.get(Peer, life) is None]
    heads = read_heads(db.session.connection())
    return _move([(scope, node, 0) for scope, node in sorted(heads) if node in former])


def _places(node: UUID, forked: list[tuple[str, UUID]], ask: Ask, peer: Certificate) -> list[Place]:
    """Return how far a machine's chains are the same there, for all scopes that are asked for.

    Of this machine itself every scope counts: the other life may have written there as well, and
    not yet have brought it.
    """
    is_own = node in list_lives()
    heads = read_heads(db.session.connection())
    return [
        (scope, node, _last_common(scope, node, head.seq, ask))
        for (scope, writer), head in sorted(heads.items())
        if writer == node and may_hold(peer, scope) and (is_own or (scope, node) in forked)
    ]


def _last_common(scope: str, node: UUID, last: int, ask: Ask) -> int:
    """Return the last operation up to which both sides hold the same chain."""
    low, high = 0, last
    while low < high:
        step = max(1, (high - low) // PROBES)
        seqs = sorted({*range(low + step, high + 1, step), high})
        theirs = ask(scope, node, seqs)
        connection = db.session.connection()  # a question over a network ends the session
        ours = [hash_at(connection, scope, node, seq) for seq in seqs]
        same = {seq for seq, there, here in zip(seqs, theirs, ours, strict=True) if there == here}
        low, high = max(same, default=low), min({*seqs} - same, default=high + 1) - 1
    return low


def _move(places: Iterable[Place]) -> int:
    connection, heir = db.session.connection(), this_node().id
    count = 0
    for scope, node, common in places:
        count += len(move_ops(connection, scope=scope, node=node, after=common, heir=heir))
        beyond = (Seal.scope == scope, Seal.node == node, Seal.seq > common)
        connection.execute(delete(Seal).where(*beyond))
    if count:
        this_intake().begin_anew()
        log_security("machine.rechained", count=count)
    return count
