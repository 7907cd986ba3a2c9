"""Triggers that notice every write to a synced table, also one that went round the session."""

from typing import Any

from sqlalchemy import Connection, Engine, event, inspect, text

from victim_support.core.db import tripwire_postgres, tripwire_sqlite
from victim_support.core.db.bases import synced_classes
from victim_support.core.db.engine import is_sqlite
from victim_support.core.db.writing import is_writing

TABLE = "sync_dirty"
RowKey = tuple[str, str, str]


class StrayWriteError(Exception):
    """A synced table was written around the journal; the transaction is not committed."""


def install_tripwires(connection: Connection) -> None:
    """Create the note table and the triggers of every synced table (again)."""
    engine = tripwire_sqlite if is_sqlite(connection) else tripwire_postgres
    engine.install(connection, TABLE, _tables())


def missing_tripwires(connection: Connection) -> list[str]:
    """Return the names of triggers that should be there and are not, or are not as they should."""
    if is_sqlite(connection):
        return tripwire_sqlite.missing(connection, TABLE, _tables())
    return tripwire_postgres.missing(connection, TABLE, _tables())


def drain_tripwires(connection: Connection) -> dict[RowKey, int]:
    """Return and clear how often each row (table, scope, id as 32 hex digits) was written."""
    statement = f"DELETE FROM {TABLE} RETURNING tbl, scope, id, writes"  # noqa: S608 - a constant
    return {(row[0], row[1], row[2]): row[3] for row in connection.exec_driver_sql(statement)}


def clear_tripwires(connection: Connection) -> None:
    """Forget what was written: it comes from the journal itself."""
    connection.exec_driver_sql(f"DELETE FROM {TABLE}")  # noqa: S608 - a constant


def written_rows(connection: Connection) -> dict[RowKey, int]:
    """Return how often each row was written since the last ``drain_tripwires``."""
    statement = f"SELECT tbl, scope, id, writes FROM {TABLE}"  # noqa: S608 - a constant
    rows = connection.execute(text(statement))
    return {(row.tbl, row.scope, row.id): row.writes for row in rows}


def guard_commits(engine: Engine) -> None:
    """Refuse commits outside ``transaction()`` that would keep a write around the journal."""

    @event.listens_for(engine, "commit")
    def _refuse_stray_commit(connection: Any) -> None:
        if is_writing() or not inspect(connection).has_table(TABLE):
            return
        if written_rows(connection):
            raise StrayWriteError


def _tables() -> list[str]:
    return [cls.__tablename__ for cls in synced_classes()]
