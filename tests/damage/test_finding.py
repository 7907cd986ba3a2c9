"""A dwelling is found in whatever notation its place is written, by an index that never lags."""

import itertools
import random
import runpy

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import delete, select

from tests.damage.support import make_application, make_people, writing, writing_in
from tests.prepared import SCOPES
from victim_support.core.db import db
from victim_support.core.db.tripwire import clear_tripwires
from victim_support.core.ids import new_id
from victim_support.damage import queries, services
from victim_support.damage.models import Dwelling, DwellingKey
from victim_support.damage.services.indexing import DwellingKeys, index_dwelling
from victim_support.journal.derived import rebuild_derived
from victim_support.journal.rows import write_again
from victim_support.migrations import MAIN

WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
NOTATIONS = (
    "{town}{chome}-{ban}-{go}",
    "架空市{town}{kanji}丁目{ban}番{go}号",
    "宮城県架空市大字{town}{chome}丁目{ban}番地の{go}",
    "{town} {chome}丁目{ban}番地{go}",
    "架空市{town}{chome}ー{ban}ー{go}",
)
TOWNS, NUMBERS, ROOMS = ("上郷", "緑ヶ丘"), (1, 2, 11), (None, "101", "コーポ 102")


def spelled(dice, place):
    """Return address and unit of a place as somebody may write them down."""
    town, chome, ban, go, room = place
    kanji = {1: "一", 2: "二", 11: "十一"}[chome]
    address = dice.choice(NOTATIONS).format(town=town, chome=chome, kanji=kanji, ban=ban, go=go)
    address = address.replace("ヶ", dice.choice("ヶケ"))
    if dice.random() < 0.5:
        address = address.translate(WIDE)
    if room and dice.random() < 0.5:
        return address, room.translate(WIDE).replace(" ", dice.choice((" ", "　", "")))
    return address, room


def written(address, unit=None, **more):
    """Write a dwelling down as another laptop would, that does not know of those here."""
    dwelling = Dwelling(scope=SCOPES.base, id=new_id(), address=address, unit=unit, **more)
    db.session.add(dwelling)
    db.session.flush()
    index_dwelling(dwelling)
    return dwelling


def found_by_reading_all(town, address, unit, place):
    """Return the first dwelling there: one written just so, else one in another notation."""
    there = [one for one, where in town if where == place and not one.is_withdrawn]
    exact = [one for one in there if (one.address, one.unit) == (address, unit)]
    return next(iter([*exact, *there]), None)


@pytest.mark.usefixtures("program")
def test_the_index_answers_as_reading_all_dwellings_would():
    dice = random.Random(7)  # noqa: S311 - throws of a test
    places = [*itertools.product(TOWNS, NUMBERS, NUMBERS, NUMBERS, ROOMS)]
    with writing():
        town = []
        for place in dice.choices(places, k=150):
            address, unit = spelled(dice, place)
            dwelling = written(address, unit, is_withdrawn=dice.random() < 0.2)
            town.append((dwelling, place))
        for place in [*dice.choices(places, k=150), *(place for _, place in town)]:
            address, unit = spelled(dice, place)
            expected = found_by_reading_all(town, address, unit, place)
            assert queries.find_dwelling_at(address, unit) is expected, (address, unit)


@pytest.mark.usefixtures("program")
def test_a_place_without_house_numbers_is_found_only_as_it_is_written():
    with writing():
        one, other = written("上郷1番地"), written("上郷1")

        assert queries.find_dwelling_at("上郷1", "") is other
        assert queries.find_dwelling_at("上郷1番地", None) is one
        assert queries.find_dwelling_at("上郷１", None) is None


def test_the_dwelling_of_a_protected_person_is_one_dwelling_and_tells_nothing(app, desk_of):
    with writing_in(app):
        hers = make_application(*make_people("佐藤 花子", protected={"佐藤 花子"}))
        address = queries.get_dwelling(hers.dwelling_id).address
        place = services.ensure_dwelling(address=address.replace("三丁目", "3丁目"))
        assert (place.id, place.scope) == (hers.dwelling_id, SCOPES.base)
        assert hers.scope == SCOPES.sealed
    page = f"/damage/dwellings/{hers.dwelling_id}"
    assert "この住家の申請" not in desk_of("judge").get(page).visible
    with writing_in(app):
        his = make_application(*make_people("佐藤 一郎"))
        assert his.dwelling_id == hers.dwelling_id
    assert "この住家の申請" in desk_of("judge").get(page).visible


@pytest.mark.db
@pytest.mark.usefixtures("program")
def test_what_comes_from_elsewhere_or_was_there_before_is_found():
    with writing() as session:
        ids = [services.ensure_dwelling(address=f"上郷1-2-{n}").id for n in range(1, 61)]

    def is_lost():
        lost = DwellingKeys().differences(session.connection())
        assert (queries.find_dwelling_at("上郷一丁目2番60号", None) is None) == (lost > 0)
        return lost

    def forget():
        session.connection().execute(delete(DwellingKey))
        assert is_lost() == 60

    with writing() as session:
        assert is_lost() == 0
        forget()
        write_again(session.connection(), Dwelling, [(SCOPES.base, each) for each in ids])
        clear_tripwires(session.connection())
        assert is_lost() == 0
        forget()
        rebuild_derived(session.connection())
        assert is_lost() == 0
        forget()
        session.connection().exec_driver_sql("DROP TABLE dwelling_keys")
        run_step(session.connection(), "keys_to_find_dwellings_by")
        assert is_lost() == 0
        assert len(session.scalars(select(DwellingKey.key).distinct()).all()) == 60


def run_step(connection, name):
    """Do what a step of the migrations does to a ledger that is in use."""
    [path] = MAIN.folder.glob(f"versions/*_{name}.py")
    step = runpy.run_path(str(path))
    with Operations.context(MigrationContext.configure(connection)):
        step["upgrade"]()
