"""Which engine keeps an instance: SQLite's files on a laptop, PostgreSQL at the headquarters."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, create_engine

from victim_support.core.db import postgres, sqlite
from victim_support.core.instance import OpenInstance


class Part(StrEnum):
    """The three databases of an instance: files of a laptop, schemas at the headquarters."""

    MAIN = "main"
    REFERENCE = "reference"
    LOCAL = "local"


def engine_options(opened: OpenInstance, part: Part) -> dict[str, Any]:
    """Return the address (``url``) and the ``create_engine`` options of one part."""
    if opened.database_url:
        return postgres.options(opened.database_url, part.value)
    return sqlite.options(opened.folder / f"{part}.db", opened.key)


def prepare_engine(engine: Engine, part: Part) -> None:
    """Let transactions begin as they must; call once for every engine."""
    dialect = sqlite.listen_for_begin if is_sqlite(engine) else postgres.prepare
    dialect(engine, is_main=part is Part.MAIN)


def open_engine(opened: OpenInstance, part: Part = Part.MAIN) -> Engine:
    """Return an engine of its own on one part, for imports and commands."""
    engine = create_engine(**engine_options(opened, part))
    prepare_engine(engine, part)
    return engine


@contextmanager
def closing_engine(opened: OpenInstance, part: Part = Part.MAIN) -> Iterator[Engine]:
    """Give an engine of its own on one part, and close all its connections at the end."""
    engine = open_engine(opened, part)
    try:
        yield engine
    finally:
        engine.dispose()


def is_sqlite(bind: Engine | Connection) -> bool:
    """Tell which of the two engines this is."""
    return bind.dialect.name == "sqlite"


def state_of(opened: OpenInstance, part: Part) -> list[int]:
    """Return numbers that differ when a part was written to since."""
    if opened.database_url:
        with closing_engine(opened, part) as engine, engine.connect() as connection:
            return postgres.count_of_writes(connection, part)
    path = opened.folder / f"{part}.db"
    files = (path, path.with_name(f"{path.name}-wal"))
    states = [file.stat() for file in files if file.exists()]
    return [number for state in states for number in (state.st_mtime_ns, state.st_size)]


def write_alone(connection: Connection, part: Part) -> None:
    """Be the only writer of a part until the end of the transaction, which begins here.

    SQLite lets only one write anyway; the main part has its own door, ``transaction()``.
    """
    if not is_sqlite(connection):
        postgres.lock(connection, part.value)
