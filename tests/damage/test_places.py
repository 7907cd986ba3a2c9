"""Dwellings taken over from the house ledger, and the map of their states."""

import io
from types import SimpleNamespace
from uuid import UUID

import pytest

from tests.damage.support import make_judgement, writing_in
from tests.evacuees.support import inside
from victim_support.core import exports
from victim_support.core.db import db, transaction
from victim_support.core.ids import natural_id
from victim_support.core.settings import put_setting
from victim_support.damage.models import Dwelling
from victim_support.damage.places import PlaceState, list_places
from victim_support.damage.rules import DamageGrade
from victim_support.houses.services import import_dwellings

LEDGER = """物件番号,所在地,方書,構造,緯度,経度
H1,名取市飯野坂<b>1,コーポ101,木造,38.17,140.88
H2,名取市高柳2,,木造,,
"""


@pytest.fixture
def dwellings(app, desk_of):
    """Take two houses of the ledger over; return their dwellings' ids."""
    with inside(app):
        stream = io.BytesIO(LEDGER.encode())
        import_dwellings(stream, file_name="家屋.csv", imported_by="試験")
    desk = desk_of("counter")
    places = [
        desk.submit(desk.get(f"/houses/{number}"), f"/damage/houses/{number}").location
        for number in ("H1", "H2", "H1")
    ]
    assert places[0] == places[2]
    return [UUID(place.rpartition("/")[2]) for place in places[:2]]


def judge(app, dwelling_id, grade, *, approved=True):
    with inside(app), transaction(reason="試験"):
        make_judgement(SimpleNamespace(dwelling_id=dwelling_id), grade, approved=approved)


def test_a_house_becomes_the_same_dwelling_on_every_machine(app, dwellings):
    with inside(app):
        rows = {one.id: one for one in db.session.scalars(db.select(Dwelling))}

    assert dwellings[0] == natural_id("dwelling", "042072", "H1")
    first, second = (rows[each] for each in dwellings)
    assert (first.latitude, first.unit, first.structure) == (38.17, "コーポ101", "木造")
    assert (second.latitude, second.house_register_number) == (None, "H2")


@pytest.mark.parametrize(
    ("grade", "approved", "state"),
    [
        (DamageGrade.TOTAL, True, PlaceState.HEAVY),
        (DamageGrade.HALF, True, PlaceState.HALF),
        (DamageGrade.PARTIAL, True, PlaceState.LIGHT),
        (DamageGrade.TOTAL, False, PlaceState.WAITING),
    ],
)
def test_the_state_is_that_of_the_judgement_in_force(app, dwellings, grade, approved, state):
    judge(app, dwellings[0], grade, approved=approved)

    with inside(app):
        assert [(one.dwelling.id, one.state) for one in list_places()] == [(dwellings[0], state)]


def test_the_map_and_its_table_show_the_same_and_escape_words(app, dwellings, desk_of):
    for dwelling_id in dwellings:
        judge(app, dwelling_id, DamageGrade.TOTAL)
    desk = desk_of("surveyor")

    page = desk.get("/damage/map")
    script = desk.get("/damage/map/places.js").body.decode()

    assert "全壊・大規模半壊 2件" in page.visible
    assert "わからない" in page.visible
    assert str(dwellings[0]) in script
    assert str(dwellings[1]) not in script
    assert "<b>" not in script
    lines = desk.get("/damage/map.csv").body.decode("utf-8-sig").splitlines()
    assert lines[1].endswith('"全壊・大規模半壊","全壊","38.17","140.88"')
    assert lines[2].endswith('"全壊・大規模半壊","全壊","",""')


def test_who_may_not_read_damage_has_no_map(desk_of):
    assert desk_of("reception").get("/damage/map").status == 403


def test_a_second_person_reads_what_leaves_and_for_how_long(app, dwellings, desk_of, monkeypatch):
    for dwelling_id in dwellings:
        judge(app, dwelling_id, DamageGrade.TOTAL)
    monkeypatch.setattr(exports, "limit", lambda _which: 0)
    asked = desk_of("judge").get("/damage/map.pdf")
    with writing_in(app):
        put_setting(key="limit.agreed_minutes", value=3)
    again = desk_of("judge").get("/damage/map.csv")

    assert asked.status == again.status == 403
    assert f"{len(dwellings)}棟が載ります" in asked.visible.replace(" ", "")
    assert "10分の間" in asked.visible
    assert "3分の間" in again.visible
    assert "何が載ったか" in again.visible
