"""Requests and grants as text: for a file, a QR code, or a scanner that types on any keyboard.

Only the 32 letters and digits that nobody confuses, so that a scanner which types as on another
keyboard, full-width letters and broken lines do no harm. Eight letters at the end tell damage.
"""

import base64
import hashlib
import unicodedata
from enum import StrEnum

from victim_support.core.keys import LETTERS

_STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_WRITTEN = str.maketrans(_STANDARD, LETTERS)
_READ = str.maketrans(LETTERS, _STANDARD)
_LOOK_ALIKE = str.maketrans("ILOU", "110V")
_CHECK = 5  # bytes
_LINE = 64


class TextKind(StrEnum):
    """What a text holds; its first letters."""

    REQUEST = "VSR1"
    GRANT = "VSG1"
    WIPE = "VSW1"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    TextKind.REQUEST: "登録の申し込み",
    TextKind.GRANT: "登録の証",
    TextKind.WIPE: "消去の証明",
}


class BadTextError(Exception):
    """A text is not what was asked for, or not whole; the message is for the desk, in Japanese."""


def to_text(kind: TextKind, raw: bytes) -> str:
    """Return bytes as one line of letters and digits."""
    coded = base64.b32encode(raw + _check(kind, raw)).decode().rstrip("=")
    return kind.value + coded.translate(_WRITTEN)


def in_lines(text: str) -> str:
    """Return a text in lines, as a file holds it."""
    return "\n".join(text[start : start + _LINE] for start in range(0, len(text), _LINE)) + "\n"


def from_text(kind: TextKind, text: str) -> bytes:
    """Return the bytes of a text, however it was broken, typed or scanned.

    Raises:
        BadTextError: It holds something else, or letters are missing or changed.
    """
    plain = unicodedata.normalize("NFKC", text).upper().translate(_LOOK_ALIKE)
    letters = "".join(char for char in plain if char in LETTERS)
    if not letters.startswith(kind.value):
        other = next((one for one in TextKind if letters.startswith(one.value)), None)
        what = f"これは{other.label}です。" if other else ""
        raise BadTextError(f"{what}{kind.label}({kind.value} で始まる文字)を入れてください。")
    raw = _decoded(letters.removeprefix(kind.value))
    body, check = raw[:-_CHECK], raw[-_CHECK:]
    if not body or check != _check(kind, body):
        raise BadTextError("文字が欠けているか、変わっています。初めから読み取り直してください。")
    return body


def _decoded(letters: str) -> bytes:
    try:
        return base64.b32decode(letters.translate(_READ) + "=" * (-len(letters) % 8))
    except ValueError:
        return b""


def _check(kind: TextKind, raw: bytes) -> bytes:
    return hashlib.sha256(kind.value.encode() + raw).digest()[:_CHECK]
