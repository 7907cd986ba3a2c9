"""What is being handed out, who was given it when, and who has not come yet (配布)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import abort
from sqlalchemy import func, select

from victim_support.core.db import db
from victim_support.core.disclosure import DisclosedPerson, Disclosure
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.queries import RosterLine, list_roster
from victim_support.supplies.models import Handout, HandoutRound
from victim_support.supplies.rules import HandoutUnit
from victim_support.victims.links import SamePeople, same_people
from victim_support.victims.queries import disaster_scopes, list_people

LAST = 12


@dataclass(frozen=True, slots=True)
class GivenNow:
    """What was handed to somebody, and when they had been given something before."""

    person: DisclosedPerson | None
    """None of somebody who was not asked for a name."""
    handed_at: datetime
    quantity: int
    earlier: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Turnout:
    """How a handing out goes."""

    last: list[GivenNow]
    """What was handed out last, the newest first."""
    pieces: int
    missing: list[RosterLine]
    """Who of the roster has not come yet; of a group, only one."""

    @property
    def latest(self) -> list[GivenNow]:
        """Return what was handed out in the last act: to everybody of a household's card."""
        return [one for one in self.last if one.handed_at == self.last[0].handed_at]


def list_rounds(shelter_id: UUID) -> list[HandoutRound]:
    """Return what was handed out at a shelter: what goes on first, then the newest."""
    statement = (
        select(HandoutRound)
        .where(
            HandoutRound.scope == current_scopes().core,
            HandoutRound.is_withdrawn.is_(False),
            HandoutRound.shelter_id == shelter_id,
        )
        .order_by(HandoutRound.started_at.desc(), HandoutRound.id)
    )
    return sorted(db.session.scalars(statement), key=lambda one: one.ended_at is not None)


def get_round(round_id: UUID) -> HandoutRound:
    """Return a handing out or 404."""
    found = db.session.get(HandoutRound, (current_scopes().core, round_id))
    return abort(404) if found is None or found.is_withdrawn else found


def count_handed(round_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return by handing out how many pieces were given away."""
    statement = (
        select(Handout.round_id, func.sum(func.coalesce(Handout.quantity, 0)))
        .where(
            Handout.scope.in_(disaster_scopes()),
            Handout.is_withdrawn.is_(False),
            Handout.round_id.in_(round_ids),
        )
        .group_by(Handout.round_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def turnout_of(found: HandoutRound, disclosure: Disclosure) -> Turnout:
    """Return what was handed out last, and who has not come; only whom the viewer may see."""
    rows, same = _handouts(found.id), same_people()
    times = _times(rows, found.unit, same)
    handed = list(reversed(rows))[: LAST * 3]
    ids = [row.person_id for row in handed if row.person_id]
    shown = {person.id: disclosure.person(person) for person in list_people(ids)}
    last = [
        GivenNow(
            shown.get(row.person_id) if row.person_id else None,
            row.handed_at,
            row.quantity or 0,
            tuple(one for one in times[_key(row, found.unit, same)] if one < row.handed_at),
        )
        for row in handed
        if row.person_id is None or shown.get(row.person_id) is not None
    ]
    pieces = sum(row.quantity or 0 for row in rows)
    return Turnout(last[:LAST], pieces, _missing(found, disclosure, set(times), same))


def list_handouts_of(person_id: UUID) -> list[Handout]:
    """Return everything that one record was given, in both scopes."""
    statement = select(Handout).where(
        Handout.scope.in_(disaster_scopes()), Handout.person_id == person_id
    )
    return list(db.session.scalars(statement.order_by(Handout.id)))


def _handouts(round_id: UUID) -> list[Handout]:
    statement = select(Handout).where(
        Handout.scope.in_(disaster_scopes()),
        Handout.is_withdrawn.is_(False),
        Handout.round_id == round_id,
    )
    return list(db.session.scalars(statement.order_by(Handout.handed_at, Handout.id)))


def _times(
    rows: list[Handout], unit: HandoutUnit | str | None, same: SamePeople
) -> dict[UUID | None, list[datetime]]:
    times: dict[UUID | None, list[datetime]] = defaultdict(list)
    for row in rows:
        if (key := _key(row, unit, same)) is not None:
            times[key].append(row.handed_at)
    return times


def _key(row: Handout, unit: HandoutUnit | str | None, same: SamePeople) -> UUID | None:
    """Return what counts as one: those who came together, or one person under every record."""
    if unit is HandoutUnit.GROUP and row.group_id is not None:
        return row.group_id
    return same.canonical(row.person_id) if row.person_id is not None else None


def _missing(
    found: HandoutRound, disclosure: Disclosure, came: set[UUID | None], same: SamePeople
) -> list[RosterLine]:
    lines = list_roster(found.shelter_id, disclosure).lines
    if found.unit is not HandoutUnit.GROUP:
        return [line for line in lines if same.canonical(line.person.id) not in came]
    first: dict[UUID, RosterLine] = {}
    for line in lines:
        key = line.stay.group_id or same.canonical(line.person.id)
        if key not in came:
            first.setdefault(key, line)
    return list(first.values())
