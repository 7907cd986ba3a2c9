"""Streams: questions that are answered by envelopes one after the other, the list of them last.

A slice that hands something out declares how (``@streams``); the exchange proves who asks.
"""

from collections.abc import Callable, Iterator

from victim_support.sync.envelope import Opened, open_envelope
from victim_support.sync.queries import Enrolment, find_revocation, get_enrolment
from victim_support.sync.services.answers import RevokedError, believed

SNAPSHOT, REGISTER = "snapshot", "register"
KINDS = (SNAPSHOT, REGISTER)
Stream = Callable[[Opened, Enrolment], Iterator[bytes]]
_streams: dict[str, Stream] = {}


class NotAllowedError(Exception):
    """Nobody has allowed what a machine asks for; the message is for its desk, in Japanese."""


def streams(kind: str) -> Callable[[Stream], Stream]:
    """Declare what answers a question of a kind; before the first envelope it may refuse."""

    def declare(stream: Stream) -> Stream:
        _streams[kind] = stream
        return stream

    return declare


def stream(kind: str, raw: bytes) -> Iterator[bytes]:
    """Yield the envelopes that answer a question.

    Args:
        kind: One of ``KINDS``.
        raw: The envelope that came.

    Raises:
        EnvelopeError: The question was not opened.
        UntrustedError: Its sender is not believed, is over, revoked or may not hold it.
        NotAllowedError: Nobody has allowed it.
        NotEnrolledError: This machine has no certificate yet.
        msgspec.DecodeError: What is in it is not understood.
    """
    enrolment = get_enrolment()
    opened = open_envelope(raw, kind=kind, identity=enrolment.secrets.identity, trust=believed)
    if find_revocation(opened.sender.node):
        raise RevokedError
    yield from _streams[kind](opened, enrolment)
