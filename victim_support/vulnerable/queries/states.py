"""How people stand (安否の状態): from stays, statements and rounds; nothing is stored."""

from collections import defaultdict
from collections.abc import Callable, Collection
from uuid import UUID

from sqlalchemy import select

from victim_support.core.db import db
from victim_support.evacuees.queries import list_stays
from victim_support.victims.links import same_people
from victim_support.victims.queries import CHUNK, disaster_scopes, list_statements
from victim_support.vulnerable.models import SafetyCheck
from victim_support.vulnerable.rules.states import SafetyState, Standing, standing_of

SETTLED = Standing(SafetyState.CONFIRMED, "本部で確認", has_died=True)
"""Of people whom the headquarters has found dead: the list does not say more than that."""
_Finder = Callable[[Collection[UUID]], Collection[UUID]]
_finders: list[_Finder] = []


def ends_search(finder: _Finder) -> _Finder:
    """Declare whom nobody has to look for, by records of a domain above (死亡の確認)."""
    _finders.append(finder)
    return finder


def list_standings(person_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Return how each person stands; of somebody nobody knows anything about, 未確認."""
    stays = list_stays(person_ids)
    sayings = list_statements(person_ids)
    checks = list_checks(person_ids)
    ended = _ended(person_ids)
    return {
        person_id: SETTLED
        if person_id in ended
        else standing_of(
            stays.get(person_id, []), sayings.get(person_id, []), checks.get(person_id, [])
        )
        for person_id in dict.fromkeys(person_ids)
    }


def _ended(person_ids: Collection[UUID]) -> set[UUID]:
    same = same_people()
    records = same.with_others(person_ids)
    found = {same.canonical(each) for finder in _finders for each in finder(records)}
    return {person_id for person_id in person_ids if same.canonical(person_id) in found}


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
