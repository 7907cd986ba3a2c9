"""The invented people go in and out: cards, one night elsewhere, cars and relatives' homes."""

import random
from datetime import timedelta
from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.demo.town import SEED
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import list_shelter_stays
from victim_support.evacuees.rules import SLEEPING, PresenceKind, StayKind
from victim_support.evacuees.services import Place, change_place, go_out
from victim_support.presence.rules import CardKind, draw_number
from victim_support.presence.services import call, give_card
from victim_support.victims.queries import list_people

OUTSIDE = (
    (
        StayKind.CAR_ELSEWHERE,
        Place(place="架空運動公園の駐車場", plate="架空300 あ 12-34", people=2),
    ),
    (StayKind.RELATIVES, Place(place="架空市東町のきょうだいの家", phone="000-0000-0001")),
    (StayKind.HOME, Place(place="2階で生活")),
    (StayKind.TENT_ELSEWHERE, Place(place="畑のビニールハウス", people=3)),
    (StayKind.SECOND_STAGE, Place(place="架空温泉 かりの旅館", phone="000-0000-0002")),
    (StayKind.HOSPITAL, Place(place="架空市民病院", phone="000-0000-0003")),
)


def let_people_move(shelter_id: UUID) -> None:
    """Give the households of a shelter cards, let some out, some live outside, and call one."""
    chance = random.Random(SEED + 1)
    db.session.rollback()
    with transaction(reason="札を渡す"):
        families = _families(shelter_id)
        for family in families:
            _give(family)
    with transaction(reason="出入り"):
        moved = chance.sample(_families(shelter_id), len(OUTSIDE) + 4)
        for (kind, place), family in zip(OUTSIDE, moved, strict=False):
            for stay in family:
                change_place(stay, kind=kind, shelter_id=shelter_id, place=place)
        for at, family in enumerate(moved[len(OUTSIDE) :]):
            out = PresenceKind.OVERNIGHT if at == 0 else PresenceKind.OUT
            for stay in family:
                go_out(stay=stay, at=clock.now() - timedelta(minutes=40 * at), kind=out)
        call(card_number=draw_number(), shelter_id=shelter_id, place="受付")


def _families(shelter_id: UUID) -> list[list[Stay]]:
    families: dict[UUID, list[Stay]] = {}
    for stay in list_shelter_stays(shelter_id, is_open=True):
        if stay.group_id is not None and stay.kind in SLEEPING:
            families.setdefault(stay.group_id, []).append(stay)
    return list(families.values())


def _give(family: list[Stay]) -> None:
    people = list_people([stay.person_id for stay in family])
    give_card(people, kind=CardKind.HOUSEHOLD, at=max(stay.started_at for stay in family))
