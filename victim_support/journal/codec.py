"""Operations as bytes: what is stored, hashed, kept in the intake log, and later exchanged."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from victim_support.core.db import OpenEnum, UtcDateTime
from victim_support.core.db.types import PlainText

SCHEMA = 2  # raised when something gets a new meaning; 1: salts were drawn as HMACs (chain)
REASON = 0  # pseudo field: why
UNDOES = -1  # pseudo field: the transaction that this one takes back

Payload = dict[int, msgspec.Raw]
OpRef = tuple[UUID, int]  # node and sequence number, inside a scope
Seen = dict[int, list[OpRef]]

_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
_payload_decoder = msgspec.msgpack.Decoder(Payload)
_values_decoder = msgspec.msgpack.Decoder(dict[int, Any])
_seen_decoder = msgspec.msgpack.Decoder(Seen)


class OpRecord(msgspec.Struct, frozen=True, array_like=True):
    """One operation: what one transaction did to one row.

    ``data`` is a map {field number: value}. ``salt`` blinds the hashes of the values (``chain``).
    ``seen`` names, for review fields, the operations whose values the person had before her.
    """

    scope: str
    node: UUID
    seq: int
    txn: UUID
    hlc: int
    schema: int
    tbl: int
    row_id: UUID
    data: bytes
    salt: bytes
    seen: bytes | None
    actor: UUID | None
    recorded_at: datetime
    hash: bytes

    @property
    def ref(self) -> OpRef:
        return self.node, self.seq

    @property
    def stamp(self) -> tuple[int, UUID, int]:
        """What orders the writers of one field."""
        return self.hlc, self.node, self.seq

    @property
    def payload(self) -> Payload:
        return _payload_decoder.decode(self.data)

    @property
    def values(self) -> dict[int, Any]:
        """The payload with plain values, not yet as columns hold them."""
        return _values_decoder.decode(self.data)

    @property
    def seen_heads(self) -> Seen:
        return _seen_decoder.decode(self.seen) if self.seen else {}


_group_decoder = msgspec.msgpack.Decoder(list[OpRecord])


def pack(value: Any) -> bytes:
    """Return a value as MessagePack."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    return _encoder.encode(value)


def unpack(raw: bytes | msgspec.Raw) -> Any:
    """Return a plain value, without knowing its column."""
    return msgspec.msgpack.decode(raw)


def unpack_as(column_type: TypeEngine[Any], raw: bytes | msgspec.Raw) -> Any:
    """Return a value as its column holds it."""
    value = unpack(raw)
    return None if value is None else reader_of(column_type)(value)


def reader_of(column_type: TypeEngine[Any]) -> Callable[[Any], Any]:
    """Return what turns a plain value, never None, into one that the column can hold.

    It raises ``TypeError`` or ``ValueError`` for anything else, as from a newer version.
    """
    if isinstance(column_type, OpenEnum):
        return column_type.read
    for kind, read in _READERS:
        if isinstance(column_type, kind):
            return read
    return lambda value: value


def _only(*kinds: type) -> Callable[[Any], Any]:
    first, others = kinds[0], kinds[1:]

    def read(value: Any) -> Any:
        kind = type(value)
        if kind is not first and kind not in others:
            raise TypeError
        return value

    return read


def _uuid(value: Any) -> UUID:
    if type(value) is not bytes:
        raise TypeError
    return msgspec.convert(value, UUID)  # three times as fast as its constructor


def _integer(value: Any) -> int:
    if type(value) is not int or not -(1 << 63) <= value < 1 << 63:
        raise TypeError
    return value


_READERS: tuple[tuple[type[TypeEngine[Any]], Callable[[Any], Any]], ...] = (
    (sa.Uuid, _uuid),
    (sa.Float, _only(float, int)),  # before Numeric, of which SQLAlchemy makes it a kind
    (sa.Numeric, Decimal),
    (sa.Date, date.fromisoformat),
    (sa.Time, time.fromisoformat),
    (UtcDateTime, _only(datetime)),
    (sa.Boolean, _only(bool)),
    (sa.Integer, _integer),
    (sa.LargeBinary, _only(bytes)),
    (PlainText, _only(str)),
)


def pack_payload(values: dict[int, bytes]) -> bytes:
    """Return a field map as MessagePack, in the order of field numbers."""
    return _encoder.encode({number: msgspec.Raw(values[number]) for number in sorted(values)})


def pack_seen(seen: Seen) -> bytes | None:
    """Return the seen heads as MessagePack, None when there are none."""
    return _encoder.encode({number: seen[number] for number in sorted(seen)}) if seen else None


def pack_group(ops: list[OpRecord]) -> bytes:
    """Return the operations of one transaction as one record of the intake log."""
    return _encoder.encode(ops)


def unpack_group(raw: bytes) -> list[OpRecord]:
    """Return the operations of one transaction."""
    return _group_decoder.decode(raw)
