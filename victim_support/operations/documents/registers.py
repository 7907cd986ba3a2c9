"""Registers (帳簿) of running a shelter, on paper and as files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from victim_support.core import clock
from victim_support.core.csv_io import Unwritable, write_csv
from victim_support.core.dates import day_time
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.documents.worker import render_pdf
from victim_support.operations import queries
from victim_support.operations.documents.heading import heading
from victim_support.operations.models import (
    Animal,
    NightOut,
    Parcel,
    Vehicle,
    Wish,
)
from victim_support.operations.queries import Entry
from victim_support.victims.rules import label_of

REGISTER = "operations/register.html"
Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a register; the width is in millimetres on paper, 0 takes what is left."""

    label: str
    width: int = 0


@dataclass(frozen=True, slots=True)
class Register:
    """A register on paper and as a file: its columns, and its lines for a shelter."""

    title: str
    columns: tuple[Column, ...]
    lines: Callable[[UUID, Audience], list[tuple[UUID | None, Cells]]]
    """Returns who each line is about, and its cells."""
    blank_lines: int = 8
    """So many empty lines below, for the pen."""


def _who(entry: Entry[Any]) -> UUID | None:
    return entry.person.id if entry.person else None


def _when(instant: datetime | None) -> str:
    return day_time(instant) if instant else ""


def _day(value: date | None) -> str:
    return f"{value.month}/{value.day}" if value else ""


def _animals(shelter_id: UUID, audience: Audience) -> list[tuple[UUID | None, Cells]]:
    entries = queries.list_entries(Animal, shelter_id, Animal.left_at.is_(None), audience=audience)
    return [
        (
            _who(one),
            (
                one.row.tag or "",
                label_of(one.row.kind),
                str(one.row.heads or 1),
                one.row.description or "",
                "あり" if one.row.has_cage else "なし",
                one.row.place or "",
                one.name,
                _when(one.row.arrived_at),
            ),
        )
        for one in entries
    ]


def _vehicles(shelter_id: UUID, audience: Audience) -> list[tuple[UUID | None, Cells]]:
    entries = queries.list_entries(
        Vehicle, shelter_id, Vehicle.left_at.is_(None), audience=audience
    )
    return [
        (
            _who(one),
            (
                one.row.plate or "",
                one.row.model or "",
                one.row.place or "",
                "" if one.row.sleepers is None else str(one.row.sleepers),
                one.name,
                _when(one.row.arrived_at),
            ),
        )
        for one in entries
    ]


def _parcels(shelter_id: UUID, audience: Audience) -> list[tuple[UUID | None, Cells]]:
    entries = queries.list_entries(Parcel, shelter_id, audience=audience)
    return [
        (
            _who(one),
            (
                _when(one.row.arrived_at),
                label_of(one.row.kind),
                one.name,
                one.row.sender or "",
                one.row.kept_at or "",
                _when(one.row.handed_at),
                one.row.handed_to or "",
            ),
        )
        for one in entries
    ]


def _nights(shelter_id: UUID, audience: Audience) -> list[tuple[UUID | None, Cells]]:
    entries = queries.list_entries(NightOut, shelter_id, audience=audience)
    return [
        (
            _who(one),
            (
                one.name,
                _day(one.row.leaves_on),
                _day(one.row.returns_on),
                one.row.destination or "",
                one.row.phone or "",
                _when(one.row.filed_at),
                _when(one.row.returned_at),
            ),
        )
        for one in entries
    ]


def _wishes(shelter_id: UUID, audience: Audience) -> list[tuple[UUID | None, Cells]]:
    entries = queries.list_entries(Wish, shelter_id, audience=audience)
    return [
        (
            _who(one),
            (
                _when(one.row.received_at),
                "急ぎ" if one.row.is_urgent else "",
                label_of(one.row.kind),
                one.row.words or "",
                one.name,
                label_of(one.row.state),
                one.row.answer or "",
            ),
        )
        for one in entries
    ]


def _crews(shelter_id: UUID, _audience: Audience) -> list[tuple[UUID | None, Cells]]:
    return [
        (
            None,
            (
                label_of(crew.kind),
                crew.label or "",
                str(crew.people),
                "出す" if crew.eats else "",
                crew.contact or "",
                _when(crew.arrived_at),
            ),
        )
        for crew in queries.list_crews(clock.now(), shelter_id)
    ]


def _space(shelter_id: UUID, audience: Audience) -> list[tuple[UUID | None, Cells]]:
    space = queries.get_space(shelter_id, view(audience, Purpose.PRESENCE))
    placed = [
        (state.area.name, state.spots.get(line.stay.id, ""), line)
        for state in space.states
        for line in state.lines
    ]
    placed += [("（割り当てなし）", "", line) for line in space.unplaced]
    return [
        (
            line.person.id,
            (
                area,
                spot,
                line.person.name,
                line.person.kana,
                line.person.age,
                "・".join(label_of(need) for need in line.needs),
                "外出中" if line.stay.away_since else "",
            ),
        )
        for area, spot, line in placed
    ]


REGISTERS = {
    "animals": Register(
        "動物の名簿",
        (
            Column("札", 16),
            Column("種類", 20),
            Column("頭数", 14),
            Column("名前・特徴"),
            Column("ケージ", 16),
            Column("居る所", 42),
            Column("飼い主", 46),
            Column("来た", 24),
        ),
        _animals,
    ),
    "vehicles": Register(
        "車両の名簿",
        (
            Column("車両番号", 50),
            Column("車種・色"),
            Column("とめた所", 46),
            Column("寝る人数", 20),
            Column("持ち主", 52),
            Column("来た", 24),
        ),
        _vehicles,
    ),
    "parcels": Register(
        "郵便物等受取簿",
        (
            Column("届いた", 24),
            Column("届いた物", 22),
            Column("あて名", 52),
            Column("差出人"),
            Column("保管場所", 34),
            Column("渡した", 24),
            Column("受け取った方（署名）", 60),
        ),
        _parcels,
        blank_lines=15,
    ),
    "nights": Register(
        "外泊の名簿",
        (
            Column("氏名", 52),
            Column("出る日", 20),
            Column("もどる日", 20),
            Column("行き先"),
            Column("電話", 36),
            Column("届け出", 24),
            Column("もどった", 24),
        ),
        _nights,
    ),
    "wishes": Register(
        "要望の一覧",
        (
            Column("受付", 24),
            Column("急ぎ", 12),
            Column("種類", 30),
            Column("内容"),
            Column("申し出た方", 40),
            Column("状態", 26),
            Column("対応・回答", 62),
        ),
        _wishes,
    ),
    "crews": Register(
        "運営する人の名簿",
        (
            Column("種類", 44),
            Column("所属・団体"),
            Column("人数", 16),
            Column("食事", 16),
            Column("連絡先", 44),
            Column("来た", 26),
        ),
        _crews,
    ),
    "space": Register(
        "区画ごとの名簿",
        (
            Column("区画", 46),
            Column("場所", 18),
            Column("氏名", 56),
            Column("フリガナ", 56),
            Column("年齢", 18),
            Column("必要なこと"),
            Column("備考", 24),
        ),
        _space,
        blank_lines=0,
    ),
}


def register_pdf(
    register: Register, lines: Sequence[tuple[UUID | None, Cells]], shelter_name: str
) -> bytes:
    """Return a register as PDF, with empty lines for the pen.

    Raises:
        PrintError: The document could not be made.
    """
    values = heading(register.title, shelter_name) | {
        "totals": [{"label": "件数", "value": f"{len(lines)}件"}],
        "columns": [{"label": one.label, "width": one.width} for one in register.columns],
        "rows": [list(cells) for _who_id, cells in lines],
        "blank_lines": register.blank_lines,
    }
    return render_pdf(REGISTER, values)


def register_csv(
    register: Register,
    lines: Sequence[tuple[UUID | None, Cells]],
    encoding: Literal["utf-8-sig", "cp932"],
) -> tuple[bytes, list[Unwritable]]:
    """Return a register as CSV and the cells that the encoding could not hold."""
    rows: list[Sequence[object]] = [[column.label for column in register.columns]]
    rows += [list(cells) for _who_id, cells in lines]
    return write_csv(rows, encoding)
