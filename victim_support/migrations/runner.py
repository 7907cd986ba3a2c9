"""Run Alembic's revisions on one encrypted file, on a connection of their own.

Synced tables only ever get new columns: never in batch mode, which would recreate a table and
lose its tripwires and, through foreign keys, other tables' rows.
"""

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from victim_support.core.db.copying import CopyError, copy_database
from victim_support.core.db.sqlite import step_engine
from victim_support.core.db.tripwire import install_tripwires
from victim_support.migrations import MigrationError, Schema


def run_steps(path: Path, key: bytes, schema: Schema) -> bool:
    """Run all steps that a file has not seen; tell whether it was there before.

    Raises:
        MigrationError: A step failed, or what it left is not sound; the file is as it was.
    """
    is_new = not path.exists()
    engine = step_engine(path, key)
    try:
        if not is_new:
            copy_database(path, path.with_name(f"{path.name}.before-{schema.head}"), key)
        with engine.begin() as connection:
            apply_steps(connection, schema)
            _check(connection)
    except (SQLAlchemyError, CopyError, OSError) as error:
        message = f"{path.name} を新しい版に合わせられません。元のままです。"
        raise MigrationError(message) from error
    finally:
        engine.dispose()
    return not is_new


def _scripts(schema: Schema) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(schema.folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def apply_steps(connection: Connection, schema: Schema) -> None:
    """Run all steps that a database has not seen, and set its tripwires."""
    scripts = _scripts(schema)

    def steps(revision: str, _context: MigrationContext) -> list[Any]:
        return scripts._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev="head") as environment:
        environment.configure(connection, target_metadata=schema.metadata, render_as_batch=False)
        environment.run_migrations()
    if schema.has_tripwires:
        install_tripwires(connection)


def _check(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    state = connection.exec_driver_sql("PRAGMA quick_check").scalar()
    if broken or state != "ok":
        message = f"{len(broken)} 件の参照が切れています。" if broken else str(state)
        raise MigrationError(message)
