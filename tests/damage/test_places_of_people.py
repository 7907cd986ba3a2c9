"""The room of a flat goes from the register and the ledger into the application."""

import pytest

from tests.damage.support import inside, name_issuer, writing_in
from tests.residents.register import ROWS, extract, load
from victim_support.core.db import db
from victim_support.damage.models import Dwelling
from victim_support.damage.rules import place_parts
from victim_support.victims import services as victims
from victim_support.victims.rules import PersonData


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "架空市松原4丁目27番12号 コーポ架空272号室",
            ("架空市松原4丁目27番12号", "コーポ架空272号室"),
        ),
        ("架空市上郷1-2-3　メゾン 101", ("架空市上郷1-2-3", "メゾン 101")),
        ("架空市上郷１２番地 2号棟 305", ("架空市上郷１２番地", "2号棟 305")),
        ("架空市 上郷 5番", ("架空市 上郷 5番", "")),
        ("架空市下郷233番地", ("架空市下郷233番地", "")),
        ("", ("", "")),
    ],
)
def test_the_building_stands_behind_the_numbers(address, expected):
    assert place_parts(address) == expected


def fields_of(page):
    values = dict(page.form("/damage/applications").fields)
    return values["address"], values["unit"]


def test_somebody_of_the_register_brings_the_room(app, desk_of):
    with inside(app):
        load(extract(*ROWS))
    with writing_in(app):
        name_issuer()
    desk = desk_of("counter")
    found = desk.submit(desk.get("/damage/"), "/damage/search", text="takasaki")

    page = desk.submit(found, "/damage/applications/open")
    desk.submit(page, "/damage/applications")

    assert fields_of(page) == ("架空市上郷1丁目2番3号", "コーポ架空101")
    with inside(app):
        dwelling = db.session.query(Dwelling).one()
        assert (dwelling.address, dwelling.unit) == ("架空市上郷1丁目2番3号", "コーポ架空101")


def test_somebody_of_the_ledger_brings_the_room(app, desk_of):
    with writing_in(app):
        household = victims.create_household()
        data = PersonData(name="試験 一郎", kana="シケン", address="架空市一番町5番1号 コーポ架空3")
        victims.create_person(data, household_id=household.id)
        household_id = household.id

    page = desk_of("counter").get(f"/damage/applications/new/{household_id}")

    assert fields_of(page) == ("架空市一番町5番1号", "コーポ架空3")


def test_a_hidden_address_is_not_proposed(app, desk_of):
    with inside(app):
        load(extract(*ROWS))
    desk = desk_of("counter")
    found = desk.submit(desk.get("/damage/"), "/damage/search", text="satou")

    page = desk.submit(found, "/damage/applications/open")

    assert "下郷233番地" not in page.text
