"""SQLite on the laptop: connections to the encrypted files, settings, version gate."""

import secrets
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool, StaticPool
from sqlcipher3 import dbapi2

from victim_support.core.db.errors import DatabaseFileError
from victim_support.core.db.writing import is_writing

MINIMUM_SQLITE = (3, 51, 3)
APPLICATION_ID = 0x56534A50
BYTES_TO_OPEN = 8 << 20  # files that SQLite makes beside each database while it is open
SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA mmap_size = 0",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
)

# The driver asks twice of each None and each piece of bytes whether it can be adapted, by name
# and in vain, before it binds it; with an answer at hand it takes a third of the time.
dbapi2.register_adapter(type(None), {}.get)
dbapi2.register_adapter(bytes, bytearray)


@dataclass(frozen=True)
class Library:
    """What the SQLite of this machine can do."""

    version: str
    is_new_enough: bool
    has_search: bool  # FTS5


def describe() -> Library:
    """Look at the SQLite library."""
    is_new_enough = dbapi2.sqlite_version_info >= MINIMUM_SQLITE
    with closing(dbapi2.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
        except dbapi2.Error:
            return Library(dbapi2.sqlite_version, is_new_enough, has_search=False)
    return Library(dbapi2.sqlite_version, is_new_enough, has_search=True)


def check_pages(path: Path, key: bytes) -> None:
    """Look whether the pages of a file are sound, before it is relied upon.

    Raises:
        DatabaseFileError: It is damaged, or cannot be opened.
    """
    with closing(connect(path, key)) as connection:
        try:
            (state,) = connection.execute("PRAGMA quick_check").fetchone()
        except dbapi2.DatabaseError as error:
            state = str(error)
    if state != "ok":
        message = (
            f"{path.name} が壊れています。そのままにして、restore で、控えと intake.log から"
            "別のフォルダに作り直してください。"
        )
        raise DatabaseFileError(message)


def connect(path: Path, key: bytes, *, read_only: bool = False) -> dbapi2.Connection:
    """Open an encrypted database file with its raw key (32 bytes).

    Raises:
        DatabaseFileError: The file is not one of ours, the key is wrong, or SQLite is too old.
    """
    if dbapi2.sqlite_version_info < MINIMUM_SQLITE:
        message = f"SQLite {dbapi2.sqlite_version} は古く、書き込みが失われるおそれがあります。"
        raise DatabaseFileError(message)
    mode = "ro" if read_only else "rwc"
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    connection = dbapi2.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA cipher_log_level = NONE")  # what is wrong is said below, in words
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except dbapi2.DatabaseError as error:
        connection.close()
        raise DatabaseFileError(_why_not_opened(path)) from error
    for setting in SETTINGS:
        if not (read_only and "journal_mode" in setting):
            connection.execute(setting)
    return connection


def _why_not_opened(path: Path) -> str:
    if shutil.disk_usage(path.parent).free < BYTES_TO_OPEN:
        needed = f"{BYTES_TO_OPEN >> 20} MB"
        return f"ディスクがいっぱいで、{path.name} を開けません。{needed} ほど空けてください。"
    return (
        f"{path.name} を開けません。鍵が違うか、暗号化されていないか、壊れています。"
        "壊れているときは、restore で、控えから別のフォルダに作り直してください。"
    )


def options(path: Path, key: bytes, *, read_only: bool = False) -> dict[str, Any]:
    """Return the address and the ``create_engine`` options of one encrypted file."""
    return {
        "url": f"sqlite:///{path}",
        "module": dbapi2,
        "creator": _creator(path, key, read_only=read_only),
        "poolclass": QueuePool,
        "pool_size": 20,
        "max_overflow": 40,
    }


def open_file(path: Path, key: bytes, *, read_only: bool = False) -> Engine:
    """Return an engine of its own on one encrypted file."""
    engine = create_engine(**options(path, key, read_only=read_only))
    listen_for_begin(engine, is_main=False)
    return engine


def step_engine(path: Path, key: bytes) -> Engine:
    """Return an engine for changes of the schema: foreign keys are off before anything begins."""

    def opened() -> dbapi2.Connection:
        connection = connect(path, key)
        connection.execute("PRAGMA foreign_keys = OFF")  # has no effect inside a transaction
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        return connection

    engine = create_engine("sqlite://", module=dbapi2, creator=opened, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def listen_for_begin(engine: Engine, *, is_main: bool) -> None:
    """Make every transaction begin plainly; on the main file IMMEDIATE inside ``transaction()``.

    A plain BEGIN that reads and then writes fails at once when another writer came between,
    whatever the busy timeout; BEGIN IMMEDIATE waits its turn.
    """

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        immediate = is_main and is_writing()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _creator(path: Path, key: bytes, *, read_only: bool) -> Callable[[], dbapi2.Connection]:
    return lambda: connect(path, key, read_only=read_only)


def memory_engine() -> Engine:
    """Return an engine on one empty database in memory, keyed so that it can be copied from."""

    def keyed() -> dbapi2.Connection:
        connection = dbapi2.connect(":memory:", check_same_thread=False, isolation_level=None)
        connection.execute(f"PRAGMA key = \"x'{secrets.token_hex(32)}'\"")
        return connection

    return create_engine("sqlite://", module=dbapi2, creator=keyed, poolclass=StaticPool)
