"""Measure saving a household of four: journalled, encrypted, durable, over HTTP."""

import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from victim_support.bench.terminals import (
    Reception,
    Terminal,
    household_of_four,
    make_reception,
    running_server,
)
from victim_support.core.ids import new_id

TERMINALS = 8
TARGET_SECONDS = 0.060
_WARM_UP = 40


@dataclass
class _Measured:
    """What the terminals saw; a wait behind an earlier save counts as part of the save."""

    seconds: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def run(seconds: float = 20.0, offered: float = 50.0) -> dict[str, Any]:
    """Let eight terminals offer households at a steady rate; return what was measured.

    Args:
        seconds: How long.
        offered: Households per second, of all terminals together.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reception = make_reception(folder / "instance", terminals=TERMINALS, shelters=2)
        with running_server(folder / "instance", folder / "server.log") as server:
            terminals = _terminals(reception, server.port)
            _offer(terminals, count=_WARM_UP, offered=offered)
            start, used = time.perf_counter(), server.cpu_seconds()
            measured = _offer(terminals, count=round(seconds * offered), offered=offered)
            took = time.perf_counter() - start
            used = server.cpu_seconds() - used
            memory = server.memory_mb()
            for terminal in terminals:
                terminal.close()
    p95 = quantiles(measured.seconds, n=100)[94]
    return {
        "measured": "save a household of 4 over HTTP, from the moment it is due to the answer",
        "n": len(measured.seconds),
        "terminals": TERMINALS,
        "offered_per_second": offered,
        "reached_per_second": round(len(measured.seconds) / took, 1),
        "median": round(median(measured.seconds), 4),
        "p95": round(p95, 4),
        "worst": round(max(measured.seconds), 4),
        "refused": len(measured.refused),
        "server_cpu_seconds_per_save": round(used / len(measured.seconds), 4),
        "server_memory_mb": memory,
        "target_seconds": TARGET_SECONDS,
        "is_reached": p95 <= TARGET_SECONDS and not measured.refused,
    }


def _terminals(reception: Reception, port: int) -> list[Terminal]:
    terminals = [Terminal(port, cookie) for cookie in reception.cookies]
    for terminal in terminals:
        terminal.open_desk()
    return terminals


def _offer(terminals: list[Terminal], *, count: int, offered: float) -> _Measured:
    """Offer households at a steady rate, whether or not the earlier ones are saved."""
    measured = _Measured()
    start = time.perf_counter() + 0.1

    def work(place: int) -> None:
        for number in range(place, count, len(terminals)):
            due = start + number / offered
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                terminals[place].register(household_of_four(number), new_id().hex)
            except RuntimeError as error:
                measured.refused.append(str(error))
            else:
                measured.seconds.append(time.perf_counter() - due)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(terminals))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return measured
