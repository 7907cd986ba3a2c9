"""The circumstances of a machine in a town: its clock, its version, its power and its wire.

All machines of a test are in one process; what a program asks of the world is answered by whoever
is at work at that moment.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.sync import kit
from tests.sync.kit import Machine
from victim_support.core import clock
from victim_support.core.db import synced_classes
from victim_support.journal import apply, conflicts, erasure, merge, newer, recorder, verify
from victim_support.sync import digests, queries
from victim_support.sync.api import ExchangeApp
from victim_support.victims.models import Household, Person

FOREVER = date(2060, 3, 31)  # clocks are years ahead; a certificate that is over has its own test
START = datetime(2026, 7, 20, 9, tzinfo=UTC)
TOWN_FIELD = 13
OPS_OF_SEGMENT = 3
STEPS = ("record", "keep", "acknowledge")  # around a commit; the power may fail between them
_Client = httpx.Client


class PowerCut(BaseException):
    """The machine goes off at once; nothing below may catch it."""

    def __init__(self, place: "Place") -> None:
        super().__init__(place.name)
        self.place = place


@dataclass
class Place:
    """One machine in the town, and what is known of it."""

    name: str
    machine: Machine
    offset: timedelta = timedelta()
    is_enrolled: bool = True
    is_revoked: bool = False
    is_older: bool = False  # its version does not know households, nor the town of a person
    is_old_state: bool = False  # of a disk image; nobody knows yet what it forgot
    has_forgotten: bool = False
    image: Path | None = None
    heard: dict[tuple[str, UUID], int] = field(default_factory=dict)


class Wire(httpx.BaseTransport):
    """Brings requests to the machine of that name; a request or an answer may be lost."""

    def __init__(self, circumstances):
        self._circumstances = circumstances
        self.lost: int | None = None  # the how many-th thing on the wire, requests and answers
        self.is_down = False

    def handle_request(self, request):
        place = self._circumstances.places.get(request.url.host)
        if place is None or self.is_down or self._is_lost():
            raise httpx.ConnectError("nobody there")
        transport = httpx.WSGITransport(
            app=ExchangeApp(place.machine.app), raise_app_exceptions=True
        )
        try:
            with self._circumstances.at(place):
                answer = _whole(transport.handle_request(request))
        except PowerCut as cut:
            self._circumstances.start_again(cut.place)
            raise httpx.ReadError("gone in the middle") from cut
        if self._is_lost():
            raise httpx.ReadError("the answer is lost")
        return answer

    def _is_lost(self):
        if self.lost is None:
            return False
        self.lost -= 1
        return self.lost < 0


def _whole(answer):
    """Return an answer that was read where it was made, and can be read once more."""
    stream = httpx.ByteStream(answer.read())
    return httpx.Response(answer.status_code, headers=answer.headers, stream=stream)


class Circumstances:
    """Where one is, when it is there, and what fails."""

    def __init__(self):
        self.now = START
        self.places: dict[str, Place] = {}
        self.wire = Wire(self)
        self._stack: list[Place] = []
        self._cut_in: int | None = None
        self._patch = pytest.MonkeyPatch()
        self._install()

    def close(self):
        for place in self.places.values():
            place.machine.stop()
        self._patch.undo()

    @contextmanager
    def at(self, place):
        """Be at a machine: its clock and its version are what counts."""
        self._stack.append(place)
        try:
            yield place
        finally:
            self._stack.pop()

    def pass_time(self, seconds=1.0):
        self.now += timedelta(seconds=seconds)

    @contextmanager
    def power_cut(self, after):
        """Let the power fail somewhere around the commits of what happens inside."""
        self._cut_in = after
        try:
            yield
        except PowerCut as cut:
            self.start_again(cut.place)
        finally:
            self._cut_in = None

    def start_again(self, place):
        """Switch a machine on again."""
        self._cut_in = None
        with self.at(place):
            place.machine.stop()
            place.machine.start()
        self.look(place)

    def look(self, place):
        """Hold what is true of a machine at every moment."""

    def _install(self):
        """Let clock, version, wire and power be those of the machine that is at work."""
        self._patch.setattr(clock, "now", lambda: self.now + self._here.offset)
        self._patch.setattr(kit, "FOREVER", FOREVER)
        self._patch.setattr(httpx, "Client", self._client)
        self._patch.setattr(queries, "OPS_OF_SEGMENT", OPS_OF_SEGMENT)
        known = list(synced_classes())
        older = [cls for cls in known if cls is not Household]
        for module in (apply, conflicts, digests, erasure, newer, verify):
            self._patch.setattr(
                module, "synced_classes", lambda: iter(older if self._here.is_older else known)
            )
        plan_of = merge.plan_of
        self._patch.setattr(merge, "plan_of", lambda cls: self._plan(plan_of(cls), cls))
        for name in STEPS:
            self._patch.setattr(recorder.JournalRecorder, name, self._failing(name))

    def _client(self, **options):
        options.pop("verify", None)
        return _Client(**options, transport=self.wire)

    def _plan(self, plan, cls):
        if cls is not Person or not self._here.is_older:
            return plan
        slots = {number: slot for number, slot in plan.slots.items() if number != TOWN_FIELD}
        return replace(plan, slots=slots)

    def _failing(self, name):
        """Return a step around the commit before and after which the power may fail."""
        step = getattr(recorder.JournalRecorder, name)

        def failing(of, *args: Any):
            self._may_fail()
            step(of, *args)
            self._may_fail()

        return failing

    def _may_fail(self):
        if self._cut_in is None:
            return
        self._cut_in -= 1
        if self._cut_in < 0:
            self._cut_in = None
            raise PowerCut(self._here)

    @property
    def _here(self):
        return self._stack[-1] if self._stack else _NOWHERE


_NOWHERE = Place("nowhere", None)  # type: ignore[arg-type]
