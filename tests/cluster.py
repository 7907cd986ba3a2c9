"""A PostgreSQL of the tests' own: socket only, its data in a temporary folder, gone at the end.

The folder is in memory where there is room: making a database waits for the disk else.
"""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

import victim_support.app  # noqa: F401 - brings the models of every slice
from victim_support.core.instance import OpenInstance, write_database_url
from victim_support.migrations import upgrade

OWNER = "postgres"
# Nobody needs the data of a test after a power cut.
QUICK = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=120"),
    *("max_wal_size=128MB", "min_wal_size=32MB"),
)
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder with a name of its own in it
ROOM = 2 << 30  # bytes


class Cluster:
    """A running server; every database is a copy of another one or empty."""

    def __init__(self, folder):
        self.folder = folder
        self._connection = psycopg.connect(self.url("postgres"), autocommit=True)
        self._numbers = itertools.count(1)
        self._blank = None

    def url(self, database):
        """Return the address of a database as an operator writes it."""
        return f"postgresql://{_owner()}@/{database}?host={self.folder}"

    def create(self, template="template0"):
        """Make a database and return its name."""
        name = f"t{os.getpid()}_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def blank(self):
        """Return the name of a database with blank tables of this version, to be copied."""
        if self._blank is None:
            name = self.create()
            with tempfile.TemporaryDirectory() as folder:
                write_database_url(Path(folder), self.url(name))
                upgrade(OpenInstance(Path(folder), bytes(32)))
            self._blank = name
        return self._blank

    def drop(self, name):
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement):
        """Run one statement outside of every database of a test."""
        self._connection.execute(statement)

    def close(self):
        self._connection.close()


_current: list[tuple[Any, list[str]]] = []  # the cluster of the running test, and its databases


@contextmanager
def databases_of(cluster):
    """Put the instances of a test on a server; their databases go at its end."""
    made: list[str] = []
    _current.append((cluster, made))
    try:
        yield
    finally:
        _current.pop()
        for name in made:
            cluster.drop(name)


def new_database(template="template0"):
    """Return the address of a database for one instance of this test; None on SQLite."""
    if not _current:
        return None
    cluster, made = _current[-1]
    made.append(cluster.create(template))
    return cluster.url(made[-1])


def place(folder, template=None):
    """Let the instance in a folder have a database of its own, on the engine of this test."""
    if _current:
        write_database_url(folder, new_database(template or _current[-1][0].blank()))


@contextmanager
def running_cluster():
    """Start a server, and stop it at the end."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="cluster-", dir=_place_of_data()))
    if os.geteuid() == 0:  # the server refuses to be root
        shutil.chown(folder, OWNER, OWNER)
    data = folder / "data"
    locale = ["-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "--no-sync"]
    _run(programs / "initdb", "-D", data, *locale)
    options = " ".join(f"-c {option}" for option in ("listen_addresses=", *QUICK))
    _run(
        programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w",
        "-o", f"-k {folder} {options}", "start",
    )  # fmt: skip
    try:
        with closing(Cluster(folder)) as cluster:
            yield cluster
    finally:
        _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _place_of_data():
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if has_room else Path("/tmp")  # noqa: S108 - as above


def _programs():
    """Return the folder of the newest server that is installed (Debian keeps it off the PATH)."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    path = str(found[-1]) if found else shutil.which("initdb")
    assert path, "PostgreSQL is not installed; bin/setup --tests brings it"
    return Path(path).resolve().parent


def _owner():
    return OWNER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _run(*command):
    prefix = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
    subprocess.run(
        [*prefix, *command], check=True, cwd="/", stdin=subprocess.DEVNULL, capture_output=True
    )
