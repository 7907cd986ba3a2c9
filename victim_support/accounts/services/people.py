"""Writes of accounts: people, their roles, their first secrets."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import Forbidden

from victim_support.accounts import hashing
from victim_support.accounts.first_pins import LASTS, read_first_pins
from victim_support.accounts.models import Credential, Staff
from victim_support.accounts.one_time import new_badge
from victim_support.accounts.queries import find_by_login_name
from victim_support.accounts.rules import (
    ADMIN_ROLE,
    POWERFUL_ROLES,
    SecretKind,
    check_login_name,
    check_password,
    fold,
)
from victim_support.accounts.services.factors import forget_factors, keep_badge
from victim_support.core import clock
from victim_support.core.access import Actor
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.permissions import matrix
from victim_support.core.reads import log_security
from victim_support.core.scopes import current_scopes

HELPERS_AT_ONCE = 30
HELPER_ROLES = ("reception", "shelter_staff", "counter", "surveyor")


class LoginNameTakenError(ValueError):
    """Somebody has this login name already."""


@dataclass(frozen=True)
class NewSecret:
    """A PIN that is printed once, with its hash, and the code of the badge printed with it."""

    pin: str
    hash: str
    badge: str = field(default_factory=new_badge)


@dataclass(frozen=True)
class Slip:
    """What one slip (札) says: whose it is, the PIN, and the code of the badge to be worn."""

    staff: Staff
    pin: str
    badge: str

    @property
    def number(self) -> str:
        """Return the login name, a number for helpers."""
        return self.staff.login_name


def new_secrets(count: int) -> list[NewSecret]:
    """Draw PINs and hash them; slow, so before ``transaction()``."""
    pins = [hashing.new_pin() for _ in range(count)]
    return [NewSecret(pin, hashing.hash_secret(pin)) for pin in pins]


def create_administrator(*, login_name: str, password: str) -> Staff:
    """Create the first administrator (システム管理者); there is no default account.

    Raises:
        LoginNameError: The login name is not letters and digits.
        WeakSecretError: The password is short or easy to guess.
    """
    check_login_name(login_name)
    staff = add_staff(login_name=login_name, display_name=login_name, role=ADMIN_ROLE)
    _keep_password(staff, password)
    return staff


def create_staff(  # noqa: PLR0913 - the fields of a person
    *,
    by: Actor,
    login_name: str,
    display_name: str,
    role: str,
    first_secret: NewSecret,
    grants: Sequence[str] = (),
    shelter_id: UUID | None = None,
    expires_on: date | None = None,
    home_municipality: str = "",
) -> Staff:
    """Create a personal account; the first login, with the slip's PIN, asks for a password.

    Raises:
        LoginNameTakenError: Somebody has this login name already.
        Forbidden: ``by`` may not give this role or grant.
    """
    require_may_manage(by, role, grants)
    staff = add_staff(login_name=login_name, display_name=display_name, role=role)
    staff.grants = sorted(grants)
    staff.shelter_id = shelter_id
    staff.expires_on = expires_on
    staff.home_municipality = home_municipality
    keep_hash(staff.id, first_secret.hash, SecretKind.PIN, must_change=True)
    keep_badge(staff_id=staff.id, code=first_secret.badge)
    log_security("account.create", staff_id=staff.id, role=role)
    return staff


def create_helpers(
    *,
    by: Actor,
    first_secrets: Sequence[NewSecret],
    role: str,
    shelter_id: UUID | None,
    expires_on: date,
    home_municipality: str,
) -> list[Slip]:
    """Create accounts of helpers (応援) in one go: number and PIN, no names yet.

    Raises:
        Forbidden: ``by`` may not give this role.
    """
    require_may_manage(by, role)
    slips = []
    for number, secret in zip(_free_numbers(len(first_secrets)), first_secrets, strict=True):
        staff = add_staff(login_name=number, display_name=f"応援 {number}", role=role)
        staff.shelter_id = shelter_id
        staff.expires_on = expires_on
        staff.home_municipality = home_municipality
        keep_hash(staff.id, secret.hash, SecretKind.PIN)
        keep_badge(staff_id=staff.id, code=secret.badge)
        slips.append(Slip(staff, secret.pin, secret.badge))
    log_security("account.create_helpers", count=len(slips), role=role)
    return slips


def change_role(
    *,
    by: Actor,
    staff: Staff,
    role: str,
    grants: Sequence[str],
    shelter_id: UUID | None = None,
) -> None:
    """Give somebody another role, shelter or other grants; their logins end.

    Raises:
        Forbidden: ``by`` may not manage this person or give this role, or is this person.
    """
    require_may_manage(by, staff.role, staff.grants or ())
    if staff.id == by.id:  # nobody makes themselves mightier, and the last administrator stays
        raise Forbidden(description="自分の役割を変えること")
    require_may_manage(by, role, grants)
    staff.role = role
    staff.grants = sorted(grants)
    staff.shelter_id = shelter_id
    log_security("account.role", staff_id=staff.id, role=role)


def disable_staff(*, by: Actor, staff: Staff) -> None:
    """Stop an account (利用停止); logins end with it at once.

    Raises:
        Forbidden: ``by`` may not manage this person, or is this person.
    """
    require_may_manage(by, staff.role, staff.grants or ())
    if staff.id == by.id:
        raise Forbidden(description="自分の利用を止めること")
    staff.is_disabled = True
    log_security("account.disable", staff_id=staff.id)


def enable_staff(*, by: Actor, staff: Staff) -> None:
    """Let a stopped account in again.

    Raises:
        Forbidden: ``by`` may not manage this person.
    """
    require_may_manage(by, staff.role, staff.grants or ())
    staff.is_disabled = False
    log_security("account.enable", staff_id=staff.id)


def reset_secret(*, by: Actor, staff: Staff, new: NewSecret) -> None:
    """Start again with a printed PIN and badge; nobody chooses another person's password.

    Raises:
        Forbidden: ``by`` may not manage this person.
    """
    require_may_manage(by, staff.role, staff.grants or ())
    keep_hash(staff.id, new.hash, SecretKind.PIN, must_change=True)
    forget_factors(staff.id)
    keep_badge(staff_id=staff.id, code=new.badge)
    log_security("account.reset", staff_id=staff.id)


def list_unused_slips(*, by: Actor) -> list[Slip]:
    """Return the slips of the last day that nobody has used, of those whom ``by`` may manage."""
    pins = read_first_pins()
    rows = select(Staff).where(
        Staff.scope == current_scopes().base,
        Staff.id.in_(pins),
        Staff.is_withdrawn.is_(False),
        Staff.is_disabled.is_(False),
    )
    staff = db.session.scalars(rows.order_by(Staff.login_name, Staff.id))
    return [Slip(one, *pins[one.id]) for one in staff if _may_manage(by, one)]


def reprint_slips(*, by: Actor, staff_id: UUID | None = None) -> list[Slip]:
    """Return unused slips to be printed again, all or one person's, and log it."""
    slips = [slip for slip in list_unused_slips(by=by) if staff_id in (None, slip.staff.id)]
    for slip in slips:
        log_security("account.reprint", staff_id=slip.staff.id)
    return slips


def set_password(*, staff: Staff, password: str) -> None:
    """Keep a password that its owner has chosen.

    Raises:
        WeakSecretError: The password is short or easy to guess.
    """
    _keep_password(staff, password)
    log_security("account.password", staff_id=staff.id)


def require_may_manage(by: Actor, role: str, grants: Sequence[str] = ()) -> None:
    """Refuse those who would manage somebody mightier than they may give.

    Raises:
        Forbidden: The role or grant needs a system administrator.
    """
    if (role in POWERFUL_ROLES or grants) and not by.may("account.manage_any"):
        raise Forbidden(description=matrix().label("account.manage_any"))


def _may_manage(by: Actor, staff: Staff) -> bool:
    try:
        require_may_manage(by, staff.role, staff.grants or ())
    except Forbidden:
        return False
    return True


def add_staff(*, login_name: str, display_name: str, role: str) -> Staff:
    """Add a person without any secret: nobody can log in yet.

    Raises:
        LoginNameTakenError: Somebody has this login name already.
    """
    name = login_name.strip().casefold()
    if find_by_login_name(name) is not None:
        raise LoginNameTakenError(name)
    staff = Staff(
        scope=current_scopes().base,
        id=new_id(),
        login_name=name,
        display_name=display_name.strip(),
        role=role,
    )
    db.session.add(staff)
    db.session.flush()
    return staff


def _keep_password(staff: Staff, password: str) -> None:
    own_words = [fold(word) for word in (staff.login_name, staff.display_name) if len(word) > 2]
    check_password(
        password,
        is_admin=staff.role == ADMIN_ROLE,
        blocked={*hashing.blocked_words(), *own_words},
    )
    keep_hash(staff.id, hashing.hash_secret(password), SecretKind.PASSWORD)


def keep_hash(staff_id: UUID, hashed: str, kind: SecretKind, *, must_change: bool = False) -> None:
    """Keep the hash of somebody's password or PIN."""
    row = db.session.get(Credential, staff_id) or Credential(staff_id=staff_id)
    row.hash, row.kind = hashed, kind
    row.must_change, row.changed_at = must_change, clock.now()
    row.expires_at = clock.now() + LASTS if kind is SecretKind.PIN else None
    db.session.add(row)


def next_number() -> str:
    """Return a number that is no login name yet."""
    return _free_numbers(1)[0]


def _free_numbers(count: int) -> list[str]:
    """Return helper numbers that nobody has, also not on a laptop met later."""
    statement = select(Staff.login_name).where(Staff.scope == current_scopes().base)
    taken = set(db.session.scalars(statement))
    numbers: list[str] = []
    while len(numbers) < count:
        number = f"{secrets.randbelow(9 * 10**5) + 10**5}"
        if number not in taken:
            taken.add(number)
            numbers.append(number)
    return numbers
