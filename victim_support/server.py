"""Serve the program: one process, threads, loopback by default."""

import os
import signal
import socket
from types import FrameType

from cheroot.wsgi import Server
from flask import Flask

DEFAULT_PORT = 8765
THREADS = 24
CONTAINER_MARK = "VICTIM_SUPPORT_CONTAINER"


class PortTakenError(Exception):
    """Another program listens on the port."""


def serve(app: Flask, *, port: int, listen: str | None = None) -> None:
    """Answer requests until the process is told to end.

    Args:
        app: The program.
        port: TCP port; 0 takes a free one.
        listen: Address instead of loopback; only inside a container.

    Raises:
        PortTakenError: The port is in use.
    """
    server = Server((listen or "127.0.0.1", port), app, numthreads=THREADS, server_name="")
    signal.signal(signal.SIGTERM, _end)
    try:
        server.prepare()
    except OSError as error:
        raise PortTakenError(str(port)) from error
    try:
        server.serve()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


def free_port() -> int:
    """Return a TCP port of the loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def is_container() -> bool:
    """Tell whether the program runs in a container that publishes its port on loopback only."""
    return bool(os.environ.get(CONTAINER_MARK))


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
