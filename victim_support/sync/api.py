"""The exchange over a network: a small WSGI program on a port of its own.

Nothing of the desk is reachable here, and nothing of this at the desk's port. It keeps no state:
every request is an envelope that proves its sender. ``openapi.json`` describes it.
"""

import random
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Flask
from werkzeug.exceptions import (
    Forbidden,
    HTTPException,
    RequestEntityTooLarge,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
    UnprocessableEntity,
)
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from victim_support.core.db import db
from victim_support.core.logs import log_error, log_event
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.core.settings import machine_setting
from victim_support.journal.intake import IntakeFailureError
from victim_support.sync.bundles import PREFIX
from victim_support.sync.envelope import LIMIT, EnvelopeError, EnvelopeFault
from victim_support.sync.queries import NotEnrolledError, UntrustedError
from victim_support.sync.services.answers import (
    KINDS,
    ExpiredError,
    RevokedError,
    answer,
    say_hello,
)
from victim_support.sync.services.streams import KINDS as STREAMS
from victim_support.sync.services.streams import NotAllowedError, stream

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

OCTETS = "application/octet-stream"
CONVERSATIONS = 4  # at once; the rest comes again
WAIT_SECONDS = (5, 30)
ROUTES = Map(
    [
        Rule("/sync/v1/hello", endpoint="hello", methods=["GET"]),
        *(Rule(f"/sync/v1/{kind}", endpoint=kind, methods=["POST"]) for kind in (*KINDS, *STREAMS)),
    ]
)


class ExchangeApp:
    """Answers other machines on behalf of the program."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._places = threading.BoundedSemaphore(CONVERSATIONS)
        with app.app_context():
            self._municipality = machine_setting("municipality") or ""
            db.session.remove()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        try:
            response = self._answered(request)
        except HTTPException as error:
            response = _refusal(error)
        except Exception as error:
            with self._app.app_context():
                log_error("exchange.failed", error)
            response = _refusal(ServiceUnavailable())
        return response(environ, start)

    def _answered(self, request: Request) -> Response:
        kind, _values = ROUTES.bind_to_environ(request.environ).match()
        request.max_content_length = LIMIT  # also of what comes in pieces, without its length
        raw = request.get_data()  # before it takes a place: whoever sends slowly has none
        if not self._places.acquire(blocking=False):
            raise _later()
        if kind in STREAMS:
            return _streamed(self._frames(kind, raw))
        try:
            with self._app.app_context(), using_scopes(Scopes(self._municipality)), _refusing():
                text = say_hello() if kind == "hello" else answer(kind, raw)
                return Response(text, mimetype=OCTETS)
        finally:
            self._places.release()

    def _frames(self, kind: str, raw: bytes) -> Iterator[bytes]:
        """Yield envelopes behind their lengths; the place is free when the stream has ended."""
        try:
            with self._app.app_context(), using_scopes(Scopes(self._municipality)), _refusing():
                for envelope in stream(kind, raw):
                    yield len(envelope).to_bytes(PREFIX) + envelope
        finally:
            self._places.release()


def _streamed(frames: Iterator[bytes]) -> Response:
    """Return a stream; what is refused is refused before it begins."""
    first = next(frames)

    def whole() -> Iterator[bytes]:
        yield first
        yield from frames

    return Response(whole(), mimetype=OCTETS)


@contextmanager
def _refusing() -> Iterator[None]:
    """Let every refusal be one of HTTP, and end the session."""
    try:
        yield
    except EnvelopeError as error:
        raise _refused_envelope(error) from error
    except ExpiredError as error:
        raise Forbidden("端末の登録の期限が切れています。本部で登録し直してください。") from error
    except RevokedError as error:
        raise Forbidden("この端末の登録は取り消されています。本部へ連絡してください。") from error
    except NotAllowedError as error:
        raise Forbidden(str(error)) from error
    except UntrustedError as error:
        raise Unauthorized("本部に登録されていない端末です。本部で登録してください。") from error
    except NotEnrolledError as error:
        raise ServiceUnavailable("この端末はまだ本部に登録されていません。") from error
    except msgspec.DecodeError as error:
        raise UnprocessableEntity("内容を読めません。両方を新しい版にしてください。") from error
    except IntakeFailureError as error:
        raise ServiceUnavailable("記録を書き込めない状態です。後でやり直します。") from error
    finally:
        db.session.remove()


def _refused_envelope(error: EnvelopeError) -> HTTPException:
    log_event("exchange.refused", fault=error.fault.value)
    if error.fault is EnvelopeFault.TOO_LARGE:
        return RequestEntityTooLarge()
    if error.fault is EnvelopeFault.NOT_SIGNED:
        return Unauthorized("署名が合いません。")
    return UnprocessableEntity("封を開けません。壊れているか、ほかの端末あてのものです。")


def _later() -> TooManyRequests:
    seconds = random.randint(*WAIT_SECONDS)  # noqa: S311 - spreads those who come again
    return TooManyRequests("混み合っています。", retry_after=seconds)


def _refusal(error: HTTPException) -> Response:
    description = error.description or ""
    advice = "" if description.isascii() else description
    body = msgspec.json.encode({"error": error.name, "advice": advice})
    response = Response(body, status=error.code, mimetype="application/json")
    retry_after: Any = getattr(error, "retry_after", None)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response
