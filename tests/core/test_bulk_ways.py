"""The shorter ways to the driver give what SQLAlchemy's own types give; many values are found."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from victim_support.core.db import OpenEnum, UtcDateTime
from victim_support.core.db.bulk import _converter
from victim_support.core.db.types import PlainText
from victim_support.victims.rules import Protection

VALUES = {
    PlainText(): ["", "架空", "a\0b", None],
    OpenEnum(Protection): [*Protection, "unknown", None],
    sa.Date(): [date(1, 2, 3), date(2026, 7, 15), None],
    sa.Boolean(): [True, False, None],
    sa.LargeBinary(): [b"", b"\0x", None],
    sa.Uuid(): [UUID(int=7), None],
    sa.Integer(): [0, -1, None],
    UtcDateTime(): [
        datetime(2026, 7, 15, 9, 30, 0, 1, UTC),
        datetime(2026, 7, 15, 9, 30, tzinfo=timezone(timedelta(hours=9))),
        None,
    ],
}


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.psycopg.dialect()])
@pytest.mark.parametrize("type_", VALUES, ids=lambda type_: type(type_).__name__)
def test_the_shorter_way_is_the_same_way(type_, dialect):
    convert = _converter(sa.Column("c", type_), dialect) or (lambda values: values)
    usual = type_.dialect_impl(dialect).bind_processor(dialect) or (lambda value: value)
    values = VALUES[type_]
    assert [_plain(each) for each in convert(values)] == [_plain(usual(each)) for each in values]


def _plain(value):
    """Return what the driver stores: bytes of any kind, a truth value as a number."""
    return bytes(value) if isinstance(value, bytes | memoryview) else value
