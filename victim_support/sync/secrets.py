"""The secret keys of this machine and, at the headquarters, of its authority.

They lie in the database, sealed with a key of the instance: on PostgreSQL the database itself is
not encrypted.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import select

from victim_support.core.db import db
from victim_support.sync.models import MachineSecret

if TYPE_CHECKING:
    from victim_support.core.instance import OpenInstance

_PURPOSE = "machine-secrets"
_NONCE = 12


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    sign_key: bytes
    identity: str


@dataclass(frozen=True)
class Secrets:
    """What this machine signs with and what it opens envelopes with."""

    sign_key: Ed25519PrivateKey
    identity: pyrage.x25519.Identity

    @property
    def public_sign_key(self) -> bytes:
        return self.sign_key.public_key().public_bytes_raw()

    @property
    def box_key(self) -> str:
        return str(self.identity.to_public())


def find_secrets(node: UUID) -> Secrets | None:
    """Return the keys of a life of this machine, None when it has none yet."""
    found = db.session.scalar(select(MachineSecret.sealed).where(MachineSecret.node == node))
    return None if found is None else open_secrets(found)


def open_secrets(raw: bytes) -> Secrets:
    """Return the keys of a life of this machine from what lies in the database."""
    return _read(unsealed(raw))


@lru_cache(maxsize=8)
def _read(raw: bytes) -> Secrets:
    stored = msgspec.msgpack.decode(raw, type=_Stored)
    return Secrets(
        Ed25519PrivateKey.from_private_bytes(stored.sign_key),
        pyrage.x25519.Identity.from_str(stored.identity),
    )


def make_secrets(node: UUID) -> Secrets:
    """Draw the keys of a life of this machine; inside ``transaction()``."""
    made = Secrets(Ed25519PrivateKey.generate(), pyrage.x25519.Identity.generate())
    stored = _Stored(made.sign_key.private_bytes_raw(), str(made.identity))
    db.session.add(MachineSecret(node=node, sealed=sealed(msgspec.msgpack.encode(stored))))
    return made


def sealed(secret: bytes) -> bytes:
    """Return a secret as it may lie in the database."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher().encrypt(nonce, secret, None)


def unsealed(raw: bytes) -> bytes:
    """Return a secret that lies in the database."""
    return _cipher().decrypt(raw[:_NONCE], raw[_NONCE:], None)


def _cipher() -> AESGCM:
    opened: OpenInstance = current_app.extensions["instance"]
    return AESGCM(opened.subkey(_PURPOSE))
