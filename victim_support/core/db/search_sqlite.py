"""Word indexes on SQLite: FTS5 without content or columns.

The ``ascii`` tokenizer leaves every other character alone, also kanji newer than SQLite's own
tables.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from victim_support.core.db.conditions import Condition, Either, Every, Word

_BULK_HASH_BYTES = 16 << 20  # words gathered in memory before they are written: fewer merges
_USUAL_HASH_BYTES = 1 << 20


class SqliteWords:
    """The words of one index; rows are numbered as in its table of entries."""

    def __init__(self, name: str) -> None:
        self._entries, self._words = f"{name}_entries", f"{name}_words"
        self._insert = f"INSERT OR REPLACE INTO {self._words} (rowid, words) VALUES (?, ?)"  # noqa: S608
        self._enter = (
            f"INSERT INTO {self._entries} (owner) VALUES (?) "  # noqa: S608
            "ON CONFLICT (owner) DO UPDATE SET owner = owner RETURNING n"
        )

    def create(self, connection: Connection) -> None:
        """Create the index, if it is not there."""
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {self._words} USING fts5(words, "
            "content='', contentless_delete=1, detail=none, tokenize='ascii', prefix='2 3 4')"
        )

    def drop(self, connection: Connection) -> None:
        """Drop the index."""
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {self._words}")

    def put(self, connection: Connection, owner: str, words: str) -> None:
        """Index the words of an owner, in place of earlier ones; a new owner comes last."""
        number = connection.exec_driver_sql(self._enter, (owner,)).scalar_one()
        connection.exec_driver_sql(self._insert, (number, words))

    def put_many(self, connection: Connection, rows: Sequence[tuple[str, str]]) -> None:
        """Index the words of many owners; those that are new come last, in the order given."""
        query = (
            f"SELECT owner, n FROM {self._entries} WHERE owner IN (SELECT value FROM json_each(?))"  # noqa: S608
        )
        owners = json.dumps([owner for owner, _ in rows])
        there = {row[0]: row[1] for row in connection.exec_driver_sql(query, (owners,))}
        query = f"SELECT coalesce(max(n), 0) FROM {self._entries}"  # noqa: S608
        last = connection.exec_driver_sql(query).scalar_one()
        new = [(owner, words) for owner, words in rows if owner not in there]
        numbered = [(last + place, *row) for place, row in enumerate(new, start=1)]
        if numbered:
            entries = f"INSERT INTO {self._entries} (n, owner) VALUES (?, ?)"  # noqa: S608
            connection.exec_driver_sql(entries, [(n, owner) for n, owner, _ in numbered])
            connection.exec_driver_sql(self._insert, [(n, words) for n, _, words in numbered])
        changed = [(there[owner], words) for owner, words in rows if owner in there]
        if changed:
            connection.exec_driver_sql(self._insert, changed)

    def remove(self, connection: Connection, owner: str) -> None:
        """Forget an owner."""
        query = f"DELETE FROM {self._entries} WHERE owner = ? RETURNING n"  # noqa: S608
        number = connection.exec_driver_sql(query, (owner,)).scalar()
        if number is not None:
            connection.exec_driver_sql(f"DELETE FROM {self._words} WHERE rowid = ?", (number,))  # noqa: S608

    def replace(
        self, connection: Connection, batches: Iterable[list[tuple[int, str, str]]]
    ) -> Iterator[int]:
        """Index these (number, owner, words) and no others; yield how many after each batch."""
        connection.exec_driver_sql(f"DELETE FROM {self._entries}")  # noqa: S608
        self._tell(connection, "delete-all")
        self._tell(connection, "hashsize", _BULK_HASH_BYTES)
        self._tell(connection, "automerge", 0)
        insert = f"INSERT INTO {self._entries} (n, owner) VALUES (?, ?)"  # noqa: S608
        for batch in batches:
            connection.exec_driver_sql(insert, [(n, owner) for n, owner, _ in batch])
            connection.exec_driver_sql(self._insert, [(n, words) for n, _, words in batch])
            yield len(batch)
        self._tell(connection, "optimize")
        self._tell(connection, "automerge", 4)
        self._tell(connection, "hashsize", _USUAL_HASH_BYTES)

    def find(self, connection: Connection, condition: Condition, limit: int) -> list[str]:
        """Return the first owners that match, in the order of the index."""
        found = connection.exec_driver_sql(
            f"SELECT owner FROM {self._words} JOIN {self._entries} "  # noqa: S608
            f"ON {self._entries}.n = {self._words}.rowid "
            f"WHERE {self._words} MATCH ? ORDER BY {self._words}.rowid LIMIT ?",
            (_render(condition), limit),
        )
        return [owner for (owner,) in found]

    def count(self, connection: Connection, condition: Condition, at_most: int) -> int:
        """Return how many owners match, counting no further than ``at_most``."""
        counted = connection.exec_driver_sql(
            f"SELECT count(*) FROM (SELECT rowid FROM {self._words} "  # noqa: S608
            f"WHERE {self._words} MATCH ? LIMIT ?)",
            (_render(condition), at_most),
        )
        return int(counted.scalar_one())

    def dump(self, connection: Connection) -> Iterator[tuple[int, str, str]]:
        """Yield (number, owner, words) of everybody; the order of the words is lost."""
        vocabulary = f"{self._words}_vocabulary"
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{vocabulary} "
            f"USING fts5vocab(main, {self._words}, instance)"
        )
        rows = connection.exec_driver_sql(
            f"SELECT n, owner, group_concat(term, ' ') FROM {self._entries} "  # noqa: S608
            f"JOIN temp.{vocabulary} ON doc = n GROUP BY n ORDER BY n"
        )
        for row in rows:
            yield row[0], row[1], row[2]

    def _tell(self, connection: Connection, command: str, value: int | None = None) -> None:
        connection.exec_driver_sql(
            f"INSERT INTO {self._words} ({self._words}, rank) VALUES (?, ?)",  # noqa: S608
            (command, value),
        )


def _render(condition: Condition) -> str:
    """Write a condition in the query language of FTS5."""
    match condition:
        case Word(word, is_prefix):
            return f'"{word}"{" *" if is_prefix else ""}'
        case Every(parts):
            return " AND ".join(f"({_render(part)})" for part in parts)
        case Either(parts):
            return " OR ".join(f"({_render(part)})" for part in parts)
