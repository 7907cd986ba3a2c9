"""What was said of somebody ends when she arrives anywhere, as soon as machines have met."""

from tests.conflicts.kit import meet
from victim_support.core import clock
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import Stay
from victim_support.evacuees.rules import StayKind
from victim_support.safety.queries.statements import list_standing
from victim_support.victims import services as victims
from victim_support.victims.models import Statement
from victim_support.victims.queries import get_person
from victim_support.victims.rules import StatementKind


def standing(office):
    with office.machine.inside():
        return [one.person.id for one in list_standing()]


def test_arriving_at_another_laptop_ends_what_was_said_after_the_exchange(honbu, kamigo, kanae):
    person = kamigo.add(name="架空　太郎", kana="カクウ　タロウ")
    meet(honbu, kamigo, kanae)
    with kamigo.writing("伝聞"):
        victims.record_statement(get_person(person), kind=StatementKind.RESCUE, informant="隣の方")
    with kanae.writing("受付") as session:
        shelter = kanae.shelter_id()
        session.add(
            Stay(
                scope=current_scopes().core,
                id=new_id(),
                person_id=person,
                shelter_id=shelter,
                kind=StayKind.SHELTER,
                started_at=clock.now(),
            )
        )
    assert standing(kamigo) == [person]

    meet(honbu, kamigo, kanae)

    assert [standing(office) for office in (honbu, kamigo, kanae)] == [[], [], []]
    for office in (honbu, kamigo, kanae):
        with office.writing() as session:  # it follows from the arrival; nobody wrote it
            assert session.query(Statement).one().settled_at is None
