"""Bring the database files of an instance to the schema of this version."""

from pathlib import Path

from sqlalchemy import MetaData

from victim_support.core.db import Base, LocalBase, ReferenceBase, open_engine
from victim_support.core.db.tripwire import install_tripwires
from victim_support.core.instance import OpenInstance

__all__ = ["upgrade"]


def upgrade(opened: OpenInstance) -> None:
    """Create or change the three database files so that they fit the models."""
    _create(opened.main, opened.key, Base.metadata, has_tripwires=True)
    _create(opened.reference, opened.key, ReferenceBase.metadata)
    _create(opened.local, opened.key, LocalBase.metadata)


def _create(path: Path, key: bytes, metadata: MetaData, *, has_tripwires: bool = False) -> None:
    engine = open_engine(path, key)
    try:
        with engine.begin() as connection:
            metadata.create_all(connection)
            if has_tripwires:
                install_tripwires(connection)
    finally:
        engine.dispose()
