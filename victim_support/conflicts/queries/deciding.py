"""Who may decide which conflict, and who decided last."""

from uuid import UUID

from sqlalchemy import exists, select

from victim_support.conflicts.queries.cards import Card
from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.journal.models import Op

DECIDE, STAFF = "conflict.decide", "account.manage_any"


def may_decide(card: Card) -> bool:
    """Tell whether a conflict is the actor's to decide: of staff, that of the system office."""
    return current_actor().may(STAFF if card.is_about_staff else DECIDE)


def is_decided_by(txn: UUID, row_id: UUID) -> bool:
    """Tell whether an act wrote to a record."""
    statement = select(exists().where(Op.txn == txn, Op.row_id == row_id))
    return bool(db.session.scalar(statement))
