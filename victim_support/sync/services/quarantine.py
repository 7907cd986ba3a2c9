"""Decide on what waits (保留の記録): the headquarters takes it in for everybody, or leaves it."""

from uuid import UUID

import msgspec
from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import current_write, db, transaction
from victim_support.core.node import this_node
from victim_support.core.reads import log_security
from victim_support.journal.clock import LATEST_HLC, next_hlc
from victim_support.journal.codec import OpRecord
from victim_support.journal.erasure import erased_on_arrival
from victim_support.journal.rechain import adopt_ops
from victim_support.journal.store import read_heads
from victim_support.sync.machines import is_headquarters
from victim_support.sync.models import Peer, Quarantined
from victim_support.sync.parcels import Parcel
from victim_support.sync.quarantine import (
    LEFT,
    TAKEN,
    Held,
    held_of,
    lacking,
    ops_of,
    raw_segment,
    segment_of,
)
from victim_support.sync.queries import find_revocation, get_enrolment
from victim_support.sync.segments import pack_segment
from victim_support.sync.services.enrolment import EnrolmentError, NoAuthorityError, revoke
from victim_support.sync.services.receive import Fault, receive

_REPLACED = (
    "前の名義(置き換え済)の、あとから届いた記録です。置き換える前に書いたものかを確かめてください。"
)


class UndecidableError(EnrolmentError):
    """A segment cannot be decided on so, or was decided on; the message is for the desk."""


def fault_words(held: Held) -> str:
    """Return why a segment was not taken in, for who decides on it."""
    if held.is_replaced and held.fault == Fault.REVOKED:
        return _REPLACED
    return next((fault.label for fault in Fault if fault == held.fault), "不明(新しい版)")


def take_in(row_id: UUID, *, reason: str, by: UUID | None) -> None:
    """Take a segment in, on every machine that hears of it; begins transactions of its own.

    Of a revoked machine, more is believed from now on, by a later statement of the authority. A
    forked past cannot be continued, nor a clock beyond 2100: there the headquarters says the same
    acts again in its own chain, so that others may take them in.

    Raises:
        NoAuthorityError: This machine is not the headquarters.
        UndecidableError: It was decided on, or something before it is missing.
    """
    with transaction(reason="保留した記録の取り込み"):
        row = _open(row_id)
        segment = segment_of(row) if row.fault == Fault.REVOKED else None
        if segment is None:
            current_write().ops += _said_here(row)
            _decide(row, TAKEN, reason, by)
        else:
            _believe_more(row, by)
    if segment is not None:
        sender = get_enrolment().certificate
        db.session.remove()
        receive(Parcel([], [], [segment]), sender)
        with transaction(reason="保留した記録の取り込み"):
            _decide(_open(row_id), TAKEN, reason, by)


def leave_out(row_id: UUID, *, reason: str, by: UUID | None) -> None:
    """Decide not to take a segment in; it stays where it is, with the reason.

    Raises:
        NoAuthorityError: This machine is not the headquarters.
        UndecidableError: It was decided on.
    """
    with transaction(reason="保留した記録を取り込まない"):
        _decide(_open(row_id), LEFT, reason, by)


def erase_held() -> int:
    """Erase from what waits, and what was left out, the values that were ordered to be nowhere.

    Chains and signatures stay right. Begins a transaction of its own when there is something.

    Returns:
        From how many segments.
    """
    found = {}
    connection = db.session.connection()
    for row in db.session.scalars(select(Quarantined)):
        ops = ops_of(row)
        left = erased_on_arrival(connection, ops)
        if left != ops:
            segment = segment_of(row)
            found[row.id] = pack_segment(left, segment.previous, segment.signature)
    db.session.remove()
    if found:
        with transaction(reason="保留した記録の消去") as session:
            for row_id, segment in found.items():
                session.get_one(Quarantined, row_id).segment = raw_segment(segment)
    return len(found)


def _open(row_id: UUID) -> Quarantined:
    if not is_headquarters():
        raise NoAuthorityError
    row = db.session.get(Quarantined, row_id)
    if row is None or row.decided_at is not None:
        raise UndecidableError("この保留は、すでに判断されています。")
    return row


def _decide(row: Quarantined, decision: str, reason: str, by: UUID | None) -> None:
    row.decision, row.reason = decision, reason
    row.decided_at, row.decided_by = clock.now(), by
    log_security("quarantine.decided", staff_id=by, node=str(row.node), decision=decision)


def _believe_more(row: Quarantined, by: UUID | None) -> None:
    revocation = find_revocation(row.node)
    if revocation is None or not held_of(row).follows:
        raise UndecidableError(
            "この前の記録がまだ取り込まれていません。前の保留から順に判断してください。"
        )
    heads = dict(revocation.heads)
    heads[row.scope] = max(row.last_seq, heads.get(row.scope, 0))
    revoke(db.session.get_one(Peer, row.node), reason=revocation.reason, heads=heads, by=by)


def _said_here(row: Quarantined) -> list[OpRecord]:
    connection = db.session.connection()
    newest = max((head.hlc for head in read_heads(connection).values()), default=0)
    now = next_hlc(newest)
    ops = [
        msgspec.structs.replace(op, hlc=now) if op.hlc >= LATEST_HLC else op for op in lacking(row)
    ]
    return adopt_ops(connection, ops, this_node().id)
