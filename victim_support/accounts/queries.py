"""Reads of accounts: who is logged in, who works here."""

import hashlib
from datetime import date, timedelta
from uuid import UUID

from flask import abort
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from victim_support.accounts.models import (
    Credential,
    EmergencyAccess,
    LoginSession,
    RecoveryCode,
    SecondFactor,
    Staff,
)
from victim_support.accounts.one_time import is_badge, plain_code
from victim_support.accounts.policy import idle_limit, is_factor_asked
from victim_support.accounts.rules import ADMIN_ROLE, FactorKind
from victim_support.accounts.sealing import digest
from victim_support.core import clock
from victim_support.core.access import Actor, Login
from victim_support.core.context import municipality
from victim_support.core.db import db, reading
from victim_support.core.permissions import matrix
from victim_support.core.scopes import Scopes, current_scopes
from victim_support.journal.wording import tell_values

SHIFT = timedelta(hours=12)
EMERGENCY = timedelta(hours=2)

_LOGIN = select(LoginSession).where(LoginSession.token_hash == bindparam("token"))
_STAFF = (
    select(Staff, Credential.must_change)
    .join(Credential, Credential.staff_id == Staff.id, isouter=True)
    .where(Staff.scope == bindparam("base"), Staff.id == bindparam("staff"))
)

tell_values("staff", "role", matrix().roles.get)
tell_values("staff", "grants", matrix().grants.get)


def find_login(token: str) -> Login | None:
    """Return the living login of a session token, in a session of its own.

    A login is dead when it was ended, when the shift is over, or when the person was disabled,
    has expired, or has another role than at the login.
    """
    with reading() as session:
        row = session.scalar(_LOGIN, {"token": token_hash(token)})
        if row is None or row.ended_at or clock.now() >= row.created_at + SHIFT:
            return None
        whom = {"base": Scopes(municipality()).base, "staff": row.staff_id}
        staff, must_change = session.execute(_STAFF, whom).first() or (None, None)
        if staff is None or not is_active(staff, clock.today()):
            return None
        if (row.role, set(row.grants)) != (staff.role, set(staff.grants or ())):
            return None
        return Login(
            session_id=row.id,
            token=token,
            actor=actor_of(staff),
            disaster_key=row.disaster_key,
            shelter_id=row.shelter_id or staff.shelter_id,
            must_change_secret=bool(must_change),
            needs_factor=row.needs_factor,
            is_locked=row.locked_at is not None or clock.now() >= row.seen_at + idle_limit(),
            confirmed_at=row.confirmed_at,
            seen_at=row.seen_at,
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


def find_by_name_or_badge(text: str, session: Session) -> Staff | None:
    """Return the person of a login name, or of a badge that was scanned in its place."""
    if not is_badge(text):
        return find_by_login_name(text, session)
    statement = select(SecondFactor.staff_id).where(
        SecondFactor.kind == FactorKind.BADGE,
        SecondFactor.digest == digest("badges", plain_code(text)),
    )
    staff_id = session.scalar(statement)
    return session.get(Staff, (current_scopes().base, staff_id)) if staff_id else None


def list_factors(staff_id: UUID, session: Session | None = None) -> list[SecondFactor]:
    """Return what somebody has besides the password, oldest first."""
    statement = (
        select(SecondFactor)
        .where(SecondFactor.staff_id == staff_id)
        .order_by(SecondFactor.made_at, SecondFactor.id)
    )
    return list((session or db.session).scalars(statement))


def must_prove_second(staff_id: UUID) -> bool:
    """Tell whether a login asks for a second factor, which the person has."""
    with reading() as session:
        return is_factor_asked(session) and bool(list_factors(staff_id, session))


def lacks_factor(staff: Staff, session: Session) -> bool:
    """Tell whether somebody must set up a second factor first; a badge is too little for admins."""
    if not is_factor_asked(session):
        return False
    if session.get(EmergencyAccess, staff.id) is not None:
        return False
    kinds = {each.kind for each in list_factors(staff.id, session)}
    if staff.role == ADMIN_ROLE:
        kinds.discard(FactorKind.BADGE)
    return not kinds


def count_recovery_codes(staff_id: UUID) -> int:
    """Return how many recovery codes somebody still has."""
    statement = select(func.count()).where(
        RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(statement) or 0


def list_sessions(staff_id: UUID | None = None) -> list[LoginSession]:
    """Return the living logins of this machine, of one person or of all, newest first."""
    statement = select(LoginSession).where(
        LoginSession.ended_at.is_(None), LoginSession.created_at > clock.now() - SHIFT
    )
    if staff_id is not None:
        statement = statement.where(LoginSession.staff_id == staff_id)
    with reading() as session:
        rows = session.scalars(statement.order_by(LoginSession.created_at.desc(), LoginSession.id))
        return list(rows)


def find_session(session_id: UUID) -> LoginSession | None:
    """Return a living login of this machine, None when it is over."""
    with reading() as session:
        row = session.get(LoginSession, session_id)
    return row if row and row.ended_at is None else None


def find_emergency(staff_id: UUID) -> EmergencyAccess | None:
    """Return the emergency access (緊急用) that an account is for, None for others."""
    return db.session.get(EmergencyAccess, staff_id)


def list_emergencies() -> list[EmergencyAccess]:
    """Return the emergency accesses, newest first."""
    statement = select(EmergencyAccess).order_by(
        EmergencyAccess.made_at.desc(), EmergencyAccess.staff_id
    )
    return list(db.session.scalars(statement))


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


def list_able_to_log_in() -> set[UUID]:
    """Return who has a password or PIN on this machine: they do not travel with the records."""
    return set(db.session.scalars(select(Credential.staff_id)))


def name_of_staff(staff_id: UUID) -> str | None:
    """Return how a person is called, also one who has left."""
    with reading() as session:
        staff = session.get(Staff, (Scopes(municipality()).base, staff_id))
        return staff.display_name if staff else None
