"""The invented disaster: shelters open, households come, people are missing, damage is judged."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.certificates.rules import PaperKind
from victim_support.certificates.services import issue_paper
from victim_support.core import clock
from victim_support.core.actor import acting, current_actor_id
from victim_support.core.db import db, transaction
from victim_support.core.japanese import wareki
from victim_support.damage import services as damage
from victim_support.damage.models import Application, Judgement
from victim_support.damage.rules import DamageGrade, Inundation, JudgementMethod, cause_text
from victim_support.damage.rules.applying import DamagedPart, IdentityKind, PropertyKind
from victim_support.damage.weeks import list_districts, set_week
from victim_support.demo import support
from victim_support.demo.counter import open_counter, place_dwellings
from victim_support.demo.movements import let_people_move
from victim_support.demo.papers import issue_in_bulk
from victim_support.demo.photographs import bring_card
from victim_support.demo.reports import report
from victim_support.demo.shelters import live_in_shelters
from victim_support.demo.surveys import plan_surveys
from victim_support.demo.town import SEED, staff_id
from victim_support.disasters.rules import DisasterKind
from victim_support.disasters.services import declare_disaster
from victim_support.evacuees.queries.finding import REGISTER, candidate_of, open_household
from victim_support.evacuees.rules import Candidate, StayKind
from victim_support.evacuees.services import Details, Reception, register_known_household
from victim_support.residents.models import Resident
from victim_support.residents.queries import RegisterHousehold, get_resident_household
from victim_support.shelters.queries import list_shelters
from victim_support.shelters.services import open_shelter, record_head_count
from victim_support.victims.rules import AnswerKind, AnswerValue, NeedKind, StatementKind

OPEN_SHELTERS = 9
IN_SHELTERS = 180
APPLICATIONS, JUDGED, APPROVED, ISSUED = 40, 30, 24, 6
GRADES = {
    DamageGrade.TOTAL: 10,
    DamageGrade.LARGE_HALF: 10,
    DamageGrade.MEDIUM_HALF: 15,
    DamageGrade.HALF: 25,
    DamageGrade.QUASI_HALF: 20,
    DamageGrade.PARTIAL: 20,
}


def declare() -> str:
    """Declare the disaster (災害), two days ago, and return its key."""
    with transaction(reason="訓練の準備"):
        disaster = declare_disaster(
            name=_name(),
            kinds=[DisasterKind.FLOOD, DisasterKind.LANDSLIDE],
            started_at=_begin(),
            area="架空市全域",
        )
        return disaster.key


def tell() -> None:
    """Let the disaster happen: shelters, arrivals, missing people, counts, damage, papers."""
    chance = random.Random(SEED)
    numbers = _household_numbers()
    chance.shuffle(numbers)
    with acting(staff_id("sekinin")):
        shelters = _open_shelters()
    with acting(staff_id("uketsuke")):
        came = Counter[UUID]()
        for number in numbers[:IN_SHELTERS]:
            shelter_id = chance.choice(shelters)
            came[shelter_id] += _arrive(chance, number, shelter_id)
    with acting(staff_id("sekinin")):
        report(random.Random(SEED), shelters)
        _count_heads(chance, came)
    with acting(staff_id("uketsuke")):
        let_people_move(shelters[0])
    live_in_shelters(shelters, _begin())
    _damage(chance, numbers[:APPLICATIONS], numbers[APPLICATIONS:])
    plan_surveys()
    bring_card()
    with acting(staff_id("honbu")):
        support.write_places()
        db.session.remove()
        support.take_in_register(chance)
        support.go_round(chance)
        support.tell_needs(chance)


def _begin() -> datetime:
    return clock.now() - timedelta(days=2)


def _name() -> str:
    began = wareki(clock.local(_begin()).date())
    return f"{began[: began.index('月') + 1]}豪雨(訓練)"


def _household_numbers() -> list[str]:
    statement = select(Resident.household_number).distinct().order_by(Resident.household_number)
    return list(db.session.scalars(statement))


def _open_shelters() -> list[UUID]:
    db.session.rollback()
    with transaction(reason="避難所の開設"):
        shelters = list_shelters()[:OPEN_SHELTERS]
        for shelter in shelters:
            open_shelter(shelter, opened_at=_begin() + timedelta(hours=2))
        return [shelter.id for shelter in shelters]


def _arrive(chance: random.Random, number: str, shelter_id: UUID) -> int:
    """Receive those of a household who come, and return how many."""
    with transaction(reason="受付"):
        household = get_resident_household(number)
        candidates = [candidate_of(member) for member in household.members]
        came = {one.person_id for one in candidates if chance.random() < 0.9}
        came = came or {candidates[0].person_id}
        register_known_household(
            reception=Reception(
                shelter_id=shelter_id,
                at=_begin() + timedelta(hours=2 + 20 * chance.random()),
                kind=StayKind.CAR if chance.random() < 0.1 else StayKind.SHELTER,
            ),
            candidates=candidates,
            came=came,
            register_number=number,
            details=_details(chance, candidates, household, came),
        )
        return len(came)


def _details(
    chance: random.Random,
    candidates: list[Candidate],
    household: RegisterHousehold,
    came: set[UUID],
) -> Details:
    missing = [one.person_id for one in candidates if one.person_id not in came]
    today = clock.today()
    return Details(
        needs={
            member.id: needs
            for member in household.members
            if member.id in came and (needs := _needs(chance, member, today.year))
        },
        sayings={
            person_id: chance.choice((StatementKind.RESCUE, StatementKind.UNREACHABLE))
            for person_id in missing
            if chance.random() < 0.4
        },
        answers={
            person_id: {AnswerKind.WALL: AnswerValue.YES, AnswerKind.ACQUAINTANCE: AnswerValue.YES}
            for person_id in came
            if chance.random() < 0.3
        },
        own=came,
    )


def _needs(chance: random.Random, member: Resident, year: int) -> list[NeedKind]:
    age = year - member.birth_date.year if member.birth_date else 40
    needs = []
    if age <= 2:
        needs.append(NeedKind.INFANT)
    if age >= 80 and chance.random() < 0.4:
        needs.append(NeedKind.CARE)
    if chance.random() < 0.04:
        needs.append(chance.choice((NeedKind.MEDICAL, NeedKind.FOOD, NeedKind.ANIMAL)))
    return needs


def _count_heads(chance: random.Random, named: Mapping[UUID, int]) -> None:
    """Count heads: a few more than are named, as in the first night."""
    with transaction(reason="点呼"):
        for shelter_id, count in named.items():
            unnamed = chance.choice((0, 0, 2, 5, 9))
            record_head_count(
                shelter_id=shelter_id, count=count + unnamed, counted_by="責任者 訓練員"
            )


def _damage(chance: random.Random, numbers: list[str], others: list[str]) -> None:
    with acting(staff_id("mado")), transaction(reason="罹災証明の申請"):
        applications = [_apply(number) for number in numbers]
    with acting(staff_id("chosa")), transaction(reason="調査の予定の週"):
        for place, district in enumerate(list_districts()[:-1]):  # one is not decided yet
            set_week(district.town, clock.today() + timedelta(weeks=1 + place))
    with acting(staff_id("chosa")), transaction(reason="被害の判定"):
        judgements = [_judge(chance, one) for one in applications[:JUDGED]]
    with acting(staff_id("nintei")), transaction(reason="被害の認定"):
        for judgement in judgements[:APPROVED]:
            damage.approve_judgement(db.session.merge(judgement), by=staff_id("nintei"))
    with acting(staff_id("mado")), transaction(reason="罹災証明書の交付"):
        for application in applications[:ISSUED]:
            issue_paper(db.session.merge(application), PaperKind.RISAI, by=current_actor_id())
    place_dwellings(applications)
    with acting(staff_id("mado")):
        issue_in_bulk()
    db.session.rollback()
    open_counter([db.session.merge(one) for one in applications[:ISSUED]], others[0])


def _apply(number: str) -> Application:
    """Apply the way the counter does; the head applies for everybody in the dwelling."""
    head = get_resident_household(number).head
    household = open_household(f"{REGISTER}{number}") or abort(404)
    dwelling = damage.ensure_dwelling(address=head.address, unit=head.building or None)
    listed = {str(one.shown.id) for one in household.people}
    written = damage.take_over(household, listed=listed, applicant_id=head.id)
    data = damage.ApplicationData(
        household_id=written.household_id,
        dwelling_id=dwelling.id,
        head_person_id=written.head_id,
        applicant=damage.Applicant(person_id=head.id, relation="世帯主"),
        members=written.members,
        cause=cause_text(clock.local(_begin()).date(), _name()),
        reported_damage="床上まで水が入った",
        details=damage.Details(
            property_kind=PropertyKind.OWNED,
            damaged_parts=(DamagedPart.INNER_WALL, DamagedPart.FLOOR, DamagedPart.KITCHEN),
            identity=damage.Identity(IdentityKind.PHOTO_CARD, "運転免許証"),
            agrees_registers=True,
            agrees_sharing=True,
        ),
    )
    return damage.receive_application(data, by=current_actor_id())


def _judge(chance: random.Random, application: Application) -> Judgement:
    grade = chance.choices(list(GRADES), list(GRADES.values()))[0]
    is_light = grade in (DamageGrade.QUASI_HALF, DamageGrade.PARTIAL)
    survey = damage.Survey(
        method=JudgementMethod.FIRST_SURVEY,
        judged_on=clock.today(),
        judged_by="調査 訓練員",
        grade=grade,
        inundation=Inundation.BELOW_FLOOR if is_light else Inundation.ABOVE_FLOOR,
    )
    return damage.record_judgement(
        dwelling_id=application.dwelling_id, survey=survey, by=current_actor_id()
    )
