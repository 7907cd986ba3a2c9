"""Measure a town's first night: fifty terminals register, search and correct."""

import http
import http.client
import math
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import func, select

from victim_support import journal
from victim_support.app import create_app
from victim_support.bench.pages import form_values
from victim_support.bench.terminals import (
    SCOPES,
    Reception,
    ServerProcess,
    Terminal,
    household_of_four,
    make_reception,
    running_server,
)
from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.core.instance import OpenInstance
from victim_support.core.japanese import parse_birth
from victim_support.core.reads import close_log
from victim_support.core.scopes import using_scopes
from victim_support.demo.people import InventedPerson, invent_households
from victim_support.evacuees import services
from victim_support.evacuees.models import Stay
from victim_support.evacuees.rules import RegisterMatch, StayKind
from victim_support.victims.models import Person
from victim_support.victims.rules import PersonData, RegisterLink, Sex

TERMINALS, SHELTERS, PEOPLE = 50, 60, 20_000
PAUSE = 4.0  # seconds between two acts of a terminal, on average
TARGET_SECONDS = 0.200
GROWTH = 1.05  # of memory, from the middle of the run to its end
"""Memory is flat when the end is within this of the middle: caches fill in the first half."""
_SHARES = {"register": 60, "search": 30, "edit": 10}
_AT_ONCE = 200  # households in one transaction, while the town is filled
_SAMPLES = 20  # of memory, in a run
_LOCKED = ("database is locked", "LockNotAvailable", "deadlock detected")


@dataclass(frozen=True, slots=True)
class Town:
    """Who is in the shelters before the measuring begins."""

    reception: Reception
    people: list[list[tuple[UUID, str]]]
    """Shelter by shelter, ids and readings of those in it: only its own desk may correct them."""


@dataclass
class Seen:
    """What the people at the terminals saw."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    arrivals: dict[str, int] = field(default_factory=dict)
    """The pages that said 「受け付けました」, each with how many people."""
    phones: dict[UUID, str] = field(default_factory=dict)
    """The last telephone that was answered with 「記録しました」, by person."""
    refused: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @contextmanager
    def timed(self, kind: str) -> Iterator[None]:
        """Time one answer."""
        start = time.perf_counter()
        yield
        took = time.perf_counter() - start
        with self._lock:
            self.seconds.setdefault(kind, []).append(took)


def run(minutes: float = 10.0, people: int = PEOPLE) -> dict[str, Any]:
    """Let fifty terminals work as on the first night; return what they and the server saw.

    Args:
        minutes: How long they work.
        people: How many people are in the shelters before.
    """
    with tempfile.TemporaryDirectory() as name:
        folder, log = Path(name) / "instance", Path(name) / "server.log"
        started = time.perf_counter()
        town = make_town(folder, people)
        prepared_in = time.perf_counter() - started
        with running_server(folder, log) as server:
            used = server.cpu_seconds()
            seen, memory = work(town, server, seconds=minutes * 60)
            used = server.cpu_seconds() - used
        lost = find_lost(town.reception.opened, seen)
        locked = sum(log.read_text("utf-8", "replace").count(words) for words in _LOCKED)
    figures = _figures(seen, memory, minutes) | {"lost": lost, "locked_in_log": locked}
    figures["server_cpu_seconds_per_answer"] = round(used / figures["n"], 4)
    figures |= {"people_before": sum(map(len, town.people)), "prepared_in": round(prepared_in, 1)}
    figures["is_reached"] = (
        figures["p95"] <= TARGET_SECONDS
        and figures["memory_is_flat"]
        and not (lost or locked or figures["refused"])
    )
    return figures


def make_town(folder: Path, people: int) -> Town:
    """Make an instance with open shelters full of people, and terminals that stand in them."""
    households = list(_up_to(people, invent_households(people, today=clock.today())))
    filled: list[list[tuple[UUID, str]]] = [[] for _ in range(SHELTERS)]

    def fill(shelters: list[UUID]) -> None:
        for first in range(0, len(households), _AT_ONCE):
            with transaction(reason="準備"):
                for number, household in enumerate(households[first : first + _AT_ONCE], first):
                    place = number % SHELTERS
                    filled[place] += _receive(household, shelters[place])
            db.session.remove()

    reception = make_reception(folder, terminals=TERMINALS, shelters=SHELTERS, fill=fill)
    return Town(reception, filled)


def work(town: Town, server: ServerProcess, *, seconds: float) -> tuple[Seen, list[float]]:
    """Let every terminal act; return what they saw, and the server's memory over time."""
    seen, memory = Seen(), [server.memory_mb()]
    start = time.perf_counter() + 1.0
    threads = [
        threading.Thread(target=_Desk(town, seen, place, server.port).work, args=(start, seconds))
        for place in range(TERMINALS)
    ]
    for thread in threads:
        thread.start()
    for sample in range(1, _SAMPLES + 1):
        time.sleep(max(0.0, start + seconds * sample / _SAMPLES - time.perf_counter()))
        memory.append(server.memory_mb())
    for thread in threads:
        thread.join()
    return seen, memory


def find_lost(opened: OpenInstance, seen: Seen) -> list[str]:
    """Return what was answered as saved and is not in the ledger."""
    with _inside(opened):
        counted = select(Stay.group_id, func.count(Stay.id)).group_by(Stay.group_id)
        stays = dict(db.session.execute(counted).tuples().all())
        phones = dict(db.session.execute(select(Person.id, Person.phone)).tuples().all())
    lost = [page for page, count in seen.arrivals.items() if stays.get(_group_of(page)) != count]
    return lost + [str(who) for who, phone in seen.phones.items() if phones.get(who) != phone]


class _Desk:
    """One terminal, alone at its shelter, so that no two correct the same person."""

    def __init__(self, town: Town, seen: Seen, place: int, port: int) -> None:
        self.seen, self.place = seen, place
        self.own = town.people[place]
        self.chance = random.Random(place)  # noqa: S311 - the same acts in every run
        self.terminal = Terminal(port, town.reception.cookies[place])
        self.number = 0

    def work(self, start: float, seconds: float) -> None:
        """Act after pauses of chance; a person acts only when the last answer is there."""
        acts: dict[str, Callable[[], None]] = {
            "register": self.register, "search": self.search, "edit": self.edit,
        }  # fmt: skip
        try:
            self.terminal.open_desk()
        except (RuntimeError, OSError, http.client.HTTPException) as error:
            self.seen.refused.append(f"open: {error!r}")
            return
        due = start
        while (due := due + self.chance.expovariate(1 / PAUSE)) < start + seconds:
            time.sleep(max(0.0, due - time.perf_counter()))
            kind = self.chance.choices(list(_SHARES), list(_SHARES.values()))[0]
            try:
                acts[kind]()
            except (RuntimeError, OSError, http.client.HTTPException) as error:
                self.seen.refused.append(f"{kind}: {error!r}")
        self.terminal.close()

    def register(self) -> None:
        """Receive a household that nobody knows; see the words that it was received."""
        self.number += 1
        members = household_of_four(self.place * 100_000 + self.number)
        members = members[: self.chance.randint(1, 4)]
        with self.seen.timed("register"):
            page = self.terminal.register(members, new_id().hex)
            self._ask("GET", page)
        self.seen.arrivals[page] = len(members)

    def search(self) -> None:
        """Type a reading into the one box: it asks after two letters and at the end."""
        _who, kana = self.chance.choice(self.own)
        for text in (kana[:2], kana):
            with self.seen.timed("search"):
                self._ask("POST", "/desk/search", text=text)

    def edit(self) -> None:
        """Open a record and correct the telephone."""
        who, _kana = self.chance.choice(self.own)
        path, phone = f"/persons/{who}", f"000-0000-{self.chance.randrange(10_000):04}"
        with self.seen.timed("open"):
            page = self._ask("GET", path, is_fragment=False)
        values = form_values(page, path) | {"phone": phone}
        with self.seen.timed("edit"):
            self._ask("POST", path, is_fragment=False, **values)
        self.seen.phones[who] = phone

    def _ask(self, method: str, path: str, *, is_fragment: bool = True, **values: str) -> str:
        body = urlencode({"csrf_token": self.terminal.csrf_token} | values) if values else None
        status, _headers, answer = self.terminal.ask(method, path, body, is_fragment=is_fragment)
        if status not in (http.HTTPStatus.OK, http.HTTPStatus.SEE_OTHER):
            message = f"{method} {path} answered {status}: {answer[:300]}"
            raise RuntimeError(message)
        return answer


def _figures(seen: Seen, memory: Sequence[float], minutes: float) -> dict[str, Any]:
    everything = sorted(one for several in seen.seconds.values() for one in several)
    if not everything:
        message = f"no terminal was answered: {seen.refused[:3]}"
        raise RuntimeError(message)
    middle, end = max(memory[_SAMPLES // 2 - 1 : _SAMPLES // 2 + 2]), max(memory[-3:])
    return {
        "measured": "50 terminals at 60 shelters: 60% register, 30% search, 10% correct",
        "n": len(everything),
        "terminals": TERMINALS,
        "minutes": minutes,
        "households_registered": len(seen.arrivals),
        "median": round(median(everything), 4),
        "p95": _p95(everything),
        "worst": round(everything[-1], 4),
        "p95_by_act": {kind: _p95(several) for kind, several in sorted(seen.seconds.items())},
        "refused": len(seen.refused),
        "first_refusals": seen.refused[:3],
        "server_memory_mb": {"start": memory[0], "middle": middle, "end": end, "most": max(memory)},
        "memory_is_flat": end <= math.ceil(middle * GROWTH),
        "target_seconds": TARGET_SECONDS,
    }


def _p95(seconds: Sequence[float]) -> float:
    return round(quantiles(seconds, n=100)[94], 4) if len(seconds) > 1 else round(max(seconds), 4)


def _up_to(
    people: int, households: Iterator[list[InventedPerson]]
) -> Iterator[list[InventedPerson]]:
    """Yield households until that many people are reached."""
    left = people
    for household in households:
        yield list(islice(household, left))
        left -= len(household)
        if left <= 0:
            return


def _receive(household: Sequence[InventedPerson], shelter_id: UUID) -> list[tuple[UUID, str]]:
    match = RegisterMatch(RegisterLink.ABSENT)
    arrival = services.register_new_household(
        reception=services.Reception(shelter_id=shelter_id, at=clock.now(), kind=StayKind.SHELTER),
        members=[(_typed(person), match) for person in household],
    )
    return [(person.id, person.kana or "") for person in arrival.people]


def _typed(person: InventedPerson) -> PersonData:
    return PersonData(
        name=person.name,
        kana=person.kana,
        birth=parse_birth(f"{person.birth:%Y/%m/%d}", clock.today()),
        sex=Sex.MALE if person.sex == "男" else Sex.FEMALE,
        town=person.town,
        relation=person.relation,
    )


def _group_of(page: str) -> UUID:
    return UUID(page.split("?", maxsplit=1)[0].rsplit("/", 1)[1])


@contextmanager
def _inside(opened: OpenInstance) -> Iterator[None]:
    app = create_app(opened)
    with app.app_context(), using_scopes(SCOPES):
        journal.start()
        db.session.remove()
        try:
            yield
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
            app.extensions["intake"].close()
            close_log()
