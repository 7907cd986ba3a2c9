"""The steps lead to exactly what the models say; if not, ``tests.migrations.make_step`` helps."""

import secrets

import pytest

import victim_support.app  # noqa: F401 - brings the models of every slice
from tests.migrations.make_step import is_ours, virtual_tables
from victim_support.core.db.sqlite import open_file
from victim_support.core.db.tripwire import install_tripwires, missing_tripwires
from victim_support.migrations import MAIN, REFERENCE, migrate

pytestmark = pytest.mark.db
KEY = secrets.token_bytes(32)


def describe(path):
    """Return what the engine knows of every table: columns, keys, indexes, references."""
    engine = open_file(path, KEY)
    with engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = [row[0] for row in names if is_ours(connection, row[0])]
        found = {name: _table(connection, name) for name in tables if "alembic" not in name}
        found["virtual"] = {name: _plain(sql) for name, sql in virtual_tables(connection).items()}
    engine.dispose()
    return found


def _table(connection, name):
    def pragma(kind, of):
        return [tuple(row) for row in connection.exec_driver_sql(f"PRAGMA {kind}('{of}')")]

    statement = "SELECT sql FROM sqlite_master WHERE name = ?"
    sql = str(connection.exec_driver_sql(statement, (name,)).scalar())
    indexes = pragma("index_list", name)
    return {
        "columns": sorted(tuple(column[1:]) for column in pragma("table_info", name)),
        "references": sorted(reference[2:] for reference in pragma("foreign_key_list", name)),
        "indexes": sorted(
            (index[1], index[2], [column[2] for column in pragma("index_info", index[1])])
            for index in indexes
            if not index[1].startswith("sqlite_autoindex")
        ),
        "uniques": sorted(
            [column[2] for column in pragma("index_info", index[1])]
            for index in indexes
            if index[1].startswith("sqlite_autoindex")
        ),
        "checks": sql.count("CHECK"),
        "counts": "AUTOINCREMENT" in sql,
    }


def _plain(sql):
    return "".join(sql.replace("IF NOT EXISTS", "").split())


@pytest.mark.parametrize("schema", [MAIN, REFERENCE], ids=["main", "reference"])
def test_the_steps_lead_to_the_models(schema, tmp_path):
    migrate(tmp_path / "migrated.db", KEY, schema)
    engine = open_file(tmp_path / "created.db", KEY)
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
    engine.dispose()

    migrated, created = describe(tmp_path / "migrated.db"), describe(tmp_path / "created.db")

    assert sorted(migrated) == sorted(created)
    for table, expected in created.items():
        assert migrated[table] == expected, table


def test_every_synced_table_has_its_tripwires(tmp_path):
    migrate(tmp_path / "main.db", KEY, MAIN)

    engine = open_file(tmp_path / "main.db", KEY)
    with engine.begin() as connection:
        assert missing_tripwires(connection) == []
        connection.exec_driver_sql("DROP TRIGGER tripwire_stays_delete")
        assert missing_tripwires(connection) == ["tripwire_stays_delete"]
        install_tripwires(connection)
        assert missing_tripwires(connection) == []
    engine.dispose()
