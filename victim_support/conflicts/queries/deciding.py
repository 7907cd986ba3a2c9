"""Who may decide which conflict, and who decided last."""

from uuid import UUID

from victim_support.conflicts.queries.cards import Card
from victim_support.core.access import current_actor
from victim_support.core.db import Synced, db, synced_classes
from victim_support.journal.codec import OpRecord
from victim_support.journal.merge import FRONTIER, WITHDRAWN
from victim_support.journal.models import Op
from victim_support.journal.store import read_ops

DECIDE, STAFF = "conflict.decide", "account.manage_any"


def may_decide(card: Card) -> bool:
    """Tell whether a conflict is the actor's to decide: of staff, that of the system office."""
    return current_actor().may(STAFF if card.is_about_staff else DECIDE)


def is_decision_about(txn: UUID, subject_id: UUID) -> bool:
    """Tell whether an act decided a conflict about a person or record."""
    classes = {cls.__sync__.number: cls for cls in synced_classes()}
    ops = read_ops(db.session.connection(), Op.txn == txn)
    return any(_is_decision(op) and subject_id in _subjects(classes.get(op.tbl), op) for op in ops)


def _is_decision(op: OpRecord) -> bool:
    """Tell whether an operation was written on several opinions, or on a withdrawal and edits."""
    seen = op.seen_heads
    is_chosen = any(len(refs) > 1 for number, refs in seen.items() if number != FRONTIER)
    return is_chosen or (WITHDRAWN in op.payload and bool(seen.get(WITHDRAWN)))


def _subjects(cls: type[Synced] | None, op: OpRecord) -> set[UUID | None]:
    row = db.session.get(cls, (op.scope, op.row_id)) if cls else None
    return {op.row_id, getattr(row, "person_id", None)}
