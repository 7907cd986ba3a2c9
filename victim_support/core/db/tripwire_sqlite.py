"""Tripwires on SQLite: three triggers on every synced table."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, text

_EVENTS = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))


def install(connection: Connection, notes: str, tables: Iterable[str]) -> None:
    """Create the table of notes and all triggers (again)."""
    connection.execute(
        text(
            f"CREATE TABLE IF NOT EXISTS {notes}"
            " (tbl TEXT NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL, writes INTEGER NOT NULL,"
            " PRIMARY KEY (tbl, scope, id)) WITHOUT ROWID"
        )
    )
    for name, statement in _triggers(notes, tables):
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(text(statement))


def missing(connection: Connection, notes: str, tables: Iterable[str]) -> list[str]:
    """Return the names of triggers that should be there and are not, or are not as they should."""
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    there = {row.name: row.sql for row in rows}
    triggers = _triggers(notes, tables)
    return [name for name, statement in triggers if there.get(name) != statement]


def _triggers(notes: str, tables: Iterable[str]) -> Iterator[tuple[str, str]]:
    for table in tables:
        for happening, row in _EVENTS:
            name = f"tripwire_{table}_{happening.lower()}"
            yield (
                name,
                f"CREATE TRIGGER {name} AFTER {happening} ON {table} BEGIN"  # noqa: S608
                f" INSERT INTO {notes} VALUES ('{table}', {row}.scope, {row}.id, 1)"
                " ON CONFLICT (tbl, scope, id) DO UPDATE SET writes = writes + 1; END",
            )
