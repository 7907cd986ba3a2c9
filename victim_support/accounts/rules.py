"""Passwords and PINs: what is strong enough; pure rules."""

import itertools
import re
import unicodedata
from enum import StrEnum

PASSWORD_LENGTH, ADMIN_PASSWORD_LENGTH, LONGEST_PASSWORD = 12, 15, 128
PIN_LENGTH = 8
LOGIN_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{2,39}"
WRONG_LOGIN_NAME = "半角の英字と数字、3文字以上です。"
ADMIN_ROLE = "admin"
POWERFUL_ROLES = frozenset({"admin", "hq", "shelter_manager", "judge"})
ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
SHORTEST_ROW = 4


class SecretKind(StrEnum):
    """What a person types to come in."""

    PASSWORD = "password"  # noqa: S105 - a kind, chosen by the person
    PIN = "pin"  # printed once on a slip


class FactorKind(StrEnum):
    """What a person has, for the second factor (二要素)."""

    TOTP = "totp"  # an app on a telephone
    BADGE = "badge"  # the QR of a slip, worn
    KEY = "key"  # a FIDO2 security key


FACTOR_LABELS = {
    FactorKind.TOTP: "確認アプリ",
    FactorKind.BADGE: "札のQR",
    FactorKind.KEY: "セキュリティキー",
}


class WeakSecretError(ValueError):
    """The password is too short, too long or too easy; the message is for the screen."""


class LoginNameError(ValueError):
    """The login name (利用者名) cannot be typed everywhere; the message is for the screen."""


def check_login_name(name: str) -> None:
    """Refuse a login name that is not letters and digits.

    Raises:
        LoginNameError: It has other characters, or too few or many.
    """
    if not re.fullmatch(LOGIN_NAME, name.strip()):
        raise LoginNameError(f"利用者名は{WRONG_LOGIN_NAME}")


def plain_secret(secret: str) -> str:
    """Return a password as it is hashed: the same whatever width the input method wrote (NFKC)."""
    return unicodedata.normalize("NFKC", secret)


def check_password(password: str, *, is_admin: bool, blocked: set[str]) -> None:
    """Refuse a password that is short, or easy to guess; any characters are welcome.

    Follows OWASP ASVS 5.0, 6.2: length, no composition rules, a list of common passwords.

    Args:
        password: As typed.
        is_admin: Administrators need 15 characters instead of 12.
        blocked: Common passwords and the person's own names, folded.

    Raises:
        WeakSecretError: With words for the screen.
    """
    shortest = ADMIN_PASSWORD_LENGTH if is_admin else PASSWORD_LENGTH
    plain = plain_secret(password)
    if len(plain) < shortest:
        message = f"パスワードは{shortest}文字以上にしてください。日本語の文でもかまいません。"
        raise WeakSecretError(message)
    if len(plain) > LONGEST_PASSWORD:
        message = f"パスワードは{LONGEST_PASSWORD}文字までです。"
        raise WeakSecretError(message)
    if is_guessable(plain, blocked):
        message = (
            "そのパスワードは推測されやすいので使えません。関係のない言葉をいくつか並べてください。"
        )
        raise WeakSecretError(message)


def is_guessable(password: str, blocked: set[str]) -> bool:
    """Tell whether a password is a blocked word, one with figures around it, or a mere row."""
    folded = fold(password)
    core = re.sub(r"^[\d\W_]+|[\d\W_]+$", "", folded)
    unit = _repeated_unit(core)
    is_row = len(_without_rows(folded)) < SHORTEST_ROW
    return is_row or len(set(folded)) < 4 or not blocked.isdisjoint({folded, core, unit})


def fold(text: str) -> str:
    """Return a password or word for comparison: small letters, usual substitutes undone."""
    small = plain_secret(text).casefold()
    return re.sub(r"[\s_\-.!?]+", "", small).translate(str.maketrans("@$", "as"))


def _repeated_unit(text: str) -> str:
    found = re.fullmatch(r"(.+?)\1+", text)
    return found[1] if found else text


def _without_rows(text: str) -> str:
    """Remove what follows the keyboard, the digits or the alphabet, either way."""
    rows = (*ROWS, *(row[::-1] for row in ROWS))
    for length in range(max(map(len, rows)), SHORTEST_ROW - 1, -1):
        for row, start in itertools.product(rows, range(max(map(len, rows)))):
            if start + length <= len(row):
                text = text.replace(row[start : start + length], "")
    return text
