"""Bring the database files of an instance to the schema of this version."""

import hashlib
from pathlib import Path

from sqlalchemy import MetaData
from sqlalchemy.schema import CreateTable

from victim_support.core.db import Base, LocalBase, ReferenceBase
from victim_support.core.db.engine import connect
from victim_support.core.instance import OpenInstance
from victim_support.migrations.runner import Schema, migrate, migration_engine

__all__ = ["MAIN", "REFERENCE", "upgrade"]

_HERE = Path(__file__).parent
MAIN = Schema(_HERE / "main", Base.metadata, has_tripwires=True)
REFERENCE = Schema(_HERE / "reference", ReferenceBase.metadata)


def upgrade(opened: OpenInstance) -> bool:
    """Create or change the three database files so that they fit this version.

    The file is copied and the copy is checked before anything is changed. After a change of an
    existing main file the caller runs ``verify``.

    Returns:
        Whether an existing main or reference file was changed.

    Raises:
        MigrationError: A file could not be changed; it is as it was.
    """
    changed = [
        migrate(path, opened.key, schema)
        for path, schema in ((opened.main, MAIN), (opened.reference, REFERENCE))
    ]
    _renew_local(opened.local, opened.key)
    return any(changed)


def _renew_local(path: Path, key: bytes) -> None:
    """Create the local file, anew when it fits another version: nothing in it is precious."""
    mark = _fingerprint(LocalBase.metadata)
    if path.exists():
        connection = connect(path, key)
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.close()
        if found == mark:
            return
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    engine = migration_engine(path, key)
    with engine.begin() as creating:
        LocalBase.metadata.create_all(creating)
        creating.exec_driver_sql(f"PRAGMA user_version = {mark}")
    engine.dispose()


def _fingerprint(metadata: MetaData) -> int:
    text = "".join(str(CreateTable(table)) for table in metadata.sorted_tables)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) & 0x7FFF_FFFF
