"""What a machine knows of itself and of the others; nothing here is exchanged as operations."""

from datetime import datetime
from typing import Any
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


class WrittenBundle(Base):
    """A bundle (束) that this machine has written: what a lost stick holds, and who can open it."""

    __tablename__ = "written_bundles"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    written_at: Mapped[datetime]
    written_by: Mapped[UUID | None]
    finished_at: Mapped[datetime | None]  # None: cut off; some of it may be on the stick
    is_first_fill: Mapped[bool]
    start: Mapped[bytes]  # packed vector: it holds what comes after
    end: Mapped[bytes]  # packed vector: up to here
    recipients: Mapped[list[str]]  # ids of machines
    acks: Mapped[dict[str, Any]]  # by id of a machine: when it had taken it in


class ReadBundles(Base):
    """What became of the bundles (束) on a stick that was read here."""

    __tablename__ = "read_bundles"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]
    read_by: Mapped[UUID | None]
    applied: Mapped[int]
    report: Mapped[list[dict[str, Any]]]
