"""Insert many rows of an unsynced table without the cost of a dictionary for each."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows whose values stand in the order of the table's columns."""
    dialect = connection.dialect
    compiled = insert(table).compile(dialect=dialect)
    if not compiled.positional:
        names = table.columns.keys()
        values = [dict(zip(names, row, strict=True)) for row in rows]
        connection.execute(insert(table), values)
        return
    converters = {
        position: convert
        for position, column in enumerate(table.columns)
        if (convert := column.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    connection.exec_driver_sql(str(compiled), list(_converted(rows, converters)))


def _converted(rows: Sequence[tuple[Any, ...]], converters: dict[int, Any]) -> Iterator[Any]:
    for row in rows:
        values = list(row)
        for position, convert in converters.items():
            values[position] = convert(values[position])
        yield tuple(values)
