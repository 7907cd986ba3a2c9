"""Bulk issues, what became of each application in them, and acts with issued papers."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.batches.rules import BatchOutcome, HandlingKind, NoticeWay
from victim_support.certificates.rules import PaperKind
from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table


class Batch(Synced):
    """One bulk issue of papers (一括発行): which, chosen how, by whom; names nobody."""

    __tablename__ = "paper_batches"
    __undo__ = False
    __sync__ = sync_table(180, ScopeKind.DISASTER)

    kind: Mapped[PaperKind | str] = field(1, FieldClass.FACT, type_=OpenEnum(PaperKind))
    choice: Mapped[str] = field(2, FieldClass.FACT, default="")
    asked: Mapped[int] = field(3, FieldClass.FACT)
    is_mailed: Mapped[bool] = field(4, FieldClass.FACT, default=False)
    called: Mapped[str] = field(5, FieldClass.FACT, default="")
    started_at: Mapped[datetime] = field(6, FieldClass.FACT)
    started_by: Mapped[UUID | None] = field(7, FieldClass.FACT)


class BatchItem(Synced):
    """What became of one application in a bulk issue; the id follows from both.

    The reason names nobody. Those of protected people (支援措置) lie in the sealed scope.
    """

    __tablename__ = "batch_items"
    __history__ = "certificate.read"
    __undo__ = False
    __sync__ = sync_table(181, ScopeKind.DISASTER)

    batch_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    application_id: Mapped[UUID] = field(2, FieldClass.FACT, index=True)
    position: Mapped[int] = field(3, FieldClass.FACT)
    outcome: Mapped[BatchOutcome | str] = field(4, FieldClass.FACT, type_=OpenEnum(BatchOutcome))
    certificate_id: Mapped[UUID | None] = field(5, FieldClass.FACT, index=True)
    reason: Mapped[str | None] = field(6, FieldClass.FACT)


class PaperHandling(Synced):
    """One act with an issued paper (引渡しの記録): told, sent, handed over, come back."""

    __tablename__ = "paper_handlings"
    __history__ = "certificate.read"
    __sync__ = sync_table(182, ScopeKind.DISASTER)

    certificate_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    kind: Mapped[HandlingKind | str] = field(2, FieldClass.FACT, type_=OpenEnum(HandlingKind))
    way: Mapped[NoticeWay | str | None] = field(3, FieldClass.FACT, type_=OpenEnum(NoticeWay))
    day: Mapped[date] = field(4, FieldClass.FACT)
    note: Mapped[str | None] = field(5, FieldClass.ORDINARY)
    recorded_by: Mapped[UUID | None] = field(6, FieldClass.FACT)
    recorded_at: Mapped[datetime] = field(7, FieldClass.FACT)
