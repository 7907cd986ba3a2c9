"""The data of printed rosters and of files that leave the program."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.context import is_training
from victim_support.core.csv_io import Unwritable, write_csv
from victim_support.core.dates import day_time, long_time
from victim_support.core.disclosure import DisclosedPerson
from victim_support.core.documents.worker import render_pdf
from victim_support.core.japanese import Precision
from victim_support.core.purposes import purpose_of_use
from victim_support.core.settings import setting
from victim_support.evacuees.queries import Board, Roster, RosterLine, RosterOrder
from victim_support.evacuees.queries.movements import Here
from victim_support.evacuees.rules import PresenceKind
from victim_support.victims.rules import label_of

ROSTER = "evacuees/roster.html"
WALL = "evacuees/wall_roster.html"
ROLL_CALL = "evacuees/roll_call.html"
OWN_COPY = "evacuees/own_copy.html"
TITLES = {RosterOrder.HOUSEHOLD: "避難者名簿（世帯順）", RosterOrder.KANA: "避難者名簿（五十音順）"}
HEADERS = (
    "世帯番号",
    "氏名",
    "フリガナ",
    "続柄",
    "性別",
    "年齢",
    "生年月日",
    "郵便番号",
    "住所",
    "電話",
    "居る所",
    "必要なこと",
    "受付日時",
)


def roster_pdf(roster: Roster, order: RosterOrder, shelter_name: str) -> bytes:
    """Return the roster of a shelter for staff, as PDF.

    Raises:
        PrintError: The document could not be made.
    """
    values = _head(TITLES[order], shelter_name) | {
        "totals": totals_of(roster.board),
        "beside": beside_of(roster),
        "order": order.value,
        "rows": [_row(line) for line in roster.lines],
    }
    return render_pdf(ROSTER, values)


def own_copy_pdf(people: Sequence[DisclosedPerson], shelter_name: str, received: datetime) -> bytes:
    """Return what a household takes along of its own registration (本人控え), as PDF.

    Raises:
        PrintError: The document could not be made.
    """
    values = _head("本人控え", shelter_name) | {
        "received": long_time(received),
        "purpose": purpose_of_use(),
        "office": setting("office_name") or "",
        "office_phone": setting("office_phone") or "",
        "rows": [_own_row(person) for person in people],
    }
    return render_pdf(OWN_COPY, values)


def _own_row(person: DisclosedPerson) -> dict[str, str]:
    born = str(person.birth) if person.birth.precision is not Precision.UNKNOWN else ""
    return {
        "name": person.name,
        "kana": person.kana,
        "relation": person.relation,
        "birth": born or person.age,
        "sex": label_of(person.sex),
        "address": person.address,
        "phone": person.phone,
    }


def wall_pdf(people: Sequence[DisclosedPerson], shelter_name: str) -> bytes:
    """Return the roster to be posted: only those who said yes, by area and name.

    Raises:
        PrintError: The document could not be made.
    """
    values = _head("避難している方のお名前", shelter_name) | {
        "rows": [
            {"area": person.town, "name": person.name, "kana": person.kana} for person in people
        ]
    }
    return render_pdf(WALL, values)


def roster_csv(
    roster: Roster, encoding: Literal["utf-8-sig", "cp932"]
) -> tuple[bytes, list[Unwritable]]:
    """Return the roster as CSV and the cells that the encoding could not hold.

    After the names stand the numbers of who is listed and not counted, and of the unnamed, as
    whom people count who may not leave the program by name; the last line says who wrote the file.
    """
    rows: list[Sequence[object]] = [HEADERS]
    rows += [_cells(line) for line in roster.lines]
    if beside := beside_of(roster):
        rows.append(("", f"人数に入れない方: {beside}", *[""] * (len(HEADERS) - 2)))
    if roster.board.unnamed:
        note = f"ほかに氏名なし {roster.board.unnamed}人"
        rows.append(("", note, *[""] * (len(HEADERS) - 2)))
    mark = f"書き出し {long_time(clock.now())} {current_actor().name}"
    rows.append(("", mark, *[""] * (len(HEADERS) - 2)))
    return write_csv(rows, encoding)


def totals_of(board: Board) -> list[dict[str, str]]:
    """Return the numbers over a list: named, unnamed, together."""
    return [
        {"label": "氏名あり", "value": f"{board.named}人"},
        {"label": "氏名なし", "value": f"{board.unnamed}人"},
        {"label": "合計", "value": f"{board.total}人"},
    ]


def beside_of(roster: Roster) -> str:
    """Return who is listed and not counted, in words; empty when nobody is."""
    return "、".join(f"{label} {people}人" for label, people in roster.uncounted)


def roll_call_sheets(lines: Sequence[Here], shelter_name: str) -> bytes:
    """Return the list to call the roll by, morning and evening, by area, as PDF.

    Raises:
        PrintError: The document could not be made.
    """
    values = _head("点呼表", shelter_name) | {
        "totals": [{"label": "名簿の人数", "value": f"{len(lines)}人"}],
        "rows": [
            {
                "area": line.area,
                "number": line.number,
                "name": line.person.name,
                "kana": line.person.kana,
                "age": line.person.age,
                "away": label_of(line.stay.away_kind or PresenceKind.OUT)
                if line.stay.away_since
                else "",
            }
            for line in lines
        ],
    }
    return render_pdf(ROLL_CALL, values)


def _head(title: str, shelter_name: str) -> dict[str, Any]:
    return {
        "title": title,
        "shelter_name": shelter_name,
        "printed_at": long_time(clock.now()),
        "printed_by": current_actor().name,
        "training": is_training(),
    }


def _row(line: RosterLine) -> dict[str, Any]:
    person = line.person
    return {
        "household": line.household,
        "name": person.name,
        "kana": person.kana,
        "relation": person.relation,
        "sex": label_of(person.sex),
        "age": person.age,
        "address": person.address,
        "place": label_of(line.stay.kind),
        "needs": [label_of(need) for need in line.needs],
        "arrived": day_time(line.stay.started_at),
        "phone": person.phone or _group_phone(line),
        "note": _note(line),
        "is_counted": line.uncounted is None,
    }


def _note(line: RosterLine) -> str:
    if line.is_elsewhere:
        return "別の避難所で受付"
    return "外出中" if line.stay.away_since else ""


def _cells(line: RosterLine) -> tuple[object, ...]:
    person = line.person
    return (
        line.household,
        person.name_received or person.name,
        person.kana,
        person.relation,
        label_of(person.sex),
        person.age,
        "" if person.birth.year is None else str(person.birth),
        person.postal_code,
        person.address,
        person.phone or _group_phone(line),
        label_of(line.stay.kind),
        "・".join(label_of(need) for need in line.needs),
        f"{clock.local(line.stay.started_at):%Y-%m-%d %H:%M}",
    )


def _group_phone(line: RosterLine) -> str:
    """Return the telephone of those who came together, on their first line only."""
    return (line.group.contact_phone or "") if line.group and line.is_first else ""
