"""Where the server listens: S26."""

import socket
import threading
from pathlib import Path

from victim_support.server import open_server


def listening(port):
    """Return the addresses on which somebody listens at a port, as /proc writes them."""
    lines = [
        line.split()
        for name in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(name).exists()
        for line in Path(name).read_text().splitlines()[1:]
    ]
    wanted = f":{port:04X}"
    return {parts[1] for parts in lines if parts[1].endswith(wanted) and parts[3] == "0A"}


def test_s26_the_server_listens_on_the_loopback_only(app):
    with open_server(app, port=0) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        with socket.create_connection(("127.0.0.1", server.port), timeout=5):
            places = listening(server.port)
        port = server.port
    thread.join(timeout=10)

    assert places == {f"0100007F:{port:04X}"}
