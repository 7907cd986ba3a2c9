"""Ids: time-ordered ones for what is born here, derived ones for what has a key in the world."""

import hashlib
from uuid import UUID

from uuid_utils import compat


def new_id() -> UUID:
    """Return a new UUIDv7; ids are not secrets and access never rests on them."""
    return compat.uuid7()


def natural_id(kind: str, municipality: str, key: str) -> UUID:
    """Return the UUIDv8 of a thing of the world, the same on every laptop.

    Args:
        kind: What it is, such as ``"shelter"``; part of the hash.
        municipality: 6-digit code of the municipality that gave the key.
        key: The key itself, such as a 共通ID or 宛名番号.
    """
    digest = hashlib.sha256("\x1f".join((kind, municipality, key)).encode()).digest()
    number = int.from_bytes(digest[:16])
    number = number & ~(0xF << 76) | (0x8 << 76)
    number = number & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=number)
