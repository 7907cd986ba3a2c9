"""Machines for the tests of the exchange: made once, copied for each test."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.sync.kit import Machine, enrol_laptop, make_headquarters

LAPTOPS = {"a": "A1", "b": "B1"}


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
    """A headquarters and two enrolled laptops that were prepared apart, not running."""
    folder = tmp_path_factory.mktemp("shelf")
    headquarters = make_headquarters(folder / "honbu")
    machines = {"honbu": headquarters}
    for name, prefix in LAPTOPS.items():
        laptop = Machine.new(folder / name, prefix)
        laptop.declare()
        enrol_laptop(headquarters, laptop)
        machines[name] = laptop
    for machine in machines.values():
        machine.stop()
    return machines


@pytest.fixture
def headquarters(shelf, tmp_path):
    machine = shelf["honbu"].copied(tmp_path / "honbu")
    yield machine
    machine.stop()


@pytest.fixture
def laptops(shelf, tmp_path):
    machines = [shelf[name].copied(tmp_path / name) for name in LAPTOPS]
    yield machines
    for machine in machines:
        machine.stop()


@pytest.fixture
def quick_folder():
    """Return a folder in memory where there is one: what is killed here never loses its power."""
    memory = Path("/dev/shm")  # noqa: S108 - the system's own folder
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    yield folder
    shutil.rmtree(folder)
