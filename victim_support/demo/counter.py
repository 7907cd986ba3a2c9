"""The counter of the invented town: a queue, applications that came in files, a changed grade."""

from collections.abc import Sequence

from victim_support.core import clock
from victim_support.core.actor import acting, current_actor_id
from victim_support.core.db import db, transaction
from victim_support.counter.queries.filed import list_numbers
from victim_support.counter.rules.filed import FiledRow
from victim_support.counter.rules.queue import CallOutcome
from victim_support.counter.services.attachments import Found, attach
from victim_support.counter.services.filed import take_in
from victim_support.counter.services.queue import (
    DayPlan,
    call_next,
    plan_day,
    print_stock,
    settle_call,
)
from victim_support.damage import services as damage
from victim_support.damage.models import Application
from victim_support.damage.queries import judgement_in_force, list_dwellings
from victim_support.damage.rules import GRADES_IN_FORM_ORDER, JudgementMethod
from victim_support.demo.photographs import attachments
from victim_support.demo.town import staff_id
from victim_support.houses.queries import find_houses
from victim_support.residents.queries import get_resident_household

PRINTED, HANDED, WINDOWS = 48, 21, ("1番窓口", "2番窓口", "3番窓口")


def open_counter(issued: Sequence[Application], household_number: str) -> None:
    """Let people queue, let two applications come by file, and let a second survey be heavier.

    Args:
        issued: Applications with a certificate.
        household_number: A household of the register that has not applied.
    """
    with acting(staff_id("mado")):
        _queue()
        _file(household_number)
    _judge_again(issued)


def place_dwellings(applications: Sequence[Application]) -> None:
    """Give the dwellings of applications the position that the house ledger has."""
    with acting(staff_id("chosa")), transaction(reason="住家の位置"):
        for dwelling in list_dwellings([one.dwelling_id for one in applications]).values():
            house = next(iter(find_houses(dwelling.address)), None)
            if house is not None:
                dwelling.latitude, dwelling.longitude = house.latitude, house.longitude


def _queue() -> None:
    with transaction(reason="整理番号"):
        print_stock(PRINTED)
        plan_day(DayPlan(handed_to=HANDED, opens_at="9:00", per_hour=20, district="北浜・本町"))
        calls = [call_next(window=one, by=current_actor_id()) for one in (*WINDOWS, *WINDOWS)]
        settle_call(calls[1], CallOutcome.ABSENT)


def _file(household_number: str) -> None:
    head = get_resident_household(household_number).head
    sure = FiledRow(
        "online",
        "2026000101",
        name=head.name,
        kana=head.kana,
        birth=head.birth.date.isoformat() if head.birth.date else "",
        phone="090-0000-0101",
        staying_at="親戚の家",
        address=head.address,
        damage="床下浸水。玄関のたたきと収納が泥をかぶった",
        parts=("floor",),
        agrees_registers=True,
        agrees_sharing=True,
        signed=True,
    )
    unsure = FiledRow(
        "paper", "郵送-7", name="架空　次郎", kana="カクウ　ジロウ", address=head.address
    )
    db.session.rollback()
    with transaction(reason="紙・オンラインの申請の取り込み"):
        for row in (sure, unsure):
            take_in(row, by=current_actor_id())
    _attach()


def _attach() -> None:
    """Let a photograph and a paper come with each application from a file."""
    brought = attachments()
    with transaction(reason="オンライン申請の添付"):
        for _number, filed in list_numbers():
            found = [Found(filed, taken, "0" * 64 if page else "", page) for taken, page in brought]
            attach(found, by=current_actor_id())


def _judge_again(issued: Sequence[Application]) -> None:
    """Let the second survey of one dwelling with a certificate give the next heavier grade."""
    order = list(GRADES_IN_FORM_ORDER)
    with acting(staff_id("chosa")), transaction(reason="第2次調査の判定"):
        for chosen in issued:
            found = judgement_in_force(chosen.dwelling_id).judgement
            if found and found.known_grade and found.known_grade is not order[0]:
                grade = order[order.index(found.known_grade) - 1]
                break
        survey = damage.Survey(
            method=JudgementMethod.SECOND_SURVEY,
            judged_on=clock.today(),
            judged_by="調査 訓練員",
            grade=grade,
        )
        judgement = damage.record_judgement(
            dwelling_id=chosen.dwelling_id,
            survey=survey,
            reason="本人の申し出による第2次調査",
            by=staff_id("chosa"),
        )
    with acting(staff_id("nintei")), transaction(reason="被害の認定"):
        damage.approve_judgement(db.session.merge(judgement), by=staff_id("nintei"))
