"""Codes of the second factor (二要素): badges, recovery codes and the app's six digits; pure."""

import hmac
import re
import secrets
import unicodedata
from datetime import datetime

import pyotp

BADGE = re.compile(r"%B[A-Z2-7]{24}")
RECOVERY = re.compile(r"[A-Z2-7]{10}")
RECOVERY_CODES = 10
STEP_SECONDS, STEPS_OFF, STEPS_SEARCHED = 30, 1, 40
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class WrongCodeError(ValueError):
    """The code is not accepted; the message is for the screen."""


def new_badge() -> str:
    """Return the code of a badge: 120 random bits, in letters that any scanner types."""
    return f"%B{_letters(24)}"


def new_recovery_codes() -> list[str]:
    """Return ten codes of 50 random bits, as they are printed."""
    return [f"{_letters(5)}-{_letters(5)}" for _ in range(RECOVERY_CODES)]


def plain_code(text: str) -> str:
    """Return a code as it is compared, whatever width, case or hyphens were typed."""
    return re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", text)).upper()


def is_badge(text: str) -> bool:
    """Tell whether a badge was scanned where a name is typed."""
    return BADGE.fullmatch(plain_code(text)) is not None


def accepted_step(secret: str, code: str, *, moment: datetime, last_step: int) -> int:
    """Return the 30-second step of an app's code (RFC 6238), which may be used once.

    Args:
        secret: The app's secret, base 32.
        code: Six digits.
        moment: Now.
        last_step: The last step that was used.

    Raises:
        WrongCodeError: Wrong, used already, or right at another time: then a clock is wrong.
    """
    app, now = pyotp.TOTP(secret), int(moment.timestamp()) // STEP_SECONDS
    for step in range(now - STEPS_OFF, now + STEPS_OFF + 1):
        if _is(app, code, step):
            if step <= last_step:
                message = (
                    "この確認コードは使用済みです。次のコードに変わるのを待って入れてください。"
                )
                raise WrongCodeError(message)
            return step
    for off in range(STEPS_OFF + 1, STEPS_SEARCHED + 1):
        if _is(app, code, now - off) or _is(app, code, now + off):
            message = (
                "確認コードの時刻が合いません。"
                "このパソコンの時計と、アプリの端末の時計を確かめてください。"
            )
            raise WrongCodeError(message)
    message = (
        "確認コードが違います。アプリに今出ている6桁を入れてください。"
        "何度も違うときは、このパソコンの時計を確かめてください。"
    )
    raise WrongCodeError(message)


def new_app_secret() -> str:
    """Return a secret for an app: 160 random bits."""
    return pyotp.random_base32()


def app_address(secret: str, *, person: str, issuer: str) -> str:
    """Return what the QR for the app says."""
    return pyotp.TOTP(secret).provisioning_uri(name=person, issuer_name=issuer)


def _is(app: pyotp.TOTP, code: str, step: int) -> bool:
    return hmac.compare_digest(app.generate_otp(step).encode(), code.encode())


def _letters(count: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(count))
