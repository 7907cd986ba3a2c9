"""Bring the databases of an instance to the schema of this version."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import MetaData
from sqlalchemy.schema import CreateTable

from victim_support.core.db import Base, LocalBase, ReferenceBase
from victim_support.core.db.sqlite import connect, open_file
from victim_support.core.instance import OpenInstance

__all__ = ["MAIN", "REFERENCE", "MigrationError", "Schema", "migrate", "upgrade"]

_HERE = Path(__file__).parent


class MigrationError(Exception):
    """A database file could not be brought to this version; it is as it was."""


@dataclass(frozen=True)
class Schema:
    """The tables of one file and the folder of the steps that lead to them."""

    folder: Path
    metadata: MetaData
    has_tripwires: bool = False

    @property
    def head(self) -> str:
        """Return the newest step: files are named by their revision, ``0001_initial.py``."""
        steps = self.folder.joinpath("versions").glob("[0-9]*_*.py")
        return max((step.name.split("_")[0] for step in steps), default="")


MAIN = Schema(_HERE / "main", Base.metadata, has_tripwires=True)
REFERENCE = Schema(_HERE / "reference", ReferenceBase.metadata)


def upgrade(opened: OpenInstance) -> bool:
    """Create or change the three databases so that they fit this version.

    A file is copied and the copy is checked before anything is changed; PostgreSQL takes all of a
    change back by itself. After a change of an existing main part the caller runs ``verify``.

    Returns:
        Whether an existing main or reference part was changed.

    Raises:
        MigrationError: One could not be changed; it is as it was.
    """
    if opened.database_url:
        from victim_support.migrations.server import upgrade_server  # noqa: PLC0415 - as below

        return upgrade_server(opened)
    files = ((opened.main, MAIN), (opened.reference, REFERENCE))
    changed = [migrate(path, opened.key, schema) for path, schema in files]
    _renew_local(opened.local, opened.key)
    return any(changed)


def migrate(path: Path, key: bytes, schema: Schema) -> bool:
    """Create a file or bring it to the newest revision; tell whether an existing one changed.

    Raises:
        MigrationError: A step failed, or what it left is not sound; the file is as it was.
    """
    if path.exists() and revision_of(path, key) == schema.head:
        return False
    # Alembic takes a third of a second to import, at every start of every command.
    from victim_support.migrations.runner import run_steps  # noqa: PLC0415

    return run_steps(path, key, schema)


def revision_of(path: Path, key: bytes) -> str | None:
    """Return the revision a file is at, None for one without tables."""
    connection = connect(path, key)
    try:
        there = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        if connection.execute(there).fetchone() is None:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    finally:
        connection.close()
    return str(row[0]) if row else None


def _renew_local(path: Path, key: bytes) -> None:
    """Create the local file, anew when it fits another version: nothing in it is precious."""
    mark = fingerprint(LocalBase.metadata)
    if path.exists():
        connection = connect(path, key)
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.close()
        if found == mark:
            return
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    engine = open_file(path, key)
    with engine.begin() as creating:
        LocalBase.metadata.create_all(creating)
        creating.exec_driver_sql(f"PRAGMA user_version = {mark}")
    engine.dispose()


def fingerprint(metadata: MetaData) -> int:
    text = "".join(str(CreateTable(table)) for table in metadata.sorted_tables)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) & 0x7FFF_FFFF
