"""One part of an instance from PostgreSQL to an encrypted SQLite file, and back.

So a backup has one format, and a copy of the headquarters (本部) can go on as a laptop, and a
laptop's as the headquarters.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, Integer, Table, select
from sqlalchemy.exc import SQLAlchemyError

from victim_support.core.db import DatabaseFileError, Part, open_engine, postgres
from victim_support.core.db.bulk import insert_rows
from victim_support.core.db.copying import CopyError, check_database, finish_copy
from victim_support.core.db.engine import is_sqlite
from victim_support.core.db.search import word_indexes
from victim_support.core.db.sqlite import open_file
from victim_support.core.db.tripwire import clear_tripwires
from victim_support.core.instance import OpenInstance
from victim_support.core.steps import portions
from victim_support.migrations import MAIN, REFERENCE, MigrationError, Schema, migrate

SCHEMAS = {Part.MAIN: MAIN, Part.REFERENCE: REFERENCE}
_AT_ONCE = 2000


def write_file(opened: OpenInstance, part: Part, target: Path) -> None:
    """Write everything that one schema holds at one moment to a new file, while others go on.

    Raises:
        CopyError: The file does not hold what the schema holds; nothing is kept of it.
    """
    schema = SCHEMAS[part]
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    source = open_engine(opened, part)
    try:
        migrate(unfinished, opened.key, schema)
        counts = _fill(source, open_file(unfinished, opened.key), schema)
        finish_copy(unfinished, opened.key)
        _compare(unfinished, opened.key, counts)
    except (SQLAlchemyError, DatabaseFileError, MigrationError, CopyError) as error:
        unfinished.unlink(missing_ok=True)
        message = f"{part} の控えを取れませんでした。"
        raise CopyError(message) from error
    finally:
        source.dispose()
    unfinished.replace(target)


def read_files(folder: Path, opened: OpenInstance) -> None:
    """Fill the blank schemas of an instance from files of this or an older version.

    Raises:
        CopyError: What is there now is not what the files hold.
    """
    for part, schema in SCHEMAS.items():
        path = folder / f"{part}.db"
        if not path.is_file():
            continue
        try:
            migrate(path, opened.key, schema)
            file = open_file(path, opened.key, read_only=True)
            counts = _fill(file, open_engine(opened, part), schema)
        except (SQLAlchemyError, DatabaseFileError, MigrationError) as error:
            message = f"{path.name} を移せませんでした。"
            raise CopyError(message) from error
        _compare(path, opened.key, counts)


def _compare(path: Path, key: bytes, counts: dict[str, int]) -> None:
    found = check_database(path, key)
    if any(found[name] != count for name, count in counts.items()):
        message = f"{path.name} の行数が合いません。"
        raise CopyError(message)


def _fill(source: Engine, target: Engine, schema: Schema) -> dict[str, int]:
    """Copy every row and every index; return how many rows each table has."""
    try:
        with _moment(source) as reading, target.begin() as writing:
            counts = {table.name: _copy(reading, writing, table) for table in _tables(schema)}
            for index in word_indexes(schema.metadata):
                counts[index.entries.name] = index.load(writing, index.dump(reading))
            if schema.has_tripwires:
                clear_tripwires(writing)
    finally:
        source.dispose()
        target.dispose()
    return counts


def _moment(engine: Engine) -> Connection:
    """Return a connection that sees one state, whatever others write meanwhile."""
    connection = engine.connect()
    if not is_sqlite(connection):
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def _tables(schema: Schema) -> list[Table]:
    indexed = {index.entries.name for index in word_indexes(schema.metadata)}
    return [table for table in schema.metadata.sorted_tables if table.name not in indexed]


def _copy(reading: Connection, writing: Connection, table: Table) -> int:
    statement = select(table).order_by(*table.primary_key)
    with reading.execute(statement, execution_options={"yield_per": _AT_ONCE}) as found:
        count = 0
        for batch in portions(map(tuple, found), _AT_ONCE):
            insert_rows(writing, table, batch)
            count += len(batch)
    counter = next(iter(table.primary_key))
    is_counted = len(table.primary_key) == 1 and isinstance(counter.type, Integer)
    if is_counted and not is_sqlite(writing):
        postgres.reset_sequence(writing, table.name, counter.name)
    return count
