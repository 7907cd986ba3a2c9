"""Migrations: rows, tripwires and children survive; what fails leaves the file as it was."""

import os
from textwrap import dedent

import pytest
from sqlalchemy import MetaData

from victim_support.core.db.copying import check_database
from victim_support.core.db.sqlite import connect
from victim_support.core.instance import OpenInstance
from victim_support.migrations import MigrationError, Schema, migrate, upgrade

pytestmark = pytest.mark.db
KEY = os.urandom(32)
FIRST = """
    op.create_table("parents", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "children",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("parents.id", ondelete="CASCADE")),
    )
    """


@pytest.fixture
def path(tmp_path):
    return tmp_path / "main.db"


@pytest.fixture
def schema(tmp_path):
    (tmp_path / "steps" / "versions").mkdir(parents=True)
    return Schema(tmp_path / "steps", MetaData())


def add_step(schema, number, body):
    step = f'''
import sqlalchemy as sa
from alembic import op

revision = "{number:04}"
down_revision = {f'"{number - 1:04}"' if number > 1 else None}


def upgrade():
'''
    lines = dedent(body).strip().splitlines()
    text = step + "".join(f"    {line}\n" for line in lines)
    (schema.folder / "versions" / f"{number:04}_step.py").write_text(text)


def query(path, statement):
    connection = connect(path, KEY)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


@pytest.fixture
def filled(path, schema):
    add_step(schema, 1, FIRST)
    migrate(path, KEY, schema)
    query(path, "INSERT INTO parents VALUES (1)")
    query(path, "INSERT INTO children VALUES (1, 1), (2, 1)")
    query(path, "CREATE TRIGGER watch AFTER UPDATE ON parents BEGIN SELECT 1; END")
    return path


def test_a_new_file_is_made_and_needs_no_copy(path, schema, tmp_path):
    add_step(schema, 1, FIRST)

    assert migrate(path, KEY, schema) is False

    assert check_database(path, KEY)["children"] == 0
    assert not list(tmp_path.glob("main.db.before-*"))


def test_a_second_run_changes_nothing(filled, schema):
    assert migrate(filled, KEY, schema) is False


def test_a_column_is_added_and_everything_else_survives(filled, schema, tmp_path):
    add_step(schema, 2, 'op.add_column("parents", sa.Column("name", sa.Text))')

    assert migrate(filled, KEY, schema) is True

    assert query(filled, "SELECT id, name FROM parents") == [(1, None)]
    assert len(query(filled, "SELECT * FROM children")) == 2
    assert query(filled, "SELECT name FROM sqlite_master WHERE type = 'trigger'") == [("watch",)]
    assert check_database(tmp_path / "main.db.before-0002", KEY)["children"] == 2


def test_recreating_a_table_does_not_take_the_children_along(filled, schema):
    """Foreign keys are off before the transaction begins: dropping a parent deletes nobody."""
    body = """
        with op.batch_alter_table("parents", recreate="always") as batch:
            batch.add_column(sa.Column("name", sa.Text))
        """
    add_step(schema, 2, body)

    migrate(filled, KEY, schema)

    assert len(query(filled, "SELECT * FROM children")) == 2


def test_a_step_that_fails_leaves_the_file_as_it_was(filled, schema):
    add_step(schema, 2, 'op.add_column("parents", sa.Column("name", sa.Text))')
    add_step(schema, 3, 'op.execute("INSERT INTO nothing VALUES (1)")')

    with pytest.raises(MigrationError):
        migrate(filled, KEY, schema)

    assert query(filled, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert query(filled, "SELECT * FROM parents") == [(1,)]


def test_a_step_that_breaks_references_is_taken_back(filled, schema):
    add_step(schema, 2, 'op.execute("DELETE FROM parents")')

    with pytest.raises(MigrationError, match="参照"):
        migrate(filled, KEY, schema)

    assert query(filled, "SELECT * FROM parents") == [(1,)]


def test_the_local_file_is_made_anew_when_it_fits_another_version(tmp_path):
    opened = OpenInstance(tmp_path, KEY)
    upgrade(opened)
    tables = set(check_database(opened.local, KEY))
    query(opened.local, "CREATE TABLE of_a_newer_version (id)")
    upgrade(opened)
    assert set(check_database(opened.local, KEY)) == {*tables, "of_a_newer_version"}

    query(opened.local, "PRAGMA user_version = 1")
    upgrade(opened)

    assert set(check_database(opened.local, KEY)) == tables
