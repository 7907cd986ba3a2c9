"""Rows as they are stored, in the form of SQLite on either engine, so that digests can be equal."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, literal_column, select
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from victim_support.core.db.engine import is_sqlite


def stored_rows(
    connection: Connection, columns: Sequence[Column[Any]], at_once: int
) -> Iterator[tuple[Any, ...]]:
    """Yield these columns of a table whose key is (scope, id), in the order of the key.

    SQLite's values are taken untouched, so that nothing is overlooked that the program would read
    as something else. PostgreSQL keeps to its types; its values are written as SQLite has them.
    """
    table = columns[0].table
    streamed = {"yield_per": at_once}
    if is_sqlite(connection):
        untouched: list[ColumnElement[Any]] = [
            literal_column(f'"{column.name}"') for column in columns
        ]
        statement = select(*untouched).select_from(table).order_by(table.c.scope, table.c.id)
        for row in connection.execute(statement, execution_options=streamed):
            yield tuple(row)
        return
    writers = [_writer(column) for column in columns]
    statement = select(*columns).order_by(table.c.scope, table.c.id)
    for row in connection.execute(statement, execution_options=streamed):
        yield tuple(write(value) for write, value in zip(writers, row, strict=True))


def _writer(column: Column[Any]) -> Callable[[Any], Any]:
    dialect = SQLiteDialect()
    processor = column.type.dialect_impl(dialect).bind_processor(dialect)
    return processor or (lambda value: value)
