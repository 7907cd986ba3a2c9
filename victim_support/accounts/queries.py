"""Reads of accounts: who is logged in, who works here."""

import hashlib
from datetime import date, timedelta
from uuid import UUID

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from victim_support.accounts.models import Credential, LoginSession, Staff
from victim_support.core import clock
from victim_support.core.access import Actor, Login
from victim_support.core.context import municipality
from victim_support.core.db import db, reading
from victim_support.core.permissions import matrix
from victim_support.core.scopes import Scopes, current_scopes
from victim_support.journal.wording import tell_values

SHIFT = timedelta(hours=12)

tell_values("staff", "role", matrix().roles.get)
tell_values("staff", "grants", matrix().grants.get)


def find_login(token: str) -> Login | None:
    """Return the living login of a session token, in a session of its own.

    A login is dead when it was ended, when the shift is over, or when the person was disabled,
    has expired, or has another role than at the login.
    """
    with reading() as session:
        row = session.scalar(
            select(LoginSession).where(LoginSession.token_hash == token_hash(token))
        )
        if row is None or row.ended_at or clock.now() >= row.created_at + SHIFT:
            return None
        staff = session.get(Staff, (Scopes(municipality()).base, row.staff_id))
        if staff is None or not is_active(staff, clock.today()):
            return None
        if (row.role, set(row.grants)) != (staff.role, set(staff.grants or ())):
            return None
        credential = session.get(Credential, row.staff_id)
        return Login(
            session_id=row.id,
            token=token,
            actor=actor_of(staff),
            disaster_key=row.disaster_key,
            shelter_id=row.shelter_id or staff.shelter_id,
            must_change_secret=bool(credential and credential.must_change),
        )


def actor_of(staff: Staff) -> Actor:
    """Return the frozen actor of a staff row."""
    permissions = matrix().of(staff.role, frozenset(staff.grants or ()))
    return Actor(staff.id, staff.display_name, staff.role, permissions, staff.shelter_id)


def is_active(staff: Staff, day: date) -> bool:
    """Tell whether somebody may log in on a day."""
    expired = staff.expires_on is not None and staff.expires_on < day
    return not (staff.is_disabled or staff.is_withdrawn or expired)


def token_hash(token: str) -> bytes:
    """Return what is kept of a session token."""
    return hashlib.sha256(token.encode()).digest()


def find_by_login_name(login_name: str, session: Session | None = None) -> Staff | None:
    """Return the person of a login name; with two of a name (from two machines) the first born."""
    statement = (
        select(Staff)
        .where(
            Staff.scope == current_scopes().base,
            Staff.login_name == login_name.strip().casefold(),
            Staff.is_withdrawn.is_(False),
        )
        .join(Credential, Credential.staff_id == Staff.id, isouter=True)
        .order_by(Credential.staff_id.is_(None), Staff.id)
        .limit(1)
    )
    return (session or db.session).scalar(statement)


def get_staff(staff_id: UUID) -> Staff:
    """Return a person of this municipality, or 404."""
    staff = db.session.get(Staff, (current_scopes().base, staff_id))
    if staff is None or staff.is_withdrawn:
        abort(404)
    return staff


def list_staff() -> list[Staff]:
    """Return everybody who works here, the active first."""
    statement = (
        select(Staff)
        .where(Staff.scope == current_scopes().base, Staff.is_withdrawn.is_(False))
        .order_by(Staff.is_disabled, Staff.login_name, Staff.id)
    )
    return list(db.session.scalars(statement))


def name_of_staff(staff_id: UUID) -> str | None:
    """Return how a person is called, also one who has left."""
    with reading() as session:
        staff = session.get(Staff, (Scopes(municipality()).base, staff_id))
        return staff.display_name if staff else None
