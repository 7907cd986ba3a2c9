"""Two laptops and a headquarters with people at their desks, and what they disagree about."""

import pytest

from tests.conflicts.kit import Office
from tests.sync.kit import Machine, enrol_laptop, exchange, make_headquarters

LAPTOPS = {"上郷": "A1", "鼎": "B1", "千代": "C1"}


@pytest.fixture(scope="session")
def offices(tmp_path_factory):
    """A headquarters and two enrolled laptops with the same staff, not running."""
    folder = tmp_path_factory.mktemp("offices")
    headquarters = Office(make_headquarters(folder / "honbu"))
    headquarters.employ()
    machines = {"honbu": headquarters.machine}
    for name, prefix in LAPTOPS.items():
        laptop = Machine.new(folder / name, prefix)
        laptop.declare()
        enrol_laptop(headquarters.machine, laptop)
        exchange(headquarters.machine, laptop)
        Office(laptop).open_shelter()
        machines[name] = laptop
    for machine in machines.values():
        machine.stop()
    return machines


@pytest.fixture
def honbu(offices, tmp_path):
    yield from _running(offices, tmp_path, "honbu")


@pytest.fixture
def kamigo(offices, tmp_path):
    yield from _running(offices, tmp_path, "上郷")


@pytest.fixture
def kanae(offices, tmp_path):
    yield from _running(offices, tmp_path, "鼎")


@pytest.fixture
def chiyo(offices, tmp_path):
    yield from _running(offices, tmp_path, "千代")


def _running(offices, tmp_path, name):
    machine = offices[name].copied(tmp_path / name)
    yield Office(machine)
    machine.stop()
