"""Talk to a server that a test has started."""

import socket
import time
from urllib.error import URLError
from urllib.request import urlopen


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url: str) -> str:
    """Return the page, waiting for the server to come up."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with urlopen(url, timeout=30) as answer:  # noqa: S310 - our own server
                return str(answer.read().decode())
        except URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
