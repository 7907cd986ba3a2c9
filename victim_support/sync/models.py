"""What a machine knows of itself and of the others; of this only the sticks are exchanged."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core.db import (
    Base,
    FieldClass,
    OpenEnum,
    ScopeKind,
    Synced,
    field,
    sync_table,
)


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


class StickState(StrEnum):
    """Where a stick is; from open to restrictive."""

    IN_USE = "in_use"
    LOST = "lost"

    @property
    def label(self) -> str:
        return {StickState.IN_USE: "使用中", StickState.LOST: "紛失"}[self]


class Stick(Synced):
    """A stick (USB) that carries records: registered, and known by the mark on it."""

    __tablename__ = "sticks"
    __undo__ = False
    __sync__ = sync_table(244, ScopeKind.BASE)

    label: Mapped[str] = field(1, FieldClass.FACT)
    volume: Mapped[str | None] = field(2, FieldClass.FACT)  # the system's id of its file system
    registered_at: Mapped[datetime] = field(3, FieldClass.FACT)
    registered_by: Mapped[UUID | None] = field(4, FieldClass.FACT)
    node: Mapped[UUID] = field(5, FieldClass.FACT)
    state: Mapped[StickState | str | None] = field(
        6, FieldClass.RESTRICTIVE, type_=OpenEnum(StickState), default=StickState.IN_USE.value
    )
    state_at: Mapped[datetime | None] = field(7, FieldClass.COUPLED, group="told")
    state_by: Mapped[UUID | None] = field(8, FieldClass.COUPLED, group="told")
    state_note: Mapped[str | None] = field(9, FieldClass.COUPLED, group="told")


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
    stick: Mapped[UUID | None]  # on which registered stick


class ReadBundles(Base):
    """What became of the bundles (束) on a stick that was read here."""

    __tablename__ = "read_bundles"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]
    read_by: Mapped[UUID | None]
    applied: Mapped[int]
    report: Mapped[list[dict[str, Any]]]
    stick: Mapped[UUID | None]
