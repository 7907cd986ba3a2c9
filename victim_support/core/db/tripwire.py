"""Triggers that notice every write to a synced table, also one that went round the session."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, event, inspect, text

from victim_support.core.db.bases import synced_classes
from victim_support.core.db.writing import is_writing

TABLE = "sync_dirty"
_EVENTS = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
RowKey = tuple[str, str, str]


class StrayWriteError(Exception):
    """A synced table was written around the journal; the transaction is not committed."""


def install_tripwires(connection: Connection) -> None:
    """Create the note table and the three triggers of every synced table (again)."""
    connection.execute(
        text(
            f"CREATE TABLE IF NOT EXISTS {TABLE}"
            " (tbl TEXT NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL, writes INTEGER NOT NULL,"
            " PRIMARY KEY (tbl, scope, id)) WITHOUT ROWID"
        )
    )
    for name, statement in _trigger_statements():
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(text(statement))


def missing_tripwires(connection: Connection) -> list[str]:
    """Return the names of triggers that should be there and are not, or are not as they should."""
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    there = {row.name: row.sql for row in rows}
    return [name for name, statement in _trigger_statements() if there.get(name) != statement]


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


def _trigger_statements() -> Iterator[tuple[str, str]]:
    for cls in synced_classes():
        table = cls.__tablename__
        for happening, row in _EVENTS:
            name = f"tripwire_{table}_{happening.lower()}"
            yield (
                name,
                f"CREATE TRIGGER {name} AFTER {happening} ON {table} BEGIN"  # noqa: S608
                f" INSERT INTO {TABLE} VALUES ('{table}', {row}.scope, {row}.id, 1)"
                " ON CONFLICT (tbl, scope, id) DO UPDATE SET writes = writes + 1; END",
            )
