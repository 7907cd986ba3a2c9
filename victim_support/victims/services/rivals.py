"""Opinions that stand against each other (食い違い) go with a record into the other scope.

A record is moved by copying what is in force. What others said of the same field without knowing
goes with it as an opinion of its own, so that people decide there as they would have decided here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect

from victim_support.core.actor import name_of
from victim_support.core.dates import long_time
from victim_support.core.db import Synced, current_write, synced_fields
from victim_support.journal.capture import decide, stand_beside
from victim_support.journal.codec import OpRecord, pack, unpack_as
from victim_support.journal.conflicts import open_conflicts
from victim_support.journal.merge import REVIEWED, SEEN, WITHDRAWN, heads, join_kept, parts_of

_EMPTY = frozenset({pack(None)})  # what a move leaves says nothing against anybody


@dataclass(frozen=True)
class Rival:
    """What somebody said of a field, beside the value that is in force."""

    name: str
    value: Any
    whose: str


def rivals_of(row: Synced, names: Collection[str] | None = None) -> list[Rival]:
    """Return what stands against the values of a row; of some fields or of all."""
    found: dict[tuple[str, bytes], Rival] = {}
    for conflict in open_conflicts([row.scope], [row.id]):
        if conflict.cls is not type(row) or (names is not None and conflict.name not in names):
            continue
        for said in conflict.opinions:
            if said.value is not None and said.value != getattr(row, conflict.name):
                whose = _reason(said.actor, said.recorded_at)
                rival = Rival(conflict.name, said.value, whose)
                found.setdefault((rival.name, pack(rival.value)), rival)
    return list(found.values())


def carry(rivals: Iterable[Rival], source: Synced, target: Synced) -> None:
    """Let opinions stand in the row to which a record is moved, and no more in the other."""
    for rival in rivals:
        stand_beside(target, rival.name, rival.value, reason=rival.whose, over=_EMPTY)
        decide(source, rival.name)


def told_seen(row: Synced, names: Collection[str]) -> list[str]:
    """Return the fields of some in which others' values are kept, and that are told in a row."""
    opened = {each.name for each in open_conflicts([row.scope], [row.id]) if _is_of(each.cls, row)}
    return [
        name
        for name in sorted(names)
        if synced_fields(type(row))[name].field_class in SEEN
        and (name in opened or getattr(row, name) is not None)
    ]


def take_over_opinions(
    name: str, twin: Synced, ops: Sequence[OpRecord], known: Sequence[OpRecord]
) -> None:
    """Write what was said of a field of the open row into the sealed one, all of it.

    Args:
        name: The attribute.
        twin: The sealed row.
        ops: The operations of the open row.
        known: Those of the sealed row.
    """
    spec = synced_fields(type(twin))[name]
    writers = [op for op in ops if op.values.get(spec.number) is not None]
    said = heads(writers, spec.number)
    if spec.field_class in REVIEWED:
        _take_over_rivals(name, twin, writers, said, known)
        return
    ever = {part for op in writers for part in parts_of(op.values[spec.number])}
    typed = [part for part in parts_of(getattr(twin, name)) if part not in ever]
    joined = join_kept([*(op.values[spec.number] for op in said), *typed])
    if joined != (getattr(twin, name) or ""):
        setattr(twin, name, joined)


def _take_over_rivals(
    name: str,
    twin: Synced,
    writers: Sequence[OpRecord],
    said: Sequence[OpRecord],
    known: Sequence[OpRecord],
) -> None:
    number = synced_fields(type(twin))[name].number
    there = {bytes(op.payload[number]) for op in known if number in op.payload}
    standing = {bytes(op.payload[number]): op for op in said}
    corrected = {bytes(op.payload[number]) for op in writers} - standing.keys()
    column_type = inspect(type(twin)).columns[name].type
    for raw, op in standing.items():
        if raw not in there:
            reason = _reason(op.actor, op.recorded_at)
            value = unpack_as(column_type, raw)
            stand_beside(twin, name, value, reason=reason, over=_EMPTY | corrected)


def seen_numbers(cls: type[Synced]) -> list[int]:
    """Return the numbers of the fields of which an operation says what its author had seen."""
    specs = synced_fields(cls).values()
    return [each.number for each in specs if each.field_class in SEEN and each.number != WITHDRAWN]


def _is_of(cls: type[Synced], row: Synced) -> bool:
    return cls is type(row)


def _reason(actor: Any, recorded_at: Any) -> str:
    """Say who wrote a value that is moved, and when: who decides asks her."""
    return f"{current_write().reason}。もとは{name_of(actor)}が{long_time(recorded_at)}に記録"
