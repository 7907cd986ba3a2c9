"""Needs in detail of people, and which of them the viewer may see: the field side of disclosure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.core.disclosure import DisclosedPerson
from victim_support.victims.links import same_people
from victim_support.victims.queries import among, disaster_scopes
from victim_support.vulnerable.models import NeedDetail
from victim_support.vulnerable.rules.needs import (
    PERMISSIONS,
    DetailKind,
    Free,
    KindState,
    NeedGroup,
    group_of,
    kinds_of,
    options_of,
    word_of,
)

States = dict[DetailKind, KindState]


@dataclass(frozen=True, slots=True)
class DisclosedDetail:
    """What of one kind of need may be shown."""

    kind: DetailKind
    words: tuple[str, ...]
    note: str
    day: date | None

    @property
    def text(self) -> str:
        """Return the ticks and the note in one line."""
        return "、".join(part for part in (*self.words, self.note) if part)


@dataclass(frozen=True, slots=True)
class NeedsView:
    """The groups of needs that one viewer may see; asked once per request."""

    groups: frozenset[NeedGroup]

    @property
    def kinds(self) -> Sequence[DetailKind]:
        """Return the kinds that may be shown, in the order of the pages."""
        return kinds_of(self.groups)

    def of(self, people: Iterable[DisclosedPerson]) -> Mapping[UUID, list[DisclosedDetail]]:
        """Return the needs of people who may be shown, as far as the viewer may see them."""
        states = list_states([person.id for person in people])
        return {
            person_id: [
                _disclosed(kind, found[kind])
                for kind in self.kinds
                if kind in found and not found[kind].is_empty
            ]
            for person_id, found in states.items()
        }

    def may(self, kind: DetailKind) -> bool:
        """Tell whether a kind may be shown, and so be written."""
        return group_of(kind) in self.groups


def needs_view() -> NeedsView:
    """Return what the one at the desk may see of needs; the permission matrix decides."""
    actor = current_actor()
    return NeedsView(
        frozenset(group for group, permission in PERMISSIONS.items() if actor.may(permission))
    )


def list_states(person_ids: Collection[UUID]) -> dict[UUID, States]:
    """Return the needs of each person now, whoever may see them: for writing, never for a page."""
    found: dict[UUID, States] = {}
    for person_id, rows in list_open_details(person_ids).items():
        by_kind: dict[DetailKind, list[NeedDetail]] = defaultdict(list)
        for row in rows:
            if isinstance(row.kind, DetailKind):
                by_kind[row.kind].append(row)
        found[person_id] = {kind: _state(of_kind) for kind, of_kind in by_kind.items()}
    return found


def list_open_details(person_ids: Collection[UUID]) -> dict[UUID, list[NeedDetail]]:
    """Return what holds now of each person, over all records of the person, oldest first."""
    return {
        person_id: opened
        for person_id, rows in list_details(person_ids).items()
        if (opened := [row for row in rows if row.ended_at is None])
    }


def list_details(
    person_ids: Collection[UUID], *, until: datetime | None = None
) -> dict[UUID, list[NeedDetail]]:
    """Return everything told of each person, over all records of the person, oldest first."""
    same = same_people()
    asked: dict[UUID, list[UUID]] = defaultdict(list)
    for person_id in dict.fromkeys(person_ids):
        for record in same.records(person_id):
            asked[record].append(person_id)
    details: dict[UUID, list[NeedDetail]] = defaultdict(list)
    for condition in among(NeedDetail.person_id, list(asked)):
        for row in _rows(condition, until):
            for person_id in asked.get(row.person_id, ()):
                details[person_id].append(row)
    return details


def _rows(condition: ColumnElement[bool], until: datetime | None) -> Iterable[NeedDetail]:
    statement = select(NeedDetail).where(
        NeedDetail.scope.in_(disaster_scopes()),
        NeedDetail.is_withdrawn.is_(False),
        condition,
    )
    if until is not None:
        statement = statement.where(NeedDetail.occurred_at <= until)
    return db.session.scalars(statement.order_by(NeedDetail.occurred_at, NeedDetail.id))


def _state(rows: Sequence[NeedDetail]) -> KindState:
    """Put rows of one kind together; two notes told at once both stay."""
    free = [row for row in rows if not row.value]
    return KindState(
        frozenset(row.value for row in rows if row.value),
        Free.of([Free(row.note or "", row.day) for row in free]),
    )


def _disclosed(kind: DetailKind, state: KindState) -> DisclosedDetail:
    words = sorted(state.values, key=lambda value: (_place(kind, value), value))
    free = state.free
    return DisclosedDetail(
        kind, tuple(word_of(kind, value) for value in words), free.note, free.day
    )


def _place(kind: DetailKind, value: str) -> int:
    order = list(options_of(kind))
    return order.index(value) if value in order else len(order)
