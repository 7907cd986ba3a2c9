"""Speak to another machine at an address."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar
from uuid import UUID

import httpx
import msgspec

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.sync import messages
from victim_support.sync.bundles import PREFIX, BundleWriter
from victim_support.sync.envelope import LIMIT, EnvelopeError, open_envelope
from victim_support.sync.messages import (
    Blob,
    BlobTaken,
    Compare,
    Compared,
    Digest,
    GetBlob,
    Hello,
    Pull,
    Pulled,
    Pushed,
    Question,
)
from victim_support.sync.parcels import Parcel
from victim_support.sync.queries import Enrolment, UntrustedError, Vector
from victim_support.sync.services.answers import ExpiredError, believed, sealed_for, vector_rows
from victim_support.sync.statements import Certificate

PATH = "/sync/v1/"
USUAL_WAIT, LONGEST_WAIT = 30, 300  # seconds, when another machine is busy
TIMEOUT = httpx.Timeout(60, connect=5)
_ADVICE = "電源、ケーブル、アドレスを確かめてください。"
_EXPIRED = "相手の登録の期限が切れています。本部で登録し直してください。"
_STRANGER = "相手は、こちらと同じ本部に登録された端末ではありません。"
Answer = TypeVar("Answer", bound=msgspec.Struct)
Done = TypeVar("Done")


class PeerError(Exception):
    """Another machine was not reached or did not answer as it should; words for people."""


class BusyError(PeerError):
    """Another machine asks to come again later."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"相手が混み合っています。{seconds}秒ほど待ってやり直します。")
        self.seconds = seconds


class RefusedError(PeerError):
    """Another program answered, and did not do what it was asked."""


class PeerClient:
    """A conversation with one machine; ``hello`` first, or ``recall`` where it is known."""

    def __init__(self, address: str, enrolment: Enrolment) -> None:
        self.address = normal_address(address)
        self._enrolment = enrolment
        # Reading the system's authorities takes longer than an exchange; http needs none.
        is_secure = self.address.startswith("https:")
        self._http = httpx.Client(
            base_url=self.address + PATH,
            headers={"Accept-Encoding": "identity"},  # answers are taken as they are: ``_limited``
            timeout=TIMEOUT,
            verify=is_secure,
            trust_env=False,
        )
        self._peer: Certificate | None = None
        self.certificate = b""  # the peer's, as the authority signed it
        self.bytes = 0  # over the wire, both ways, without headers

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._http.close()

    @property
    def peer(self) -> Certificate:
        """Return who answers; known after ``hello`` or ``recall``."""
        if self._peer is None:
            message = "hello first"
            raise RuntimeError(message)
        return self._peer

    def hello(self) -> Hello:
        """Ask who answers at this address, and prove that the headquarters knows it.

        Raises:
            PeerError: Nobody answers, or nobody to be believed.
        """
        hello = _understood(self._exchanged("GET", "hello"), Hello)
        if not set(hello.protocols) & set(messages.PROTOCOLS):
            raise PeerError("相手の版が違いすぎて同期できません。両方を新しい版にしてください。")
        try:
            self.recall(hello.certificate)
        except ExpiredError as error:
            raise PeerError(_EXPIRED) from error
        except UntrustedError as error:
            raise PeerError(_STRANGER) from error
        finally:
            db.session.remove()
        return hello

    def recall(self, certificate: bytes) -> None:
        """Speak to a machine that is known to be at this address; its answers prove it.

        Raises:
            UntrustedError: It is not believed today.
        """
        self._peer, self.certificate = believed(certificate), certificate

    def pull(self, vector: Vector, limit: int) -> Pulled:
        """Ask for what this machine lacks."""
        question = Pull(vector_rows(vector), limit, clock.now())
        return self._asked("pull", messages.pack(question), Pulled)

    def push(self, parcel: Parcel) -> Pushed:
        """Bring a parcel; when this returns, the other machine has it on its disk."""
        return self._asked("push", parcel.pack(), Pushed)

    def push_beside(self, parcel: Parcel, work: Callable[[], Done]) -> tuple[Pushed, Done]:
        """Bring a parcel, and do some work while the other machine takes it in."""
        raw = self._sealed("push", parcel.pack())
        with ThreadPoolExecutor(max_workers=1) as carrier:
            answer = carrier.submit(self._exchanged, "POST", "push", raw)
            done = work()
        return self._opened("push", answer.result(), Pushed), done

    def digest(self, scope: str) -> list[bytes]:
        """Ask for the digest of the rows of a scope."""
        return self._asked("digest", messages.pack(Question(scope)), Digest).buckets

    def hashes(self, scope: str, node: UUID, seqs: list[int]) -> list[bytes]:
        """Ask for chain hashes of a machine; empty where the other one does not hold so much."""
        return self._asked("digest", messages.pack(Question(scope, node, seqs)), Digest).hashes

    def compare(self, question: Compare) -> Compared:
        """Ask which files are there, and which are lacking there."""
        return self._asked("blob.compare", messages.pack(question), Compared)

    def get_blob(self, address: str) -> Blob:
        """Ask for a file; nothing is in it when it is not there."""
        return self._asked("blob.get", messages.pack(GetBlob(address)), Blob)

    def put_blob(self, blob: Blob) -> bool:
        """Bring a file; True when it is on the other machine's disk."""
        return self._asked("blob.put", messages.pack(blob), BlobTaken).is_held

    def snapshot(self, scope: str, writer: BundleWriter) -> None:
        """Ask for everything of a scope, and keep it as a bundle.

        Raises:
            PeerError: The stream ended early, or the other machine refused.
        """
        last = b""
        for frame in self.frames("snapshot", messages.pack(Question(scope))):
            if last:
                writer.add(last)
            last = frame
        writer.finish(last)

    def frames(self, kind: str, text: bytes) -> Iterator[bytes]:
        """Ask for a stream, and yield its envelopes.

        Raises:
            PeerError: As above.
        """
        raw = self._sealed(kind, text)
        db.session.remove()
        try:
            with self._http.stream("POST", kind, content=raw) as response:
                if response.status_code != httpx.codes.OK:
                    _check(response, _limited(response))
                for frame in _frames(response):
                    self.bytes += len(frame)
                    yield frame
        except httpx.HTTPError as error:
            raise PeerError(f"{self.address} との接続が途中で切れました。{_ADVICE}") from error

    def _asked(self, kind: str, text: bytes, expected: type[Answer]) -> Answer:
        return self._opened(kind, self._exchanged("POST", kind, self._sealed(kind, text)), expected)

    def _sealed(self, kind: str, text: bytes) -> bytes:
        return sealed_for(self.peer, kind=kind, text=text, enrolment=self._enrolment)

    def _opened(self, kind: str, answer: bytes, expected: type[Answer]) -> Answer:
        identity = self._enrolment.secrets.identity
        try:
            opened = open_envelope(answer, kind=f"{kind}.answer", identity=identity, trust=believed)
        except EnvelopeError as error:
            raise PeerError("相手の返事を読めません。もう一度行ってください。") from error
        except UntrustedError as error:
            raise PeerError(_STRANGER) from error
        finally:
            db.session.remove()  # certificates were read; what follows begins afresh
        if opened.sender.node != self.peer.node:
            raise PeerError("別の端末が返事をしました。アドレスを確かめてください。")
        self._peer, self.certificate = opened.sender, opened.certificate
        return _understood(opened.text, expected)

    def _exchanged(self, method: str, path: str, content: bytes | None = None) -> bytes:
        try:
            with self._http.stream(method, path, content=content) as response:
                body = _limited(response)
        except httpx.HTTPError as error:
            message = (
                f"{self.address} につながりません。電源、ケーブル、アドレスを確かめてください。"
            )
            raise PeerError(message) from error
        self.bytes += len(content or b"") + len(body)
        _check(response, body)
        return body


def normal_address(address: str) -> str:
    """Return an address in the one way in which it is kept."""
    address = address.strip().rstrip("/")
    return address if "://" in address else f"http://{address}"


def _frames(response: httpx.Response) -> Iterator[bytes]:
    """Yield envelopes, each behind its length in four bytes."""
    buffer = b""
    for part in response.iter_raw():
        buffer += part
        while len(buffer) >= PREFIX:
            end = PREFIX + int.from_bytes(buffer[:PREFIX])
            if end > PREFIX + LIMIT:
                raise PeerError("相手の返事が大きすぎます。")
            if len(buffer) < end:
                break
            yield buffer[PREFIX:end]
            buffer = buffer[end:]


def _limited(response: httpx.Response) -> bytes:
    """Return an answer as it came: nothing here is unpacked before it has been proven."""
    body = b""
    for part in response.iter_raw():
        body += part
        if len(body) > LIMIT:
            raise PeerError("相手の返事が大きすぎます。")
    return body


def _check(response: httpx.Response, body: bytes) -> None:
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise BusyError(_wait(response.headers.get("Retry-After", "")))
    if response.status_code != httpx.codes.OK:
        raise RefusedError(_words(body))


def _wait(told: str) -> int:
    """Return how many seconds to wait, whatever answered there said."""
    return min(int(told), LONGEST_WAIT) if told.isascii() and told.isdigit() else USUAL_WAIT


def _words(body: bytes) -> str:
    try:
        advice = msgspec.json.decode(body, type=dict[str, str]).get("advice")
    except msgspec.DecodeError:
        advice = None
    return advice or "その番地にあるのは、このシステムの端末ではないようです。"


def _understood(raw: bytes, kind: type[Answer]) -> Answer:
    try:
        return messages.unpack(raw, kind)
    except msgspec.DecodeError as error:
        raise PeerError("相手の返事を読めません。両方を新しい版にしてください。") from error
