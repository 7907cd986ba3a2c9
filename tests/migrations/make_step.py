"""Write the next step from what the models have and the steps so far do not.

    python -m tests.migrations.make_step "add the colour of a shelter"

A tool for whoever changes a model; read what it wrote before it is committed.
"""

import argparse
import re
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations.ops import UpgradeOps
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.sql.elements import False_, True_

import victim_support.app  # noqa: F401 - brings the models of every slice
from victim_support.core.db import OpenEnum, UtcDateTime
from victim_support.core.db.sqlite import open_file
from victim_support.core.db.tripwire import TABLE
from victim_support.core.db.types import PlainText
from victim_support.migrations import MAIN, REFERENCE, Schema, migrate

LONGEST_STEP = 300
WORDS_IMPORT = "from victim_support.core.db.search import create_words"
TEMPLATE = '''"""{title}."""

import sqlalchemy as sa
from alembic import op
{imports}
revision = "{revision}"
down_revision = {previous}


def upgrade() -> None:
{calls}


{functions}
'''


def virtual_tables(connection: Connection) -> dict[str, str]:
    """Return the tables that the engine keeps in tables of its own."""
    statement = "SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'"
    return {row[0]: row[1] for row in connection.exec_driver_sql(statement)}


def is_ours(connection: Connection, name: str) -> bool:
    """Tell whether the models declare a table, not the engine or the tripwires."""
    engines = tuple(virtual_tables(connection))
    return name != TABLE and not (engines and name.startswith(engines))


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our types as what they are in the file, so that a step never changes its meaning."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, OpenEnum | PlainText):
        return "sa.Text()"
    if kind == "server_default" and isinstance(item.arg, False_ | True_):
        return f"sa.{item.arg}()"  # PostgreSQL takes no 0 for no
    return False


def _parts(connection: Connection, schema: Schema) -> dict[str, list[str]]:
    """Return, by table, the statements that lead from the file to the models."""
    context = MigrationContext.configure(
        connection,
        opts={
            "target_metadata": schema.metadata,
            "include_name": lambda name, kind, _: kind != "table" or is_ours(connection, name),
            "compare_type": False,
        },
    )
    steps = produce_migrations(context, schema.metadata).upgrade_ops
    parts: dict[str, list[str]] = {}
    for each in steps.ops if steps else ():
        parts.setdefault(getattr(each, "table_name", "others"), []).extend(_lines(each))
    wanted = _wanted_virtual_tables(schema)
    for name in sorted(wanted.keys() - virtual_tables(connection).keys()):
        parts[name] = [f'create_words(op.get_bind(), "{name.removesuffix("_words")}")']
    return parts


def _lines(step: Any) -> list[str]:
    code: str = render_python_code(UpgradeOps([step]), render_item=_render)
    for usual in (", nullable=True", ", unique=False"):
        code = code.replace(usual, "")
    return [line.removeprefix("    ") for line in code.splitlines() if "###" not in line]


def _wanted_virtual_tables(schema: Schema) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_file(Path(folder) / "x.db", secrets.token_bytes(32))
        with engine.begin() as connection:
            schema.metadata.create_all(connection)
            found = virtual_tables(connection)
        engine.dispose()
    return found


def make_steps(schema: Schema, title: str) -> list[Path]:
    """Write the steps that are missing, none when the steps so far lead to the models."""
    with tempfile.TemporaryDirectory() as folder:
        path, key = Path(folder) / "x.db", secrets.token_bytes(32)
        if schema.head:
            # A new synced table is not there yet, so nothing can be hung on it.
            migrate(path, key, replace(schema, has_tripwires=False))
        engine = open_file(path, key)
        with engine.connect() as connection:
            parts = _parts(connection, schema)
        engine.dispose()
    return [_write(schema, title, chosen) for chosen in _divided(parts)]


def _divided(parts: dict[str, list[str]]) -> Iterator[dict[str, list[str]]]:
    """Yield parts that fit into one file each."""
    chosen: dict[str, list[str]] = {}
    for name, lines in parts.items():
        if sum(len(each) + 3 for each in (*chosen.values(), lines)) > LONGEST_STEP:
            yield chosen
            chosen = {}
        chosen[name] = lines
    if chosen:
        yield chosen


def _write(schema: Schema, title: str, parts: dict[str, list[str]]) -> Path:
    revision = f"{int(schema.head or 0) + 1:04}"
    words = re.sub(r"\W+", "_", title.lower()).strip("_")
    step = schema.folder / "versions" / f"{revision}_{words}.py"
    functions = ("\n".join((f"def _{n}() -> None:", *_indented(ls))) for n, ls in parts.items())
    code = "\n\n\n".join(functions)
    text = TEMPLATE.format(
        imports=f"\n{WORDS_IMPORT}\n" if "create_words(" in code else "",
        title=title[0].upper() + title[1:],
        revision=revision,
        previous=f'"{schema.head}"' if schema.head else None,
        calls="\n".join(_indented(f"_{name}()" for name in parts)),
        functions=code,
    )
    step.write_text(text)
    return step


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("title")
    arguments = parser.parse_args()
    for each in (MAIN, REFERENCE):
        print(*make_steps(each, arguments.title), sep="\n")  # noqa: T201 - a tool
