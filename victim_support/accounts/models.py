"""Staff, what lets them in, and the logins of this machine."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from victim_support.accounts.rules import FactorKind, SecretKind
from victim_support.core.db import (
    Base,
    FieldClass,
    LocalBase,
    OpenEnum,
    ScopeKind,
    Synced,
    field,
    sync_table,
)


class Staff(Synced):
    """Somebody who works with the program (職員・応援者); holds no secret."""

    __tablename__ = "staff"
    __sync__ = sync_table(1, ScopeKind.BASE)

    login_name: Mapped[str] = field(1, FieldClass.FACT, default="", index=True)
    display_name: Mapped[str] = field(2, FieldClass.ORDINARY, default="")
    role: Mapped[str] = field(3, FieldClass.REVIEW, default="")
    grants: Mapped[list[str] | None] = field(4, FieldClass.REVIEW)
    shelter_id: Mapped[UUID | None] = field(5, FieldClass.ORDINARY)
    expires_on: Mapped[date | None] = field(6, FieldClass.RESTRICTIVE)
    home_municipality: Mapped[str] = field(7, FieldClass.ORDINARY, default="")
    is_disabled: Mapped[bool] = field(8, FieldClass.RESTRICTIVE, default=False)


class Credential(Base):
    """The hash of a password or PIN; never leaves this machine."""

    __tablename__ = "credentials"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[str]
    kind: Mapped[SecretKind] = mapped_column(OpenEnum(SecretKind))
    must_change: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """Until when a PIN must have been used for the first time (最初のログインの期限)."""


class SecondFactor(Base):
    """What somebody has, besides what they know (二要素); never leaves this machine."""

    __tablename__ = "second_factors"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[FactorKind] = mapped_column(OpenEnum(FactorKind))
    digest: Mapped[bytes | None] = mapped_column(index=True)
    """Keyed digest of a badge's code."""
    sealed: Mapped[bytes | None]
    """The secret of an app, or the public part of a security key."""
    counter: Mapped[int] = mapped_column(default=0)
    """The last step of an app that was used; how often a badge or key was."""
    label: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]


class RecoveryCode(Base):
    """One of ten codes (予備コード) for the day when the app is lost; used once."""

    __tablename__ = "recovery_codes"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class EmergencyAccess(Base):
    """A sealed account (緊急用の利用者): two envelopes open it, once."""

    __tablename__ = "emergency_accesses"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_digest: Mapped[bytes | None]
    second_digest: Mapped[bytes | None]
    holders: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    reviewed_at: Mapped[datetime | None]


class KeptDraft(LocalBase):
    """What was typed and not sent (下書き): forms of one person, sealed."""

    __tablename__ = "kept_drafts"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    kept_at: Mapped[datetime]


class FirstPin(LocalBase):
    """PIN and badge of a slip (札) that nobody has used yet, for its reprint; gone after a day."""

    __tablename__ = "first_pins"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]


class LoginSession(LocalBase):
    """One login (ログイン) at one terminal; ended on the server, whatever the browser keeps."""

    __tablename__ = "login_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    staff_id: Mapped[UUID] = mapped_column(index=True)
    role: Mapped[str]
    grants: Mapped[list[str]]
    terminal: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When somebody last worked here, to the minute."""
    locked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime]
    """When the person last proved who works here, with the password."""
    needs_factor: Mapped[bool]
    """The person has no second factor yet and must set one up first."""
    ended_at: Mapped[datetime | None]
    disaster_key: Mapped[str | None]
    shelter_id: Mapped[UUID | None]
