"""What the invented shelters told in two days, and the first report that was published."""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from victim_support.core import clock
from victim_support.core.actor import acting
from victim_support.core.db import transaction
from victim_support.demo.town import staff_id
from victim_support.evacuees.queries.time_line import TimeLine, read_time_line
from victim_support.reports import services
from victim_support.reports.rules import (
    Crowding,
    Lifeline,
    LifelineState,
    ReportKind,
    ReportWay,
)
from victim_support.shelters.services import record_head_count

EARLIER = (36, 30, 24, 18, 12, 6)  # hours before now at which people were counted
TOLD = 5
REQUESTS = ("毛布20枚", "飲料水と簡易トイレ", "", "常備薬の相談", "")
STATES: Sequence[Mapping[Lifeline, LifelineState]] = (
    {Lifeline.POWER: LifelineState.USABLE, Lifeline.WATER: LifelineState.UNUSABLE},
    {Lifeline.POWER: LifelineState.USABLE, Lifeline.WATER: LifelineState.PARTLY},
    {Lifeline.POWER: LifelineState.USABLE, Lifeline.WATER: LifelineState.USABLE},
    {Lifeline.POWER: LifelineState.UNUSABLE, Lifeline.TOILET: LifelineState.PARTLY},
    {},
)
DAMAGE = {"injured_slight": 4, "house_total_buildings": 3, "house_half_buildings": 11, "roads": 7}


def report(chance: random.Random, shelters: Sequence[UUID]) -> None:
    """Let the shelters be counted and heard of, and publish the first report of the morning."""
    with transaction(reason="引継ぎ"):
        for shelter_id in shelters:
            services.hand_over(shelter_id=shelter_id, taken_by="夜の番", note="22時に見回り。")
    with transaction(reason="点呼"):
        line = read_time_line(clock.now(), {})
        for hours in EARLIER:
            _count(chance, shelters, line, hours)
    with acting(staff_id("honbu")):
        with transaction(reason="状況報告の公表"):
            earlier = clock.now() - timedelta(hours=12)
            services.publish_report(kind=ReportKind.SITUATION, as_of=earlier)
        with transaction(reason="避難所の報告"):
            for number, shelter_id in enumerate(shelters[:TOLD]):
                _tell(chance, shelter_id, number, line)
            services.record_damage_figures(
                values=DAMAGE, as_of=clock.now() - timedelta(hours=3), told_by="消防団の聞き取り"
            )


def _count(chance: random.Random, shelters: Sequence[UUID], line: TimeLine, hours: int) -> None:
    at = clock.now() - timedelta(hours=hours)
    for shelter_id in shelters:
        record_head_count(
            shelter_id=shelter_id,
            count=line.totals(shelter_id, at).named + chance.choice((0, 3, 6)),
            occurred_at=at,
            counted_by="責任者 訓練員",
        )


def _tell(chance: random.Random, shelter_id: UUID, number: int, line: TimeLine) -> None:
    at = clock.now() - timedelta(minutes=40 + 10 * number)
    told = services.Told(
        way=ReportWay.PHONE,
        people=line.totals(shelter_id, at).named + chance.choice((0, 2, 5)),
        caller="避難所の責任者",
        households=chance.randrange(8, 20),
        ill=chance.randrange(3),
        crowding=Crowding.CROWDED if number == 0 else Crowding.FREE,
        lifelines=STATES[number],
        requests=REQUESTS[number],
    )
    services.record_shelter_report(shelter_id=shelter_id, told=told, at=at)
