"""Conditions over many values, given to the engine as one parameter.

A placeholder for each value is compiled and bound anew with every number of them; that alone took
longer than the search.
"""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Connection, any_, func, literal, select

from victim_support.core.db.engine import is_sqlite


def is_among(connection: Connection, column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Return the condition that a column of texts or ids holds one of these values."""
    if not is_sqlite(connection):
        among: ColumnElement[bool] = column == any_(literal([*values], ARRAY(column.type)))
        return among
    stored = json.dumps([value.hex if isinstance(value, UUID) else value for value in values])
    each = func.json_each(stored).table_valued("value")
    found: ColumnElement[bool] = column.in_(select(each.c.value))
    return found
