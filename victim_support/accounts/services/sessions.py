"""Writes of accounts: logins begin, rest behind a lock, are proven anew, and end."""

import secrets
from uuid import UUID

from sqlalchemy import update
from werkzeug.exceptions import Forbidden

from victim_support.accounts.models import LoginSession, Staff
from victim_support.accounts.queries import lacks_factor, token_hash
from victim_support.accounts.services.people import require_may_manage
from victim_support.core import clock
from victim_support.core.access import Actor
from victim_support.core.db import local_writing, reading
from victim_support.core.ids import new_id
from victim_support.core.permissions import matrix
from victim_support.core.reads import log_security
from victim_support.core.scopes import current_scopes


def start_session(*, staff_id: UUID, terminal: str) -> str:
    """Begin a login and return its token, which is kept nowhere but in the browser."""
    token = secrets.token_urlsafe(32)
    with reading() as session:
        staff = session.get_one(Staff, (current_scopes().base, staff_id))
        needs_factor = lacks_factor(staff, session)
    moment = clock.now()
    with local_writing() as session:
        session.add(
            LoginSession(
                id=new_id(),
                token_hash=token_hash(token),
                staff_id=staff_id,
                role=staff.role,
                grants=list(staff.grants or ()),
                terminal=terminal,
                created_at=moment,
                seen_at=moment,
                confirmed_at=moment,
                needs_factor=needs_factor,
                shelter_id=staff.shelter_id,
            )
        )
    log_security("login", staff_id=staff_id)
    return token


def end_session(session_id: UUID) -> None:
    """End one login on the server; its cookie is worthless from now on."""
    with local_writing() as session:
        session.execute(
            update(LoginSession)
            .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
            .values(ended_at=clock.now())
        )


def end_sessions_of(staff_id: UUID) -> None:
    """End all logins of a person on this machine."""
    with local_writing() as session:
        session.execute(
            update(LoginSession)
            .where(LoginSession.staff_id == staff_id, LoginSession.ended_at.is_(None))
            .values(ended_at=clock.now())
        )


def choose_place(*, session_id: UUID, disaster_key: str | None, shelter_id: UUID | None) -> None:
    """Set the disaster and the shelter that a login works on."""
    with local_writing() as session:
        row = session.get_one(LoginSession, session_id)
        row.disaster_key = disaster_key
        row.shelter_id = shelter_id


def note_activity(session_id: UUID) -> None:
    """Note that somebody works at the terminal, so that it does not lock."""
    _change(session_id, seen_at=clock.now())


def lock_session(session_id: UUID) -> None:
    """Close the screen (画面を閉じる): nothing is answered until the password is given again."""
    _change(session_id, locked_at=clock.now())


def unlock_session(session_id: UUID) -> None:
    """Open the screen again."""
    _change(session_id, locked_at=None, seen_at=clock.now())


def confirm_session(session_id: UUID) -> str:
    """Note that the person has just proven again who works here; return the new token."""
    moment, token = clock.now(), secrets.token_urlsafe(32)
    _change(session_id, confirmed_at=moment, seen_at=moment, token_hash=token_hash(token))
    log_security("login.confirmed")
    return token


def require_may_end(*, by: Actor, staff: Staff) -> None:
    """Refuse those who would end the login of somebody whom they may not manage.

    Raises:
        Forbidden: ``by`` may manage nobody, or not this person.
    """
    if not by.may("account.manage"):
        raise Forbidden(description=matrix().label("account.manage"))
    require_may_manage(by, staff.role, staff.grants or ())


def satisfy_factor(session_id: UUID) -> None:
    """Let somebody on who has set up the second factor that was missing."""
    _change(session_id, needs_factor=False)


def _change(session_id: UUID, **values: object) -> None:
    with local_writing() as session:
        session.execute(
            update(LoginSession)
            .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
            .values(**values)
        )
