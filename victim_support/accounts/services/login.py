"""Writes of accounts: who comes in, by name or badge, password, and a second factor."""

from uuid import UUID

from victim_support.accounts import hashing
from victim_support.accounts.models import Credential
from victim_support.accounts.queries import find_by_name_or_badge, is_active
from victim_support.accounts.services.factors import WrongCodeError, use_code, use_key
from victim_support.core import clock
from victim_support.core.db import db, reading, transaction
from victim_support.core.reads import log_security
from victim_support.core.throttle import ThrottledError, count_attempt, forget_attempts


class LoginRefusedError(Exception):
    """Name or password is wrong, or the account is not in force: one answer for all."""


class SlipExpiredError(Exception):
    """The PIN is right, but its slip was not used within a day."""


def authenticate(*, login_name: str, password: str, terminal: str) -> UUID:
    """Return the id of the person who gave the right name, or badge, and password.

    Every refusal looks alike and takes the same time; five failures begin a rising delay.

    Raises:
        LoginRefusedError: Wrong, unknown, disabled or expired.
        SlipExpiredError: Right, but the day of the slip is over; only its bearer hears it.
        ThrottledError: Too many failures; wait.
    """
    with reading() as session:
        staff = find_by_name_or_badge(login_name, session)
    account = staff.login_name if staff else login_name.strip().casefold()
    _count(account, terminal)
    with reading() as session:
        credential = session.get(Credential, staff.id) if staff else None
    is_right = hashing.is_right(credential.hash if credential else None, password)
    if staff is None or not is_right or not is_active(staff, clock.today()):
        log_security("login.failed", staff_id=staff.id if staff else None)
        raise LoginRefusedError
    if credential and credential.expires_at and credential.expires_at <= clock.now():
        log_security("login.slip_expired", staff_id=staff.id)
        raise SlipExpiredError
    forget_attempts(account, terminal)
    return staff.id


def prove_again(*, staff_id: UUID, password: str, terminal: str) -> None:
    """Compare the password of somebody who is logged in: after a pause, or before a weighty act.

    Raises:
        LoginRefusedError: It is wrong.
        ThrottledError: Too many failures; wait.
    """
    account = f"again:{staff_id}"
    _count(account, terminal)
    with reading() as session:
        credential = session.get(Credential, staff_id)
    if not hashing.is_right(credential.hash if credential else None, password):
        log_security("login.again_failed", staff_id=staff_id)
        raise LoginRefusedError
    forget_attempts(account, terminal)


def prove_second(*, staff_id: UUID, code: str, key_answer: str, terminal: str) -> None:
    """Take the second factor (二要素) of somebody whose password was right.

    Args:
        staff_id: Whose password it was.
        code: Six digits of an app, a badge, or a recovery code; any of them.
        key_answer: What a security key answered, as JSON; empty without one.
        terminal: Where.

    Raises:
        WrongCodeError: It is wrong, used, or the clocks differ; with words for the screen.
        ThrottledError: Too many failures; wait.
    """
    account = f"second:{staff_id}"
    _count(account, terminal)
    try:
        with transaction(reason="二要素の確認"):
            if key_answer:
                use_key(staff_id=staff_id, answer=key_answer)
            else:
                use_code(staff_id=staff_id, code=code)
    except WrongCodeError:
        log_security("login.second_failed", staff_id=staff_id)
        raise
    forget_attempts(account, terminal)


def _count(account: str, terminal: str) -> None:
    try:
        count_attempt(account, terminal)
    except ThrottledError:
        log_security("login.throttled")
        raise


def refresh_hash(staff_id: UUID, password: str) -> str | None:
    """Return a new hash when the kept one was made with weaker settings, else None."""
    with reading() as session:
        credential = session.get(Credential, staff_id)
    if credential is None or not hashing.is_outdated(credential.hash):
        return None
    return hashing.hash_secret(password)


def is_first_use(staff_id: UUID) -> bool:
    """Tell whether somebody comes in with the PIN of a slip for the first time."""
    with reading() as session:
        credential = session.get(Credential, staff_id)
        return credential is not None and credential.expires_at is not None


def note_first_use(staff_id: UUID) -> None:
    """Let a helper's PIN stand from now on; one that a password must replace keeps its day."""
    credential = db.session.get_one(Credential, staff_id)
    if not credential.must_change:
        credential.expires_at = None


def replace_hash(*, staff_id: UUID, new_hash: str) -> None:
    """Keep a stronger hash of the same password."""
    db.session.get_one(Credential, staff_id).hash = new_hash
