"""Key slots: one random database key, wrapped by several secrets that people hold."""

import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from victim_support.core.files import write_private

KEYRING_FILE = "keys.json"
KEY_FILE = "unprotected.key"
MEMORY_KIB, ROUNDS, LANES = 64 * 1024, 3, 4
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # base 32 without I, L, O, U
RECOVERY_LENGTH, RECOVERY_GROUP = 25, 5
MINIMUM_PASSPHRASE = 12


class SlotKind(StrEnum):
    """Who holds the secret that opens a slot."""

    PASSPHRASE = "passphrase"  # noqa: S105 - a kind; the shift's leader knows it
    RECOVERY = "recovery"  # a slip in a sealed envelope
    KEY_FILE = "key_file"  # nobody: a file beside the database


class WrongSecretError(Exception):
    """No slot opens with what was given (合言葉か回復コードが違う)."""


class WeakPassphraseError(Exception):
    """The passphrase (合言葉) is too short."""


@dataclass(frozen=True)
class Unlocked:
    """The database key and the kind of slot that gave it."""

    key: bytes
    slot: SlotKind


def create_keyring(folder: Path, passphrase: str | None) -> tuple[bytes, str]:
    """Create the key of a new instance and its slots.

    Args:
        folder: The instance folder.
        passphrase: The shift's passphrase; None leaves a key file beside the database.

    Returns:
        The raw database key (32 bytes) and the recovery code, which is kept nowhere.
    """
    key = secrets.token_bytes(32)
    code = new_recovery_code()
    slots = [_slot(SlotKind.RECOVERY, _plain_code(code), key)]
    if passphrase:
        check_passphrase(passphrase)
        slots.append(_slot(SlotKind.PASSPHRASE, passphrase, key))
    else:
        slots.append(_slot(SlotKind.KEY_FILE, _write_key_file(folder), key))
    _save(folder, slots)
    return key, code


def unlock(folder: Path, secret: str | None) -> Unlocked:
    """Open the key with a passphrase or recovery code, or with the key file when none is given.

    Raises:
        WrongSecretError: No slot opens.
    """
    if secret is None and (folder / KEY_FILE).is_file():
        secret = (folder / KEY_FILE).read_text().strip()
    for slot in _load(folder):
        kind = SlotKind(slot["kind"])
        tried = _plain_code(secret or "") if kind is SlotKind.RECOVERY else secret or ""
        if kind is SlotKind.RECOVERY and len(tried) != RECOVERY_LENGTH:
            continue  # no such code is ever made, and each try takes a fifth of a second
        key = _open(slot, tried)
        if key:
            return Unlocked(key, kind)
    raise WrongSecretError


def slot_kinds(folder: Path) -> list[SlotKind]:
    """Return the kinds of slots of an instance."""
    return [SlotKind(slot["kind"]) for slot in _load(folder)]


def mark_recovery_used(folder: Path, moment: datetime) -> None:
    """Note that the recovery code was used, until a new one replaces it."""
    slots = _load(folder)
    for slot in slots:
        if slot["kind"] == SlotKind.RECOVERY:
            slot["used_at"] = moment.isoformat(timespec="seconds")
    _save(folder, slots)


def recovery_used_at(folder: Path) -> datetime | None:
    """Return when the recovery code in force was used, None while it is unused."""
    used = next((slot["used_at"] for slot in _load(folder) if "used_at" in slot), None)
    return datetime.fromisoformat(used) if used else None


def set_passphrase(folder: Path, key: bytes, passphrase: str) -> None:
    """Replace the passphrase, or the key file, by a new passphrase; the data stay as they are."""
    check_passphrase(passphrase)
    _replace(folder, {SlotKind.PASSPHRASE, SlotKind.KEY_FILE}, SlotKind.PASSPHRASE, passphrase, key)
    (folder / KEY_FILE).unlink(missing_ok=True)


def replace_recovery_code(folder: Path, key: bytes) -> str:
    """Make the old recovery code worthless and return a new one, which is kept nowhere."""
    code = new_recovery_code()
    _replace(folder, {SlotKind.RECOVERY}, SlotKind.RECOVERY, _plain_code(code), key)
    return code


def new_recovery_code() -> str:
    """Return a random recovery code of 125 bits such as ``7K2M9-...``."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(RECOVERY_LENGTH))
    starts = range(0, RECOVERY_LENGTH, RECOVERY_GROUP)
    return "-".join(letters[start : start + RECOVERY_GROUP] for start in starts)


def check_passphrase(passphrase: str) -> None:
    """Refuse a passphrase that is too short.

    Raises:
        WeakPassphraseError: Fewer than 12 characters.
    """
    if len(passphrase) < MINIMUM_PASSPHRASE:
        message = f"合言葉は{MINIMUM_PASSPHRASE}文字以上にしてください。"
        raise WeakPassphraseError(message)


def subkey(key: bytes, purpose: str) -> bytes:
    """Derive a 32-byte key for one purpose from the database key (HKDF, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=f"victim-support/{purpose}".encode()).derive(key)


def _slot(kind: SlotKind, secret: str, key: bytes) -> dict[str, Any]:
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    wrapped = AESGCM(_stretch(secret, salt)).encrypt(nonce, key, kind.encode())
    parts = {"salt": salt, "nonce": nonce, "wrapped": wrapped}
    return {"kind": kind.value} | {name: b64encode(part).decode() for name, part in parts.items()}


def _open(slot: dict[str, Any], secret: str) -> bytes | None:
    salt, nonce, wrapped = (b64decode(slot[name]) for name in ("salt", "nonce", "wrapped"))
    try:
        return AESGCM(_stretch(secret, salt)).decrypt(nonce, wrapped, slot["kind"].encode())
    except InvalidTag:
        return None


def _stretch(secret: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        secret.encode(), salt, ROUNDS, MEMORY_KIB, LANES, hash_len=32, type=Type.ID
    )


def _plain_code(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter in LETTERS)


def _write_key_file(folder: Path) -> str:
    secret = secrets.token_hex(32)
    _replace_private(folder / KEY_FILE, secret)
    return secret


def _replace(folder: Path, old: set[SlotKind], kind: SlotKind, secret: str, key: bytes) -> None:
    kept = [slot for slot in _load(folder) if SlotKind(slot["kind"]) not in old]
    _save(folder, [*kept, _slot(kind, secret, key)])


def _load(folder: Path) -> list[dict[str, Any]]:
    slots: list[dict[str, Any]] = json.loads((folder / KEYRING_FILE).read_text())["slots"]
    return slots


def _save(folder: Path, slots: list[dict[str, Any]]) -> None:
    _replace_private(folder / KEYRING_FILE, json.dumps({"version": 1, "slots": slots}, indent=1))


def _replace_private(path: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    temporary = path.with_suffix(".new")
    write_private(temporary, text.encode())
    temporary.replace(path)
