"""What waits for a person (保留の記録): segments that nobody takes in unseen, in words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

import msgspec
from sqlalchemy import select

from victim_support.core.access import current_actor
from victim_support.core.db import db, synced_classes
from victim_support.core.disclosure import SEALED_PERMISSION
from victim_support.journal.codec import REASON, OpRecord, unpack
from victim_support.journal.history import title_of
from victim_support.journal.models import Op
from victim_support.journal.newer import unknown_ops
from victim_support.sync.machines import SCOPE_WORDS
from victim_support.sync.models import Quarantined
from victim_support.sync.queries import (
    NOTHING,
    Position,
    Vector,
    find_certificate,
    find_revocation,
    hash_at,
)
from victim_support.sync.segments import Segment, unpack_segment

REVOKED = "revoked"
TAKEN, LEFT = "taken", "left"
DECISIONS = {TAKEN: "取り込みました", LEFT: "取り込まないことにしました"}
UNKNOWN_TABLE = "不明(新しい版)の記録"


@dataclass(frozen=True)
class Act:
    """What one person did at once: no values, and so nothing of a person."""

    when: datetime
    who: UUID | None
    reason: str
    records: str


@dataclass(frozen=True)
class Held:
    """A segment that waits, or on which somebody has decided."""

    row: Quarantined
    machine: str
    scope: str
    fault: str
    count: int
    acts: list[Act]
    follows: bool  # what comes before it is here, so that it could be taken in
    is_replaced: bool  # its machine goes on under a new name

    @property
    def decision(self) -> str:
        return DECISIONS.get(self.row.decision, "")


def list_held() -> list[Held]:
    """Return the segments that wait and whose content has not come otherwise."""
    rows = db.session.scalars(
        select(Quarantined)
        .where(Quarantined.decided_at.is_(None))
        .order_by(Quarantined.scope, Quarantined.node, Quarantined.first_seq)
    )
    return [held_of(row) for row in rows if is_visible(row) and lacking(row)]


def list_decided(limit: int = 50) -> list[Held]:
    """Return those decided last."""
    rows = db.session.scalars(
        select(Quarantined)
        .where(Quarantined.decided_at.is_not(None))
        .order_by(Quarantined.decided_at.desc(), Quarantined.id)
        .limit(limit)
    )
    return [held_of(row) for row in rows if is_visible(row)]


def count_held() -> int:
    """Return how many segments wait, whoever may see them; nothing of what has come otherwise."""
    rows = db.session.scalars(select(Quarantined).where(Quarantined.decided_at.is_(None)))
    return sum(bool(lacking(row)) for row in rows)


def count_sealed() -> int:
    """Return how many wait that only those may see who may see sealed records."""
    rows = db.session.scalars(select(Quarantined).where(Quarantined.decided_at.is_(None)))
    return sum(not is_visible(row) and bool(lacking(row)) for row in rows)


def count_newer() -> int:
    """Return how many operations of a newer version the actor may know to wait."""
    return unknown_ops(with_sealed=current_actor().may(SEALED_PERMISSION))


def find_held(row_id: UUID) -> Held | None:
    """Return a segment that the actor may see, or None."""
    row = db.session.get(Quarantined, row_id)
    return held_of(row) if row is not None and is_visible(row) else None


def is_visible(row: Quarantined) -> bool:
    """Tell whether the actor may know of it: what is sealed only those who may see sealed ones."""
    return not row.scope.endswith("/sealed") or current_actor().may(SEALED_PERMISSION)


def ends_put_aside(node: UUID, held: Vector) -> Vector:
    """Return how far the chains of a machine were put aside without a gap behind what is held."""
    rows = db.session.scalars(
        select(Quarantined)
        .where(Quarantined.node == node, Quarantined.fault == REVOKED)
        .order_by(Quarantined.scope, Quarantined.first_seq)
    )
    ends: Vector = {}
    for row in rows:
        key = row.scope, row.node
        end = ends.get(key) or held.get(key) or NOTHING
        segment = segment_of(row)
        if row.first_seq <= end.seq + 1 and row.last_seq > end.seq:
            ends[key] = Position(row.last_seq, segment.hash)
    return ends


def segment_of(row: Quarantined) -> Segment:
    """Return the segment as it came."""
    return msgspec.msgpack.decode(row.segment, type=Segment)


def raw_segment(segment: Segment) -> bytes:
    """Return a segment as it is kept."""
    return msgspec.msgpack.Encoder(uuid_format="bytes").encode(segment)


def ops_of(row: Quarantined) -> list[OpRecord]:
    """Return the operations of a segment that was proven when it came."""
    author = find_certificate(row.node)
    return unpack_segment(segment_of(row), author.sign_key) if author else []


def lacking(row: Quarantined) -> list[OpRecord]:
    """Return the operations whose act is not in the ledger, under whatever machine's name."""
    ops = ops_of(row)
    here = (Op.scope == row.scope) & Op.txn.in_({op.txn for op in ops})
    rows = db.session.execute(select(Op.txn, Op.tbl, Op.row_id).where(here))
    known = {tuple(found) for found in rows}
    return [op for op in ops if (op.txn, op.tbl, op.row_id) not in known]


def held_of(row: Quarantined) -> Held:
    """Return a segment in words."""
    segment, author, ops = segment_of(row), find_certificate(row.node), ops_of(row)
    before = hash_at(db.session.connection(), row.scope, row.node, row.first_seq - 1)
    revocation = find_revocation(row.node)
    return Held(
        row=row,
        machine=author.name if author else "不明な端末",
        scope=SCOPE_WORDS.get(row.scope.rsplit("/", 1)[-1], "不明(新しい版)"),
        fault=row.fault,
        count=len(ops),
        acts=[_act(list(act)) for _, act in groupby(ops, key=lambda op: op.txn)],
        follows=before == segment.previous,
        is_replaced=revocation is not None and revocation.replaced_by is not None,
    )


def _act(ops: Sequence[OpRecord]) -> Act:
    titles = {cls.__sync__.number: title_of(cls) for cls in synced_classes()}
    counts = Counter(titles.get(op.tbl, UNKNOWN_TABLE) for op in ops)
    payload = ops[0].payload
    return Act(
        when=ops[0].recorded_at,
        who=ops[0].actor,
        reason=unpack(payload[REASON]) if REASON in payload else "",
        records="、".join(f"{title} {count}件" for title, count in counts.items()),
    )
