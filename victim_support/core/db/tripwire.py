"""Triggers that notice every write to a synced table, also one that went round the session."""

from sqlalchemy import Connection, text

from victim_support.core.db.bases import synced_classes

_EVENTS = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
RowKey = tuple[str, str, str]


def install_tripwires(connection: Connection) -> None:
    """Create the note table and the three triggers of every synced table (again)."""
    connection.execute(
        text(
            "CREATE TABLE IF NOT EXISTS sync_dirty"
            " (tbl TEXT NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL,"
            " PRIMARY KEY (tbl, scope, id)) WITHOUT ROWID"
        )
    )
    for name, statement in _trigger_statements():
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(text(statement))


def missing_tripwires(connection: Connection) -> list[str]:
    """Return the names of triggers that should be there and are not."""
    rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    there = {row[0] for row in rows}
    return [name for name, _ in _trigger_statements() if name not in there]


def drain_tripwires(connection: Connection) -> set[RowKey]:
    """Return and clear the (table, scope, id as 32 hex digits) of all rows written so far."""
    rows = connection.execute(text("SELECT tbl, scope, id FROM sync_dirty")).all()
    if rows:
        connection.execute(text("DELETE FROM sync_dirty"))
    return {(row.tbl, row.scope, row.id) for row in rows}


def _trigger_statements() -> list[tuple[str, str]]:
    statements = []
    for cls in synced_classes():
        table = cls.__tablename__
        for happening, row in _EVENTS:
            name = f"tripwire_{table}_{happening.lower()}"
            statements.append(
                (
                    name,
                    f"CREATE TRIGGER {name} AFTER {happening} ON {table} BEGIN"  # noqa: S608
                    f" INSERT OR IGNORE INTO sync_dirty"
                    f" VALUES ('{table}', {row}.scope, {row}.id); END",
                )
            )
    return statements
