"""What was given under the Disaster Relief Act, line by line: from the ledger where it knows.

Meals follow from their orders and, where none was made, from the staple food given out; water and
daily goods from what was given out; the book of goods from every movement. What nothing else knows
is typed, with who and why.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from victim_support.core import clock
from victim_support.core.actor import name_of
from victim_support.reports.queries.relief import list_relief_entries
from victim_support.reports.rules import ReliefKind
from victim_support.supplies.models import StockMovement
from victim_support.supplies.queries.items import Item, items_by_id
from victim_support.supplies.queries.meals import list_meal_orders
from victim_support.supplies.queries.stock import list_movements
from victim_support.supplies.rules import RESERVING, ItemCategory, MovementKind
from victim_support.victims.rules import label_of

ORDERED, GIVEN, MOVED = "食事の注文", "配布の記録", "物資の出入り"
CATEGORIES = {
    ReliefKind.MEALS: frozenset({ItemCategory.STAPLE}),
    ReliefKind.WATER: frozenset({ItemCategory.WATER}),
    ReliefKind.CLOTHING: frozenset(
        {
            ItemCategory.BEDDING,
            ItemCategory.CLOTHES,
            ItemCategory.BABY,
            ItemCategory.CARE,
            ItemCategory.WOMEN,
            ItemCategory.HYGIENE,
        }
    ),
}
"""Which goods given out stand in which record."""
DERIVED = frozenset({*CATEGORIES, ReliefKind.GOODS})
"""Records that the ledger fills; something typed beside it says why."""


@dataclass(frozen=True, slots=True)
class ReliefLine:
    """One line of a record: what was given where on which day, and how that is known."""

    kind: ReliefKind | str | None
    day: date
    shelter_id: UUID | None
    item: str
    quantity: float | None
    unit: str
    people: int | None
    note: str
    source: str


def list_relief_lines(kind: ReliefKind, days: Sequence[date]) -> list[ReliefLine]:
    """Return everything that was given on these days, by day and place."""
    lines = [*_derived(kind, days), *_typed(kind, days)]
    return sorted(lines, key=lambda line: (line.day, str(line.shelter_id), line.item, line.source))


def _derived(kind: ReliefKind, days: Sequence[date]) -> list[ReliefLine]:
    if kind not in DERIVED:
        return []
    moved = [one for one in list_movements() if days[0] <= _day_of(one) <= days[-1]]
    if kind is ReliefKind.GOODS:
        return _summed(kind, [one for one in moved if one.kind not in RESERVING], MOVED)
    given = _summed(kind, [one for one in moved if one.kind == MovementKind.DISTRIBUTION], GIVEN)
    if kind is not ReliefKind.MEALS:
        return given
    ordered = _ordered(days)
    known = {(line.day, line.shelter_id) for line in ordered}
    return [*ordered, *(line for line in given if (line.day, line.shelter_id) not in known)]


def _summed(kind: ReliefKind, movements: Iterable[StockMovement], source: str) -> list[ReliefLine]:
    """Return movements of one day, place, kind of goods and way as one line."""
    items, wanted = items_by_id(), CATEGORIES.get(kind)
    sums = Counter[tuple[date, UUID, UUID, str]]()
    for one in movements:
        sums[_day_of(one), one.place_id, one.item_id, label_of(one.kind)] += abs(one.quantity)
    return [
        _line(kind, day, place_id, item, quantity, way if kind is ReliefKind.GOODS else "", source)
        for (day, place_id, item_id, way), quantity in sums.items()
        if (item := items.get(item_id)) and (wanted is None or item.category in wanted)
    ]


def _line(
    kind: ReliefKind, day: date, place_id: UUID, item: Item, quantity: int, way: str, source: str
) -> ReliefLine:
    what = f"{item.name}（{way}）" if way else item.name
    return ReliefLine(kind, day, place_id, what, quantity, item.unit, None, "", source)


def _ordered(days: Sequence[date]) -> list[ReliefLine]:
    """Return the meals as ordered; why an order differs from the count stands beside it."""
    return [
        ReliefLine(
            ReliefKind.MEALS,
            order.served_on,
            order.shelter_id,
            label_of(order.meal),
            sum((order.ordered or {}).values()),
            "食",
            None,
            order.reason or "",
            f"{ORDERED} {name_of(order.ordered_by)}",
        )
        for order in list_meal_orders(since=days[0])
        if order.served_on <= days[-1]
    ]


def _typed(kind: ReliefKind, days: Sequence[date]) -> list[ReliefLine]:
    return [
        ReliefLine(
            one.kind,
            one.day,
            one.shelter_id,
            one.item or "",
            one.quantity,
            one.unit or "",
            one.people,
            one.note or "",
            f"手入力 {name_of(one.recorded_by)}",
        )
        for one in list_relief_entries(kind, days)
    ]


def _day_of(movement: StockMovement) -> date:
    return clock.local(movement.occurred_at).date()
