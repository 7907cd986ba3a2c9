"""Writes of accounts: second factors (二要素) — apps, badges, security keys, recovery codes."""

from uuid import UUID

from sqlalchemy import delete

from victim_support.accounts import security_keys
from victim_support.accounts.models import RecoveryCode, SecondFactor
from victim_support.accounts.one_time import (
    BADGE,
    RECOVERY,
    WrongCodeError,
    accepted_step,
    new_recovery_codes,
    plain_code,
)
from victim_support.accounts.queries import list_factors
from victim_support.accounts.rules import FactorKind
from victim_support.accounts.sealing import digest, seal
from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.reads import log_security

__all__ = ["WrongCodeError"]


def keep_badge(*, staff_id: UUID, code: str) -> None:
    """Make a badge (札) somebody's second factor; one that was lost is worthless from now on."""
    _forget(staff_id, FactorKind.BADGE)
    _add(staff_id, FactorKind.BADGE, digest=digest("badges", code), label="札")


def keep_app(*, staff_id: UUID, secret: str, code: str) -> list[str]:
    """Make an app somebody's second factor, in place of an earlier one; return recovery codes.

    Args:
        staff_id: Whose it is.
        secret: What the QR told the app.
        code: What the app shows now: the proof that it has the secret.

    Raises:
        WrongCodeError: The code is not the app's.
    """
    step = accepted_step(secret, plain_code(code), moment=clock.now(), last_step=0)
    _forget(staff_id, FactorKind.TOTP)
    sealed = seal("second-factors").encrypt(secret.encode())
    _add(staff_id, FactorKind.TOTP, sealed=sealed, counter=step, label="確認アプリ")
    return renew_recovery_codes(staff_id)


def keep_key(*, staff_id: UUID, state: str, answer: str, host: str, label: str) -> list[str]:
    """Make a security key (FIDO2) somebody's second factor; return recovery codes when first.

    Raises:
        WrongCodeError: The key's answer does not belong to what it was asked.
    """
    credential = security_keys.registered(state=state, answer=answer, host=host)
    is_first = not any(each.kind != FactorKind.BADGE for each in list_factors(staff_id))
    sealed = seal("second-factors").encrypt(credential)
    _add(staff_id, FactorKind.KEY, sealed=sealed, label=f"{label or 'セキュリティキー'}({host})")
    return renew_recovery_codes(staff_id) if is_first else []


def renew_recovery_codes(staff_id: UUID) -> list[str]:
    """Return ten new recovery codes (予備コード), which are shown once; earlier ones are void."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    codes = new_recovery_codes()
    for code in codes:
        kept = digest("recovery", f"{staff_id}{plain_code(code)}")
        db.session.add(RecoveryCode(digest=kept, staff_id=staff_id))
    log_security("factor.recovery_codes", staff_id=staff_id)
    return codes


def use_code(*, staff_id: UUID, code: str) -> None:
    """Take a typed or scanned code: a badge, a recovery code, or six digits of an app.

    Raises:
        WrongCodeError: It is wrong or used.
    """
    plain = plain_code(code)
    if BADGE.fullmatch(plain):
        _use_badge(staff_id, plain)
    elif RECOVERY.fullmatch(plain):
        _use_recovery_code(staff_id, plain)
    else:
        _use_app(staff_id, plain)


def use_key(*, staff_id: UUID, answer: str) -> None:
    """Take the answer of a security key.

    Raises:
        WrongCodeError: It is not the answer of one of the person's keys to what was asked.
    """
    keys = [each for each in list_factors(staff_id) if each.kind == FactorKind.KEY]
    credentials = [seal("second-factors").decrypt(each.sealed or b"") for each in keys]
    used = security_keys.answered(answer=answer, credentials=credentials)
    keys[used].counter += 1


def forget_factors(staff_id: UUID) -> None:
    """Forget everything somebody had: lost, or the person starts again."""
    db.session.execute(delete(SecondFactor).where(SecondFactor.staff_id == staff_id))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    log_security("factor.forget", staff_id=staff_id)


def _use_badge(staff_id: UUID, code: str) -> None:
    kept = digest("badges", code)
    for factor in list_factors(staff_id):
        if factor.kind == FactorKind.BADGE and factor.digest == kept:
            factor.counter += 1
            return
    message = "この札は、この利用者のものではないか、作り直されています。"
    raise WrongCodeError(message)


def _use_recovery_code(staff_id: UUID, code: str) -> None:
    kept = db.session.get(RecoveryCode, digest("recovery", f"{staff_id}{code}"))
    if kept is None or kept.used_at is not None:
        message = "この予備コードは違うか、使用済みです。"
        raise WrongCodeError(message)
    kept.used_at = clock.now()
    log_security("factor.recovery_used", staff_id=staff_id)


def _use_app(staff_id: UUID, code: str) -> None:
    apps = [each for each in list_factors(staff_id) if each.kind == FactorKind.TOTP]
    if not apps:
        message = "札のQRを読み取るか、予備コードを入れてください。"
        raise WrongCodeError(message)
    secret = seal("second-factors").decrypt(apps[0].sealed or b"").decode()
    apps[0].counter = accepted_step(secret, code, moment=clock.now(), last_step=apps[0].counter)


def _add(
    staff_id: UUID,
    kind: FactorKind,
    *,
    digest: bytes | None = None,
    sealed: bytes | None = None,
    counter: int = 0,
    label: str,
) -> None:
    db.session.add(
        SecondFactor(
            id=new_id(),
            staff_id=staff_id,
            kind=kind,
            digest=digest,
            sealed=sealed,
            counter=counter,
            label=label,
            made_at=clock.now(),
        )
    )
    log_security("factor.add", staff_id=staff_id, factor=kind.value)


def _forget(staff_id: UUID, kind: FactorKind) -> None:
    db.session.execute(
        delete(SecondFactor).where(SecondFactor.staff_id == staff_id, SecondFactor.kind == kind)
    )
