"""Serve the headquarters (本部): several worker processes on PostgreSQL, by gunicorn.

The first process looks after the instance and answers nobody. Each worker answers desks; one of
them also does what a laptop's server does in the background, and another one takes that over when
it ends.
"""

import fcntl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from werkzeug.middleware.proxy_fix import ProxyFix

from victim_support import journal
from victim_support.background import NAME, Address, background_work
from victim_support.backup.periodic import PeriodicBackup
from victim_support.core.db import close_database
from victim_support.core.db.postgres import THREADS
from victim_support.core.documents.worker import close_workers
from victim_support.core.reads import close_log
from victim_support.journal.intake import this_intake
from victim_support.sync.doors import note_door

LOCK = "background.lock"
LOOKS_EVERY = 2.0  # seconds between two looks whether the background work is free
CALM_SECONDS = 120  # a worker that gives no sign of life so long is ended


@dataclass(frozen=True)
class Service:
    """How the headquarters is served.

    Attributes:
        create: Makes the program; called once in each worker.
        port: TCP port on the loopback, where a proxy with TLS takes it from.
        workers: How many processes answer.
        is_proxied: The proxy says who calls and that it spoke TLS.
        exchange: Where laptops exchange with the headquarters.
    """

    create: Callable[[], Flask]
    port: int
    workers: int
    is_proxied: bool = False
    exchange: Address | None = None


def close_process(app: Flask) -> None:
    """Close every file and connection of a process, before it ends or is divided."""
    with app.app_context():
        close_log()
        this_intake().close()
        close_database()


def serve_workers(service: Service, when_ready: Callable[[], None]) -> None:
    """Answer requests until the process is told to end.

    The files are in one state already (``make_ready``), and ``close_process`` was called.
    """
    _Headquarters(service, when_ready).run()


class _Headquarters(BaseApplication):  # type: ignore[misc]
    """gunicorn's view of the program."""

    def __init__(self, service: Service, when_ready: Callable[[], None]) -> None:
        self._service = service
        self._when_ready = when_ready
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn how to work; it reads no file and no environment."""
        values = {
            "bind": f"127.0.0.1:{self._service.port}",
            "workers": self._service.workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": CALM_SECONDS,
            "graceful_timeout": 30,
            "proc_name": NAME,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": lambda _arbiter: self._when_ready(),
            "post_worker_init": _begin,
            "worker_exit": _end,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the program in a worker."""
        from gunicorn.http import wsgi  # noqa: PLC0415 - set once, where it is used

        wsgi.SERVER = NAME
        app = self._service.create()
        app.extensions["backups"] = PeriodicBackup(app.extensions["instance"])  # to look only
        if door := self._service.exchange:  # one worker listens, every worker shows where
            note_door(app, door.host, door.port)
        self.chores = _Chores(app, self._service.exchange)
        return ProxyFix(app, x_for=1, x_proto=1) if self._service.is_proxied else app


class _Chores(threading.Thread):
    """Waits until nobody does the background work, and does it until the worker ends."""

    def __init__(self, app: Flask, exchange: Address | None) -> None:
        super().__init__(name="chores", daemon=True)
        self.app = app
        self._exchange = exchange
        self._ending = threading.Event()

    def run(self) -> None:
        with (Path(self.app.instance_path) / LOCK).open("wb") as lock:
            while not _is_first(lock.fileno()):
                if self._ending.wait(LOOKS_EVERY):
                    return
            with background_work(self.app, self._exchange):
                self._ending.wait()

    def stop(self) -> None:
        """End the work after the step it is at."""
        self._ending.set()
        self.join()


def _is_first(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _begin(worker: Any) -> None:
    """Start what a worker does besides answering; one that replaces another tidies up after it."""
    chores: _Chores = worker.app.chores
    if worker.age > worker.cfg.workers:
        threading.Thread(target=_repair, args=(chores.app,), name="repair", daemon=True).start()
    chores.start()


def _repair(app: Flask) -> None:
    with app.app_context():
        journal.repair()


def _end(_arbiter: Any, worker: Any) -> None:
    chores: _Chores | None = getattr(worker.app, "chores", None)
    if chores is not None:
        chores.stop()
        close_workers()
        close_process(chores.app)
