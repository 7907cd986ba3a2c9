"""Measure the import of a large register by the command people type."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from victim_support.bench.terminals import START, make_reception
from victim_support.core import clock
from victim_support.demo.people import InventedPerson, invent_people, write_register

RESIDENTS = 400_000
TARGET_SECONDS = 60.0
TARGET_MEGABYTES = 300
_SAMPLE = 1000


def run(residents: int = RESIDENTS) -> dict[str, Any]:
    """Import invented residents twice; return seconds and memory of the first and second import.

    Args:
        residents: How many rows the file holds.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        instance = make_reception(folder / "instance", terminals=1).opened.folder
        file = folder / "register.csv"
        people = invent_people(residents, today=clock.today())
        write_register(people, file, encoding="cp932")
        first, seconds = _import(instance, file)
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        again, seconds_again = _import(instance, file)
        size = (instance / "reference.db").stat().st_size
    return {
        "what": "import of a resident register (CP932), from the command to its end",
        "n": first["rows_read"],
        "created": first["created"],
        "refused": len(first["refused"]),
        "seconds": round(seconds, 1),
        "memory_mb": memory,
        "again_seconds": round(seconds_again, 1),
        "again_unchanged": again["unchanged"],
        "file_mb": size // 1_000_000,
        "target_seconds": TARGET_SECONDS,
        "target_memory_mb": TARGET_MEGABYTES,
        "is_reached": seconds <= TARGET_SECONDS and memory <= TARGET_MEGABYTES,
    }


def import_people(
    instance: Path, people: Iterable[InventedPerson], file: Path
) -> list[InventedPerson]:
    """Import invented people into an instance by the command; return some of them."""
    sample: list[InventedPerson] = []
    write_register(_sampled(people, sample), file, encoding="utf-8")
    _import(instance, file)
    return sample


def _sampled(
    people: Iterable[InventedPerson], sample: list[InventedPerson]
) -> Iterator[InventedPerson]:
    for number, person in enumerate(people):
        if number % 997 == 0 and len(sample) < _SAMPLE:
            sample.append(person)
        yield person


def _import(instance: Path, file: Path) -> tuple[dict[str, Any], float]:
    report = file.with_suffix(".json")
    options = ["--instance", str(instance), "--report", str(report)]
    started = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", START, "import", "residents", str(file), *options],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - started
    return json.loads(report.read_text("utf-8")), seconds
