"""Somebody unnamed or doubtful becomes a known resident, on the same record."""

import pytest

from tests.evacuees.support import came, inside, open_household, register
from victim_support.core.db import db
from victim_support.evacuees.models import Stay
from victim_support.victims.models import Person, PersonLink
from victim_support.victims.rules import LinkDecision, Protection, RegisterLink


@pytest.fixture
def unnamed(desk, app):
    """Receive somebody who cannot say a name; return the record's id."""
    desk.submit(
        desk.get("/desk/unnamed"),
        "/desk/unnamed",
        tag_number="T-7",
        description="70代くらい、青い上着",
        found="川沿い、消防団",
    )
    with inside(app):
        return db.session.query(Person).one().id


def identify(desk, person, text, number):
    path = f"/persons/{person}/identify"
    found = desk.submit(desk.get(path), f"{path}/search", text=text)
    assert f'value="{number}"' in found.text, found.visible
    return desk.post(path, {"number": number})


def test_an_unnamed_person_becomes_a_resident_with_everything_told_kept(unnamed, desk, app):
    answer = identify(desk, unnamed, "satou kiyo", "1004")

    assert answer.status == 303
    with inside(app):
        row = db.session.query(Person).one()
        assert row.id == unnamed
        assert (row.name, row.kana) == ("佐藤　キヨ", "サトウ　キヨ")
        assert (row.register_number, row.register_link) == ("1004", RegisterLink.MATCHED)
        assert row.name_note == "70代くらい、青い上着／川沿い、消防団"
        assert (str(row.birth_date), row.tag_number) == ("1933-07-04", "T-7")
        assert db.session.query(Stay).one().person_id == unnamed
    assert "佐藤 キヨ" in desk.post("/presence", {"text": "satou kiyo"}).visible


def test_a_resident_who_is_received_already_becomes_one_person_with_the_record(unnamed, desk, app):
    page = open_household(desk, "suka")
    register(desk, page, came=came(page))

    identify(desk, unnamed, "suka", "1031")

    with inside(app):
        link = db.session.query(PersonLink).one()
        assert link.decision is LinkDecision.SAME
        row = db.session.query(Person).filter_by(id=unnamed).one()
        assert (row.register_number, row.register_link) == (None, RegisterLink.MATCHED)


def test_the_registers_protection_comes_along_at_once(unnamed, desk, app):
    answer = identify(desk, unnamed, "watanabe", "1021")

    assert answer.location == "/"
    assert desk.get(f"/persons/{unnamed}").status == 404
    with inside(app):
        rows = db.session.query(Person).all()
        assert {row.protection for row in rows} == {Protection.HIDE_PRESENCE}
        assert [row.name for row in rows if row.scope.endswith("core")] == [None]


def test_who_is_not_in_the_register_is_not_asked_about_again(unnamed, desk, app):
    desk.post(f"/persons/{unnamed}/identify", {"number": ""})

    with inside(app):
        assert db.session.query(Person).one().register_link is RegisterLink.ABSENT


def test_a_number_that_nobody_has_changes_nothing(unnamed, desk, app):
    assert desk.post(f"/persons/{unnamed}/identify", {"number": "9999"}).status == 404
    with inside(app):
        assert db.session.query(Person).one().register_link is RegisterLink.UNCHECKED
