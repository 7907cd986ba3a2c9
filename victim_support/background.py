"""What a server does besides answering desks: backups, jobs, the exchange with other machines."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
from cheroot.ssl import Adapter
from cheroot.wsgi import Server
from flask import Flask

from victim_support.backup.periodic import PeriodicBackup
from victim_support.core.commands import Stop
from victim_support.core.jobs import Runner
from victim_support.sync.api import ExchangeApp
from victim_support.sync.background import EXTENSION as EXCHANGES
from victim_support.sync.background import PeriodicExchange
from victim_support.sync.doors import note_door

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

EXCHANGE_THREADS = 6
LARGEST_HEADER = 1 << 16  # bytes; the server would keep any, whoever sends it
NAME = "victim-support"  # says neither the library nor its version


class PortTakenError(Stop):
    """Another program listens on the port; a command ends with these words."""

    def __init__(self, port: int) -> None:
        super().__init__(f"ポート {port} は使われています。--port などで、別の番号にしてください。")


@dataclass(frozen=True)
class Address:
    """Where a server listens; port 0 takes a free one."""

    host: str
    port: int


class AddressParam(click.ParamType["Address"]):
    """An address and a port on the command line, such as ``192.0.2.10:8766``."""

    name = "ADDRESS:PORT"

    def convert(
        self, value: Any, param: click.Parameter | None, _ctx: click.Context | None
    ) -> Address:
        """Return them; say how they are written when they are not."""
        if isinstance(value, Address):
            return value
        host, _, port = str(value).rpartition(":")
        if not host or not port.isdecimal():
            option = param.opts[0] if param else "番地"
            raise Stop(f"{option} は 192.0.2.10:8766 のように、番地とポート番号で書いてください。")
        return Address(host, int(port))


class TlsServer(Server):
    """A server over TLS; a browser that does not trust it yet is no error."""

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Keep what connections say out of the terminal."""
        logging.getLogger("tls").debug(msg)


def listening(
    app: "WSGIApplication", address: Address, threads: int, adapter: Adapter | None = None
) -> Server:
    """Return a server that listens, over TLS with an adapter.

    Raises:
        PortTakenError: The port is in use.
    """
    place = (address.host, address.port)
    kind = TlsServer if adapter else Server
    server = kind(place, app, numthreads=threads, server_name=NAME)
    server.ssl_adapter = adapter
    server.max_request_header_size = LARGEST_HEADER
    try:
        server.prepare()
    except OSError as error:
        raise PortTakenError(address.port) from error
    return server


@contextmanager
def background_work(app: Flask, exchange: Address | None = None) -> Iterator[Server | None]:
    """Do it until the end of the block, in one process of an instance.

    Args:
        app: The program.
        exchange: Where other machines may exchange with this one; nobody may when left out.

    Raises:
        PortTakenError: The port of the exchange is in use.
    """
    partner = listening(ExchangeApp(app), exchange, EXCHANGE_THREADS) if exchange else None
    backups = PeriodicBackup(app.extensions["instance"])
    runner, exchanges = Runner(app), PeriodicExchange(app)
    app.extensions |= {"backups": backups, "jobs": runner, EXCHANGES: exchanges}
    for work in (backups, runner, exchanges):
        work.start()
    if partner and exchange:
        note_door(app, exchange.host, partner.bind_addr[1])
        threading.Thread(target=partner.serve, name="exchange", daemon=True).start()
    try:
        yield partner
    finally:
        if partner:
            partner.stop()
        for work in (runner, exchanges, backups):
            work.stop()
