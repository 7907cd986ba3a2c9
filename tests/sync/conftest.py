"""Machines for the tests of the exchange: made once, copied for each test.

In tests marked ``db`` the headquarters stands on either engine; laptops are SQLite's.
"""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.cluster import place
from tests.sync.kit import Machine, enrol_laptop, make_headquarters
from victim_support.core.instance import OpenInstance

LAPTOPS = {"a": "A1", "b": "B1"}


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
    """A headquarters and two enrolled laptops that were prepared apart, not running."""
    return _prepared(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="session")
def shelf_on_server(tmp_path_factory, cluster):
    """Return the same with the headquarters on PostgreSQL, and the name of its database."""
    name = cluster.create()
    return _prepared(tmp_path_factory.mktemp("shelf"), cluster.url(name)), name


def _prepared(folder, database_url=None):
    headquarters = make_headquarters(folder / "honbu", database_url)
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
def machines(engine, request):
    """Return the prepared machines of this engine, and the database of the headquarters."""
    if engine == "sqlite":
        return request.getfixturevalue("shelf"), None
    return request.getfixturevalue("shelf_on_server")


@pytest.fixture
def headquarters(machines, tmp_path):
    made, database = machines
    source = made["honbu"]
    folder = tmp_path / "honbu"
    shutil.copytree(source.opened.folder, folder)
    place(folder, database)
    machine = Machine(OpenInstance(folder, source.opened.key), source.prefix)
    yield machine
    machine.stop()


@pytest.fixture
def laptops(machines, tmp_path):
    copies = [machines[0][name].copied(tmp_path / name) for name in LAPTOPS]
    yield copies
    for machine in copies:
        machine.stop()


@pytest.fixture
def quick_folder():
    """Return a folder in memory where there is one: what is killed here never loses its power."""
    memory = Path("/dev/shm")  # noqa: S108 - the system's own folder
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    yield folder
    shutil.rmtree(folder)
