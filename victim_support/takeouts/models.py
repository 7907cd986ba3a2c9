"""What was handed out of the register, and the proofs that it was wiped; nothing about people."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped

from victim_support.core.db import FieldClass, ScopeKind, Synced, field, sync_table


class RegisterTakeout(Synced):
    """A register that was written for one machine (住民データの持ち出し)."""

    __tablename__ = "register_takeouts"
    __undo__ = False
    __sync__ = sync_table(80, ScopeKind.BASE)

    node: Mapped[UUID] = field(1, FieldClass.FACT)
    as_of: Mapped[datetime] = field(2, FieldClass.FACT)
    expires_on: Mapped[date] = field(3, FieldClass.FACT)
    towns: Mapped[list[str]] = field(4, FieldClass.FACT, type_=JSON(none_as_null=True))
    people: Mapped[int] = field(5, FieldClass.FACT)
    handed_at: Mapped[datetime] = field(6, FieldClass.FACT)
    handed_by: Mapped[UUID | None] = field(7, FieldClass.FACT)
    stick: Mapped[UUID | None] = field(8, FieldClass.FACT)  # of the ledger, on which it travelled


class RegisterPermit(Synced):
    """A person's word that one machine may fetch the register by itself (受け取りの許可).

    When it does, a takeout of the same id says what it got.
    """

    __tablename__ = "register_permits"
    __undo__ = False
    __sync__ = sync_table(237, ScopeKind.BASE)

    node: Mapped[UUID] = field(1, FieldClass.FACT)
    expires_on: Mapped[date] = field(2, FieldClass.FACT)
    towns: Mapped[list[str]] = field(3, FieldClass.FACT, type_=JSON(none_as_null=True))
    allowed_at: Mapped[datetime] = field(4, FieldClass.FACT)
    allowed_by: Mapped[UUID | None] = field(5, FieldClass.FACT)


class WipeProof(Synced):
    """A machine's signed statement that it wiped what it held (消去の証明)."""

    __tablename__ = "wipe_proofs"
    __undo__ = False
    __sync__ = sync_table(81, ScopeKind.BASE)

    node: Mapped[UUID] = field(1, FieldClass.FACT)
    wiped_at: Mapped[datetime] = field(2, FieldClass.FACT)
    is_machine: Mapped[bool] = field(3, FieldClass.FACT)
    statement: Mapped[bytes] = field(4, FieldClass.FACT)
