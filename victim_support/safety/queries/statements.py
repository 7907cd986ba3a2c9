"""What is said of people who have not come, as long as it stands."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.evacuees.queries import list_stays
from victim_support.evacuees.queries.groups import list_contacts
from victim_support.evacuees.services.protection import CAME_ALONG
from victim_support.victims.models import Person, Statement
from victim_support.victims.queries import disaster_scopes, list_needs, list_people
from victim_support.victims.rules import STATEMENT_ORDER, NeedKind


@dataclass(frozen=True, slots=True)
class Standing:
    """A statement that still stands, with whom it is about."""

    statement: Statement
    person: DisclosedPerson
    needs: tuple[NeedKind | str, ...]
    phone: str
    """Of who told it: as written down, else what the household left at reception."""


def get_statement(statement_id: UUID) -> Statement:
    """Return a statement or 404."""
    found = [each for each in _statements() if each.id == statement_id]
    return found[0] if found else abort(404)


def list_standing() -> list[Standing]:
    """Return what still stands: 要救助 first, then by kind, newest first.

    A statement ends by the person's own arrival, which is looked up, never written; or when
    somebody settles it. Of a protected person the place that was told is listed, so that she is
    rescued, and neither name nor address.
    """
    standing = list_open_statements()
    people = {person.id: person for person in list_people([each.person_id for each in standing])}
    needs = list_needs(list(people))
    contacts = list_contacts({one.household_id for one in people.values() if one.household_id})
    disclosure = view(Audience.RESCUE, Purpose.RESCUE)
    found = [
        Standing(
            each,
            shown,
            tuple(needs.get(each.person_id, ())),
            _phone_of(each, people.get(each.person_id), contacts),
        )
        for each in standing
        if (shown := disclosure.person(people.get(each.person_id))) is not None
    ]
    return sorted(found, key=_urgency)


def count_standing(at: datetime) -> dict[str, int]:
    """Return how many people each kind of statement stood of at a moment; nobody is named."""
    kinds = {(str(each.kind), each.person_id) for each in list_open_statements(at)}
    return Counter(kind for kind, _person in kinds)


def list_open_statements(at: datetime | None = None) -> list[Statement]:
    """Return what stood at a moment, as rows: not settled, and no later own arrival ended it."""
    instant = at or clock.now()
    statements = [
        each
        for each in _statements()
        if each.occurred_at <= instant and (each.settled_at is None or each.settled_at > instant)
    ]
    stays = list_stays([each.person_id for each in statements])
    return [
        each
        for each in statements
        if not any(
            stay.started_at <= instant
            and (stay.ended_at is None or stay.ended_at > each.occurred_at)
            for stay in stays.get(each.person_id, [])
        )
    ]


def _phone_of(said: Statement, person: Person | None, contacts: Mapping[UUID, str]) -> str:
    is_of_household = (said.informant or "").endswith(CAME_ALONG) and said.shelter_id is not None
    household = person.household_id if person and is_of_household else None
    return said.informant_phone or (contacts.get(household, "") if household else "")


def _urgency(standing: Standing) -> tuple[int, float, str]:
    kind = standing.statement.kind
    rank = STATEMENT_ORDER.index(kind) if kind in STATEMENT_ORDER else len(STATEMENT_ORDER)
    return rank, -standing.statement.occurred_at.timestamp(), str(standing.statement.id)


def _statements() -> list[Statement]:
    query = (
        select(Statement)
        .where(Statement.scope.in_(disaster_scopes()), Statement.is_withdrawn.is_(False))
        .order_by(Statement.occurred_at, Statement.id)
    )
    return list(db.session.scalars(query))
