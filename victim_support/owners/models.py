"""What was seen of ownership when an owner applied."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table
from victim_support.owners.rules import OwnershipProof


class OwnershipCheck(Synced):
    """What showed, to which officer, that an applicant owns the house (所有の確認)."""

    __tablename__ = "ownership_checks"
    __history__ = "damage.read"
    __sync__ = sync_table(183, ScopeKind.DISASTER)

    application_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    proof: Mapped[OwnershipProof | str] = field(2, FieldClass.FACT, type_=OpenEnum(OwnershipProof))
    note: Mapped[str | None] = field(3, FieldClass.ORDINARY)
    checked_by: Mapped[UUID | None] = field(4, FieldClass.FACT)
    checked_at: Mapped[datetime] = field(5, FieldClass.FACT)
