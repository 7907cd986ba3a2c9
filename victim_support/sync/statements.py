"""Signed statements: what the headquarters (本部) or a machine says, provable without a network."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import TypeVar, cast
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from victim_support.core.keys import LETTERS

Body = TypeVar("Body", bound=msgspec.Struct)
FINGERPRINT_LETTERS, FINGERPRINT_GROUP = 20, 4
REMEMBERED = 1024


class BadStatementError(Exception):
    """A statement is damaged, of another kind, or not signed by whom it names."""


class Request(msgspec.Struct, frozen=True, array_like=True):
    """What a machine asks of the headquarters (登録の申し込み); signed by the machine itself."""

    municipality: str
    node: UUID
    incarnation: int
    name: str
    sign_key: bytes  # Ed25519 public key
    box_key: str  # age recipient
    created_at: datetime
    prefix: str = ""  # the number prefix of the kit label, when the machine has one
    former: list[bytes] = []  # the words of earlier lives of this machine, each a ``Succession``


class Succession(msgspec.Struct, frozen=True, array_like=True):
    """An earlier life's word that another one goes on in its place (名義の引き継ぎ).

    Signed by the earlier one: only who held its disk can say so.
    """

    municipality: str
    node: UUID
    heir: UUID
    heir_key: bytes  # Ed25519 public key
    heads: dict[str, int]  # by scope, the last operation of the earlier one that its heir holds


class Certificate(msgspec.Struct, frozen=True, array_like=True):
    """What the headquarters says of one machine (端末証), signed by its authority."""

    municipality: str
    node: UUID
    incarnation: int
    name: str
    sign_key: bytes
    box_key: str
    prefix: str  # first letters of the numbers it may print
    scopes: list[str]  # the last part of those it may hold: "base", "core", "sealed"
    issued_at: datetime
    expires_on: date
    is_headquarters: bool = False


class Revocation(msgspec.Struct, frozen=True, array_like=True):
    """A machine whose later operations nobody takes in unseen (登録の取り消し)."""

    municipality: str
    node: UUID
    revoked_at: datetime
    reason: str
    heads: dict[str, int]  # by scope: the last operation that is believed
    replaced_by: UUID | None = None  # the same machine's new life; nothing was lost or stolen


class Grant(msgspec.Struct, frozen=True, array_like=True):
    """What the headquarters hands back: whom to believe, and the certificates it has signed."""

    municipality: str
    authority_key: bytes
    certificates: list[bytes]  # the machine's own one first
    revocations: list[bytes]

    def pack(self) -> bytes:
        """Return the grant as bytes, for a file, a QR code or a stick."""
        return msgspec.msgpack.encode(self)


class Wipe(msgspec.Struct, frozen=True, array_like=True):
    """A machine's word that it holds something no more (消去の証明); signed by the machine."""

    municipality: str
    node: UUID
    wiped_at: datetime
    takeouts: list[UUID]  # registers that were handed to it
    is_machine: bool = False  # all of it: this is the machine's last statement
    by: UUID | None = None
    heads: dict[str, int] = {}  # of a machine: by scope, the last operation it has written
    former: list[bytes] = []  # of a machine: what its earlier lives say, each with its own key


class StickMark(msgspec.Struct, frozen=True, array_like=True):
    """A machine's word that a stick was registered (台帳のUSB); it lies on the stick itself."""

    municipality: str
    node: UUID
    stick: UUID
    label: str
    volume: str  # the system's id of its file system; empty where there is none
    registered_at: datetime


class _Signed(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    body: bytes
    signature: bytes


_KINDS: dict[type[msgspec.Struct], str] = {
    Request: "request",
    Succession: "succession",
    Certificate: "certificate",
    Revocation: "revocation",
    Wipe: "wipe",
    StickMark: "stick",
}
_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
_decoder = msgspec.msgpack.Decoder(_Signed)


def sign(key: Ed25519PrivateKey, body: msgspec.Struct) -> bytes:
    """Return a statement as bytes, with its kind and signature."""
    kind, raw = _KINDS[type(body)], _encoder.encode(body)
    return _encoder.encode(_Signed(kind, raw, key.sign(_signed_part(kind, raw))))


def read(raw: bytes, kind: type[Body], public_key: bytes) -> Body:
    """Return what a statement says, after its signature has been proven.

    Raises:
        BadStatementError: It is damaged, of another kind, or signed with another key.
    """
    return cast("Body", _proven(raw, kind, public_key))


@lru_cache(maxsize=REMEMBERED)  # the same few certificates are proven again and again
def _proven(raw: bytes, kind: type[msgspec.Struct], public_key: bytes) -> msgspec.Struct:
    signed, body = _decoded(raw, kind)
    try:
        signing_key = Ed25519PublicKey.from_public_bytes(public_key)
        signing_key.verify(signed.signature, _signed_part(signed.kind, signed.body))
    except (InvalidSignature, ValueError) as error:
        raise BadStatementError from error
    return body


def read_request(raw: bytes) -> Request:
    """Return a request, after the machine's own signature has been proven.

    Raises:
        BadStatementError: It is damaged or not signed with the key it names.
    """
    return read(raw, Request, _decoded(raw, Request)[1].sign_key)


def read_succession(raw: bytes, certificates: Iterable[Certificate]) -> Succession:
    """Return an earlier life's word, after the signature of the machine it names has been proven.

    Raises:
        BadStatementError: It is damaged, or signed by none of these machines that it names.
    """
    node = _decoded(raw, Succession)[1].node
    keys = (each.sign_key for each in certificates if each.node == node)
    return read(raw, Succession, next(keys, b""))


def fingerprint(public_key: bytes) -> str:
    """Return the letters that two people compare on two screens (照合番号): 100 bits."""
    number = int.from_bytes(hashlib.sha256(public_key).digest())
    letters = "".join(LETTERS[number >> (5 * place) & 31] for place in range(FINGERPRINT_LETTERS))
    starts = range(0, FINGERPRINT_LETTERS, FINGERPRINT_GROUP)
    return "-".join(letters[start : start + FINGERPRINT_GROUP] for start in starts)


def _decoded(raw: bytes, kind: type[Body]) -> tuple[_Signed, Body]:
    try:
        signed = _decoder.decode(raw)
        if signed.kind != _KINDS[kind]:
            raise BadStatementError
        return signed, msgspec.msgpack.decode(signed.body, type=kind)
    except msgspec.DecodeError as error:
        raise BadStatementError from error


def _signed_part(kind: str, body: bytes) -> bytes:
    return b"victim-support/" + kind.encode() + b"\0" + body
