"""What a machine knows of itself and of the others; nothing here is exchanged as operations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core.db import Base


class Authority(Base):
    """The authority (発行元) of the headquarters, whose certificates this machine believes."""

    __tablename__ = "authorities"

    municipality: Mapped[str] = mapped_column(primary_key=True)
    public_key: Mapped[bytes]
    private_key: Mapped[bytes | None]  # sealed; at the headquarters only
    accepted_at: Mapped[datetime]


class MachineSecret(Base):
    """The secret keys of one life of this machine, sealed with a key of the instance."""

    __tablename__ = "machine_secrets"

    node: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]


class Peer(Base):
    """A machine of this municipality (端末), this one included, and the last contact with it."""

    __tablename__ = "peers"

    node: Mapped[UUID] = mapped_column(primary_key=True)
    certificate: Mapped[bytes]
    revocation: Mapped[bytes | None]
    address: Mapped[str] = mapped_column(default="")
    last_contact_at: Mapped[datetime | None]
    clock_offset: Mapped[float | None]  # seconds its clock is ahead of this one
    acknowledged: Mapped[bytes | None]  # packed vector: what it has said it holds
    last_fault: Mapped[str] = mapped_column(default="")


class Seal(Base):
    """A machine's signature under the end of a run of its operations; lets others pass them on."""

    __tablename__ = "seals"

    scope: Mapped[str] = mapped_column(primary_key=True)
    node: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    signature: Mapped[bytes]


class Quarantined(Base):
    """A segment that nobody takes in unseen (保留): of a revoked machine or of a forked chain."""

    __tablename__ = "quarantined"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    scope: Mapped[str]
    node: Mapped[UUID]
    first_seq: Mapped[int]
    last_seq: Mapped[int]
    fault: Mapped[str]
    segment: Mapped[bytes]
    received_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decision: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
