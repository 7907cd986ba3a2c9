"""Tripwires on PostgreSQL: four triggers on every synced table, one call for each statement."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection

_FUNCTION, _REFUSAL = "tripwire", "tripwire_truncate"


class _Trigger(NamedTuple):
    name: str
    table: str
    function: str
    kind: int  # the bits of pg_trigger.tgtype
    text: str


# What happens, which rows the statement shows, the bits of pg_trigger.tgtype.
_EVENTS = (("INSERT", "NEW", 4), ("UPDATE", "NEW", 16), ("DELETE", "OLD", 8))
_TRUNCATE = 32 | 2


def install(connection: Connection, notes: str, tables: Iterable[str]) -> None:
    """Create the table of notes, the functions and all triggers (again)."""
    connection.exec_driver_sql(
        f"CREATE TABLE IF NOT EXISTS {notes} (tbl text NOT NULL, scope text NOT NULL,"
        " id text NOT NULL, writes integer NOT NULL, PRIMARY KEY (tbl, scope, id))"
    )
    for name, body in _bodies(notes).items():
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
            f" SET search_path FROM CURRENT AS $body${body}$body$"
        )
    for trigger in _triggers(tables):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}")
        connection.exec_driver_sql(trigger.text)


def missing(connection: Connection, notes: str, tables: Iterable[str]) -> list[str]:
    """Return the names of triggers that should be there and are not, or are not as they should."""
    rows = connection.exec_driver_sql(
        "SELECT tgname, relname, proname, tgtype, prosrc FROM pg_trigger"
        " JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid"
        " WHERE relnamespace = current_schema()::regnamespace"
        " AND pronamespace = relnamespace AND tgenabled IN ('O', 'A') AND tgqual IS NULL"
    )
    there = {row.tgname: tuple(row)[1:] for row in rows}
    bodies = _bodies(notes)
    return [
        trigger.name
        for trigger in _triggers(tables)
        if there.get(trigger.name)
        != (trigger.table, trigger.function, trigger.kind, bodies[trigger.function])
    ]


def _bodies(notes: str) -> dict[str, str]:
    insert = (
        f"INSERT INTO {notes} SELECT TG_TABLE_NAME, scope, replace(id::text, '-', ''), 1"  # noqa: S608
        f" FROM written ON CONFLICT (tbl, scope, id) DO UPDATE SET writes = {notes}.writes + 1;"
    )
    refuse = "RAISE EXCEPTION 'rows of a synced table are withdrawn, not removed';"
    return {
        _FUNCTION: f" BEGIN {insert} RETURN NULL; END ",
        _REFUSAL: f" BEGIN {refuse} END ",
    }


def _triggers(tables: Iterable[str]) -> Iterator[_Trigger]:
    for table in tables:
        for happening, rows, kind in _EVENTS:
            name = f"tripwire_{table}_{happening.lower()}"
            text = (
                f"CREATE TRIGGER {name} AFTER {happening} ON {table}"
                f" REFERENCING {rows} TABLE AS written"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
            )
            yield _Trigger(name, table, _FUNCTION, kind, text)
        name = f"tripwire_{table}_truncate"
        text = f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {_REFUSAL}()"
        yield _Trigger(name, table, _REFUSAL, _TRUNCATE, text)
