"""What a printed document may load: our own style sheets and small images, nothing else."""

import mimetypes
import re
from pathlib import Path

from weasyprint.urls import URLFetcher, URLFetcherResponse

from victim_support.core.paths import resource_dir

_STATIC = "static:"
_ALLOWED_FILES = frozenset({".css", ".png", ".jpg", ".jpeg"})
_ALLOWED_DATA = re.compile(r"data:image/(png|jpeg);base64,")


class RefusedAddressError(ValueError):
    """A document asked for something outside the allow-list."""


class Fetcher(URLFetcher):  # type: ignore[misc]  # the library is not typed
    """Serve ``static:`` paths and ``data:`` images; refuse files, hosts and everything else.

    ``fail_on_errors``: a certificate without its seal must not be printed.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return the resource or raise RefusedAddressError."""
        if url.startswith(_STATIC):
            path = _static_file(url.removeprefix(_STATIC))
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
        if _ALLOWED_DATA.match(url):
            return super().fetch(url, headers)
        raise RefusedAddressError(url[:40])


def _static_file(name: str) -> Path:
    root = resource_dir("static").resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or path.suffix not in _ALLOWED_FILES:
        raise RefusedAddressError(name)
    return path
