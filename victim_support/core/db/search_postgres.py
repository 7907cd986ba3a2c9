"""Word indexes on PostgreSQL: the same words as lexemes under GIN.

``tsvector`` is used without a dictionary, as a set of words that can also be found by their
beginning; an array (``text[]``) can be asked for whole words only.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection

from victim_support.core.db.conditions import Condition, Either, Every, Word
from victim_support.core.db.postgres import copy_rows, reset_sequence

_LONGEST_WORD = 500  # characters; PostgreSQL takes 2046 bytes


class PostgresWords:
    """The words of one index; rows are numbered as in its table of entries."""

    def __init__(self, name: str) -> None:
        self._entries, self._words = f"{name}_entries", f"{name}_words"

    def create(self, connection: Connection) -> None:
        """Create the index, if it is not there."""
        self._create_table(connection, self._words)
        self._create_index(connection, self._words)

    def drop(self, connection: Connection) -> None:
        """Drop the index."""
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {self._words}")

    def put(self, connection: Connection, owner: str, words: str) -> None:
        """Index the words of an owner, in place of earlier ones; a new owner comes last."""
        self._put(connection, [(owner, words)])

    def put_many(self, connection: Connection, rows: Sequence[tuple[str, str]]) -> None:
        """Index the words of many owners; those that are new come last, in the order given."""
        query = f"SELECT owner FROM {self._entries} WHERE owner = ANY(%s)"  # noqa: S608
        owners = [owner for owner, _ in rows]
        there = set(connection.exec_driver_sql(query, (owners,)).scalars())
        new = [row for row in rows if row[0] not in there]
        if new:
            numbers = self._draw(connection, len(new))
            numbered = [(n, *row) for n, row in zip(numbers, new, strict=True)]
            self._append(connection, numbered, self._words)
        if there:
            self._put(connection, [row for row in rows if row[0] in there])

    def _put(self, connection: Connection, rows: Sequence[tuple[str, str]]) -> None:
        connection.exec_driver_sql(
            "WITH came AS (SELECT * FROM unnest(%s::text[], %s::text[]) "  # noqa: S608
            "WITH ORDINALITY AS each (owner, words, place)), "
            f"entry AS (INSERT INTO {self._entries} (owner) "
            "SELECT owner FROM came ORDER BY place "
            "ON CONFLICT (owner) DO UPDATE SET owner = excluded.owner RETURNING n, owner) "
            f"INSERT INTO {self._words} (n, words) "
            "SELECT n, array_to_tsvector(string_to_array(words, ' ')) "
            "FROM entry JOIN came USING (owner) "
            "ON CONFLICT (n) DO UPDATE SET words = excluded.words",
            ([owner for owner, _ in rows], [" ".join(_lexemes(words)) for _, words in rows]),
        )

    def _draw(self, connection: Connection, count: int) -> Sequence[int]:
        """Return the next numbers, in their order."""
        query = (
            "SELECT nextval(sequence) FROM pg_get_serial_sequence(%s, 'n') AS named (sequence), "
            "generate_series(1, %s)"
        )
        return connection.exec_driver_sql(query, (self._entries, count)).scalars().all()

    def _append(
        self, connection: Connection, rows: Sequence[tuple[int, str, str]], words_table: str
    ) -> None:
        """Stream (number, owner, words) of owners that are not there: faster than statements."""
        entries = [(n, owner) for n, owner, _ in rows]
        copy_rows(connection, f"COPY {self._entries} (n, owner) FROM STDIN", entries)
        vectors = [(n, _vector(words)) for n, _, words in rows]
        copy_rows(connection, f"COPY {words_table} (n, words) FROM STDIN", vectors)

    def remove(self, connection: Connection, owner: str) -> None:
        """Forget an owner."""
        connection.exec_driver_sql(
            f"WITH gone AS (DELETE FROM {self._entries} WHERE owner = %s RETURNING n) "  # noqa: S608
            f"DELETE FROM {self._words} USING gone WHERE {self._words}.n = gone.n",
            (owner,),
        )

    def replace(
        self, connection: Connection, batches: Iterable[list[tuple[int, str, str]]]
    ) -> Iterator[int]:
        """Index these (number, owner, words) and no others; yield how many after each batch.

        Searches go on in the old index until the new one takes its place.
        """
        new = f"{self._words}_new"
        connection.exec_driver_sql(f"DELETE FROM {self._entries}")  # noqa: S608
        self._create_table(connection, new)
        for batch in batches:
            self._append(connection, batch, new)
            yield len(batch)
        self._create_index(connection, new)
        for statement in (
            f"DROP TABLE {self._words}",
            f"ALTER TABLE {new} RENAME TO {self._words}",
            f"ALTER INDEX ix_{new} RENAME TO ix_{self._words}",
            f"ALTER INDEX {new}_pkey RENAME TO {self._words}_pkey",
        ):
            connection.exec_driver_sql(statement)
        reset_sequence(connection, self._entries, "n")

    def find(self, connection: Connection, condition: Condition, limit: int) -> list[str]:
        """Return the first owners that match, in the order of the index."""
        found = connection.exec_driver_sql(
            f"SELECT owner FROM {self._words} JOIN {self._entries} USING (n) "  # noqa: S608
            "WHERE words @@ %s::tsquery ORDER BY n LIMIT %s",
            (_render(condition), limit),
        )
        return [owner for (owner,) in found]

    def count(self, connection: Connection, condition: Condition, at_most: int) -> int:
        """Return how many owners match, counting no further than ``at_most``."""
        counted = connection.exec_driver_sql(
            f"SELECT count(*) FROM (SELECT 1 FROM {self._words} "  # noqa: S608
            "WHERE words @@ %s::tsquery LIMIT %s) AS matching",
            (_render(condition), at_most),
        )
        return int(counted.scalar_one())

    def dump(self, connection: Connection) -> Iterator[tuple[int, str, str]]:
        """Yield (number, owner, words) of everybody; the order of the words is lost."""
        rows = connection.execution_options(yield_per=2000).exec_driver_sql(
            f"SELECT n, owner, tsvector_to_array(words) FROM {self._words} "  # noqa: S608
            f"JOIN {self._entries} USING (n) ORDER BY n"
        )
        for number, owner, words in rows:
            yield number, owner, " ".join(words)

    def _create_table(self, connection: Connection, table: str) -> None:
        connection.exec_driver_sql(
            f"CREATE TABLE IF NOT EXISTS {table} (n integer PRIMARY KEY, words tsvector NOT NULL)"
        )

    def _create_index(self, connection: Connection, table: str) -> None:
        connection.exec_driver_sql(
            f"CREATE INDEX IF NOT EXISTS ix_{table} ON {table} USING gin (words)"
        )


def _lexemes(words: str) -> Sequence[str]:
    """Return the words as the server takes them."""
    each = words.split()
    return each if len(words) <= _LONGEST_WORD else [word[:_LONGEST_WORD] for word in each]


def _vector(words: str) -> str:
    """Return the words in the notation of ``tsvector``."""
    joined = " ".join(_lexemes(words))
    if "'" in joined or "\\" in joined:  # words hold neither, their makers do not promise it
        return " ".join([_quoted(word) for word in joined.split()])
    return "'" + joined.replace(" ", "' '") + "'" if joined else ""


def _quoted(word: str) -> str:
    text = word[:_LONGEST_WORD].replace("\\", "\\\\").replace("'", "''")
    return f"'{text}'"


def _render(condition: Condition) -> str:
    """Write a condition as a ``tsquery``."""
    match condition:
        case Word(word, is_prefix):
            return f"{_quoted(word)}{':*' if is_prefix else ''}"
        case Every(parts):
            return " & ".join(f"({_render(part)})" for part in parts)
        case Either(parts):
            return " | ".join(f"({_render(part)})" for part in parts)
