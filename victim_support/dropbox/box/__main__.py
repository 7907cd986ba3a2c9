"""The process of the box: ``python -m victim_support.dropbox.box FOLDER ADDRESS PORT``.

It says its port on standard output when it listens, and ends when its standard input does, that
is, with the program that started it.
"""

import logging
import sys
import threading
from pathlib import Path

from cheroot.wsgi import Server

from victim_support.dropbox.box.program import LARGEST, create_box

THREADS = 10
QUEUE = 50
LARGEST_HEADER = 16 * 1024
SLOWEST = 10  # seconds for a request to come


class BoxServer(Server):
    """A server that says nothing of who asked for what."""

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Keep what connections say out of every log."""


def main(folder: str, address: str, port: str) -> None:
    """Answer phones until standard input ends."""
    server = BoxServer(
        (address, int(port)),
        create_box(Path(folder)),
        numthreads=THREADS,
        server_name="box",
        request_queue_size=QUEUE,
        timeout=SLOWEST,
    )
    server.max_request_header_size = LARGEST_HEADER
    server.max_request_body_size = 4 * LARGEST  # what is a little too large gets a page with words
    try:
        server.prepare()
    except OSError:
        sys.exit(1)
    sys.stdout.write(f"{server.bind_addr[1]}\n")
    sys.stdout.flush()
    threading.Thread(target=_end_with, args=(server,), daemon=True).start()
    server.serve()


def _end_with(server: Server) -> None:
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
