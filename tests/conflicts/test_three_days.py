"""Three days of three laptops that meet in the evening: how much people have to decide.

The town is invented and so is how often things happen; what a play of a script shows is which
clashes cost a decision, not how often a real town has them.
"""

import io
import random
from collections import Counter
from datetime import date

import pytest

from tests.conflicts.kit import meet
from tests.prepared import staff_of
from victim_support.conflicts.queries import list_cards
from victim_support.core import clock
from victim_support.damage import services as damage
from victim_support.damage.queries import list_doubled_judgements
from victim_support.damage.rules import DamageGrade, JudgementMethod
from victim_support.evacuees.queries.checks import list_in_two_places
from victim_support.evacuees.queries.finding import candidate_of
from victim_support.evacuees.services import (
    Details,
    Reception,
    protect_person,
    register_known_household,
)
from victim_support.residents.queries import get_resident_household
from victim_support.residents.services import import_residents
from victim_support.victims import services as victims
from victim_support.victims.models import person_id_of
from victim_support.victims.rules import AnswerKind, AnswerValue, Protection

pytestmark = pytest.mark.slow
HOUSEHOLDS, SIZE, PER_DECISION = 600, 3, 200
HEADERS = "宛名番号,世帯番号,氏名,フリガナ,性別,生年月日,続柄,住所,郵便番号,支援措置"
RELATIONS = ("世帯主", "妻", "子")
FIRST_DAY, SECOND_DAY = range(400), range(400, 600)


def number_of(household, member=0):
    return str(100_000 + household * 10 + member)


def register():
    """Return the register of an invented town: 600 households of three."""
    lines = [HEADERS]
    for household in range(HOUSEHOLDS):
        for member, relation in enumerate(RELATIONS):
            lines.append(
                f"{number_of(household, member)},{5000 + household},架空{household}　{member},"
                f"カクウ　{'アイウ'[member]},男,19{50 + household % 40}-0{1 + member}-11,"
                f"{relation},名取市飯野坂{household}-1,9811225,"
            )
    return "\n".join(lines).encode()


class Play:
    """The script: what the desks of three laptops do in three days."""

    def __init__(self, laptops):
        self.laptops, self.dice = laptops, random.Random(20260715)  # noqa: S311
        self.acts: Counter[str] = Counter()

    def receive(self, laptop, household, *, members=range(SIZE), phone="", answer=None):
        number = str(5000 + household)
        with laptop.writing("受付"):
            found = [candidate_of(one) for one in get_resident_household(number).members]
            ids = [found[member].person_id for member in members]
            given = {AnswerKind.FAMILY: answer} if answer else {}
            register_known_household(
                reception=Reception(shelter_id=laptop.shelter_id(), at=clock.now(), phone=phone),
                candidates=found,
                came=ids,
                register_number=number,
                details=Details(answers={ids[0]: given}),
            )
            if phone:
                victims.update_person(ids[0], phone=phone)
        self.acts["受付"] += 1

    def edit(self, laptop, household, member=0, **values):
        laptop.update(person_id_of_member(laptop, household, member), **values)
        self.acts["訂正"] += 1

    def judge(self, laptop, household, grade):
        with laptop.writing("判定"):
            place = damage.ensure_dwelling(
                address=f"名取市飯野坂{household}-1", house_register_number=f"K{household}"
            )
            survey = damage.Survey(
                JudgementMethod.FIRST_SURVEY, date(2026, 7, 17), "調査1班", grade=grade
            )
            found = damage.record_judgement(
                dwelling_id=place.id, survey=survey, by=staff_of("surveyor").id
            )
            damage.approve_judgement(found, by=staff_of("judge").id)
        self.acts["判定"] += 1


def person_id_of_member(laptop, household, member):
    with laptop.machine.inside():
        return person_id_of(number_of(household, member))


def test_three_days_leave_at_most_one_decision_per_200_households(honbu, kamigo, kanae, chiyo):
    laptops = (kamigo, kanae, chiyo)
    play = Play(laptops)
    for office in (honbu, *laptops):
        with office.machine.inside():
            import_residents(io.BytesIO(register()), file_name="register.csv", imported_by="試験")
    first_day(play)
    meet(honbu, *laptops)
    second_day(play)
    meet(honbu, *laptops)
    third_day(play)
    meet(honbu, *laptops)

    cards, judged, places = decisions(honbu)
    assert [decisions(laptop) for laptop in laptops] == [(cards, judged, places)] * 3
    assert (cards, judged) == (1, 1)  # the name from two papers, the house that two teams judged
    assert cards + judged <= HOUSEHOLDS // PER_DECISION
    assert places == 6  # their shelters look who is there (2か所に避難中), nobody decides a value
    assert play.acts == {"受付": 606, "訂正": 103, "判定": 97}


def first_day(play):
    """Receive 400 households; six of them, by two members of the family, at two shelters."""
    for household in FIRST_DAY:
        laptop = play.laptops[household % 3]
        play.receive(laptop, household, phone=f"090-1000-{household:04}")
    for household in play.dice.sample(FIRST_DAY, 6):
        other = play.laptops[(household + 1) % 3]
        play.receive(other, household, members=[0], phone=f"080-2000-{household:04}")


def second_day(play):
    """Correct what the first night left; receive most of the rest."""
    for household in SECOND_DAY:
        play.receive(play.laptops[household % 3], household, answer=AnswerValue.YES)
    for household in play.dice.sample(FIRST_DAY, 60):
        play.edit(play.laptops[household % 3], household, phone=f"070-3000-{household:04}")
    for household in play.dice.sample(FIRST_DAY, 12):  # two desks hear two telephone numbers
        for place, laptop in enumerate(play.laptops[:2]):
            play.edit(laptop, household, phone=f"07{place}-4000-{household:04}")
    for household in play.dice.sample(FIRST_DAY, 6):  # the reading is corrected twice
        for place, laptop in enumerate(play.laptops[:2]):
            play.edit(laptop, household, 1, kana=f"カクウ　{'エオ'[place]}")
    alike, unlike = play.dice.sample(FIRST_DAY, 2)  # a name from one paper, and one from two
    for place, laptop in enumerate(play.laptops[:2]):
        play.edit(laptop, alike, 2, name="架空　同じ字")
        play.edit(laptop, unlike, 2, name=f"架空　{'高髙'[place]}")


def third_day(play):
    """Protect somebody on one laptop while others go on; judge dwellings, a few once more."""
    for household in play.dice.sample(FIRST_DAY, 3):
        one, other = play.laptops[:2]
        person = person_id_of_member(one, household, 0)
        with one.writing("保護"):
            protect_person(person, Protection.HIDE_ADDRESS)
        play.edit(other, household, address="名取市高柳9")
    for household in play.dice.sample(SECOND_DAY, 6):  # asked once more, the family says no
        person = person_id_of_member(play.laptops[0], household, 0)
        with play.laptops[0].writing("回答"):
            row = victims.person_rows(person)[0]
            victims.set_answers(row, {AnswerKind.FAMILY: AnswerValue.NO}, **given(row))
    judged = play.dice.sample(FIRST_DAY, 90)
    for household in judged:
        play.judge(play.laptops[household % 3], household, DamageGrade.HALF)
    for household in judged[:6]:  # a regrade on the laptop of the second survey
        play.judge(play.laptops[household % 3], household, DamageGrade.MEDIUM_HALF)
    other = play.laptops[(judged[6] + 1) % 3]  # two teams at one house
    play.judge(other, judged[6], DamageGrade.QUASI_HALF)


def given(_row):
    from victim_support.victims.queries import get_answer_form  # noqa: PLC0415
    from victim_support.victims.rules import GivenBy  # noqa: PLC0415

    return {"given_by": GivenBy.SELF, "edition": get_answer_form().edition}


def decisions(office):
    """Return how many cards, doubled judgements and people in two places wait on a machine."""
    with office.machine.inside():
        return len(list_cards()), len(list_doubled_judgements()), len(list_in_two_places())
