"""Drawn numbers, papers as immutable snapshots, and their printed copies."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped

from victim_support.certificates.rules import NumberState, PaperKind
from victim_support.core.db import FieldClass, OpenEnum, ScopeKind, Synced, field, sync_table


class NumberEntry(Synced):
    """One drawn number in the number register (発行番号簿); no personal data.

    Gaps are explained by states, never filled. The id follows from the number.
    """

    __tablename__ = "number_register"
    __undo__ = False
    __sync__ = sync_table(70, ScopeKind.DISASTER)

    number: Mapped[str] = field(1, FieldClass.FACT, index=True)
    prefix: Mapped[str] = field(2, FieldClass.FACT, index=True)
    counter: Mapped[int] = field(3, FieldClass.FACT)
    kind: Mapped[PaperKind | str] = field(4, FieldClass.FACT, type_=OpenEnum(PaperKind))
    drawn_at: Mapped[datetime] = field(5, FieldClass.FACT)
    drawn_by: Mapped[UUID | None] = field(6, FieldClass.FACT)
    state: Mapped[NumberState | str] = field(
        7, FieldClass.REVIEW, type_=OpenEnum(NumberState), default=NumberState.DRAWN.value
    )
    state_at: Mapped[datetime | None] = field(8, FieldClass.COUPLED, group="state")
    state_by: Mapped[UUID | None] = field(9, FieldClass.COUPLED, group="state")
    state_reason: Mapped[str | None] = field(10, FieldClass.COUPLED, group="state")
    successor: Mapped[str | None] = field(11, FieldClass.COUPLED, group="state")


class Certificate(Synced):
    """One numbered paper (証明書・受付票): what it says, as it was on the day it was issued.

    The snapshot never changes; whether the paper still counts stands in the number register.
    Papers of protected people (支援措置) lie in the sealed scope. When somebody whom the paper of
    another names is protected later, the snapshot goes there and the row in core stays without it.
    """

    __tablename__ = "certificates"
    __history__ = "certificate.read"
    __undo__ = False
    __sync__ = sync_table(71, ScopeKind.DISASTER)

    number: Mapped[str] = field(1, FieldClass.FACT, index=True)
    kind: Mapped[PaperKind | str] = field(2, FieldClass.FACT, type_=OpenEnum(PaperKind))
    application_id: Mapped[UUID] = field(3, FieldClass.FACT, index=True)
    judgement_id: Mapped[UUID | None] = field(4, FieldClass.FACT)
    snapshot: Mapped[dict[str, Any] | None] = field(5, FieldClass.REVIEW)
    snapshot_hash: Mapped[str] = field(6, FieldClass.FACT)
    supersedes: Mapped[str | None] = field(7, FieldClass.FACT)
    issued_at: Mapped[datetime] = field(8, FieldClass.FACT)
    issued_by: Mapped[UUID | None] = field(9, FieldClass.FACT)


class CertificateCopy(Synced):
    """One printed copy of a paper; a lost copy is printed again under its number (再交付).

    A protected person may have one that does not say where she lives (``hides_address``).
    """

    __tablename__ = "certificate_copies"
    __history__ = "certificate.read"
    __undo__ = False
    __sync__ = sync_table(72, ScopeKind.DISASTER)

    certificate_id: Mapped[UUID] = field(1, FieldClass.FACT, index=True)
    copy_number: Mapped[int] = field(2, FieldClass.FACT)
    reason: Mapped[str | None] = field(3, FieldClass.FACT)
    made_at: Mapped[datetime] = field(4, FieldClass.FACT)
    made_by: Mapped[UUID | None] = field(5, FieldClass.FACT)
    hides_address: Mapped[bool | None] = field(6, FieldClass.FACT)
