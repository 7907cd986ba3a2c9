"""PostgreSQL at the headquarters (本部): connections, locks and what differs from SQLite.

The three files of a laptop are three schemas of one database. Everybody who writes the ledger
waits for one lock, so that PostgreSQL keeps the promise that SQLite's single writer gives: what a
transaction has read stays true until it commits, and the order of arrival is that of commits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Engine, UnaryExpression, event
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import _label_reference

from victim_support.core.db.errors import DatabaseFileError
from victim_support.core.db.writing import is_writing

MINIMUM_SERVER = 15
CODE_POINT_ORDER = frozenset({"C", "POSIX", "C.UTF-8", "C.UTF8"})
# Threads of one worker process, and the connections they can need at once: a thread that writes
# may read beside it, and asks the other two schemas.
THREADS = 6
CONNECTIONS = THREADS * 4
_POOLS = {"main": (4, THREADS * 2), "reference": (2, THREADS), "local": (2, THREADS)}
_LOCK_CLASS = 0x5653
_LOCKS = {"main": 1, "reference": 2, "local": 3}
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
_SETTINGS = {
    "timezone": "UTC",
    "synchronous_commit": "on",  # recorded means on the disk, whatever the server's default
    "lock_timeout": "60s",
    "idle_in_transaction_session_timeout": "15min",
}


def options(url: str, schema: str) -> dict[str, Any]:
    """Return the address and the ``create_engine`` options of one schema."""
    size, most = _POOLS[schema]
    return {
        "url": "postgresql+psycopg://",
        "creator": lambda: connect(url, schema),
        "poolclass": QueuePool,
        "pool_size": size,
        "max_overflow": most - size,
        "pool_pre_ping": True,  # the server may have been started anew meanwhile
    }


def connect(url: str, schema: str | None = None) -> Any:
    """Open a connection that sees one schema only.

    Raises:
        DatabaseFileError: The server does not answer, refuses, or is too old.
    """
    import psycopg  # noqa: PLC0415 - a laptop is set up without it, and starts faster

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    settings = dict(_SETTINGS)
    if schema is not None:
        settings["search_path"] = schema
    if schema == "main":  # a page sees one state, as on a laptop; who writes changes this
        settings["default_transaction_isolation"] = r"repeatable\ read"
    flags = " ".join(f"-c {name}={value}" for name, value in settings.items())
    try:
        connection = psycopg.connect(address, options=flags, application_name="victim-support")
    except psycopg.Error as error:
        message = f"PostgreSQL につながりません。{error}"
        raise DatabaseFileError(message) from error
    version = connection.info.server_version // 10000
    if version < MINIMUM_SERVER:
        connection.close()
        message = f"PostgreSQL {version} は古く使えません。{MINIMUM_SERVER} 以降にしてください。"
        raise DatabaseFileError(message)
    return connection


def prepare(engine: Engine, *, is_main: bool) -> None:
    """Let whoever writes the main schema wait for the one lock, and sort as SQLite sorts."""
    engine.dialect.statement_compiler = _Compiler

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if is_main and is_writing():
            # The snapshot of a statement must be younger than the lock.
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            lock(connection, "main")


def lock(connection: Connection, schema: str) -> None:
    """Be the only writer of a schema until the end of the transaction."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_CLASS}, {_LOCKS[schema]})")


@dataclass(frozen=True)
class ServerFacts:
    """What ``check`` tells about a server."""

    version: str
    collation: str
    durability: dict[str, str]  # each must be on, or a power cut takes what was acknowledged


def describe(url: str) -> ServerFacts:
    """Look at a server.

    Raises:
        DatabaseFileError: It does not answer, or is too old.
    """
    connection = connect(url)
    try:
        named = [f"current_setting('{name}')" for name in ("server_version", *_DURABLE)]
        collation = "(SELECT datcollate FROM pg_database WHERE datname = current_database())"
        query = f"SELECT {collation}, {', '.join(named)}"
        found, version, *values = connection.execute(query).fetchone()
    finally:
        connection.close()
    return ServerFacts(version, found, dict(zip(_DURABLE, values, strict=True)))


def check_database(connection: Connection) -> None:
    """Refuse a database that would keep or sort text otherwise than a laptop.

    Raises:
        DatabaseFileError: Its encoding is not UTF-8, or it does not sort by code points.
    """
    row = connection.exec_driver_sql(
        "SELECT pg_encoding_to_char(encoding) AS encoding, datcollate"
        " FROM pg_database WHERE datname = current_database()"
    ).one()
    if row.encoding != "UTF8" or row.datcollate.upper() not in CODE_POINT_ORDER:
        message = (
            f"データベースの文字コードは {row.encoding}、並べ方は {row.datcollate} です。"
            "createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 で作り直してください。"
        )
        raise DatabaseFileError(message)


def free_connections(connection: Connection) -> int:
    """Return how many connections the server has left for programs."""
    return int(
        connection.exec_driver_sql(
            "SELECT current_setting('max_connections')::int"
            " - current_setting('superuser_reserved_connections')::int"
            " - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')"
        ).scalar_one()
    )


def count_of_writes(connection: Connection, schema: str) -> list[int]:
    """Return how much was ever written to a schema; the server counts some seconds late."""
    row = connection.exec_driver_sql(
        "SELECT coalesce(sum(n_tup_ins), 0)::bigint, coalesce(sum(n_tup_upd), 0)::bigint,"
        " coalesce(sum(n_tup_del), 0)::bigint FROM pg_stat_user_tables WHERE schemaname = %s",
        (schema,),
    ).one()
    return list(row)


def make_schema(connection: Connection, schema: str) -> None:
    """Create a schema, if it is not there."""
    connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')


def has_schema(connection: Connection, schema: str) -> bool:
    """Tell whether a schema is there."""
    statement = "SELECT to_regnamespace(%s) IS NOT NULL"
    return bool(connection.exec_driver_sql(statement, (f'"{schema}"',)).scalar())


def schema_mark(connection: Connection, schema: str) -> str | None:
    """Return what ``mark_schema`` wrote on a schema; None when there is none."""
    statement = "SELECT obj_description(to_regnamespace(%s), 'pg_namespace')"
    return connection.exec_driver_sql(statement, (schema,)).scalar()


def mark_schema(connection: Connection, schema: str, mark: str) -> None:
    """Write on a schema which version it fits."""
    connection.exec_driver_sql(f"COMMENT ON SCHEMA \"{schema}\" IS '{mark}'")


def drop_schema(connection: Connection, schema: str) -> None:
    """Drop a schema and all that is in it."""
    connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')


def reset_sequence(connection: Connection, table: str, column: str) -> None:
    """Let the next row get a number after those that were given with their rows."""
    connection.exec_driver_sql(
        f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), "  # noqa: S608
        f"coalesce(max({column}), 0) + 1, false) FROM {table}"
    )


def copy_rows(connection: Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run ``COPY … FROM STDIN`` with rows as Python's values."""
    driver: Any = connection.connection.dbapi_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


class _Compiler(PGCompiler_psycopg):
    """Sorts missing values first, and last when descending: SQLite's way, which lists rely on."""

    def order_by_clause(self, select: Any, **options: Any) -> str:
        clauses = [_with_nulls(each) for each in select._order_by_clauses]
        text = self._generate_delimited_list(  # type: ignore[no-untyped-call]
            clauses, ", ", **options
        )
        return f" ORDER BY {text}" if text else ""


def _with_nulls(clause: Any) -> Any:
    element = clause.element if isinstance(clause, _label_reference) else clause
    inner: Any = element
    modifier: Any = operators.asc_op
    if isinstance(element, UnaryExpression):
        modifier, inner = element.modifier, element.element
    if isinstance(inner, Column) and not inner.nullable:
        return clause  # an index can give this order
    if modifier is operators.asc_op:
        return element.nulls_first()
    return element.nulls_last() if modifier is operators.desc_op else clause
