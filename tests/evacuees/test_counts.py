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
from victim_support.evacuees.queries import (
    find_head_count,
    get_board,
    list_roster,
    list_shelter_stays,
)
from victim_support.evacuees.queries.time_line import read_time_line
from victim_support.evacuees.rules import Observation, StayKind, is_here, totals
from victim_support.shelters.models import HeadCount
from victim_support.shelters.queries import list_all_head_counts
from victim_support.victims.models import Person
from victim_support.victims.queries import list_people
from victim_support.victims.rules import LinkDecision, Protection
from victim_support.victims.services.links import link_people

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


ELSEWHERE, THIRD = new_id(), new_id()


def at_hour(hours):
    return START + timedelta(hours=hours)


def stay_of(person_id, shelter_id, hour, **values):
    row = {"kind": StayKind.SHELTER, "started_at": at_hour(hour)} | values
    return Stay(scope=SCOPES.core, id=new_id(), person_id=person_id, shelter_id=shelter_id, **row)


@pytest.mark.db
def test_whoever_is_in_two_open_stays_counts_where_they_were_received_last(ledger):
    moved, twin, alone = sorted(new_id() for _ in range(3))
    with transaction() as session:
        session.add_all(
            Person(scope=SCOPES.core, id=one, name="架空") for one in (moved, twin, alone)
        )
        session.add(
            HeadCount(
                scope=SCOPES.core, id=new_id(), shelter_id=PLACE, occurred_at=at_hour(2), count=5
            )
        )
        session.add_all(
            [
                stay_of(moved, PLACE, 1),
                stay_of(moved, ELSEWHERE, 4),
                stay_of(alone, PLACE, 1),
                stay_of(alone, THIRD, 4, kind=StayKind.VISIT),
                stay_of(twin, ELSEWHERE, 0),
            ]
        )

    assert numbers_at(3) == [(2, 5), (1, 1), (0, 0)]
    assert numbers_at(5) == [(1, 4), (2, 2), (0, 0)]
    roster = list_roster(PLACE, view(Audience.DESK, Purpose.PRESENCE))
    assert {line.person.id: line.is_elsewhere for line in roster.lines} == {
        moved: True,
        alone: False,
    }
    db.session.rollback()
    with transaction():
        link_people(moved, twin, LinkDecision.SAME, reason="試験", by=None)
    assert numbers_at(5) == [(1, 4), (1, 1), (0, 0)]
    with transaction():
        for stay in list_shelter_stays(ELSEWHERE):
            stay.is_withdrawn = True
    assert numbers_at(5) == [(2, 5), (0, 0), (0, 0)]


def numbers_at(hours):
    """Return named and all people of the three shelters; the plot must say the same."""
    instant = at_hour(hours)
    boards = [
        get_board(place, view(Audience.DESK, Purpose.PRESENCE), instant).totals
        for place in (PLACE, ELSEWHERE, THIRD)
    ]
    line = read_time_line(at_hour(9), list_all_head_counts(until=at_hour(9)))
    assert [line.people(place, [instant]) for place in (PLACE, ELSEWHERE, THIRD)] == [
        [board.total] for board in boards
    ]
    assert len(line.here(PLACE, instant)) == boards[0].named
    db.session.rollback()
    return [(board.named, board.total) for board in boards]
