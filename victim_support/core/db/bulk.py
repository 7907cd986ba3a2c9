"""Write many rows without the cost of a dictionary and a compilation for each."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Engine, LargeBinary, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from victim_support.core.db.postgres import copy_rows
from victim_support.core.db.types import OpenEnum
from victim_support.core.db.writing import write_lock

Row = Sequence[Any]
_WORTH_COPYING = 50
_INSERTS: dict[str, Callable[[Table], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[Row], names: Sequence[str] | None = None
) -> None:
    """Insert rows whose values stand in the order of the table's columns, or of those named."""
    if _is_worth_copying(connection, rows):
        _copy(connection, table.name, table, rows, list(names or table.columns.keys()))
    elif rows:
        _write(connection, insert(table), table, rows, names)


def upsert_rows(
    connection: Connection, table: Table, rows: Sequence[Row], names: Sequence[str] | None = None
) -> None:
    """Insert rows, or give those whose primary key is there already the new values."""
    if _is_worth_copying(connection, rows):
        _upsert_copied(connection, table, rows, list(names or table.columns.keys()))
        return
    if not rows:
        return
    statement = _INSERTS[connection.dialect.name](table)
    key = [column.name for column in table.primary_key]
    chosen = names or table.columns.keys()
    values = {name: statement.excluded[name] for name in chosen if name not in key}
    statement = statement.on_conflict_do_update(index_elements=key, set_=values)
    _write(connection, statement, table, rows, names)


def _is_worth_copying(connection: Connection, rows: Sequence[Row]) -> bool:
    """Tell whether PostgreSQL takes the rows faster as a stream (measured: four times)."""
    return connection.dialect.name == "postgresql" and len(rows) >= _WORTH_COPYING


def _copy(
    connection: Connection, into: str, table: Table, rows: Sequence[Row], names: list[str]
) -> None:
    converters = [_converter(table.columns[name], connection.dialect) for name in names]
    places = list(range(len(names)))
    columns = ", ".join(f'"{name}"' for name in names)
    statement = f'COPY "{into}" ({columns}) FROM STDIN'
    copy_rows(connection, statement, _converted(rows, places, converters))


def _upsert_copied(
    connection: Connection, table: Table, rows: Sequence[Row], names: list[str]
) -> None:
    """Stream the rows beside the table, and take them over with one statement."""
    came = f"came_{table.name}"
    connection.exec_driver_sql(f'CREATE TEMP TABLE "{came}" (LIKE "{table.name}")')
    _copy(connection, came, table, rows, names)
    key = [column.name for column in table.primary_key]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in key)
    connection.exec_driver_sql(
        f'INSERT INTO "{table.name}" ({columns}) SELECT {columns} FROM "{came}"'  # noqa: S608
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {values}"
    )
    connection.exec_driver_sql(f'DROP TABLE "{came}"')


def _write(
    connection: Connection,
    statement: Any,
    table: Table,
    rows: Sequence[Row],
    names: Sequence[str] | None,
) -> None:
    dialect = connection.dialect
    chosen = list(names or table.columns.keys())
    compiled = statement.compile(dialect=dialect, column_keys=chosen)
    if not compiled.positional:
        connection.execute(statement, [dict(zip(chosen, row, strict=True)) for row in rows])
        return
    places = [chosen.index(name) for name in compiled.positiontup]
    converters = [_converter(table.columns[name], dialect) for name in compiled.positiontup]
    connection.exec_driver_sql(str(compiled), list(_converted(rows, places, converters)))


def _converter(column: Column[Any], dialect: Any) -> Callable[[Any], Any] | None:
    """Return what the type does to a value for the driver, by a shorter way where there is one."""
    if isinstance(column.type, LargeBinary):
        return None  # SQLite's driver takes bytes as they are
    if isinstance(column.type, OpenEnum):
        return _plain_text
    converter: Callable[[Any], Any] | None
    converter = column.type.dialect_impl(dialect).bind_processor(dialect)
    return converter


def _plain_text(value: str | None) -> str | None:
    return value if value is None or type(value) is str else str(value)


def _converted(
    rows: Sequence[Row], places: list[int], converters: list[Callable[[Any], Any] | None]
) -> Iterator[Row]:
    """Yield rows in the order of the statement, as the driver takes them."""
    is_moved = places != list(range(len(places)))
    active = [(place, convert) for place, convert in enumerate(converters) if convert is not None]
    for row in rows:
        values = [row[place] for place in places] if is_moved else list(row)
        for place, convert in active:
            values[place] = convert(values[place])
        yield tuple(values)


def compact(engine: Engine) -> None:
    """Write a database anew, so that nothing of deleted rows is left in its files.

    Desks that write meanwhile wait for their turn, as for any other transaction.
    """
    with write_lock:
        _compact(engine)


def _compact(engine: Engine) -> None:
    raw = engine.raw_connection()
    driver: Any = raw.driver_connection
    try:
        if engine.dialect.name == "postgresql":
            driver.autocommit = True
            driver.execute("VACUUM FULL")
            driver.autocommit = False
        else:
            driver.execute("VACUUM")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        raw.close()
