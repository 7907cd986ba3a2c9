"""Write what a person needs: what was ticked and unticked, never what nobody touched."""

from collections.abc import Mapping
from datetime import datetime

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.vulnerable.models import NeedDetail
from victim_support.vulnerable.queries.details import list_open_details
from victim_support.vulnerable.rules.needs import DetailKind, Free, KindState, urgent_kinds

Wanted = Mapping[DetailKind, KindState]


def change_details(
    person: Person, *, shown: Wanted, wanted: Wanted, told_by: str, at: datetime | None = None
) -> int:
    """Write what somebody changed of a person's needs; return how many kinds they changed.

    What another desk wrote meanwhile stays: only the difference to what was shown is written.
    The urgent marks that go with new needs are set, too, so that every list shows them.

    Args:
        person: Who.
        shown: By kind, what the page showed.
        wanted: By kind, what was sent; kinds that are not in it are left alone.
        told_by: Who told it, such as 本人 or 家族.
        at: When it was told; now by default.
    """
    now = at or clock.now()
    rows = list_open_details([person.id]).get(person.id, [])
    changed = [kind for kind in wanted if wanted[kind] != shown.get(kind, KindState())]
    for kind in changed:
        of_kind = [row for row in rows if row.kind == kind]
        before = shown.get(kind, KindState())
        _change_ticks(person, of_kind, kind, before, wanted[kind], told_by, now)
        if wanted[kind].free != before.free:
            _end_free(of_kind, before.free, now)
            _add_free(person, kind, wanted[kind].free, told_by, now)
    marks = urgent_kinds(kind for kind in changed if not wanted[kind].is_empty)
    if marks:
        victims.add_needs(person, marks)
    return len(changed)


def _change_ticks(
    person: Person,
    rows: list[NeedDetail],
    kind: DetailKind,
    before: KindState,
    after: KindState,
    told_by: str,
    now: datetime,
) -> None:
    held = {row.value for row in rows}
    for row in rows:
        if row.value in before.values - after.values:
            row.ended_at = now
    for value in sorted(after.values - before.values - held):
        _add(person, kind, now, told_by, value=value)


def _end_free(rows: list[NeedDetail], shown: Free, now: datetime) -> None:
    for row in rows:
        if not row.value and shown.holds(Free(row.note or "", row.day)):
            row.ended_at = now


def _add_free(person: Person, kind: DetailKind, free: Free, told_by: str, now: datetime) -> None:
    if not free.is_empty:
        _add(
            person,
            kind,
            now,
            told_by,
            note=free.note or None,
            day=free.day,
        )


def _add(person: Person, kind: DetailKind, now: datetime, told_by: str, **values: object) -> None:
    row = NeedDetail(
        scope=victims.writing_scope(person),
        id=new_id(),
        person_id=person.id,
        kind=kind,
        told_by=told_by or None,
        occurred_at=now,
    )
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
