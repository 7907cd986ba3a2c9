"""Copies of a database file in use: online, encrypted, proven before they get their name."""

from pathlib import Path

from sqlcipher3 import dbapi2

from victim_support.core.db.errors import DatabaseFileError
from victim_support.core.db.sqlite import connect
from victim_support.core.files import sync_path

_PAGES_AT_ONCE = 2000


class CopyError(Exception):
    """A copy is not sound, so it was not kept."""


def copy_database(source: Path, target: Path, key: bytes) -> None:
    """Copy a database while others use it: copy, fsync, reopen, check, rename, fsync the folder.

    Raises:
        CopyError: The copy does not hold what the original holds.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    _remove(unfinished)
    try:
        counts = _copy(source, unfinished, key)
        check_database(unfinished, key, counts)
    except (dbapi2.Error, DatabaseFileError, CopyError) as error:
        _remove(unfinished)
        message = f"{source.name} の控えを取れませんでした。"
        raise CopyError(message) from error
    _remove(target)
    unfinished.replace(target)
    sync_path(target.parent)


def finish_copy(path: Path, key: bytes) -> None:
    """Let everything be in the one file, and the file be on the disk."""
    connection = connect(path, key)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    sync_path(path)


def check_database(path: Path, key: bytes, counts: dict[str, int] | None = None) -> dict[str, int]:
    """Open a database file, check its pages and its keys, and return the rows of each table.

    Raises:
        CopyError: It is damaged, or holds other numbers of rows than expected.
    """
    connection = connect(path, key, read_only=True)
    try:
        state = connection.execute("PRAGMA quick_check").fetchone()[0]
        if state != "ok":
            raise CopyError(state)
        found = _counts(connection)
    finally:
        connection.close()
    if counts is not None and counts != found:
        message = "行数が合いません。"
        raise CopyError(message)
    return found


def _copy(source: Path, target: Path, key: bytes) -> dict[str, int]:
    """Copy page by page; writers in between make the engine start again by itself."""
    reader, writer = connect(source, key), connect(target, key)
    try:
        reader.execute("BEGIN")
        counts = _counts(reader)
        reader.backup(writer, pages=_PAGES_AT_ONCE)
    finally:
        writer.execute("PRAGMA journal_mode = DELETE")
        writer.close()
        reader.close()
    sync_path(target)
    return counts


def _counts(connection: dbapi2.Connection) -> dict[str, int]:
    statement = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
    tables = connection.execute(statement).fetchall()
    virtual = tuple(name for name, sql in tables if sql.startswith("CREATE VIRTUAL"))
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for name, _ in tables
        if not name.startswith(virtual)
    }


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
