"""Machines for the tests of the exchange."""

import pytest

from tests.sync.kit import Machine, enrol_laptop, make_headquarters


@pytest.fixture
def headquarters(tmp_path):
    machine = make_headquarters(tmp_path / "honbu")
    yield machine
    machine.stop()


@pytest.fixture
def laptops(tmp_path, headquarters):
    """Two enrolled laptops that were prepared apart."""
    machines = [Machine(tmp_path / name, prefix) for name, prefix in (("a", "A1"), ("b", "B1"))]
    for machine in machines:
        machine.declare()
        enrol_laptop(headquarters, machine)
    yield machines
    for machine in machines:
        machine.stop()
