"""Reads of groups and stays, in the open and the sealed scope alike.

What a viewer may see of them is decided by ``core.disclosure``, not by leaving rows out here.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, select, union_all

from victim_support.core.db import db, reading
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import Group, Stay
from victim_support.victims.links import same_people
from victim_support.victims.queries import CHUNK, disaster_scopes


def get_stay(stay_id: UUID) -> Stay:
    """Return a stay or 404."""
    return next(iter(_stays(Stay.id == stay_id)), None) or abort(404)


def list_stays(person_ids: Collection[UUID]) -> dict[UUID, list[Stay]]:
    """Return the time line of each person, oldest first, over all records of the person."""
    same = same_people()
    of_record: dict[UUID, list[Stay]] = defaultdict(list)
    for stay in _in_chunks(same.with_others(person_ids)):
        of_record[stay.person_id].append(stay)
    stays: dict[UUID, list[Stay]] = defaultdict(list)
    for person_id in dict.fromkeys(person_ids):
        line = [stay for record in same.records(person_id) for stay in of_record[record]]
        if line:
            stays[person_id] = sorted(line, key=lambda stay: (stay.started_at, stay.id))
    return stays


def list_open_stays(person_ids: Collection[UUID]) -> dict[UUID, list[Stay]]:
    """Return the stays that nobody has ended yet; more than one is a task for a person."""
    stays = list_stays(person_ids)
    opened = {
        person_id: [stay for stay in line if stay.ended_at is None]
        for person_id, line in stays.items()
    }
    return {person_id: line for person_id, line in opened.items() if line}


def list_elsewhere(ids: Collection[UUID], shelter_id: UUID) -> list[UUID]:
    """Return who of these stays in another shelter and not in this one; in a session of its own.

    Args:
        ids: Of persons, stays, groups or anything else; others name nobody.
        shelter_id: This one.
    """
    scopes = current_scopes()
    if scopes.disaster is None:
        return []
    kept = (Stay.scope == scopes.core) & Stay.is_withdrawn.is_(False)
    # One question by each key: joined by OR, SQLite reads every stay.
    named = (Stay.person_id, Stay.id, Stay.group_id)
    people = union_all(*(select(Stay.person_id).where(kept, key.in_(ids)) for key in named))
    statement = select(Stay.person_id, Stay.shelter_id).where(
        kept, Stay.person_id.in_(people), Stay.ended_at.is_(None)
    )
    with reading() as session:
        places = [tuple(row) for row in session.execute(statement)]
    here = {person for person, place in places if place == shelter_id}
    return sorted({person for person, _place in places} - here)


def list_shelter_stays(shelter_id: UUID, *, is_open: bool | None = None) -> list[Stay]:
    """Return the stays in one shelter by arrival; open ones, ended ones, or all."""
    condition: ColumnElement[bool] = Stay.shelter_id == shelter_id
    if is_open is not None:
        condition &= Stay.ended_at.is_(None) if is_open else Stay.ended_at.is_not(None)
    return _stays(condition)


def list_all_stays(*, until: datetime | None = None) -> list[Stay]:
    """Return every stay of the disaster by arrival."""
    return _stays(Stay.started_at <= until if until else Stay.person_id.is_not(None))


def list_groups(group_ids: Collection[UUID]) -> dict[UUID, Group]:
    """Return groups by id."""
    groups: dict[UUID, Group] = {}
    ids = list(group_ids)
    for start in range(0, len(ids), CHUNK):
        statement = (
            select(Group)
            .where(
                Group.scope.in_(disaster_scopes()),
                Group.is_withdrawn.is_(False),
                Group.id.in_(ids[start : start + CHUNK]),
            )
            .order_by(Group.id, Group.scope)
        )
        groups |= {group.id: group for group in db.session.scalars(statement)}
    return groups


def find_group(group_id: UUID) -> Group | None:
    """Return those who came together, or None."""
    return list_groups([group_id]).get(group_id)


def list_group_stays(group_id: UUID) -> list[Stay]:
    """Return the stays of those who came together."""
    return _stays(Stay.group_id == group_id)


def list_core_stays_of_group(group_id: UUID) -> list[Stay]:
    """Return the stays of a group that anybody may hold."""
    return _stays((Stay.group_id == group_id) & (Stay.scope == current_scopes().core))


def list_stays_by_ids(stay_ids: Collection[UUID]) -> list[Stay]:
    """Return the stays with these ids."""
    ids = list(stay_ids)
    found: list[Stay] = []
    for start in range(0, len(ids), CHUNK):
        found += _stays(Stay.id.in_(ids[start : start + CHUNK]))
    return found


def find_group_of_sheet(sheet_number: str, shelter_id: UUID | None) -> Group | None:
    """Return the group that was typed in from a paper sheet, or None: a sheet is typed once.

    Args:
        sheet_number: The number of the sheet, or of what a phone has sent.
        shelter_id: Where it was typed in; None for anywhere.
    """
    here = () if shelter_id is None else (Group.shelter_id == shelter_id,)
    statement = (
        select(Group)
        .where(
            Group.scope.in_(disaster_scopes()),
            Group.is_withdrawn.is_(False),
            Group.sheet_number == sheet_number,
            *here,
        )
        .order_by(Group.id)
    )
    return db.session.scalars(statement).first()


def _stays(condition: ColumnElement[bool]) -> list[Stay]:
    statement = (
        select(Stay)
        .where(Stay.scope.in_(disaster_scopes()), Stay.is_withdrawn.is_(False), condition)
        .order_by(Stay.started_at, Stay.id)
    )
    return list(db.session.scalars(statement))


def _in_chunks(person_ids: Collection[UUID]) -> list[Stay]:
    ids = list(person_ids)
    found: list[Stay] = []
    for start in range(0, len(ids), CHUNK):
        found += _stays(Stay.person_id.in_(ids[start : start + CHUNK]))
    return found
