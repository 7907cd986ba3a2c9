"""Exchange by itself: every machine whose address is known, again and again, with back-off."""

import random
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.logs import log_error, log_event
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.core.settings import machine_setting
from victim_support.journal.erasure import clean_up
from victim_support.sync.client import BusyError, PeerError, normal_address
from victim_support.sync.models import Peer
from victim_support.sync.queries import NotEnrolledError
from victim_support.sync.services.exchange import Exchanged, exchange_with

INTERVAL = 60.0
SOON = 5.0  # pictures wait; the other addresses had their turn
LONGEST_WAIT = 900.0
EXTENSION = "exchanges"
_TICK = 1.0


@dataclass
class Attempt:
    """The state of the exchange with one address."""

    due_at: datetime
    wait: float = INTERVAL
    started_at: datetime | None = None
    finished_at: datetime | None = None
    result: Exchanged | None = None
    fault: str = ""
    is_known: bool = False  # a machine was met there

    @property
    def is_running(self) -> bool:
        return self.started_at is not None and self.finished_at is None

    @property
    def is_open(self) -> bool:
        """Tell whether it has not ended once yet, or runs again."""
        return self.finished_at is None


class PeriodicExchange(threading.Thread):
    """Exchanges until ``stop``; a failure is told and tried again later, never fatal."""

    def __init__(self, app: Flask) -> None:
        super().__init__(name="exchange", daemon=True)
        self._app = app
        self._ending = threading.Event()
        self._awake = threading.Event()
        self._lock = threading.Lock()
        self._attempts: dict[str, Attempt] = {}

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                self.run_once()
            except Exception as error:
                log_error("exchange.background_failed", error)
            self._awake.wait(_TICK)
            self._awake.clear()

    def stop(self) -> None:
        """End the thread after the exchange it is at."""
        self._ending.set()
        self._awake.set()
        if self.is_alive():
            self.join()

    def request(self, address: str) -> None:
        """Exchange with an address now, whether it is known or not.

        An address typed before at which nobody was ever met is forgotten: it was a wrong one.
        """
        address = normal_address(address)
        with self._lock:
            for each, attempt in list(self._attempts.items()):
                if not (attempt.is_known or attempt.is_open or attempt.result):
                    del self._attempts[each]
            self._attempts[address] = Attempt(due_at=clock.now())
        self._awake.set()

    def attempts(self) -> dict[str, Attempt]:
        """Return the state of every address, newest first."""
        with self._lock:
            return dict(self._attempts)

    def run_once(self) -> None:
        """Exchange with every address that is due."""
        with self._app.app_context():
            scopes = Scopes(machine_setting("municipality") or "")
            with using_scopes(scopes):
                self._note_known()
                db.session.remove()
                for address, attempt in self.attempts().items():
                    if not self._ending.is_set() and clock.now() >= attempt.due_at:
                        self._exchange(address, attempt)
                db.session.remove()
                clean_up()  # an erasure may have come, from here or as somebody's visit
                db.session.remove()

    def _note_known(self) -> None:
        known = db.session.scalars(select(Peer.address).where(Peer.address != ""))
        with self._lock:
            for address in known:
                self._attempts.setdefault(address, Attempt(due_at=clock.now())).is_known = True

    def _exchange(self, address: str, attempt: Attempt) -> None:
        attempt.started_at, attempt.finished_at = clock.now(), None
        try:
            attempt.result = exchange_with(address)
            attempt.fault = ""
            attempt.wait = SOON if attempt.result.files.has_more else INTERVAL
        except NotEnrolledError:
            attempt.fault, attempt.wait = "この端末はまだ本部に登録されていません。", INTERVAL
        except BusyError as error:
            attempt.fault, attempt.wait = str(error), error.seconds
        except PeerError as error:
            attempt.fault, attempt.wait = str(error), min(attempt.wait * 2, LONGEST_WAIT)
            log_event("exchange.not_reached")
        finally:
            db.session.remove()
            attempt.finished_at = clock.now()
            spread = random.uniform(0.9, 1.1)  # noqa: S311 - so that laptops do not come at once
            attempt.due_at = attempt.finished_at + timedelta(seconds=attempt.wait * spread)
        _note_fault(address, attempt.fault)


def running_exchanges() -> PeriodicExchange | None:
    """Return the background exchange of this process, None in commands."""
    found: PeriodicExchange | None = current_app.extensions.get(EXTENSION)
    return found


def _note_fault(address: str, fault: str) -> None:
    known = db.session.scalar(select(Peer.last_fault).where(Peer.address == address))
    db.session.remove()
    if known is None or known == fault:
        return
    with transaction() as session:
        for peer in session.scalars(select(Peer).where(Peer.address == address)):
            peer.last_fault = fault
