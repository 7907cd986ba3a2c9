"""What two machines say to each other, inside envelopes; ``hello`` alone is open."""

from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec

from victim_support.sync.parcels import Parcel

PROTOCOLS = (1, 2)  # this version and the one before it
MOST_SEQS = 1000  # chain hashes of one question; each is looked up
BLOBS_PROTOCOL = 2  # from here on machines bring each other files
Message = TypeVar("Message", bound=msgspec.Struct)
VectorRows = list[tuple[str, UUID, int, bytes]]  # scope, machine, last number, hash there
_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")


class Hello(msgspec.Struct, frozen=True, array_like=True):
    """Who answers at this address; nothing in it is secret."""

    protocols: list[int]
    certificate: bytes
    clock: datetime


class Pull(msgspec.Struct, frozen=True, array_like=True):
    """What the asking machine holds, how much it can take, and what its clock says."""

    vector: VectorRows
    limit: int
    clock: datetime | None = None


class Pulled(msgspec.Struct, frozen=True, array_like=True):
    """What it lacks, and what the answering machine holds."""

    vector: VectorRows
    parcel: Parcel
    forked: list[tuple[str, UUID]]  # chains whose past is another one here
    protocols: list[int] = []  # what ``hello`` says too: who knows the other need not ask for it
    clock: datetime | None = None


class Pushed(msgspec.Struct, frozen=True, array_like=True):
    """What became of a parcel: durable when this is said."""

    applied: int
    refused: list[tuple[str, UUID, int, str]]
    vector: VectorRows


class Question(msgspec.Struct, frozen=True, array_like=True):
    """Ask for the state of a scope, or for the chain hashes of one machine in it."""

    scope: str
    node: UUID | None = None
    seqs: Annotated[list[int], msgspec.Meta(max_length=MOST_SEQS)] = []


class Digest(msgspec.Struct, frozen=True, array_like=True):
    """The rows of a scope in 256 sums, or the chain hashes asked for (empty: not held)."""

    buckets: list[bytes]
    hashes: list[bytes]


class Compare(msgspec.Struct, frozen=True, array_like=True):
    """Which files the asking machine lacks, and what it has of scopes that it may not hold."""

    wanted: list[str]
    offered: list[str]


class Compared(msgspec.Struct, frozen=True, array_like=True):
    """Which of the wanted files are there, and which are lacking there, the most urgent first."""

    held: list[str]
    lacking: list[str]


class GetBlob(msgspec.Struct, frozen=True, array_like=True):
    """Ask for one file."""

    address: str


class Blob(msgspec.Struct, frozen=True, array_like=True):
    """One file; an empty one is not there, or not for the asking machine."""

    address: str
    content: bytes


class BlobTaken(msgspec.Struct, frozen=True, array_like=True):
    """Whether a file that was brought is on the disk now."""

    is_held: bool


def pack(message: msgspec.Struct) -> bytes:
    """Return a message as bytes."""
    return _encoder.encode(message)


def unpack(raw: bytes, kind: type[Message]) -> Message:
    """Return a message from bytes.

    Raises:
        msgspec.DecodeError: It is damaged or of a version that is not understood.
    """
    return msgspec.msgpack.decode(raw, type=kind)
