"""Somebody is protected here and corrected there: after the exchange nothing of it stands open."""

from datetime import date

import pytest

from tests.prepared import SCOPES
from tests.sync.kit import exchange, send
from tests.sync.test_receive import digest
from victim_support.core import clock
from victim_support.core.db import db
from victim_support.evacuees.models import Departure, Group, Stay
from victim_support.evacuees.rules import LeavingReason
from victim_support.evacuees.services import (
    Reception,
    add_unnamed_person,
    leave,
    lift_protection,
    protect_person,
)
from victim_support.journal.conflicts import count_conflicts, open_conflicts, resolve
from victim_support.journal.models import Op
from victim_support.shelters.services import add_shelter
from victim_support.shelters.services.operation import open_shelter
from victim_support.sync.services.following import look_after
from victim_support.victims import services as victims
from victim_support.victims.models import (
    PERSON_INDEX,
    SEALED_INDEX,
    Answer,
    Person,
    PersonNeed,
    Statement,
)
from victim_support.victims.rules import (
    AnswerKind,
    AnswerValue,
    Edition,
    GivenBy,
    NeedKind,
    PersonData,
    Protection,
    StatementKind,
)

BEFORE, AFTER = "名取市飯野坂1-2-3", "名取市高柳9"
PHONE = "090-1111-2222"
LEVELS = [Protection.HIDE_ADDRESS, Protection.HIDE_PRESENCE]


@pytest.fixture
def three(headquarters, laptops):
    """The headquarters and two laptops that know one woman in a shelter; her id and its."""
    machines = [headquarters, *laptops]
    with headquarters.writing():
        shelter = add_shelter(name="上郷小学校")
        open_shelter(shelter)
        shelter_id = shelter.id
        arrival = add_unnamed_person(
            reception=Reception(shelter_id=shelter_id, at=clock.now(), phone=""),
            data=PersonData(name="架空　ひとみ", kana="カクウ　ヒトミ", address=BEFORE),
        )
        person_id = arrival.stays[0].person_id
    meet(machines)
    return machines, person_id, shelter_id


def meet(machines, order=((0, 1), (0, 2))):
    """Let machines meet in this order until all have met."""
    for _ in range(3):
        for one, other in order:
            exchange(machines[one], machines[other])


def open_values(machine):
    """Return all that the rows of the open scope say, as text."""
    with machine.inside():
        rows = [
            row
            for model in (Person, Stay, Group, Answer, PersonNeed, Statement)
            for row in db.session.query(model).filter_by(scope=SCOPES.core)
        ]
        return "".join(str(vars(row)) for row in rows)


def sealed(machine, person_id):
    with machine.inside():
        row = db.session.get(Person, (SCOPES.sealed, person_id))
        return {name: getattr(row, name) for name in ("address", "phone", "name", "kana")}


def hits(machine, text):
    with machine.inside():
        connection = db.session.connection()
        return [
            index.find(connection, text, today=date(2026, 7, 15), limit=5).total
            for index in (PERSON_INDEX, SEALED_INDEX)
        ]


def conflicts(machine):
    with machine.inside():
        return count_conflicts([SCOPES.core, SCOPES.sealed])


def ops(machine):
    with machine.inside():
        return db.session.query(Op).count()


def assert_all_alike(machines):
    assert digest(machines[0]) == digest(machines[1]) == digest(machines[2])
    assert [conflicts(machine) for machine in machines] == [0, 0, 0]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("order", [((0, 1), (0, 2)), ((0, 2), (0, 1)), ((1, 2), (0, 1), (0, 2))])
def test_an_address_corrected_elsewhere_comes_into_the_sealed_row(three, level, order):
    machines, person_id, _ = three
    _, one, other = machines
    with one.writing("保護"):
        protect_person(person_id, level)
    with other.writing("訂正"):
        victims.update_person(person_id, address=AFTER, phone=PHONE)

    meet(machines, order)

    assert_all_alike(machines)
    for machine in machines:
        assert AFTER not in open_values(machine)
        assert PHONE not in open_values(machine)
        assert sealed(machine, person_id)["address"] == AFTER
        assert sealed(machine, person_id)["phone"] == PHONE
        assert hits(machine, "高柳") == ([0, 1] if level is Protection.HIDE_PRESENCE else [0, 0])
        assert hits(machine, "ヒトミ") == ([0, 1] if level is Protection.HIDE_PRESENCE else [1, 0])


def test_everything_written_of_who_is_hidden_elsewhere_is_sealed(three):
    machines, person_id, shelter_id = three
    _, one, other = machines
    with one.writing("保護"):
        protect_person(person_id, Protection.HIDE_PRESENCE)
    with other.writing("退所"):
        person = victims.update_person(person_id, name="架空　仁美")
        victims.change_needs(person, added=[NeedKind.MEDICAL], ended=())
        victims.record_statement(person, kind=StatementKind.ELSEWHERE, informant="架空　隣人")
        stay = db.session.query(Stay).one()
        leave(stays=[stay], at=clock.now(), reason=LeavingReason.RELATIVES, destination="ひみつ町")

    meet(machines)

    assert_all_alike(machines)
    for machine in machines:
        text = open_values(machine)
        assert not [each for each in ("仁美", "ひみつ町", "隣人", str(shelter_id)) if each in text]
        assert sealed(machine, person_id)["name"] == "架空　仁美"
        with machine.inside():
            stay = db.session.query(Stay).filter_by(scope=SCOPES.sealed).one()
            assert (stay.destination, stay.is_withdrawn) == ("ひみつ町", False)
            assert db.session.query(PersonNeed).filter_by(scope=SCOPES.sealed).count() == 1


def test_a_destination_told_elsewhere_is_kept_apart_once(three):
    machines, person_id, _ = three
    _, one, other = machines
    with one.writing("保護"):
        protect_person(person_id, Protection.HIDE_ADDRESS)
    with other.writing("退所"):
        stay = db.session.query(Stay).one()
        leave(stays=[stay], at=clock.now(), reason=LeavingReason.RELATIVES, destination="ひみつ町")
    exchange(one, other)  # both of them move it before the headquarters hears of it

    meet(machines)

    assert_all_alike(machines)
    for machine in machines:
        assert "ひみつ町" not in open_values(machine)
        with machine.inside():
            assert [row.destination for row in db.session.query(Departure)] == ["ひみつ町"]
    with one.writing("保護を解く"):
        lift_protection(person_id)
    with one.inside():
        assert db.session.query(Stay).filter_by(scope=SCOPES.core).one().destination == "ひみつ町"


def test_both_machines_move_it_at_once_and_agree(three):
    machines, person_id, _ = three
    headquarters, one, other = machines
    with one.writing("保護"):
        protect_person(person_id, Protection.HIDE_PRESENCE)
    with other.writing("訂正"):
        victims.update_person(person_id, name="架空　仁美", address=AFTER)
    parcels = [(one, other), (other, one)]
    for source, target in parcels:
        send(source, target)

    meet(machines)

    assert_all_alike(machines)
    assert AFTER not in open_values(headquarters)
    assert sealed(headquarters, person_id)["name"] == "架空　仁美"


def test_what_was_written_into_the_sealed_row_later_stands(three):
    machines, person_id, _ = three
    headquarters, one, other = machines
    with one.writing("保護"):
        protect_person(person_id, Protection.HIDE_ADDRESS)
    with other.writing("訂正"):
        victims.update_person(person_id, address=AFTER)
    send(one, headquarters)
    with headquarters.writing("訂正"):
        victims.update_person(person_id, address="名取市かくれ町1")

    meet(machines)

    assert_all_alike(machines)
    assert AFTER not in open_values(headquarters)
    assert sealed(other, person_id)["address"] == "名取市かくれ町1"


def test_when_nothing_came_back_nothing_is_written(three):
    machines, person_id, _ = three
    with machines[1].writing("保護"):
        protect_person(person_id, Protection.HIDE_PRESENCE)
    meet(machines)
    before = [ops(machine) for machine in machines]

    for machine in machines:
        with machine.inside():
            look_after()

    assert [ops(machine) for machine in machines] == before


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("order", [((0, 1), (0, 2)), ((0, 2), (0, 1))])
def test_what_was_corrected_just_before_elsewhere_is_not_lost(three, level, order):
    machines, person_id, _ = three
    _, one, other = machines
    with other.writing("訂正"):
        victims.update_person(person_id, address=AFTER, phone=PHONE, name_note="眼鏡")
    with one.writing("保護"):
        protect_person(person_id, level)

    meet(machines, order)

    assert_all_alike(machines)
    before = [ops(machine) for machine in machines]
    for machine in machines:
        assert AFTER not in open_values(machine)
        assert PHONE not in open_values(machine)
        assert sealed(machine, person_id)["address"] == AFTER
        assert sealed(machine, person_id)["phone"] == PHONE
        with machine.inside():
            rows = db.session.query(Person).filter_by(id=person_id)
            assert "眼鏡" in {row.name_note for row in rows}
            look_after()
    assert [ops(machine) for machine in machines] == before


def test_two_corrections_of_a_name_are_decided_where_nobody_else_sees_them(three):
    machines, person_id, _ = three
    headquarters, one, other = machines
    with one.writing("訂正"):
        victims.update_person(person_id, name="架空　仁美")
    with one.writing("保護"):
        protect_person(person_id, Protection.HIDE_PRESENCE)
    with other.writing("訂正"):
        victims.update_person(person_id, name="架空　瞳", address=AFTER)

    meet(machines)

    assert digest(machines[0]) == digest(machines[1]) == digest(machines[2])
    for machine in machines:
        text = open_values(machine)
        assert not [each for each in (AFTER, "仁美", "瞳") if each in text]
        with machine.inside():
            assert count_conflicts([SCOPES.core]) == 0
            [conflict] = open_conflicts([SCOPES.sealed])
            assert {each.value for each in conflict.opinions} == {"架空　仁美", "架空　瞳"}
            assert any("もとは" in each.reason for each in conflict.opinions)
    with headquarters.writing():
        row = db.session.get_one(Person, (SCOPES.sealed, person_id))
        resolve(row, "name", "架空　瞳", "本人に確かめた")
    meet(machines)
    assert_all_alike(machines)
    assert {sealed(machine, person_id)["name"] for machine in machines} == {"架空　瞳"}


def opinions(machine):
    """Return what stands against each other in the sealed scope, by field; nothing does in core."""
    with machine.inside():
        assert count_conflicts([SCOPES.core]) == 0
        found = open_conflicts([SCOPES.sealed])
        return {each.name: {str(said.value) for said in each.opinions} for each in found}


def answer(person_id, value, note):
    """Write down what was said at one desk."""
    person = db.session.get_one(Person, (SCOPES.core, person_id))
    victims.set_answers(
        person,
        {AnswerKind.WALL: value},
        given_by=GivenBy.SELF,
        edition=Edition.NATURAL_DISASTER,
    )
    for need in db.session.query(PersonNeed):
        need.note = note


def test_everything_that_differs_beside_a_sealing_is_decided_there_after_one_exchange(three):
    machines, person_id, _ = three
    headquarters, one, other = machines
    with headquarters.writing():
        person = db.session.get_one(Person, (SCOPES.core, person_id))
        victims.change_needs(person, added=[NeedKind.MEDICAL], ended=())
        victims.update_person(person_id, phone="022-000-0000")
    meet(machines)
    with other.writing("訂正"):
        victims.update_person(person_id, name="架空　瞳", phone=PHONE)
        answer(person_id, AnswerValue.NO, "週3回の透析")
    with one.writing("保護"):
        victims.update_person(person_id, name="架空　仁美", phone="090-3333-4444")
        answer(person_id, AnswerValue.YES, None)
    with one.writing("保護"):
        protect_person(person_id, Protection.HIDE_PRESENCE)
    with headquarters.writing("訂正"):
        victims.update_person(person_id, name="架空　日登美")

    exchange(headquarters, other)
    exchange(headquarters, one)  # here somebody learns of all of it
    exchange(headquarters, other)

    names = {"架空　仁美", "架空　瞳", "架空　日登美"}
    before = [ops(machine) for machine in machines]
    assert digest(machines[0]) == digest(machines[1]) == digest(machines[2])
    for machine in machines:
        assert opinions(machine) == {"name": names, "value": {"yes", "no"}}
        text = open_values(machine)
        assert not [
            each for each in (PHONE, "090-3333", "仁美", "瞳", "日登美", "透析") if each in text
        ]
        assert sealed(machine, person_id)["phone"] == f"{PHONE}、090-3333-4444"
        with machine.inside():
            [need] = db.session.query(PersonNeed).filter_by(scope=SCOPES.sealed)
            assert (need.note, need.is_withdrawn) == ("週3回の透析", False)
            look_after()
        assert hits(machine, sealed(machine, person_id)["name"])[1] == 1
    assert [ops(machine) for machine in machines] == before
    with headquarters.inside():
        [name] = [each for each in open_conflicts([SCOPES.sealed]) if each.name == "name"]
        assert sum("もとは" in said.reason for said in name.opinions) == 2


def test_what_two_differ_about_goes_with_her_into_the_sealed_scope_and_back(three):
    machines, person_id, _ = three
    headquarters, one, other = machines
    for machine, name, value in ((one, "架空　仁美", "yes"), (other, "架空　瞳", "no")):
        with machine.writing("訂正"):
            victims.update_person(person_id, name=name)
            answer(person_id, AnswerValue(value), None)
    meet(machines)
    in_force = open_name(headquarters, person_id)
    both = {"name": {"架空　仁美", "架空　瞳"}, "value": {"yes", "no"}}

    with headquarters.writing("保護"):
        protect_person(person_id, Protection.HIDE_PRESENCE)

    assert opinions(headquarters) == both  # at once, before anybody is met
    assert sealed(headquarters, person_id)["name"] == in_force
    meet(machines)
    assert [opinions(machine) for machine in machines] == [both, both, both]
    with headquarters.writing("保護を解く"):
        lift_protection(person_id)
    with headquarters.inside():
        assert count_conflicts([SCOPES.sealed]) == 0
        found = open_conflicts([SCOPES.core])
        assert {each.name: {str(said.value) for said in each.opinions} for each in found} == both
        person = db.session.get_one(Person, (SCOPES.core, person_id))
        assert person.name == in_force


def open_name(machine, person_id):
    with machine.inside():
        return db.session.get_one(Person, (SCOPES.core, person_id)).name


def test_what_may_stay_open_is_read_by_those_who_see_the_address_too(three):
    machines, person_id, _ = three
    _, one, other = machines
    with other.writing("訂正"):
        victims.update_person(person_id, kana="カクウ　ヒトミコ")
    with one.writing("保護"):
        protect_person(person_id, Protection.HIDE_ADDRESS)
    with other.writing("訂正"):
        victims.update_person(person_id, name_note="眼鏡")

    meet(machines)

    assert_all_alike(machines)
    for machine in machines:
        with machine.inside():
            row = db.session.get_one(Person, (SCOPES.sealed, person_id))
            assert (row.kana, row.name_note) == ("カクウ　ヒトミコ", "眼鏡")
