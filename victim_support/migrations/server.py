"""Migrations on PostgreSQL: three schemas, each changed as a whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from victim_support.core.db import DatabaseFileError, LocalBase, Part, open_engine, postgres
from victim_support.core.instance import OpenInstance
from victim_support.migrations import MAIN, REFERENCE, MigrationError, Schema, fingerprint
from victim_support.migrations.runner import apply_steps


@contextmanager
def blank_database(opened: OpenInstance) -> Iterator[None]:
    """Refuse a database that is in use, and leave a blank one blank when what follows fails.

    Raises:
        DatabaseFileError: The database holds the ledger of another instance already.
    """
    if not opened.database_url:
        yield
        return
    engine = open_engine(opened, Part.LOCAL)
    try:
        with engine.begin() as connection:
            postgres.check_database(connection)
            if any(postgres.has_schema(connection, part) for part in Part):
                message = "データベースはすでに使われています。空のものを作ってください。"
                raise DatabaseFileError(message)
        try:
            yield
        except BaseException:
            with engine.begin() as connection:
                for part in Part:
                    postgres.drop_schema(connection, part)
            raise
    finally:
        engine.dispose()


def upgrade_server(opened: OpenInstance) -> bool:
    """Create or change the three schemas so that they fit this version.

    Returns:
        Whether an existing main or reference schema was changed.

    Raises:
        DatabaseFileError: The database cannot be used as it is.
        MigrationError: A schema could not be changed; it is as it was.
    """
    parts = ((Part.MAIN, MAIN), (Part.REFERENCE, REFERENCE))
    changed = [_migrate(opened, part, schema) for part, schema in parts]
    _renew_local(opened)
    return any(changed)


def _migrate(opened: OpenInstance, part: Part, schema: Schema) -> bool:
    engine = open_engine(opened, part)
    try:
        with engine.begin() as connection:
            before = _begin(connection, part)
            if before != schema.head:
                apply_steps(connection, schema)
    except SQLAlchemyError as error:
        message = f"{part} を新しい版に合わせられません。元のままです。"
        raise MigrationError(message) from error
    finally:
        engine.dispose()
    return before is not None and before != schema.head


def _begin(connection: Connection, part: Part) -> str | None:
    """Look at the database, make the schema, and return the revision it is at."""
    postgres.check_database(connection)
    postgres.lock(connection, part)
    postgres.make_schema(connection, part)
    there = connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar()
    if there is None:
        return None
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return str(revision) if revision else None


def _renew_local(opened: OpenInstance) -> None:
    """Create the local schema, anew when it fits another version: nothing in it is precious."""
    mark = str(fingerprint(LocalBase.metadata))
    engine = open_engine(opened, Part.LOCAL)
    with engine.begin() as connection:
        postgres.lock(connection, Part.LOCAL)
        if postgres.schema_mark(connection, Part.LOCAL) != mark:
            postgres.drop_schema(connection, Part.LOCAL)
            postgres.make_schema(connection, Part.LOCAL)
            LocalBase.metadata.create_all(connection)
            postgres.mark_schema(connection, Part.LOCAL, mark)
    engine.dispose()
