"""The tables of the journal: operations and the head of each chain."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core.db import Base


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
