"""Needs in detail: written at the shelter, seen by field, counted at any moment, sealed."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.evacuees.support import PROTECTED, came, inside, open_household, register
from tests.prepared import staff_of
from victim_support.core.db import db, transaction
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.services import protect_person
from victim_support.victims import queries
from victim_support.victims.models import PersonNeed
from victim_support.victims.queries import list_features, list_needs, list_people
from victim_support.victims.rules import NeedKind, Protection
from victim_support.vulnerable.models import NeedDetail
from victim_support.vulnerable.queries import count_needs
from victim_support.vulnerable.queries.counts import count_kinds
from victim_support.vulnerable.rules.needs import DetailKind
from victim_support.vulnerable.services import find_open_vulnerable

pytestmark = pytest.mark.db


def receive(desk, text, at=0, **values):
    """Receive one member of a household and return the id."""
    page = open_household(desk, text)
    person_id = came(page, at)[0]
    register(
        desk, page, came=[person_id], **{key.format(person_id): v for key, v in values.items()}
    )
    return person_id


def write(desk, person_id, **values):
    path = f"/persons/{person_id}/needs"
    return desk.submit(desk.get(path), f"{path}/details", follow=True, **values)


def test_what_was_ticked_is_shown_again_and_marks_the_person(desk, manager, app):
    person_id = receive(desk, "satou")

    page = write(manager, person_id, allergy=["egg", "wheat"], allergy_note="微量でも出る")

    assert "記録しました" in page.visible
    assert ("allergy", "egg") in page.form(f"/persons/{person_id}/needs/details").fields
    assert "食物アレルギー" in manager.get(f"/persons/{person_id}").visible
    with inside(app):
        marks = {row.kind for row in db.session.query(PersonNeed) if not row.is_withdrawn}
        assert marks == {NeedKind.FOOD}
        rows = db.session.query(NeedDetail).all()
        assert {(row.value, row.note) for row in rows} == {
            ("egg", None),
            ("wheat", None),
            (None, "微量でも出る"),
        }


def test_the_staff_of_a_shelter_sees_meals_and_not_medicine(desk, manager, staff):
    person_id = receive(desk, "satou")
    write(
        manager,
        person_id,
        texture=["chopped"],
        medication_note="血圧の薬 アムロ",
        disability=["sight"],
    )

    for page in (staff.get(f"/persons/{person_id}/needs"), staff.get("/needs"), here(staff)):
        assert page.status == 200
        for words in ("アムロ", "身体(視覚)", "医療的ケア"):
            assert words not in page.text
    assert "刻み食" in here(staff).visible
    assert "アムロ" in here(manager).visible


def here(desk):
    path = next(link for link in desk.get("/needs").links if link and link.startswith("/needs/"))
    return desk.get(path)


def test_the_staff_cannot_write_what_it_cannot_see(desk, staff, app):
    person_id = receive(desk, "satou")

    write(staff, person_id, medication=["daily"], medication_note="うその薬", milk=["powder"])

    with inside(app):
        assert {row.kind for row in db.session.query(NeedDetail)} == {DetailKind.MILK}


@pytest.mark.parametrize(("role", "status"), [("reception", 403), ("counter", 403), ("admin", 403)])
def test_others_do_not_open_needs(desk, desk_of, role, status):
    person_id = receive(desk, "satou")
    watcher = desk_of(role)

    assert watcher.get("/needs").status == status
    assert watcher.get(f"/persons/{person_id}/needs").status == status


def test_two_desks_at_once_keep_what_both_ticked(desk, manager, office):
    person_id = receive(desk, "satou")
    path = f"/persons/{person_id}/needs"
    stale = office.get(path)

    write(manager, person_id, access=["wheelchair"])
    office.submit(stale, f"{path}/details", access=["bed"])

    fields = manager.get(path).form(f"{path}/details").fields
    assert ("access", "wheelchair") in fields
    assert ("access", "bed") in fields


def test_two_desks_at_once_keep_what_both_wrote_in_words(desk, manager, office):
    person_id = receive(desk, "satou")
    path = f"/persons/{person_id}/needs"
    write(manager, person_id, allergy_note="くるみ")
    stale = office.get(path)

    write(manager, person_id, allergy_note="くるみ、えび")
    office.submit(stale, f"{path}/details", allergy_note="くるみ 微量でも")

    fields = dict(manager.get(path).form(f"{path}/details").fields)
    assert fields["allergy_note"] == "くるみ、えび／くるみ 微量でも"
    write(manager, person_id, allergy_note="くるみ、えび 微量でも")
    fields = dict(manager.get(path).form(f"{path}/details").fields)
    assert fields["allergy_note"] == "くるみ、えび 微量でも"


def test_a_form_sent_twice_writes_once(desk, manager, app):
    person_id = receive(desk, "satou")
    path = f"/persons/{person_id}/needs"
    page = manager.get(path)

    for _ in range(2):
        manager.submit(page, f"{path}/details", milk=["liquid"])

    with inside(app):
        assert db.session.query(NeedDetail).count() == 1


def test_a_wrong_day_is_told_beside_the_field_and_the_rest_is_kept(desk, manager):
    person_id = receive(desk, "satou")

    refused = write(manager, person_id, medication_day="そのうち", medication_note="朝と夕")

    assert refused.status == 422
    assert "日付として読めません" in refused.visible
    assert ("medication_note", "朝と夕") in refused.form(
        f"/persons/{person_id}/needs/details"
    ).fields


def test_what_is_unticked_is_over_and_stays_in_the_past(desk, manager, shelters, app):
    person_id = receive(desk, "satou")
    write(manager, person_id, milk=["powder"])
    between = datetime.now(UTC)

    write(manager, person_id, milk=None)

    with inside(app):
        after = datetime.now(UTC) + timedelta(seconds=1)
        assert count_needs(between)[shelters[0]].values == {(DetailKind.MILK, "powder"): 1}
        assert count_needs(after)[shelters[0]].values == {}


def test_needs_are_counted_by_shelter_with_the_open_questions(desk, manager, shelters, app):
    first = receive(desk, "satou")
    receive(desk, "suka", **{"needs-{}": "food"})
    receive(desk, "takahashi", 2)
    write(manager, first, allergy=["egg"], faith=["halal"], texture=["soft"])

    with inside(app):
        found = count_needs(datetime.now(UTC) + timedelta(days=1))[shelters[0]]

    assert found.values[DetailKind.ALLERGY, "egg"] == 1
    assert found.values[DetailKind.FAITH, "halal"] == 1
    assert found.unknown_allergy == 1
    assert found.special_meals == 2
    assert found.urgent[NeedKind.FOOD] == 2


def test_those_who_only_fetch_goods_are_counted_when_asked(desk, manager, shelters, app):
    page = open_household(desk, "suka")
    person_id = came(page, 0)[0]
    register(desk, page, came=[person_id], kind="home")
    write(manager, person_id, faith=["halal"])

    with inside(app):
        at = datetime.now(UTC) + timedelta(seconds=1)
        assert shelters[0] not in count_needs(at)
        assert count_needs(at, has_outside=True)[shelters[0]].values


def test_needs_of_the_protected_are_sealed_and_counted(desk, guardian, staff, shelters, app):
    page = open_household(desk, "watanabe")
    person_id = came(page, 0)[0]
    register(desk, page, came=[person_id])

    write(guardian, person_id, allergy=["crab"])

    assert staff.get(f"/persons/{person_id}/needs").status == 404
    assert PROTECTED not in here(staff).text
    assert PROTECTED in here(guardian).text
    with inside(app):
        assert [row.scope for row in db.session.query(NeedDetail)] == [current_scopes().sealed]
        at = datetime.now(UTC) + timedelta(seconds=1)
        assert count_needs(at)[shelters[0]].kinds == {DetailKind.ALLERGY: 1}


def test_needs_move_when_somebody_is_protected_later(desk, manager, app):
    person_id = receive(desk, "satou")
    write(manager, person_id, medication_note="インスリン")

    with inside(app), transaction(reason="試験"):
        protect_person(UUID(person_id), Protection.HIDE_PRESENCE)

    with inside(app):
        core = db.session.query(NeedDetail).filter_by(scope=current_scopes().core).one()
        assert core.is_withdrawn
        assert not any((core.note, core.kind, core.person_id))
        assert not find_open_vulnerable()
    assert manager.get(f"/persons/{person_id}/needs").status == 404


def test_whoever_was_given_one_shelter_is_led_to_no_other(desk_of, manager, shelters, app):
    with inside(app), transaction(reason="試験"):
        db.session.merge(staff_of("shelter_staff")).shelter_id = shelters[0]
    own, other = (f"/needs/{shelter_id}" for shelter_id in shelters)

    bound = desk_of("shelter_staff")

    assert {own, other} <= set(manager.get("/needs").links)
    assert own in bound.get("/needs").links
    assert other not in bound.get("/needs").links
    assert bound.get(other).status == 404


def test_of_very_many_people_the_same_is_read_as_of_a_few(
    desk, manager, shelters, app, monkeypatch
):
    first = UUID(receive(desk, "satou"))
    receive(desk, "suka", **{"needs-{}": "food"})
    write(manager, first, allergy=["egg"])
    at = datetime.now(UTC) + timedelta(days=1)

    def read():
        people = [person.id for person in list_people([first])]
        features = [(one.id, one.sex, one.birth) for one in list_features([first])]
        return people, features, count_needs(at), count_kinds([first], at), list_needs([first])

    with inside(app):
        few = read()
        monkeypatch.setattr(queries, "MANY", 0)
        assert read() == few
        assert few[3] == {DetailKind.ALLERGY: 1}
