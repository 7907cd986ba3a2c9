"""The tables of the journal: operations and the head of each chain."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core.db import Base, FieldClass, ScopeKind, Synced, field, sync_table


class Op(Base):
    """One operation (操作): what one transaction did to one row; never changed or deleted."""

    __tablename__ = "ops"
    __table_args__ = (
        UniqueConstraint("scope", "node", "seq"),
        Index(None, "row_id", "tbl"),
        {"sqlite_autoincrement": True},
    )

    # The order of arrival on this machine; SQLite counts only what it calls INTEGER.
    lsn: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True
    )
    scope: Mapped[str]
    node: Mapped[UUID]
    seq: Mapped[int]
    txn: Mapped[UUID] = mapped_column(index=True)
    hlc: Mapped[int] = mapped_column(BigInteger)
    schema: Mapped[int]
    tbl: Mapped[int]
    row_id: Mapped[UUID]
    data: Mapped[bytes]
    salt: Mapped[bytes]
    seen: Mapped[bytes | None]
    actor: Mapped[UUID | None] = mapped_column(index=True)
    recorded_at: Mapped[datetime]
    hash: Mapped[bytes]


class Chain(Base):
    """The last operation of one node in one scope; read and written inside the transaction."""

    __tablename__ = "chains"

    scope: Mapped[str] = mapped_column(primary_key=True)
    node: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[bytes]
    hlc: Mapped[int] = mapped_column(BigInteger)


class OpenConflict(Base):
    """A field about which a person has to decide (食い違い); computed from operations, not sent."""

    __tablename__ = "conflicts"

    scope: Mapped[str] = mapped_column(primary_key=True)
    tbl: Mapped[int] = mapped_column(primary_key=True)
    row_id: Mapped[UUID] = mapped_column(primary_key=True)
    field: Mapped[int] = mapped_column(primary_key=True)
    opened_at: Mapped[int] = mapped_column(BigInteger)  # clock of the second opinion


class UnknownOp(Base):
    """An operation of a newer version, of which this one cannot show everything; computed."""

    __tablename__ = "unknown_ops"

    scope: Mapped[str] = mapped_column(primary_key=True)
    node: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    tbl: Mapped[int]
    row_id: Mapped[UUID]


class ErasedValue(Base):
    """A value that the law had erased (消去): no operation up to that clock keeps it; computed."""

    __tablename__ = "erased_values"

    scope: Mapped[str] = mapped_column(primary_key=True)
    tbl: Mapped[int] = mapped_column(primary_key=True)
    row_id: Mapped[UUID] = mapped_column(primary_key=True)
    field: Mapped[int] = mapped_column(primary_key=True)
    hlc: Mapped[int] = mapped_column(BigInteger)
    is_clean: Mapped[bool]  # gone from free pages, search index and intake log, too


class Erasure(Synced):
    """An order to erase values (消去), in the scope of the record; two people give it."""

    __tablename__ = "erasures"
    __history__ = "history.read"
    __undo__ = False
    __sync__ = sync_table(91, ScopeKind.EITHER)

    target_table: Mapped[int] = field(1, FieldClass.FACT)
    target_id: Mapped[UUID] = field(2, FieldClass.FACT)
    target_fields: Mapped[list[int]] = field(3, FieldClass.FACT, type_=JSON(none_as_null=True))
    requested_by: Mapped[UUID | None] = field(4, FieldClass.FACT)
    approved_by: Mapped[UUID | None] = field(5, FieldClass.FACT)
    reason: Mapped[str | None] = field(6, FieldClass.FACT)
    ground: Mapped[str | None] = field(7, FieldClass.FACT)
