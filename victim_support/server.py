"""Serve the program: one process, threads, loopback by default."""

import gc
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType

from cheroot.wsgi import Server
from flask import Flask

from victim_support import journal
from victim_support.background import Address, background_work, listening
from victim_support.core import clock, training
from victim_support.core.db import db
from victim_support.core.documents.worker import close_workers
from victim_support.core.reads import close_log, log_security
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.core.settings import machine_setting
from victim_support.dropbox.process import EXTENSION as PHONES
from victim_support.dropbox.process import BoxProcess, running_box
from victim_support.dropbox.services import drops_folder
from victim_support.dropbox.services import make_ready as make_box_ready
from victim_support.sync.services.following import look_after
from victim_support.terminals.queries import EXTENSION as STAFF_LAN
from victim_support.terminals.rules import StaffLan
from victim_support.terminals.services import PatientAdapter, ensure_certificate

DEFAULT_PORT = 8765
LAN_PORT = 8443
THREADS = 24
LAN_THREADS = 16
GARBAGE = 20_000
CONTAINER_MARK = "VICTIM_SUPPORT_CONTAINER"


@dataclass(frozen=True)
class LanSwitch:
    """The staff LAN (職員用のLAN) as it is switched on: names and addresses, port, how long."""

    names: tuple[str, ...]
    port: int = LAN_PORT
    lasts: timedelta = timedelta(hours=12)
    listen: str = "0.0.0.0"  # noqa: S104 - an explicit switch, over TLS


class RunningServer:
    """A server that listens and answers when ``run`` is called."""

    def __init__(
        self,
        server: Server,
        exchange: Server | None = None,
        lan: StaffLan | None = None,
        box: BoxProcess | None = None,
    ) -> None:
        self._server = server
        self._exchange = exchange
        self.lan = lan
        self.box = box

    @property
    def port(self) -> int:
        """Return the TCP port."""
        port: int = self._server.bind_addr[1]
        return port

    @property
    def exchange_port(self) -> int | None:
        """Return the TCP port at which other machines exchange, None when they may not."""
        return self._exchange.bind_addr[1] if self._exchange else None

    def run(self) -> None:
        """Answer requests until the process is told to end."""
        self._server.serve()


@contextmanager
def open_server(
    app: Flask,
    *,
    port: int,
    listen: str | None = None,
    exchange: Address | None = None,
    lan: LanSwitch | None = None,
    phones: Address | None = None,
) -> Iterator[RunningServer]:
    """Bring the files to one state, listen, and tidy up at the end.

    Args:
        app: The program.
        port: TCP port; 0 takes a free one.
        listen: Address instead of loopback; only inside a container.
        exchange: Where other machines may exchange with this one; nobody may when left out.
        lan: How browsers of the staff LAN may use it, over TLS; none may when left out.
        phones: Where evacuees' phones may put a household in; none may when left out.

    Raises:
        PortTakenError: A port is in use.
    """
    make_ready(app)
    server = listening(app, Address(listen or "127.0.0.1", port), THREADS)
    _stop_when_told(server)
    try:
        with (
            background_work(app, exchange) as partner,
            _staff_lan(app, lan) as opened,
            _phones(app, phones) as box,
        ):
            yield RunningServer(server, partner, opened, box)
    finally:
        server.stop()
        close_workers()
        with app.app_context():
            close_log()


def make_ready(app: Flask) -> None:
    """Bring database, journal and intake log to the same state before the first request."""
    # What the start has made stays; looking through it again costs each save a tenth.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    with app.app_context():
        municipality = machine_setting("municipality") or ""
        db.session.remove()
        with using_scopes(Scopes(municipality)):
            journal.start()
            look_after()
        training.begin()
        db.session.remove()


@contextmanager
def _staff_lan(app: Flask, switch: LanSwitch | None) -> Iterator[StaffLan | None]:
    """Answer the staff LAN over TLS until its time is over, or the block ends."""
    if switch is None:
        yield None
        return
    made = ensure_certificate(app.extensions["instance"], switch.names)
    adapter = PatientAdapter(made)
    server = listening(app, Address(switch.listen, switch.port), LAN_THREADS, adapter)
    until = clock.now() + switch.lasts
    lan = StaffLan(switch.names, server.bind_addr[1], made.fingerprint, made.pem, until)
    app.extensions[STAFF_LAN] = lan
    with app.app_context():
        log_security("lan.open", port=lan.port, until=until.isoformat(timespec="minutes"))
    timer = threading.Timer(switch.lasts.total_seconds(), server.stop)
    timer.daemon = True
    for thread in (threading.Thread(target=server.serve, name="staff-lan", daemon=True), timer):
        thread.start()
    try:
        yield lan
    finally:
        timer.cancel()
        server.stop()
        with app.app_context():
            log_security("lan.close")


@contextmanager
def _phones(app: Flask, address: Address | None) -> Iterator[BoxProcess | None]:
    """Let evacuees' phones put in what only the desk can take out, until the block ends."""
    if address is None:
        yield None
        return
    with app.app_context(), using_scopes(Scopes(machine_setting("municipality") or "")):
        db.session.remove()
        make_box_ready()
        folder = drops_folder()
        log_security("phones.open", port=address.port)
    try:
        with running_box(folder, address.host, address.port) as box:
            app.extensions[PHONES] = box
            yield box
    finally:
        with app.app_context():
            log_security("phones.close")


def is_container() -> bool:
    """Tell whether the program runs in a container that publishes its port on loopback only."""
    return bool(os.environ.get(CONTAINER_MARK))


def _stop_when_told(server: Server) -> None:
    """Stop at SIGTERM or Ctrl+C by a thread: an exception raised by a signal can get lost."""
    if threading.current_thread() is not threading.main_thread():
        return

    def end(_signal: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.stop, name="stop").start()

    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, end)
