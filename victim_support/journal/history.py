"""The history of a record (変更の記録) and what changed while somebody filled in a form."""

import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import inspect

from victim_support.core.actor import current_actor_id
from victim_support.core.db import Synced, current_write, db, is_writing, synced_fields
from victim_support.journal.codec import REASON, OpRecord, OpRef, unpack, unpack_as
from victim_support.journal.store import ops_of_row
from victim_support.journal.versions import split_at, token_of

_LABELS = Path(__file__).with_name("labels.toml")


@dataclass(frozen=True)
class FieldChange:
    """One field of one change."""

    name: str
    label: str
    before: Any
    after: Any
    is_decision: bool = False  # between several opinions (食い違い)


@dataclass(frozen=True)
class Change:
    """What one transaction did to one record."""

    txn: UUID
    when: datetime
    who: UUID | None
    node: UUID
    why: str
    is_creation: bool
    fields: tuple[FieldChange, ...]


def history_of(cls: type[Synced], scopes: Collection[str], row_id: UUID) -> list[Change]:
    """Return everything that happened to a record, oldest first: on every machine alike."""
    ops = ops_of_row(db.session.connection(), cls.__sync__.number, row_id, scopes)
    return list(_changes(cls, sorted((op for _, op in ops), key=lambda op: op.stamp)))


def version_of(row: Synced) -> str:
    """Return the token an edit form carries: what its reader saw of this record."""
    ops = _ops_of(row)
    return token_of(*ops[-1]) if ops else ""


def check_version(row: Synced, token: str, fields: Collection[str] | None = None) -> list[Change]:
    """Return what others changed since a form was rendered, and remember what its reader saw.

    Inside ``transaction()`` a review field that the row then gets is journalled as decided on
    what the token's holder saw: a different decision made meanwhile stays as a conflict (食い違い).

    Args:
        row: The record as it is now.
        token: What ``version_of`` gave when the form was rendered.
        fields: Only these attributes; None for all.

    Raises:
        BadTokenError: The token is none of this record's.
    """
    ops = _ops_of(row)
    seen, since = split_at(ops, token)
    if is_writing():
        current_write().seen[row.__tablename__, row.scope, row.id] = token
    changes = list(_changes(type(row), [*seen, *since]))[len(seen) :]
    kept = (
        replace(
            change,
            fields=tuple(each for each in change.fields if fields is None or each.name in fields),
        )
        for change in changes
    )
    return [change for change in kept if change.fields]


def changed_by_others(
    row: Synced, token: str | None, fields: Collection[str] | None = None
) -> list[Change]:
    """Return what others changed since a form was rendered; one's own changes one knows.

    As ``check_version``, for forms of ordinary fields: a button pressed twice is no surprise.
    """
    since = check_version(row, token or "", fields)
    return [change for change in since if change.who != current_actor_id()]


def label_of(cls: type[Synced], name: str) -> str:
    """Return what people call a field."""
    number = synced_fields(cls)[name].number
    return _labels().get(cls.__tablename__, {}).get(name) or f"項目{number}"


def title_of(cls: type[Synced]) -> str:
    """Return what people call a record of this table."""
    return _labels().get(cls.__tablename__, {}).get("", "記録")


@cache
def _labels() -> dict[str, dict[str, str]]:
    common = tomllib.loads(_LABELS.read_text(encoding="utf-8"))
    every = common.pop("every")
    return {table: every | labels for table, labels in common.items()}


def _ops_of(row: Synced) -> list[tuple[int, OpRecord]]:
    return ops_of_row(db.session.connection(), row.__sync__.number, row.id, [row.scope])


def _changes(cls: type[Synced], ops: Iterable[OpRecord]) -> Iterator[Change]:
    """Yield one change per operation, with the values before it in its scope."""
    columns = inspect(cls).columns
    names = {spec.number: name for name, spec in synced_fields(cls).items()}
    now: dict[str, dict[str, Any]] = {}
    there: dict[tuple[str, OpRef], OpRecord] = {}
    for op in ops:
        there[op.scope, op.ref] = op
        is_creation = op.scope not in now
        values = now.setdefault(op.scope, {})
        fields = []
        for number, raw in op.payload.items():
            name = names.get(number)
            if name is None:
                continue
            after, before = unpack_as(columns[name].type, raw), values.get(name)
            values[name] = after
            seen = [there.get((op.scope, ref)) for ref in op.seen_heads.get(number, ())]
            said = {bytes(each.payload[number]) for each in seen if each and number in each.payload}
            is_decision = len(said) > 1
            is_said = name == "is_withdrawn" and before is None and not after
            if is_decision or (after != before and not is_said):
                fields.append(FieldChange(name, label_of(cls, name), before, after, is_decision))
        yield Change(
            txn=op.txn,
            when=op.recorded_at,
            who=op.actor,
            node=op.node,
            why=unpack(op.payload[REASON]) if REASON in op.payload else "",
            is_creation=is_creation,
            fields=tuple(fields),
        )
