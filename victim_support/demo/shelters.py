"""Life in the invented shelters: areas, helpers, animals, the diary, goods, meals, requests."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from victim_support.core import clock
from victim_support.core.actor import acting
from victim_support.core.db import db, transaction
from victim_support.core.scopes import current_scopes
from victim_support.demo.town import staff_id
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import list_shelter_stays
from victim_support.evacuees.rules import SLEEPING
from victim_support.operations import services as operations
from victim_support.operations.rules import (
    AnimalKind,
    AreaKind,
    CrewKind,
    DiaryKind,
    ParcelKind,
    WishKind,
)
from victim_support.operations.services import Owner
from victim_support.supplies import services as supplies
from victim_support.supplies.queries import Carried, list_carried, standard_item_id
from victim_support.supplies.rules import (
    HandoutUnit,
    PlaceKind,
    RequestState,
    SupplyOrigin,
)
from victim_support.supplies.services import RequestedLine

AREAS = (
    ("体育館の東", AreaKind.GENERAL, 40, 150),
    ("体育館の西", AreaKind.GENERAL, 40, 150),
    ("和室", AreaKind.FAMILIES, 12, 45),
    ("1階の教室", AreaKind.BARRIER_FREE, 15, 63),
    ("保健室", AreaKind.INFECTIOUS, 6, 40),
)
DIARY = (
    (26, DiaryKind.EVENT, "避難所を開いた。受付を体育館の入口に置いた。"),
    (22, DiaryKind.FACILITY, "断水。携帯トイレを並べ、使い方を貼り出した。"),
    (12, DiaryKind.ROUND, "夜の巡回。寒いとの声があり、毛布を追加で配った。"),
    (3, DiaryKind.HANDOVER, "朝の引き継ぎ。昼食は11時半に着く。和室に乳児が1人増えた。"),
)
STOCK = (("food", 1200), ("water", 960), ("blanket", 300), ("portable_toilet", 500), ("milk", 48))


def live_in_shelters(shelters: Sequence[UUID], began: datetime) -> None:
    """Let the shelters be run: the first one in all its parts, the others with their helpers."""
    db.session.rollback()
    with acting(staff_id("honbu")), transaction(reason="物資の拠点"):
        depot = supplies.add_depot(
            name="市備蓄倉庫", kind=PlaceKind.STORE, address="架空市一番町9"
        ).id
        _fill(depot, began)
    with acting(staff_id("sekinin")), transaction(reason="避難所の運営"):
        for number, shelter_id in enumerate(shelters):
            _helpers(shelter_id, began, 2 + number % 3)
        for shelter_id in shelters[:3]:
            _divide(shelter_id)
            _write(shelter_id)
            _belongings(shelter_id)
        _take_to_hospital(shelters[0])
    with acting(staff_id("sekinin")), transaction(reason="物資の要請"):
        _ask(shelters[:3], depot)


def _fill(depot: UUID, began: datetime) -> None:
    keeps = clock.today() + timedelta(days=400)
    for key, pieces in STOCK:
        supplies.receive_goods(
            place_id=depot,
            item_id=standard_item_id(key),
            pieces=pieces,
            at=began,
            expires_on=keeps if key in {"food", "water", "milk"} else None,
            origin=SupplyOrigin.STORE,
        )


def _helpers(shelter_id: UUID, began: datetime, people: int) -> None:
    operations.arrive_crew(
        shelter_id=shelter_id,
        kind=CrewKind.STAFF,
        people=people,
        at=began + timedelta(hours=2),
        label="架空市",
    )
    operations.arrive_crew(
        shelter_id=shelter_id,
        kind=CrewKind.VOLUNTEER,
        people=3,
        at=began + timedelta(hours=30),
        label="架空ボランティア",
        eats=False,
    )


def _divide(shelter_id: UUID) -> None:
    """Make areas and give most of the people a place, those who came together side by side."""
    areas = [
        operations.add_area(
            shelter_id=shelter_id, name=name, kind=kind, capacity=capacity, square_metres=metres
        )
        for name, kind, capacity, metres in AREAS
    ]
    here = [stay for stay in _stays(shelter_id) if stay.kind in SLEEPING]
    groups = list(dict.fromkeys(stay.group_id for stay in here))
    for number, group_id in enumerate(groups):
        if number % 6 == 5:
            continue
        operations.place_people(
            stays=[stay for stay in here if stay.group_id == group_id],
            area=areas[(0, 1, 0, 1, 2)[number % 5]],
            spot=f"{number + 1}",
            at=clock.now(),
        )


def _write(shelter_id: UUID) -> None:
    now = clock.now()
    for hours, kind, words in DIARY:
        operations.write_diary(
            shelter_id=shelter_id, kind=kind, words=words, at=now - timedelta(hours=hours)
        )


def _belongings(shelter_id: UUID) -> None:
    now, stays = clock.now(), _stays(shelter_id)
    owners = [Owner(shelter_id, stay) for stay in stays[:6]]
    for owner, kind, words in zip(
        owners,
        (AnimalKind.DOG, AnimalKind.CAT, AnimalKind.ASSISTANCE_DOG),
        ("茶色の柴犬", "白黒", "盲導犬"),
        strict=False,
    ):
        operations.bring_animals(
            owner=owner,
            kind=kind,
            heads=1,
            at=now,
            description=words,
            has_cage=True,
            place="渡り廊下",
        )
    for owner in owners[3:4]:
        operations.register_vehicle(
            owner=owner, plate="架空 300 あ 12-34", at=now, model="白の軽", sleepers=2
        )
        operations.receive_parcel(
            owner=owner, kind=ParcelKind.LETTER, at=now, sender="架空市役所", kept_at="受付の箱"
        )
    for owner, about, words in zip(
        owners[4:],
        (WishKind.HYGIENE, WishKind.GOODS),
        ("夜、トイレまでの通路が暗い", "乳児用のおむつ(Mサイズ)がほしい"),
        strict=False,
    ):
        operations.receive_wish(owner=owner, kind=about, words=words, at=now)


def _take_to_hospital(shelter_id: UUID) -> None:
    stay = [one for one in _stays(shelter_id) if one.kind in SLEEPING][-1]
    slip = operations.send_to_hospital(stay=stay, at=clock.now() - timedelta(hours=4))
    operations.complete_transfer(
        slip,
        values={"symptoms": "胸の痛み", "hospital": "架空中央病院", "family_told": "長女に電話"},
        left_at=clock.now() - timedelta(hours=3),
    )


def _ask(shelters: Sequence[UUID], depot: UUID) -> None:
    """Let the shelters ask: one is on the road, one arrived, one waits for an answer."""
    now = clock.now()
    requests = [
        supplies.request_goods(
            shelter_id=shelter_id,
            lines=[
                RequestedLine(120, standard_item_id("food")),
                RequestedLine(40, standard_item_id("blanket")),
                RequestedLine(2, words="車いす", unit="台"),
            ],
            at=now - timedelta(hours=8),
            people=60,
            is_urgent=number == 2,
        )
        for number, shelter_id in enumerate(shelters)
    ]
    for request, is_there in zip(requests[:2], (True, False), strict=False):
        shipment = supplies.send_goods(
            from_id=depot,
            to_id=request.shelter_id,
            pieces={standard_item_id("food"): 120, standard_item_id("blanket"): 40},
            at=now - timedelta(hours=5),
            carrier="市の2号車",
            request_id=request.id,
        )
        supplies.add_step(request_id=request.id, state=RequestState.SENT, at=shipment.sent_at)
        if is_there:
            arrived: dict[tuple[UUID, date | None], int] = {
                (one.item.id, one.expires_on): one.sent - (2 if one.item.unit == "枚" else 0)
                for one in _carried(shipment.id)
            }
            supplies.confirm_arrival(
                shipment, arrived=arrived, at=now - timedelta(hours=3), note="2枚ぬれていた"
            )
            supplies.note_arrival(request_id=request.id, at=now - timedelta(hours=3))
            _hand_out(request.shelter_id, now)


def _hand_out(shelter_id: UUID, now: datetime) -> None:
    going = supplies.start_round(
        shelter_id=shelter_id,
        label="昼食",
        unit=HandoutUnit.PERSON,
        portion=1,
        at=now - timedelta(hours=1),
        item_id=standard_item_id("food"),
    )
    people = [stay.person_id for stay in _stays(shelter_id)[:5]]
    supplies.hand_out(going, at=now - timedelta(minutes=30), person_ids=people)


def _carried(shipment_id: UUID) -> list[Carried]:
    db.session.flush()
    return list_carried(shipment_id)


def _stays(shelter_id: UUID) -> list[Stay]:
    """Return who is here and may be named on every screen."""
    core = current_scopes().core
    return [stay for stay in list_shelter_stays(shelter_id, is_open=True) if stay.scope == core]
