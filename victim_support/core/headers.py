"""What every answer says to the browser, and what a request may be."""

import io
import os
from collections.abc import Callable
from typing import IO, Any, TypeVar

from flask import Flask, Request, Response, current_app, request

View = TypeVar("View", bound=Callable[..., Any])

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
TRUSTED_TYPES = {"require-trusted-types-for": "'script'", "trusted-types": "'none'"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(self), microphone=(), geolocation=(), usb=(), serial=(), payment=(), midi=(),"
        " display-capture=(), browsing-topics=()"
    ),
}
SMALL_REQUEST = 2 * 1024 * 1024
COOKIE = "__Host-session"
LOCAL_HOSTS = ["localhost"]
_MAP_MARK = "_is_map_page"


class DeskRequest(Request):
    """A request whose uploaded files stay in memory: a resident register never lies on the disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if hasattr(os, "memfd_create"):
            return os.fdopen(os.memfd_create("upload"), "w+b")
        return io.BytesIO()


def is_map_page(view: View) -> View:
    """Mark a page with a Leaflet map: Leaflet 1.9 writes markup by itself, so no Trusted Types."""
    setattr(view, _MAP_MARK, True)
    return view


def init_app(app: Flask, *, hosts: list[str] | None = None) -> None:
    """Set cookies, hosts and sizes, and give every answer its headers.

    Args:
        app: The program.
        hosts: Names by which the program may be called; only localhost by default. A secure
            cookie needs ``localhost`` or TLS, so a plain address is never among them.
    """
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PATH="/",
        TRUSTED_HOSTS=hosts or LOCAL_HOSTS,
        MAX_CONTENT_LENGTH=SMALL_REQUEST,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
    )
    app.request_class = DeskRequest
    app.after_request(_set_headers)


def _set_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Content-Security-Policy"] = _policy()
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop("Server", None)
    return response


def _policy() -> str:
    view = current_app.view_functions.get(request.endpoint or "")
    rules = POLICY if getattr(view, _MAP_MARK, False) else POLICY | TRUSTED_TYPES
    return "; ".join(f"{name} {value}" for name, value in rules.items())
