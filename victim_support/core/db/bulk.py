"""Write many rows without the cost of a dictionary and a compilation for each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    LargeBinary,
    Table,
    exists,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from victim_support.core.db.among import is_among
from victim_support.core.db.postgres import copy_rows
from victim_support.core.db.types import OpenEnum, PlainText, UtcDateTime, without_nul
from victim_support.core.db.writing import write_lock

Row = Sequence[Any]
Converter = Callable[[Sequence[Any]], Iterable[Any]] | None  # of the values of a column
_WORTH_COPYING = 50
_STATEMENTS = 256
_INSTANTS = 64  # the operations of one transaction share one
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
        _write(connection, _insert(table, _chosen(table, names), connection.dialect), rows)


def upsert_rows(
    connection: Connection, table: Table, rows: Sequence[Row], names: Sequence[str] | None = None
) -> None:
    """Insert rows, or give those whose primary key is there already the new values."""
    if _is_worth_copying(connection, rows):
        _upsert_copied(connection, table, rows, list(names or table.columns.keys()))
        return
    if rows:
        _write(connection, _upsert(table, _chosen(table, names), connection.dialect), rows)


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
    """Stream the rows; beside the table when one is there, to take them over with a statement."""
    if not _is_any_there(connection, table, rows, names):
        _copy(connection, table.name, table, rows, names)
        return
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


def _is_any_there(
    connection: Connection, table: Table, rows: Sequence[Row], names: list[str]
) -> bool:
    """Tell whether the key of a row may be in the table; seldom True when none is."""
    columns = list(zip(*rows, strict=True))
    key = [(column, set(columns[names.index(column.name)])) for column in table.primary_key]
    found = select(exists().where(*(is_among(connection, *each) for each in key)))
    return bool(connection.scalar(found))


class _Statement(NamedTuple):
    """A statement as the driver takes it, and how a row becomes its parameters."""

    text: str
    names: tuple[str, ...]  # in the order of the statement; empty where its places have none
    places: tuple[int, ...]  # of the values in a row, in the order of the statement
    converters: tuple[Converter, ...]


def _chosen(table: Table, names: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(names or table.columns.keys())


@lru_cache(maxsize=_STATEMENTS)
def _insert(table: Table, names: tuple[str, ...], dialect: Any) -> _Statement:
    return _compiled(insert(table), table, names, dialect)


@lru_cache(maxsize=_STATEMENTS)
def _upsert(table: Table, names: tuple[str, ...], dialect: Any) -> _Statement:
    statement = _INSERTS[dialect.name](table)
    key = [column.name for column in table.primary_key]
    values = {name: statement.excluded[name] for name in names if name not in key}
    statement = statement.on_conflict_do_update(index_elements=key, set_=values)
    return _compiled(statement, table, names, dialect)


def _compiled(statement: Any, table: Table, names: tuple[str, ...], dialect: Any) -> _Statement:
    compiled = statement.compile(dialect=dialect, column_keys=names)
    order = tuple(compiled.positiontup) if compiled.positional else names
    return _Statement(
        text=str(compiled),
        names=() if compiled.positional else order,
        places=tuple(names.index(name) for name in order),
        converters=tuple(_converter(table.columns[name], dialect) for name in order),
    )


def _write(connection: Connection, statement: _Statement, rows: Sequence[Row]) -> None:
    names = statement.names
    values = _converted(rows, statement.places, statement.converters)
    parameters = [dict(zip(names, row, strict=True)) for row in values] if names else [*values]
    connection.exec_driver_sql(statement.text, parameters)


def _converter(column: Column[Any], dialect: Any) -> Converter:
    """Return what the type does to values for the driver, by a shorter way where there is one."""
    is_short, short = _short_way(column.type, dialect)
    if is_short:
        return short
    of_one = column.type.dialect_impl(dialect).bind_processor(dialect)
    if of_one is None:
        return None
    is_shared = isinstance(column.type, UtcDateTime)
    return partial(map, lru_cache(maxsize=_INSTANTS)(of_one) if is_shared else of_one)


def _short_way(type_: Any, dialect: Any) -> tuple[bool, Converter]:
    """Return whether there is a shorter way for values that are of the column's kind, and it."""
    ways: list[tuple[type, Converter]] = [(OpenEnum, _plain_texts), (PlainText, _without_nul)]
    if dialect.name == "sqlite":
        ways += [(LargeBinary, None), (Boolean, None), (Date, _day_texts)]
    found = [way for kind, way in ways if isinstance(type_, kind)]
    return bool(found), found[0] if found else None


def _plain_texts(values: Iterable[str | None]) -> Iterable[str | None]:
    return [each if each is None or type(each) is str else str(each) for each in values]


def _without_nul(values: Sequence[str | None]) -> Iterable[str | None]:
    return map(without_nul, values) if "\0" in "".join(filter(None, values)) else values


def _day_texts(values: Iterable[date | None]) -> Iterable[str | None]:
    return [None if each is None else date.isoformat(each) for each in values]


def _converted(
    rows: Sequence[Row], places: Sequence[int], converters: Sequence[Converter]
) -> Iterator[Row]:
    """Return rows in the order of the statement, as the driver takes them."""
    columns = list(zip(*rows, strict=True))  # what is done to a whole column costs less
    converted = [
        columns[place] if convert is None else convert(columns[place])
        for place, convert in zip(places, converters, strict=True)
    ]
    return zip(*converted, strict=True)


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
