"""What stands about the people of the canary town on sheets, lists, handings out and visits.

Written while nobody is protected yet, so that each of these pages could show them.
"""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import insert, select

from tests.evacuees.support import inside
from tests.prepared import SCOPES
from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.damage.models import Application
from victim_support.damage.rules import JudgementMethod
from victim_support.dropbox.files import put_in
from victim_support.dropbox.notice import read_notice
from victim_support.dropbox.rules import Household, Member
from victim_support.dropbox.services import drops_folder, make_ready
from victim_support.evacuees.models import Stay
from victim_support.houses.models import House
from victim_support.operations.rules import AreaKind
from victim_support.operations.services.shelter import add_area, place_people
from victim_support.paper.models import SheetRun, TypedSheet
from victim_support.paper.rules import sheet_number
from victim_support.reports.rules import ReportKind
from victim_support.reports.services import hand_over, mark_report_sent, publish_report
from victim_support.supplies.queries.items import standard_item_id
from victim_support.supplies.rules import HandoutUnit
from victim_support.supplies.services import handouts, requests, stock
from victim_support.survey.services import Slot, plan_visit
from victim_support.vulnerable.models import SupportEntry
from victim_support.vulnerable.rules.blocks import PublicationOutcome, PublicationPolicy
from victim_support.vulnerable.rules.register import ProvisionGround, RecipientKind
from victim_support.vulnerable.services import blocks, rounds

SHEET, HOUSE = sheet_number("T7", 1), "H-1"
TEAM = "1班"


def write_all(world):
    """Write everything; the program is imported late, as its tables must exist."""
    with inside(world.app), transaction(reason="試験"):
        people = [world.half, world.hidden, *world.others]
        _paper(people[0])
        _supplies(world.shelters, people)
        _running(world.shelters[0], people)
        _visits()
        _lists(people)
    with inside(world.app), transaction(reason="試験"):
        _reports(world.shelters[0])
    with inside(world.app):
        _house()
        world.typed.append(_phone())


def _phone():
    """Send from a phone what is alike to them; return the number that opens it at a desk."""
    db.session.remove()
    make_ready()
    people = (Member(kana="カラスバ"), Member(kana="トビサワ　トキ", birth="1980/4/1"))
    recipient = read_notice(drops_folder()).recipient
    household, now = Household(members=people), clock.now()
    return put_in(drops_folder(), household, key="0" * 32, recipient=recipient, now=now)


def _stays(people):
    return list(db.session.scalars(select(Stay).where(Stay.person_id.in_(people))))


def _paper(person_id):
    now, [stay] = clock.now(), _stays([person_id])
    run = {"prefix": "T7", "first": 1, "count": 1, "shelter_id": stay.shelter_id}
    db.session.add(SheetRun(scope=SCOPES.core, id=uuid4(), printed_at=now, **run))
    typed = {"number": SHEET, "group_id": stay.group_id, "shelter_id": stay.shelter_id}
    db.session.add(TypedSheet(scope=SCOPES.core, id=uuid4(), typed_at=now, edition="1", **typed))


def _supplies(shelters, people):
    now, (here, there) = clock.now(), shelters
    round_ = handouts.start_round(
        shelter_id=here, label="朝", unit=HandoutUnit.PERSON, portion=1, at=now
    )
    db.session.flush()
    handouts.hand_out(round_, at=now, person_ids=people)
    water = standard_item_id("water")
    line = requests.RequestedLine(quantity=10, item_id=water)
    requests.request_goods(shelter_id=here, lines=[line], at=now)
    stock.receive_goods(place_id=there, item_id=water, pieces=20, at=now - timedelta(hours=1))
    db.session.flush()
    stock.send_goods(from_id=there, to_id=here, pieces={water: 10}, at=now)


def _running(shelter_id, people):
    area = add_area(shelter_id=shelter_id, name="体育館", kind=AreaKind.GENERAL)
    db.session.flush()
    stays = [stay for stay in _stays(people) if stay.ended_at is None]
    place_people(stays=stays, area=area, spot="奥", at=clock.now())


def _visits():
    slot = Slot(TEAM, clock.today())
    for application in db.session.scalars(select(Application).order_by(Application.id)):
        plan_visit(
            dwelling_id=application.dwelling_id,
            method=JudgementMethod.FIRST_SURVEY,
            slot=slot,
            by=None,
        )


def _lists(people):
    for town in ("忍町", "霧町", "霞町"):
        block = blocks.save_block(name=f"区域{town}", town=town, first="", last="", corners=[])
        asked = blocks.request_publication(
            block, policy=PublicationPolicy.UNLESS_REFUSED, person_ids=people, reason="試験"
        )
        asked.outcome, asked.decided_at = PublicationOutcome.APPROVED, clock.now()
    entries = list(db.session.scalars(select(SupportEntry.id)))
    rounds.record_provision(
        recipient="架空消防署",
        recipient_kind=RecipientKind.FIRE,
        ground=ProvisionGround.CONSENT,
        purpose="試験",
        area="",
        entry_ids=entries,
    )


def _reports(shelter_id):
    hand_over(shelter_id=shelter_id, taken_by="次の班", note="試験")
    for kind in (ReportKind.SITUATION, ReportKind.DAMAGE):
        report = publish_report(kind=kind, as_of=clock.now())
        db.session.flush()
        mark_report_sent(report_id=report.id, destination="県", sent_at=clock.now())


def _house():
    """Put a house into the ledger whose owner the resident register protects."""
    owned = {"number": HOUSE, "owner_number": "2001", "owner_name": "鳶沢　登紀"}
    owned["owner_address"] = "名取市霧町五曜666"
    empty = {
        column.name: b"" if column.name == "digest" else ""
        for column in House.__table__.columns
        if not column.nullable
    }
    with db.engines["reference"].begin() as connection:
        connection.execute(insert(House), [empty | owned | {"address": "名取市霧町1"}])
