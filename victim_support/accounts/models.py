"""Staff, what lets them in, and the logins of this machine."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from victim_support.accounts.rules import SecretKind
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


class FirstPin(LocalBase):
    """The PIN on a slip (札) that nobody has used yet, for its reprint; gone after a day."""

    __tablename__ = "first_pins"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed_pin: Mapped[bytes]
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
    ended_at: Mapped[datetime | None]
    disaster_key: Mapped[str | None]
    shelter_id: Mapped[UUID | None]
