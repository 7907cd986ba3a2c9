"""The invented support register, what was found so far, needs at the shelters, a block."""

import csv
import io
import random
from collections.abc import Iterator
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.residents.models import Resident
from victim_support.residents.rules.coverage import Coverage
from victim_support.shelters.queries import list_shelters
from victim_support.victims.queries import find_person
from victim_support.vulnerable.queries.places import FOLDER, LATITUDE, LONGITUDE, LOT, SMALL, TOWN
from victim_support.vulnerable.queries.register import get_entry, list_given, list_lines
from victim_support.vulnerable.rules.needs import DetailKind, KindState
from victim_support.vulnerable.rules.register import ProvisionGround, RecipientKind
from victim_support.vulnerable.rules.states import CheckOutcome
from victim_support.vulnerable.rules.streets import Street, street_of, street_words
from victim_support.vulnerable.services import (
    change_details,
    import_in_steps,
    ledger_person,
    record_check,
    record_provision,
    save_block,
)

OLD = 82
IN_REGISTER, CHECKED, WITH_NEEDS = 60, 24, 12
HEADERS = (
    *("整理番号", "宛名番号", "氏名", "フリガナ", "生年月日", "性別", "住所", "行政区", "電話番号"),
    *("避難支援等を必要とする事由", "同意区分", "緯度", "経度", "支援者氏名", "避難先"),
)
REASONS = ("要介護3", "要介護4", "要介護5", "身体障害者手帳1級", "一人暮らし高齢者", "難病")
CONSENTS = ("同意", "同意", "同意", "不同意", "未回答")
NEEDS = (
    {DetailKind.ALLERGY: KindState(frozenset({"egg"}))},
    {DetailKind.TEXTURE: KindState(frozenset({"chopped"}))},
    {DetailKind.MEDICATION: KindState(frozenset({"daily"}))},
    {DetailKind.ACCESS: KindState(frozenset({"wheelchair", "bed"}))},
)
MIDDLE, SPREAD = (35.51, 137.83), 0.03


def write_places() -> None:
    """Put the invented positions of addresses beside the tiles, as a town does."""
    folder = Path(current_app.instance_path) / FOLDER
    folder.mkdir(exist_ok=True)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow((TOWN, SMALL, LOT, LATITUDE, LONGITUDE))
    for street in sorted({street_of(one.address) for one in _residents()}):
        latitude, longitude = position_of(street)
        writer.writerow((street.town, "", street_words(street.numbers), latitude, longitude))
    (folder / "addresses.csv").write_text(text.getvalue(), encoding="utf-8")


def take_in_register(chance: random.Random) -> None:
    """Take the invented register in and give who agreed to the fire service."""
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(HEADERS)
    writer.writerows(_rows(chance))
    for _ in import_in_steps(
        io.BytesIO(content.getvalue().encode()), file_name="名簿.csv", coverage=Coverage.FULL
    ):
        pass
    with transaction(reason="名簿情報の提供"):
        record_provision(
            recipient="架空消防署 第1小隊",
            recipient_kind=RecipientKind.FIRE,
            ground=ProvisionGround.CONSENT,
            purpose="安否確認",
            area="",
            entry_ids=[line.entry_id for line in list_given(ProvisionGround.CONSENT)],
        )


def go_round(chance: random.Random) -> None:
    """Let rounds find some of the register, and mark out a block."""
    with transaction(reason="要支援者の安否"):
        save_block(name="北浜 浸水の区域", town="北浜", first="", last="", corners=())
        lines = list_lines()
        for line in chance.sample(lines, min(CHECKED, len(lines))):
            outcome = chance.choice([CheckOutcome.SAFE, CheckOutcome.HEARD, CheckOutcome.ABSENT])
            person = ledger_person(get_entry(line.entry_id))
            record_check(person, outcome, source="民生委員の班")


def tell_needs(chance: random.Random) -> None:
    """Write needs in detail of some who came."""
    with transaction(reason="配慮のくわしい記録"):
        people = [person for one in _residents() if (person := find_person(one.id)) is not None]
        for person in chance.sample(people, min(WITH_NEEDS, len(people))):
            change_details(person, shown={}, wanted=chance.choice(NEEDS), told_by="本人")


def _residents() -> list[Resident]:
    query = select(Resident).where(Resident.is_protected.is_(False))
    return list(db.session.scalars(query.order_by(Resident.number)))


def _rows(chance: random.Random) -> Iterator[tuple[object, ...]]:
    year = clock.today().year
    old = [one for one in _residents() if one.birth_year and year - one.birth_year >= OLD]
    shelters = [shelter.name for shelter in list_shelters()]
    db.session.remove()
    for number, one in enumerate(old[:IN_REGISTER], 1):
        latitude, longitude = position_of(street_of(one.address))
        has_place = chance.random() < 0.9
        yield (
            *(number, one.number, one.name, one.kana, one.birth_date, "", one.address),
            *(one.district, "", chance.choice(REASONS), chance.choice(CONSENTS)),
            latitude if has_place else "",
            longitude if has_place else "",
            "民生委員 訓練員" if chance.random() < 0.5 else "",
            chance.choice(shelters),
        )


def position_of(street: Street) -> tuple[float, float]:
    """Return an invented place: towns apart, lots of one town near each other."""
    town = random.Random(street.town)
    lot = random.Random(repr(street))
    latitude, longitude = (
        middle + SPREAD * (town.random() - 0.5) * 2 + SPREAD / 8 * (lot.random() - 0.5)
        for middle in MIDDLE
    )
    return round(latitude, 6), round(longitude, 6)
