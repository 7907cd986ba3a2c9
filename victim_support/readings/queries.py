"""Reads of the log of this machine, and of who wrote about whom."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select

from victim_support.core.clock import JAPAN
from victim_support.core.db import Synced, db, synced_classes
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.reads import list_reads
from victim_support.journal.models import Op
from victim_support.readings.rules import Reading, opened_by_many
from victim_support.victims.models import Person
from victim_support.victims.queries import list_people


def list_readings(first: date, last: date, by: UUID | None = None) -> list[Reading]:
    """Return what was read on this machine, the newest first.

    Args:
        first: The first day, as days are counted in Japan.
        last: The last one.
        by: Only what this member of staff read.
    """
    found = [_reading(entry) for entry in list_reads(None, first, last) if entry["kind"] == "read"]
    return [one for one in reversed(found) if by is None or one.actor == by]


def list_readings_of(person_id: UUID, first: date, last: date) -> list[Reading]:
    """Return who read the record of one person on this machine, the newest first."""
    return [one for one in list_readings(first, last) if person_id in one.ids]


def list_written(first: date, last: date) -> dict[UUID, set[UUID]]:
    """Return about whom each member of staff wrote something, from a day before to a day after."""
    begin = datetime.combine(first - timedelta(days=1), datetime.min.time(), JAPAN)
    end = datetime.combine(last + timedelta(days=2), datetime.min.time(), JAPAN)
    written: dict[UUID, set[UUID]] = defaultdict(set)
    for cls in synced_classes():
        named = _person_column(cls)
        if named is None:
            continue
        statement = (
            select(Op.actor, named)
            .join(cls, (cls.scope == Op.scope) & (cls.id == Op.row_id))
            .where(Op.tbl == cls.__sync__.number, Op.actor.is_not(None))
            .where(Op.recorded_at >= begin, Op.recorded_at < end)
            .distinct()
        )
        for actor, person_id in db.session.execute(statement):
            written[actor].add(person_id)
    return written


def list_much_opened(readings: list[Reading]) -> list[tuple[DisclosedPerson, int]]:
    """Return whom many opened, as far as whoever asks may see them."""
    numbers = dict(opened_by_many(readings))
    disclosure = view(Audience.DESK, Purpose.RECORD)
    shown = (disclosure.person(row) for row in list_people(list(numbers)))
    return [(person, numbers[person.id]) for person in shown if person is not None]


def _person_column(cls: type[Synced]) -> Any:
    return cls.id if cls is Person else getattr(cls, "person_id", None)


def _reading(entry: dict[str, Any]) -> Reading:
    return Reading(
        at=datetime.fromisoformat(entry["local"]),
        actor=UUID(entry["actor"]) if entry["actor"] else None,
        role=cast("str | None", entry["role"]) or "",
        terminal=entry["terminal"] or "",
        event=entry["event"],
        purpose=entry.get("purpose") or "",
        ids=tuple(UUID(each) for each in entry.get("ids", ())),
    )
