"""What a bundle of the headquarters tells of chains with two pasts (分かれた記録): where they part.

Over a network the machines ask each other for chain hashes; a stick carries some of them: at the
end of every chain that the headquarters holds (``heard``), and of every operation in it. That is
enough when it reaches back to the operation after which the pasts differ: always when it is a
first fill for this machine, for that holds everything.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.journal.chain import GENESIS
from victim_support.journal.store import read_heads
from victim_support.sync.bundles import Manifest
from victim_support.sync.machines import is_headquarters
from victim_support.sync.models import Peer
from victim_support.sync.parcels import Parcel
from victim_support.sync.queries import (
    find_certificate,
    find_revocation,
    hash_at,
    may_hold,
    unpack_vector,
)
from victim_support.sync.segments import Segment, SegmentError, unpack_segment
from victim_support.sync.services.incarnation import settle
from victim_support.sync.statements import Certificate

Chain = tuple[str, UUID]


class NotCarriedError(Exception):
    """A stick does not reach back to where two pasts part."""


class CarriedPast:
    """The past as the headquarters holds it, as far as one bundle tells."""

    def __init__(self, manifest: Manifest, sender: Certificate) -> None:
        self._sender, self._manifest = sender, manifest
        self._hashes: dict[Chain, dict[int, bytes]] = {}
        self._ends: dict[Chain, int] = {}
        self._opened: set[Chain] = set()
        for scope, node, seq, chain_hash in manifest.heard:
            self._hashes[scope, node] = {0: GENESIS, seq: chain_hash}
            self._ends[scope, node] = seq

    def note(self, parcel: Parcel, forked: Iterable[Chain]) -> None:
        """Keep the chain hashes of what came; where two pasts part, of each operation."""
        chains = set(forked) - self._opened
        self._opened |= chains
        for segment in parcel.segments:
            known = self._hashes.setdefault((segment.scope, segment.node), {0: GENESIS})
            known[segment.first_seq - 1] = segment.previous
            known[segment.last_seq] = segment.hash
            if (segment.scope, segment.node) in chains:
                known.update(_hashes_in(segment))

    def settle(self, forked: Iterable[Chain]) -> int | None:
        """Give way to the headquarters' past, as over a network; begins transactions of its own.

        Returns:
            How many operations were said again; None when no two pasts are known of.

        Raises:
            NotCarriedError: The stick does not reach back far enough; nothing was changed.
        """
        chains = {*forked, *self._differing()}
        db.session.remove()
        if not chains:
            return None
        self._take_acknowledged()
        return settle(sorted(chains), self._ask, self._sender)

    def _differing(self) -> list[Chain]:
        """Return the chains that this machine holds as far, and otherwise."""
        connection = db.session.connection()
        return [
            (scope, node)
            for scope, node, seq, chain_hash in self._manifest.heard
            if hash_at(connection, scope, node, seq) not in (None, chain_hash)
        ]

    def _take_acknowledged(self) -> None:
        """Add what the headquarters has said before that it holds: it never holds less."""
        packed = db.session.scalar(select(Peer.acknowledged).where(Peer.node == self._sender.node))
        for chain, position in unpack_vector(packed).items():
            self._hashes.setdefault(chain, {0: GENESIS}).setdefault(position.seq, position.hash)

    def _ask(self, scope: str, node: UUID, seqs: list[int]) -> list[bytes]:
        """Answer as the headquarters would (``incarnation.Ask``)."""
        connection = db.session.connection()
        head = read_heads(connection)[scope, node].seq
        known = self._hashes.get((scope, node), {0: GENESIS})
        ours = {seq: hash_at(connection, scope, node, seq) for seq in known if seq <= head}
        last = max((seq for seq in ours if ours[seq] == known[seq]), default=0)
        other = [seq for seq in ours if ours[seq] != known[seq]]
        end = self._end(scope, node)
        is_end = last == head or (end is not None and last >= end)
        if not is_end and last + 1 not in other:
            raise NotCarriedError
        return [
            (hash_at(connection, scope, node, seq) or b"") if seq <= last else b"" for seq in seqs
        ]

    def _end(self, scope: str, node: UUID) -> int | None:
        """Return the last operation that the headquarters holds, None when the stick is silent."""
        recipients = [find_certificate(each) for each in self._manifest.recipients]
        is_told = all(each is not None and may_hold(each, scope) for each in recipients)
        return self._ends.get((scope, node), 0 if is_told else None)


def past_of(manifest: Manifest, sender: Certificate) -> CarriedPast | None:
    """Return what a bundle tells of the past; None when nobody has to give way to its sender."""
    is_believed = sender.expires_on >= clock.today() and find_revocation(sender.node) is None
    counts = sender.is_headquarters and is_believed and not is_headquarters()
    return CarriedPast(manifest, sender) if counts else None


def _hashes_in(segment: Segment) -> dict[int, bytes]:
    """Return the chain hash after every operation of a segment that proves itself."""
    author = find_certificate(segment.node)
    if author is None:
        return {}
    try:
        return {op.seq: op.hash for op in unpack_segment(segment, author.sign_key)}
    except SegmentError:
        return {}
