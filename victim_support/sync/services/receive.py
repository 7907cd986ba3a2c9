"""Take in segments: prove them, then append them in transactions; none makes a desk wait."""

import time
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from uuid import UUID

import msgspec

from victim_support.core import clock
from victim_support.core.db import acknowledged_together, current_write, db, transaction
from victim_support.core.db.bulk import upsert_rows
from victim_support.core.ids import new_id
from victim_support.core.node import list_lives, may_draw_numbers, suspend_numbers, this_node
from victim_support.core.reads import log_security
from victim_support.journal.apply import apply_ops
from victim_support.journal.clock import LATEST_HLC
from victim_support.journal.codec import OpRecord
from victim_support.journal.rows import table_of
from victim_support.journal.store import Head, read_heads
from victim_support.sync.models import Quarantined, Seal
from victim_support.sync.parcels import Parcel
from victim_support.sync.queries import (
    find_certificate,
    find_revocation,
    hash_at,
    may_hold,
)
from victim_support.sync.segments import Segment, SegmentError, chained_ops, check_signature
from victim_support.sync.services.following import look_after
from victim_support.sync.services.peers import has_news, learn
from victim_support.sync.statements import Certificate

SLICE_SECONDS = 0.125  # of the write lock; a desk that waits for it notices 150 ms


class Fault(StrEnum):
    """Why a segment was not taken in."""

    FOREIGN = "foreign"  # another municipality, or a scope that was not granted
    UNKNOWN = "unknown"  # no certificate of the machine that wrote it
    REVOKED = "revoked"  # written after the machine was revoked: kept for review
    GAP = "gap"  # what comes before it is not here yet
    FORKED = "forked"  # two different pasts of one machine: kept for review
    DAMAGED = "damaged"
    ABSURD_CLOCK = "absurd_clock"  # beyond the year 2100: broken or hostile; kept for review

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Fault.FOREIGN: "ほかの市区町村の記録か、持つことを認められていない範囲の記録です。",
    Fault.UNKNOWN: "本部に登録されていない端末の記録です。",
    Fault.REVOKED: "登録を取り消された端末の、取り消し後の記録です。本部で確かめるまで保留します。",
    Fault.GAP: "この前の記録がまだ届いていません。続きが届けば取り込めます。",
    Fault.FORKED: "同じ端末の記録が二つに分かれています(控えからの復元か複製)。保留します。",
    Fault.DAMAGED: "記録が壊れているか、書き換えられています。もう一度送ってください。",
    Fault.ABSURD_CLOCK: "時計が大きく狂った端末の記録です。本部で確かめるまで保留します。",
}
_KEPT = frozenset({Fault.REVOKED, Fault.FORKED, Fault.ABSURD_CLOCK})


class _RefusedError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Refused:
    """A segment that was not taken in, and why."""

    scope: str
    node: UUID
    first_seq: int
    fault: Fault


@dataclass
class Receipt:
    """What became of a parcel."""

    applied: int = 0
    refused: list[Refused] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.refused


@dataclass(frozen=True)
class _Proven:
    """A segment that may be taken in, and its operations."""

    segment: Segment
    ops: list[OpRecord]


class _Waiting:
    """Segments in their order; the next ones are computed while the disk takes in those before.

    A thread does it, and only then: the interpreter lets one thread work at a time, and a commit
    is what needs it least.
    """

    def __init__(self, segments: Iterable[Segment], pool: Executor) -> None:
        self._segments, self._pool = deque(segments), pool
        self._begun: deque[Future[list[OpRecord]]] = deque()

    def __bool__(self) -> bool:
        return bool(self._segments)

    @property
    def first(self) -> Segment:
        return self._segments[0]

    def look_ahead(self, count: int) -> None:
        """Let the thread compute the first ones."""
        for place in range(len(self._begun), min(count, len(self._segments))):
            self._begun.append(self._pool.submit(chained_ops, self._segments[place]))

    def ops(self) -> list[OpRecord]:
        """Return the operations of the first one.

        Raises:
            SegmentError: They are not what its machine wrote.
        """
        return self._begun[0].result() if self._begun else chained_ops(self.first)

    def take(self) -> Segment:
        """Take the first one off."""
        if self._begun:
            self._begun.popleft()
        return self._segments.popleft()


@dataclass
class _Pace:
    """How many operations one transaction takes: as many as this machine writes in a slice."""

    ops: int = 1  # the first is one segment, whatever its length

    def learn(self, ops: int, seconds: float) -> None:
        """Note how long the last transaction took."""
        self.ops = int(ops * SLICE_SECONDS / max(seconds, 0.001))


def receive(parcel: Parcel, sender: Certificate) -> Receipt:
    """Take in a parcel as far as it is sound; begins transactions of its own.

    Every segment is proven whole before its first operation is written. Those of one chain that
    follow one another are one transaction of the ledger, as many as fit into a slice. What is here
    already is left out, so twice is once. Then the slices look after what the machines left
    together (``after_exchange``). When this returns, all of it is on the disk.

    Args:
        parcel: What came.
        sender: Who brought it; it may only bring scopes that it may hold.
    """
    with acknowledged_together():
        return _received(parcel, sender)


def _received(parcel: Parcel, sender: Certificate) -> Receipt:
    if has_news(parcel.certificates, parcel.revocations):
        with transaction():
            learn(parcel.certificates, parcel.revocations)
    receipt, pace = Receipt(), _Pace()
    with ThreadPoolExecutor(max_workers=1) as pool:
        waiting = _Waiting(parcel.segments, pool)
        while waiting:
            run, fault = _proven_run(waiting, sender, pace.ops)
            if run:
                start = time.perf_counter()
                receipt.applied += _append(run, waiting)
                pace.learn(sum(len(each.ops) for each in run), time.perf_counter() - start)
            if fault is not None:
                _refuse(waiting.take(), fault, receipt)
    if receipt.applied:
        look_after()
    return receipt


def _refuse(segment: Segment, fault: Fault, receipt: Receipt) -> None:
    if fault in _KEPT:
        _keep(segment, fault)
    receipt.refused.append(Refused(segment.scope, segment.node, segment.first_seq, fault))


def _proven_run(
    waiting: _Waiting, sender: Certificate, room: int
) -> tuple[list[_Proven], Fault | None]:
    """Take segments that follow one another off a queue, as many as fit; the first one always.

    Returns:
        Them, and what is wrong with the one that is now first in the queue, if that ended it.
    """
    run: list[_Proven] = []
    first = waiting.first
    try:
        author = _author(first, sender)
        head = read_heads(db.session.connection()).get((first.scope, first.node))
        while waiting and (not run or _goes_on(run, waiting.first, room)):
            run.append(_proven(waiting, author, head, run[-1].segment if run else None))
            waiting.take()
    except _RefusedError as refused:
        return run, refused.fault
    finally:
        db.session.remove()  # what follows begins transactions of its own
    return run, None


def _goes_on(run: Sequence[_Proven], segment: Segment, room: int) -> bool:
    """Tell whether a segment follows a run in its chain, and fits into the same transaction."""
    last = run[-1].segment
    follows = (last.scope, last.node, last.last_seq + 1)
    is_next = (segment.scope, segment.node, segment.first_seq) == follows
    return is_next and sum(len(each.ops) for each in run) + len(segment.tbls) <= room


def _author(segment: Segment, sender: Certificate) -> Certificate:
    """Return who wrote a segment, when it may be brought and kept."""
    author = find_certificate(segment.node)
    if author is None:
        raise _RefusedError(Fault.UNKNOWN)
    if not segment.scope.startswith(f"{author.municipality}/"):
        raise _RefusedError(Fault.FOREIGN)
    if not _may_bring(sender, segment) or not _may_keep(segment):
        raise _RefusedError(Fault.FOREIGN)
    return author


def _proven(
    waiting: _Waiting, author: Certificate, head: Head | None, before: Segment | None
) -> _Proven:
    """Return the first segment with its operations when they may be taken in.

    Args:
        waiting: What came.
        author: Who wrote it.
        head: How far its chain is held.
        before: The segment of the same run that it follows, proven and not yet appended.
    """
    segment = waiting.first
    try:
        check_signature(segment, author.sign_key)
        ops = waiting.ops()
    except SegmentError as error:
        raise _RefusedError(Fault.DAMAGED) from error
    _check_past(segment, ops, head, before)
    _check_belief(segment, ops)
    return _Proven(segment, ops)


def _may_bring(sender: Certificate, segment: Segment) -> bool:
    """A machine brings what it may hold, and whatever it wrote itself."""
    return segment.node == sender.node or may_hold(sender, segment.scope)


def _may_keep(segment: Segment) -> bool:
    """This machine keeps what it may hold, whoever brings it, and whatever it wrote itself."""
    lives = list_lives()
    own = find_certificate(lives[-1])
    return own is None or segment.node in lives or may_hold(own, segment.scope)


def _check_past(
    segment: Segment, ops: Sequence[OpRecord], head: Head | None, before: Segment | None
) -> None:
    """Refuse what does not follow the operations that are here, or are about to be."""
    previous = before.hash if before else _hash_at(segment, segment.first_seq - 1)
    if previous is None:
        raise _RefusedError(Fault.GAP)
    overlap = [op for op in ops if head and op.seq <= head.seq]
    is_same = not overlap or overlap[-1].hash == _hash_at(segment, overlap[-1].seq)
    if previous != segment.previous or not is_same:
        raise _RefusedError(Fault.FORKED)


def _hash_at(segment: Segment, seq: int) -> bytes | None:
    return hash_at(db.session.connection(), segment.scope, segment.node, seq)


def _check_belief(segment: Segment, ops: Sequence[OpRecord]) -> None:
    revocation = find_revocation(segment.node)
    if revocation and segment.last_seq > revocation.heads.get(segment.scope, 0):
        raise _RefusedError(Fault.REVOKED)
    if any(op.hlc >= LATEST_HLC for op in ops):
        raise _RefusedError(Fault.ABSURD_CLOCK)


def _append(run: Sequence[_Proven], waiting: _Waiting) -> int:
    """Append segments with their signatures; half of one nobody could pass on."""
    with transaction() as session:
        connection, first = session.connection(), run[0].segment
        current_write().beside_commit = partial(waiting.look_ahead, len(run) + 1)
        head = read_heads(connection).get((first.scope, first.node))
        held = head.seq if head else 0
        new = [op for each in run for op in each.ops if op.seq > held]
        if new:
            current_write().ops += apply_ops(connection, new, is_proven=True).ops
        if first.node == this_node().id:
            _doubt_numbers(new)
        else:
            seals = [_seal(each.segment) for each in run if each.segment.last_seq > held]
            upsert_rows(connection, table_of(Seal), seals)
        return len(new)


def _doubt_numbers(forgotten: Sequence[OpRecord]) -> None:
    """Draw no more numbers when others know what this machine wrote and it does not.

    Its disk was put back to an old state; what it printed since and nobody heard of is not known.
    """
    if forgotten and may_draw_numbers():
        log_security("machine.forgot", node=str(forgotten[0].node), count=len(forgotten))
        suspend_numbers()


def _seal(segment: Segment) -> tuple[str, UUID, int, bytes]:
    """Return the row of ``Seal`` that a segment brings."""
    return segment.scope, segment.node, segment.last_seq, segment.signature


def _keep(segment: Segment, fault: Fault) -> None:
    """Put a segment aside for a person to look at; once."""
    raw = msgspec.msgpack.Encoder(uuid_format="bytes").encode(segment)
    with transaction() as session:
        known = session.query(Quarantined.segment).filter_by(
            scope=segment.scope, node=segment.node, last_seq=segment.last_seq
        )
        pasts = {msgspec.msgpack.decode(row.segment, type=Segment).hash for row in known}
        if segment.hash not in pasts:  # two lives of one machine both have an operation 51
            session.add(
                Quarantined(
                    id=new_id(),
                    scope=segment.scope,
                    node=segment.node,
                    first_seq=segment.first_seq,
                    last_seq=segment.last_seq,
                    fault=fault.value,
                    segment=raw,
                    received_at=clock.now(),
                )
            )
