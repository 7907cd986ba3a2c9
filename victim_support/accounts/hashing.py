"""Hash and compare passwords and PINs: Argon2id, few at a time because each takes 64 MiB."""

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerificationError

from victim_support.accounts.rules import PIN_LENGTH, plain_secret
from victim_support.core.paths import PACKAGE

AT_ONCE = 2
HASHER = PasswordHasher(
    time_cost=3, memory_cost=64 * 1024, parallelism=4, hash_len=32, salt_len=16, type=Type.ID
)
_memory = threading.BoundedSemaphore(AT_ONCE)


def hash_secret(secret: str) -> str:
    """Return the hash of a password or PIN."""
    with _memory:
        return HASHER.hash(plain_secret(secret))


def is_right(known_hash: str | None, secret: str) -> bool:
    """Compare in the same time whether the account exists or not."""
    with _memory:
        try:
            HASHER.verify(known_hash or _nobody(), plain_secret(secret))
        except VerificationError:
            return False
    return known_hash is not None


def is_outdated(known_hash: str) -> bool:
    """Tell whether a hash was made with weaker settings than today's."""
    return HASHER.check_needs_rehash(known_hash)


def new_pin() -> str:
    """Return a random PIN (暗証番号) of eight digits."""
    return f"{secrets.randbelow(10**PIN_LENGTH):0{PIN_LENGTH}d}"


@cache
def blocked_words() -> frozenset[str]:
    """Return the common passwords and words that are refused, folded."""
    text = (PACKAGE / "accounts" / "tables" / "blocked_passwords.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def _nobody() -> str:
    return HASHER.hash(secrets.token_hex(16))
