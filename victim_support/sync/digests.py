"""Digests: two machines that hold the same operations must also show the same rows."""

import hashlib

from sqlalchemy import Connection, inspect, select

from victim_support.core.db import synced_classes, synced_fields
from victim_support.journal.codec import pack

BUCKETS = 256
_BATCH = 1000


def digest_of_scope(connection: Connection, scope: str) -> list[bytes]:
    """Return the rows of a scope in 256 sums, by the last byte of their ids.

    The sum of hashes does not depend on the order of rows, so both engines give the same.
    """
    sums = [0] * BUCKETS
    for cls in synced_classes():
        columns = inspect(cls).columns
        values = [columns[name] for name in synced_fields(cls)]
        statement = select(cls.id, *values).where(cls.scope == scope)
        for row in connection.execute(statement.execution_options(yield_per=_BATCH)):
            text = pack((cls.__sync__.number, *row))
            number = int.from_bytes(hashlib.sha256(text).digest())
            sums[row[0].bytes[-1]] = (sums[row[0].bytes[-1]] + number) % (1 << 256)
    return [number.to_bytes(32) for number in sums]
