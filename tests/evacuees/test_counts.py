"""The engine counts what the rule counts."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.prepared import SCOPES
from victim_support.core.db import db, transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.ids import new_id
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import find_head_count, get_board, list_shelter_stays
from victim_support.evacuees.rules import Observation, StayKind, is_here, totals
from victim_support.shelters.models import HeadCount
from victim_support.victims.models import Person
from victim_support.victims.queries import list_people
from victim_support.victims.rules import Protection

START = datetime(2026, 7, 15, 6, tzinfo=UTC)
PLACE = new_id()


@pytest.fixture
def crowd(ledger):
    """Let people of every kind come and go for a day, around two head counts."""
    chance = random.Random(2)  # noqa: S311 - a crowd, no secret
    counts = [new_id(), new_id()]
    with transaction() as session:
        for number, count_id in enumerate(counts):
            session.add(
                HeadCount(
                    scope=SCOPES.core,
                    id=count_id,
                    shelter_id=PLACE,
                    occurred_at=START + timedelta(hours=8 * (number + 1)),
                    count=chance.randint(20, 90),
                )
            )
        for _ in range(150):
            began = START + timedelta(minutes=chance.randint(0, 24 * 60))
            stay = Stay(
                scope=chance.choice([SCOPES.core, SCOPES.core, SCOPES.sealed]),
                id=new_id(),
                person_id=new_id(),
                shelter_id=chance.choice([PLACE, PLACE, PLACE, new_id()]),
                kind=chance.choice([*StayKind, "newer_kind"]),
                started_at=began,
                ended_at=chance.choice([None, began + timedelta(hours=chance.randint(1, 9))]),
                count_id=chance.choice([None, *counts]),
                is_withdrawn=chance.random() < 0.1,
            )
            protection = chance.choice([Protection.NONE, Protection.NONE, *Protection])
            session.add(stay)
            for scope in scopes_of(protection):
                person = Person(scope=scope, id=stay.person_id, name="架空")
                person.protection = protection
                session.add(person)


def scopes_of(protection):
    """Return where rows of a person lie: of protected people in the sealed scope, too."""
    is_open = protection is Protection.NONE
    return [SCOPES.core] if is_open else [SCOPES.core, SCOPES.sealed]


@pytest.mark.parametrize("hours", [0, 4, 8, 9, 15, 16, 17, 23, 30])
def test_the_board_counts_as_the_rule_does(crowd, hours):
    instant = START + timedelta(hours=hours)
    counted = find_head_count(PLACE, instant)
    observation = Observation(counted.id, counted.occurred_at, counted.count) if counted else None

    disclosure = view(Audience.DESK, Purpose.PRESENCE)

    board = get_board(PLACE, replace(disclosure, sees_sealed=False), instant)

    stays = list_shelter_stays(PLACE)
    people = list_people({stay.person_id for stay in stays if is_here(stay, instant)})
    assert board.totals == totals(stays, observation, instant)
    assert board.named == sum(
        person.protection in {Protection.NONE, Protection.HIDE_ADDRESS} for person in people
    )
    db.session.rollback()
