"""Writes of accounts: the emergency account (緊急用の利用者) that two envelopes open once."""

import hmac
from dataclasses import dataclass
from uuid import UUID

from werkzeug.exceptions import Forbidden

from victim_support.accounts.models import EmergencyAccess, Staff
from victim_support.accounts.one_time import new_recovery_codes, plain_code
from victim_support.accounts.queries import find_by_login_name, find_emergency, get_staff
from victim_support.accounts.rules import ADMIN_ROLE
from victim_support.accounts.sealing import digest
from victim_support.accounts.services.login import LoginRefusedError
from victim_support.accounts.services.people import add_staff, next_number
from victim_support.core import clock
from victim_support.core.access import Actor
from victim_support.core.db import db
from victim_support.core.permissions import matrix
from victim_support.core.reads import log_security

MANAGE = "account.manage_any"


@dataclass(frozen=True)
class Envelope:
    """What one of the two envelopes (封筒) holds."""

    number: str
    part: int
    holder: str
    code: str


def prepare_emergency(*, by: Actor, holders: tuple[str, str]) -> list[Envelope]:
    """Make an account for the day when no administrator can come in; return both envelopes.

    Args:
        by: An administrator.
        holders: The posts that keep one envelope each.

    Raises:
        Forbidden: ``by`` is no administrator.
    """
    _require(by)
    number = f"kinkyu-{next_number()}"
    staff = add_staff(login_name=number, display_name=f"緊急用 {number}", role=ADMIN_ROLE)
    codes = ["-".join(new_recovery_codes()[:2]) for _ in holders]
    db.session.add(
        EmergencyAccess(
            staff_id=staff.id,
            first_digest=_digest(staff.id, 1, codes[0]),
            second_digest=_digest(staff.id, 2, codes[1]),
            holders="、".join(holders),
            made_at=clock.now(),
        )
    )
    log_security("emergency.prepare", staff_id=staff.id)
    return [
        Envelope(number, part, holder, code)
        for part, holder, code in zip((1, 2), holders, codes, strict=True)
    ]


def open_emergency(
    *, number: str, codes: tuple[str, str], people: tuple[str, str], reason: str
) -> Staff:
    """Let two people in with their envelopes, once; nothing opens this account again.

    Args:
        number: The account's, on both envelopes.
        codes: The codes of the first and the second envelope.
        people: Who opened them; two different people.
        reason: Why.

    Raises:
        LoginRefusedError: A code is wrong, or the account was used or stopped.
    """
    staff = find_by_login_name(number)
    access = find_emergency(staff.id) if staff else None
    is_open = staff is not None and not staff.is_disabled
    if not (is_open and staff and access and _fits(access, codes)):
        log_security("emergency.failed", staff_id=staff.id if staff else None)
        raise LoginRefusedError
    access.first_digest = access.second_digest = None
    access.used_at, access.used_by, access.reason = clock.now(), "、".join(people), reason
    staff.expires_on = clock.today()
    log_security("emergency.used", staff_id=staff.id)
    return staff


def review_emergency(*, by: Actor, staff_id: UUID) -> None:
    """Note that an administrator has looked at what an emergency account did; stop it.

    Raises:
        Forbidden: ``by`` is no administrator, or is that account.
    """
    _require(by)
    if by.id == staff_id:
        raise Forbidden(description="自分の緊急の利用を確かめること")
    access = find_emergency(staff_id)
    if access is None:
        raise LookupError(staff_id)
    access.reviewed_at = clock.now()
    get_staff(staff_id).is_disabled = True
    log_security("emergency.reviewed", staff_id=staff_id)


def _require(by: Actor) -> None:
    if not by.may(MANAGE):
        raise Forbidden(description=matrix().label(MANAGE))


def _fits(access: EmergencyAccess, codes: tuple[str, str]) -> bool:
    kept = (access.first_digest, access.second_digest)
    given = [_digest(access.staff_id, part, code) for part, code in zip((1, 2), codes, strict=True)]
    return all(
        known is not None and hmac.compare_digest(known, one)
        for known, one in zip(kept, given, strict=True)
    )


def _digest(staff_id: UUID, part: int, code: str) -> bytes:
    return digest("emergency", f"{staff_id}{part}{plain_code(code)}")
