"""The board for the map's script and on one sheet of A3, all of it lines and letters."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from victim_support.board.labels import Circle, spread_labels
from victim_support.board.queries import BoardLine, BoardPage
from victim_support.core import clock
from victim_support.core.context import is_training
from victim_support.core.dates import day_time, long_time
from victim_support.core.documents.worker import render_pdf
from victim_support.core.maps import Pin
from victim_support.core.plans import outline_paths, project
from victim_support.reports.rules import ShelterLine
from victim_support.shelters.documents import ShelterCount, map_features
from victim_support.shelters.models import Shelter
from victim_support.shelters.rules import OperationStatus

BOARD = "board/board.html"
MAP_WIDTH, MAP_HEIGHT = 190.0, 176.0  # millimetres
BIG = 8.0  # millimetres of the largest mark


@dataclass(frozen=True, slots=True)
class Shown:
    """The status of a pin."""

    status: OperationStatus


def board_pins(lines: Sequence[ShelterLine], shelters: Sequence[Shelter]) -> list[Pin]:
    """Return the pins of the board's map: the shelters of the report and no others."""
    known = {line.id: line for line in lines}
    return map_features(
        [shelter for shelter in shelters if shelter.id in known],
        {line.id: Shown(_status(line)) for line in lines},
        {
            line.id: ShelterCount(line.people, line.needs, line.observed_at or line.reported_at)
            for line in lines
        },
    )


def _status(line: ShelterLine) -> OperationStatus:
    named = {status.label: status for status in OperationStatus}
    return OperationStatus.OPEN if line.is_open else named.get(line.status, OperationStatus.UNKNOWN)


def board_pdf(
    page: BoardPage,
    shelters: Sequence[Shelter],
    outline: Mapping[str, Any] | None,
    *,
    source: str,
) -> bytes:
    """Return the map and the table on A3, as PDF of lines and letters.

    Args:
        page: The board.
        shelters: The masters, for the positions.
        outline: Boundary of the municipality as GeoJSON.
        source: What the numbers are: as known now, or as published.

    Raises:
        PrintError: The document could not be made.
    """
    situation = page.situation
    places = {
        one.id: (one.latitude, one.longitude)
        for one in shelters
        if one.latitude is not None and one.longitude is not None
    }
    values = {
        "title": "避難所の状況",
        "disaster": situation.disaster,
        "as_of": long_time(situation.as_of),
        "source": source,
        "printed_at": long_time(clock.now()),
        "training": is_training(),
        "totals": [
            (label, figure.text)
            for label, key in (
                ("避難所", "shelters.open"),
                ("避難者", "people.total"),
                ("氏名なし", "people.unnamed"),
                ("要救助", "statements.rescue"),
                ("避難所の外", "outside.total"),
            )
            if (figure := situation.figure(key))
        ],
        "map": _map(page.lines, places, outline),
        "plot": asdict(page.trend.people) | {"words": page.trend.people.words},
        "rows": [_row(number, one, places) for number, one in enumerate(page.lines, 1)],
    }
    return render_pdf(BOARD, values)


def _map(
    lines: Sequence[BoardLine],
    places: Mapping[UUID, tuple[float, float]],
    outline: Mapping[str, Any] | None,
) -> dict[str, Any]:
    shown = [(n, one.line) for n, one in enumerate(lines, 1) if one.line.id in places]
    on = project([places[line.id] for _n, line in shown], MAP_WIDTH, MAP_HEIGHT)
    most = max((line.people or 0 for _n, line in shown), default=0)
    bar, kilometres = on.kilometres
    marks = [_mark(n, line, on.place(*places[line.id]), most) for n, line in shown]
    marks.sort(key=lambda mark: mark["r"], reverse=True)
    labels = spread_labels(
        [Circle(mark["x"], mark["y"], mark["r"]) for mark in marks], MAP_WIDTH, MAP_HEIGHT
    )
    return {
        "width": MAP_WIDTH,
        "height": MAP_HEIGHT,
        "outline": outline_paths(outline, on),
        "bar": bar,
        "kilometres": kilometres,
        "marks": [mark | {"label": at} for mark, at in zip(marks, labels, strict=True)],
    }


def _mark(number: int, line: ShelterLine, at: tuple[float, float], most: int) -> dict[str, Any]:
    """Return a circle whose area grows with the people, and its number."""
    share = (line.people or 0) / most if most else 0
    return {
        "x": at[0],
        "y": at[1],
        "r": round(1.6 + (BIG - 1.6) * share**0.5, 2),
        "number": number,
        "kind": "full" if line.is_full else "open" if line.is_open else "other",
    }


def _row(number: int, one: BoardLine, places: Mapping[UUID, tuple[float, float]]) -> dict[str, Any]:
    line = one.line
    return {
        "number": number,
        "is_placed": line.id in places,
        "name": line.name,
        "district": line.district,
        "status": "定員に達した" if line.is_full else line.status,
        "people": "―" if line.people is None else line.people,
        "change": "" if one.change is None else f"{one.change:+d}" if one.change else "±0",
        "capacity": "―" if line.capacity is None else line.capacity,
        "needs": line.needs_text,
        "troubles": line.troubles,
        "requests": line.wishes,
        "heard": "" if one.heard_at is None else day_time(one.heard_at),
        "is_late": one.is_late,
    }
