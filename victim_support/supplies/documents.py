"""Papers and files of goods and meals: stock, requests, orders of meals."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from victim_support.core import clock
from victim_support.core.csv_io import Unwritable, write_csv
from victim_support.core.dates import day_time, long_day, long_time
from victim_support.core.documents.worker import render_pdf
from victim_support.operations.documents.heading import heading
from victim_support.operations.documents.registers import REGISTER
from victim_support.supplies.models import MealOrder, StockMovement
from victim_support.supplies.queries import Item, RequestCase, StockLine
from victim_support.supplies.rules import DietKind, MealCount, MealTime, in_cases
from victim_support.victims.rules import label_of

REQUEST = "supplies/request.html"
Encoding = Literal["utf-8-sig", "cp932"]
STOCK = (("品目", 0), ("種類", 44), ("在庫", 46), ("引当", 22), ("使える数", 30), ("期限", 66))
MOVEMENTS = ("日時", "動き", "品目", "数", "単位", "期限", "どこから", "メモ")
MEALS = ("避難所", "計算の人数", *(kind.label for kind in DietKind), "注文", "変えた理由")


def stock_rows(lines: Sequence[StockLine], today: date) -> list[list[str]]:
    """Return the stock of a place, one line for each kind of goods."""
    return [
        [
            line.item.name,
            label_of(line.item.category),
            in_cases(line.pieces, line.item.pieces_per_case, line.item.unit),
            str(line.reserved) if line.reserved else "",
            f"{line.free}{line.item.unit}",
            "　".join(
                f"{day:%Y/%m/%d} {count}{line.item.unit} {urgency.label}".strip()
                for day, count, urgency in line.dated(today)
            ),
        ]
        for line in lines
    ]


def stock_pdf(lines: Sequence[StockLine], place_name: str) -> bytes:
    """Return the stock of a place as PDF, with empty lines for the pen.

    Raises:
        PrintError: The document could not be made.
    """
    values = heading("物資の在庫", place_name) | {
        "totals": [{"label": "品目", "value": f"{len(lines)}件"}],
        "columns": [{"label": label, "width": width} for label, width in STOCK],
        "rows": stock_rows(lines, clock.today()),
        "blank_lines": 6,
    }
    return render_pdf(REGISTER, values)


def stock_csv(lines: Sequence[StockLine], encoding: Encoding) -> tuple[bytes, list[Unwritable]]:
    """Return the stock of a place as CSV: pieces, unit and date apart."""
    rows: list[Sequence[object]] = [("品目", "種類", "数", "単位", "1箱の入数", "引当", "期限")]
    for line in lines:
        for day, count in line.lots.items():
            rows.append(
                (
                    line.item.name,
                    label_of(line.item.category),
                    count,
                    line.item.unit,
                    line.item.pieces_per_case or "",
                    line.reserved,
                    f"{day:%Y-%m-%d}" if day else "",
                )
            )
    return write_csv(rows, encoding)


def movements_csv(
    movements: Sequence[StockMovement], items: dict[Any, Item], encoding: Encoding
) -> tuple[bytes, list[Unwritable]]:
    """Return the movements of a place as CSV, the oldest first."""
    rows: list[Sequence[object]] = [
        ("日時", "動き", "品目", "数", "単位", "期限", "どこから", "メモ")
    ]
    for one in movements:
        item = items.get(one.item_id)
        rows.append(
            (
                f"{clock.local(one.occurred_at):%Y-%m-%d %H:%M}",
                label_of(one.kind),
                item.name if item else "",
                one.quantity,
                item.unit if item else "",
                f"{one.expires_on:%Y-%m-%d}" if one.expires_on else "",
                label_of(one.origin),
                one.note or "",
            )
        )
    return write_csv(rows, encoding)


def request_pdf(case: RequestCase, shelter_name: str, asked_by: str) -> bytes:
    """Return a request as a paper to send by fax or to read out by telephone.

    Raises:
        PrintError: The document could not be made.
    """
    request = case.request
    values = heading("物資の要請書", shelter_name) | {
        "asked_at": long_time(request.requested_at),
        "asked_by": asked_by,
        "is_urgent": bool(request.is_urgent),
        "wanted_on": long_day(request.wanted_on) if request.wanted_on else "",
        "people": f"{request.people}人" if request.people else "",
        "note": request.note or "",
        "lines": [
            {"words": line.words, "quantity": f"{line.quantity or ''}", "unit": line.unit}
            for line in case.lines
        ],
        "steps": [
            {
                "at": day_time(step.occurred_at),
                "state": label_of(step.state),
                "note": " ".join(each for each in (label_of(step.origin), step.note) if each),
            }
            for step in case.steps
        ],
    }
    return render_pdf(REQUEST, values)


def meal_rows(
    rows: Sequence[tuple[str, MealCount, MealOrder | None]],
) -> list[list[object]]:
    """Return the meals of all shelters: what is ordered, else what is counted."""
    found: list[list[object]] = []
    for name, count, order in rows:
        counted = {kind.value: number for kind, number in count.portions.items()}
        portions = (order.ordered or {}) if order else counted
        found.append(
            [
                name,
                count.total,
                *(portions.get(kind.value, 0) for kind in DietKind),
                day_time(order.ordered_at) if order else "未注文",
                (order.reason or "") if order else "",
            ]
        )
    return found


def meals_pdf(
    rows: Sequence[tuple[str, MealCount, MealOrder | None]], day: date, meal: MealTime
) -> bytes:
    """Return the meals of all shelters as PDF, for the kitchen or the caterer.

    Raises:
        PrintError: The document could not be made.
    """
    lines = meal_rows(rows)
    total = sum(int(str(cell)) for line in lines for cell in line[2 : 2 + len(DietKind)])
    widths = (0, 22, *(22 for _kind in DietKind), 24, 40)
    values = heading(f"食数表 {long_day(day)} {meal.label}", "全避難所") | {
        "totals": [{"label": "合計", "value": f"{total}食"}],
        "columns": [
            {"label": label, "width": width} for label, width in zip(MEALS, widths, strict=True)
        ],
        "rows": [[str(cell) for cell in line] for line in lines],
        "blank_lines": 3,
    }
    return render_pdf(REGISTER, values)


def meals_csv(
    rows: Sequence[tuple[str, MealCount, MealOrder | None]], encoding: Encoding
) -> tuple[bytes, list[Unwritable]]:
    """Return the meals of all shelters as CSV."""
    return write_csv([MEALS, *meal_rows(rows)], encoding)
