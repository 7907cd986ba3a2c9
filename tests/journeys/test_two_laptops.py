"""Two laptops that never met import the same files: the same things have the same ids on both.

So that, when they meet, one person registered at two shelters is one person with two open stays
(a task for a person), not two people.
"""

import io
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.prepared import SCOPES, close, make_instance, start
from tests.residents.register import ROWS, extract, load
from tests.shelters.files import STANDARD, standard_row
from victim_support.core.db import db, reading, transaction
from victim_support.core.scopes import using_scopes
from victim_support.disasters.models import Disaster
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries.finding import find_households, open_household
from victim_support.evacuees.services import Reception, register_known_household
from victim_support.journal.apply import apply_ops
from victim_support.journal.store import read_ops
from victim_support.journal.verify import verify
from victim_support.shelters.models import Shelter
from victim_support.shelters.services import import_shelters, read_list
from victim_support.victims.models import Household, Person

SHELTERS = ("第一小学校", "第二小学校")
NOON = datetime(2026, 7, 15, 3, tzinfo=UTC)


@contextmanager
def laptop(folder):
    """Start a laptop of its own on files that the others have, too."""
    app = start(make_instance(folder))
    with app.app_context(), using_scopes(SCOPES):
        import_files()
        yield app
        db.session.remove()
    close(app)


def import_files():
    rows = [standard_row(名称=name, ID=f"A{n}") for n, name in enumerate(SHELTERS)]
    parsed = read_list(io.BytesIO("\n".join((STANDARD, *rows)).encode()))
    with transaction(reason="取り込み"):
        import_shelters(parsed)
    load(extract(*ROWS))
    db.session.remove()


def register(shelter_name):
    """Receive everybody of the household H1 of the register."""
    with transaction(reason="受付") as session:
        shelter = session.scalars(select(Shelter).where(Shelter.name == shelter_name)).one()
        (hit,) = find_households("タカサキ", limit=5).hits
        household = open_household(hit.token)
        assert household is not None
        register_known_household(
            reception=Reception(shelter_id=shelter.id, at=NOON),
            candidates=[one.candidate for one in household.people],
            came={one.candidate.person_id for one in household.people},
            register_number=household.register_number,
        )


def ids(model):
    with reading() as session:
        return set(session.execute(select(model.scope, model.id)))


def everything():
    return {model: ids(model) for model in (Disaster, Shelter, Person, Household)}


@pytest.fixture
def met(tmp_path):
    """Let one laptop take over what the other one did."""
    with laptop(tmp_path / "one"):
        register(SHELTERS[0])
        theirs = everything()
        with db.engine.connect() as connection:
            ops = list(read_ops(connection))
    with laptop(tmp_path / "two"):
        register(SHELTERS[1])
        ours = everything()
        with transaction() as session:
            taken = apply_ops(session.connection(), ops)
        assert taken.count == len(ops)
        yield theirs, ours


def test_the_same_files_give_the_same_ids(met):
    theirs, ours = met

    assert {model: len(found) for model, found in ours.items()} == {
        Disaster: 1,
        Shelter: 2,
        Person: 2,
        Household: 1,
    }
    assert theirs == ours


def test_one_person_at_two_shelters_is_one_person_with_two_open_stays(met):
    _, ours = met

    assert everything() == ours
    with reading() as session:
        stays = session.scalars(select(Stay).where(Stay.ended_at.is_(None))).all()
        names = set(session.scalars(select(Person.name)))
    places = {(stay.person_id, stay.shelter_id) for stay in stays}
    assert len(stays) == len(places) == 4
    assert len({person for person, _ in places}) == 2
    assert names == {"髙﨑　一郎", "髙﨑　花子"}
    assert verify(db.engine).is_ok


def test_taking_over_twice_changes_nothing(met):
    with db.engine.connect() as connection:
        ops = list(read_ops(connection))
    before = verify(db.engine)

    with transaction() as session:
        taken = apply_ops(session.connection(), ops)

    assert taken.count == 0
    assert verify(db.engine).tables == before.tables
