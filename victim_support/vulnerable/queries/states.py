"""How people stand (安否の状態): from stays, statements and rounds; nothing is stored."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import db
from victim_support.evacuees.queries import list_stays
from victim_support.victims.links import same_people
from victim_support.victims.queries import CHUNK, disaster_scopes, list_statements
from victim_support.vulnerable.models import SafetyCheck
from victim_support.vulnerable.rules.states import Standing, standing_of


def list_standings(person_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Return how each person stands; of somebody nobody knows anything about, 未確認."""
    stays = list_stays(person_ids)
    sayings = list_statements(person_ids)
    checks = list_checks(person_ids)
    return {
        person_id: standing_of(
            stays.get(person_id, []), sayings.get(person_id, []), checks.get(person_id, [])
        )
        for person_id in dict.fromkeys(person_ids)
    }


def list_checks(person_ids: Collection[UUID]) -> dict[UUID, list[SafetyCheck]]:
    """Return what rounds found of each person, over all records of the person, oldest first."""
    same = same_people()
    asked: dict[UUID, list[UUID]] = defaultdict(list)
    for person_id in dict.fromkeys(person_ids):
        for record in same.records(person_id):
            asked[record].append(person_id)
    found: dict[UUID, list[SafetyCheck]] = defaultdict(list)
    ids = list(asked)
    for start in range(0, len(ids), CHUNK):
        statement = (
            select(SafetyCheck)
            .where(
                SafetyCheck.scope.in_(disaster_scopes()),
                SafetyCheck.is_withdrawn.is_(False),
                SafetyCheck.person_id.in_(ids[start : start + CHUNK]),
            )
            .order_by(SafetyCheck.occurred_at, SafetyCheck.id)
        )
        for row in db.session.scalars(statement):
            for person_id in asked[row.person_id] if row.person_id else ():
                found[person_id].append(row)
    return found
