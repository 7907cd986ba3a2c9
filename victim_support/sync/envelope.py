"""Envelopes: how everything travels, by cable or by hand: compressed, encrypted, signed.

The text is encrypted (age) to the machines that may read it and signed, outside, by the one that
sends it, so that a stranger's or a damaged envelope is refused before anything is opened.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec
import pyrage
import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from victim_support.sync.statements import Certificate

LIMIT = 8 << 20  # bytes of one envelope
OPENED_LIMIT = 64 << 20  # bytes of what is in it
LEVEL = 3
CARRIED_LEVEL = 9  # for media that are slower than the processor


class EnvelopeFault(StrEnum):
    """Why an envelope is not opened."""

    TOO_LARGE = "too_large"
    DAMAGED = "damaged"
    WRONG_KIND = "wrong_kind"
    NOT_SIGNED = "not_signed"
    NOT_FOR_US = "not_for_us"


class EnvelopeError(Exception):
    """An envelope is not opened; nothing of it was used."""

    def __init__(self, fault: EnvelopeFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class _Envelope(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    certificate: bytes  # the sender's, as the authority signed it
    box: bytes
    signature: bytes


@dataclass(frozen=True)
class Opened:
    """What was in an envelope, and who sent it."""

    sender: Certificate
    certificate: bytes  # the sender's, as the authority signed it
    text: bytes


Trust = Callable[[bytes], Certificate]
_decoder = msgspec.msgpack.Decoder(_Envelope)


def seal(
    text: bytes,
    *,
    kind: str,
    certificate: bytes,
    key: Ed25519PrivateKey,
    recipients: Sequence[str],
    level: int = LEVEL,
) -> bytes:
    """Return the envelope of a text.

    Args:
        text: What to send.
        kind: What it is, such as ``"pull"``; an envelope of one kind is never taken for another.
        certificate: The sender's certificate as bytes.
        key: The sender's signing key.
        recipients: Box keys of those who may open it.
        level: How hard to compress (zstandard).
    """
    packed = zstandard.ZstdCompressor(level=level).compress(text)
    boxes = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    box = pyrage.encrypt(packed, boxes)
    signature = key.sign(_signed_part(kind, box))
    return msgspec.msgpack.encode(_Envelope(kind, certificate, box, signature))


def open_envelope(
    raw: bytes, *, kind: str, identity: pyrage.x25519.Identity, trust: Trust
) -> Opened:
    """Return what is in an envelope, after everything outside has been proven.

    Args:
        raw: The envelope.
        kind: The kind that is expected.
        identity: The box key of this machine.
        trust: Proves a certificate and returns it; raises when the machine is not to be believed.

    Raises:
        EnvelopeError: It is too large, damaged, of another kind, not signed, or not for us.
    """
    if len(raw) > LIMIT:
        raise EnvelopeError(EnvelopeFault.TOO_LARGE)
    envelope = _decoded(raw)
    if envelope.kind != kind:
        raise EnvelopeError(EnvelopeFault.WRONG_KIND)
    sender = trust(envelope.certificate)
    _prove(envelope, sender)
    return Opened(sender, envelope.certificate, _opened_box(envelope.box, identity))


def _decoded(raw: bytes) -> _Envelope:
    try:
        return _decoder.decode(raw)
    except msgspec.DecodeError as error:
        raise EnvelopeError(EnvelopeFault.DAMAGED) from error


def _prove(envelope: _Envelope, sender: Certificate) -> None:
    try:
        public_key = Ed25519PublicKey.from_public_bytes(sender.sign_key)
        public_key.verify(envelope.signature, _signed_part(envelope.kind, envelope.box))
    except (InvalidSignature, ValueError) as error:
        raise EnvelopeError(EnvelopeFault.NOT_SIGNED) from error


def _opened_box(box: bytes, identity: pyrage.x25519.Identity) -> bytes:
    try:
        packed = pyrage.decrypt(box, [identity])
    except pyrage.DecryptError as error:
        raise EnvelopeError(EnvelopeFault.NOT_FOR_US) from error
    try:
        reader = zstandard.ZstdDecompressor().stream_reader(packed)
        text = reader.read(OPENED_LIMIT + 1)
    except zstandard.ZstdError as error:
        raise EnvelopeError(EnvelopeFault.DAMAGED) from error
    if len(text) > OPENED_LIMIT:
        raise EnvelopeError(EnvelopeFault.TOO_LARGE)
    return text


def _signed_part(kind: str, box: bytes) -> bytes:
    return b"victim-support/envelope/" + kind.encode() + b"\0" + box
