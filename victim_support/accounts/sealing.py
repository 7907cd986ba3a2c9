"""Secrets of accounts at rest: sealed or digested with keys of their own, beside the database's."""

import hashlib
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, cast

from cryptography.fernet import Fernet
from flask import current_app

if TYPE_CHECKING:
    from victim_support.core.instance import OpenInstance


def seal(purpose: str) -> Fernet:
    """Return what seals and opens the secrets of one purpose."""
    return Fernet(urlsafe_b64encode(_subkey(purpose)))


def digest(purpose: str, code: str) -> bytes:
    """Return what is kept of a long random code."""
    return hashlib.blake2b(code.encode(), key=_subkey(purpose), digest_size=32).digest()


def _subkey(purpose: str) -> bytes:
    return cast("OpenInstance", current_app.extensions["instance"]).subkey(purpose)
