"""Papers of a survey: the route of a team, sheets for the clipboard, slips for who was not there.

Whoever is protected (支援措置) stands on none of them, whoever prints: neither name nor contact.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.context import is_training
from victim_support.core.csv_io import write_csv
from victim_support.core.dates import long_day, long_time
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.documents.worker import render_pdf
from victim_support.core.grounds import find_ground
from victim_support.core.lists import PlainList
from victim_support.core.maps import read_outline
from victim_support.core.plans import outline_paths, project, spread
from victim_support.core.scopes import current_scopes
from victim_support.core.settings import setting
from victim_support.damage import calculation
from victim_support.damage.models import Application
from victim_support.damage.own_tables import own_tables
from victim_support.damage.queries import list_applications_for
from victim_support.damage.rules import GRADES_IN_FORM_ORDER, SurveyHazard
from victim_support.presence.rules import show_number
from victim_support.survey.queries import Case, minutes_edition, minutes_of
from victim_support.survey.rules import VisitResult, is_wooden, scan_text, worksheet_key
from victim_support.victims.models import Person
from victim_support.victims.queries import list_people
from victim_support.victims.rules import label_of

ROUTE, SHEETS, SLIPS = "survey/route.html", "survey/sheets.html", "survey/slips.html"
MAPS = "maps"
MAP_WIDTH, MAP_HEIGHT, APART = 264.0, 104.0, 7.0  # mm
LEAST_DEGREES = 0.0008
HEADERS = ("順", "番号", "所在地", "方法", "目安(分)", "世帯主", "連絡先")
BOARD_COLUMNS = (
    ("町", 26),
    ("所在地", 66),
    ("状態", 22),
    ("方法", 22),
    ("班", 16),
    ("日", 44),
    ("調査票", 26),
    ("前の訪問", None),
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom the team may ask for at a dwelling."""

    person_id: UUID
    name: str
    phone: str


def route_pdf(cases: Sequence[Case], day: date, team: str) -> bytes:
    """Return the list of the dwellings a team visits on a day, in its order, as PDF.

    Raises:
        PrintError: The document could not be made.
    """
    rows = _rows(cases)
    minutes = sum(row["minutes"] for row in rows)
    values = _head("調査の順路", team, day) | {
        "rows": rows,
        "map": route_map(cases, Path(current_app.instance_path) / MAPS),
        "results": [one.label for one in VisitResult],
        "totals": [
            {"label": "住家", "value": f"{len(rows)}件"},
            {"label": "目安", "value": f"{minutes // 60}時間{minutes % 60}分"},
        ],
        "source": minutes_edition().source,
    }
    return render_pdf(ROUTE, values)


def route_map(cases: Sequence[Case], folder: Path) -> dict[str, Any] | None:
    """Return the small map of a round: numbers in the order of the visits, joined by a line.

    Where the laptop has tiles of the area they lie below, with their source; else coordinates
    alone draw it. None when no dwelling of the round has a place.
    """
    at = {n: place for n, case in enumerate(cases, 1) if (place := _place(case))}
    if not at:
        return None
    on = project(at.values(), MAP_WIDTH, MAP_HEIGHT, LEAST_DEGREES)
    spots = [on.place(*place) for place in at.values()]
    ground, (bar, metres) = find_ground(folder, on.box), on.metres
    marks = zip(at, spots, spread(spots, APART), strict=True)
    return {
        "width": MAP_WIDTH,
        "height": MAP_HEIGHT,
        "outline": outline_paths(read_outline(folder), on),
        "ground": ground.image if ground else "",
        "attribution": ground.attribution if ground else "",
        "bar": bar,
        "metres": metres,
        "line": "M" + "L".join(f"{x:g} {y:g}" for x, y in spots),
        "marks": [
            {"number": n, "x": x, "y": y, "at_x": at_x, "at_y": at_y, "is_apart": (x, y) != spot}
            for n, spot, (x, y) in marks
            for at_x, at_y in [spot]
        ],
    }


def _place(case: Case) -> tuple[float, float] | None:
    latitude, longitude = case.dwelling.latitude, case.dwelling.longitude
    return None if latitude is None or longitude is None else (latitude, longitude)


def route_csv(cases: Sequence[Case]) -> bytes:
    """Return the same list as CSV."""
    rows: list[Sequence[object]] = [HEADERS]
    for row in _rows(cases):
        people = row["people"]
        names, phones = ("、".join(one[key] for one in people) for key in ("name", "phone"))
        cells = (row["number"], row["place"], row["method"], row["minutes"], names, phones)
        rows.append((len(rows), *cells))
    content, _unwritable = write_csv(rows, "utf-8-sig")
    return content


def board_list(cases: Sequence[Case], about: str) -> PlainList:
    """Return the dwellings of the board, narrowed to what ``about`` says; nobody is named."""
    return PlainList(
        "調査の予定",
        BOARD_COLUMNS,
        [_board_row(case) for case in cases],
        counted="件",
        note="保護されている方の申請だけがある住家は、この一覧に載りません。",
        about=about,
    )


def _board_row(case: Case) -> tuple[object, ...]:
    last = case.latest
    return (
        case.town,
        case.dwelling.place,
        case.state.label,
        label_of(case.method),
        case.team,
        long_day(case.day) if case.day else "",
        show_number(case.visit.number) if case.visit else "",
        f"{long_day(last.visited_on)} {label_of(last.result)}" if last else "",
    )


def sheets_pdf(cases: Sequence[Case]) -> bytes:
    """Return one survey sheet for each dwelling (調査票), by what struck it and its structure.

    Raises:
        PrintError: The document could not be made.
    """
    hazard, tables = calculation.usual_hazard(), own_tables()
    surveys = {one.key: one for one in calculation.list_worksheets(tables)}
    sheets = []
    for case in cases:
        key = worksheet_key(hazard, case.dwelling.structure, case.method)
        sheets.append(
            _sheet(case)
            | {
                "survey": _title(surveys[key]),
                "parts": _parts(surveys[key]),
                "asks_simplified": key == "earthquake_wooden_first",
            }
        )
    values = _head("調査票", "", None) | {
        "sheets": sheets,
        "degrees": list("ⅠⅡⅢⅣⅤ"),
        "grades": [grade.label for grade in GRADES_IN_FORM_ORDER],
        "results": [one.label for one in VisitResult if one is not VisitResult.DONE],
        "is_flood": hazard is SurveyHazard.FLOOD,
    }
    return render_pdf(SHEETS, values)


def slips_pdf(cases: Sequence[Case]) -> bytes:
    """Return slips to leave where nobody was there (不在票); the number is all that tells of it.

    Raises:
        PrintError: The document could not be made.
    """
    values = _head("不在票", "", None) | {
        "numbers": [show_number(case.visit.number) for case in cases if case.visit],
        "office": setting("office_name") or setting("municipality_name") or "",
        "phone": setting("office_phone") or "",
    }
    return render_pdf(SLIPS, values)


def contacts_of(cases: Collection[Case]) -> dict[UUID, list[Contact]]:
    """Return whom to ask for, by dwelling: heads of households that applied in the open scope.

    The address stands beside the name: whose address nobody may be shown is left out.
    """
    core = current_scopes().core
    asked = [
        application
        for case in cases
        for application in list_applications_for(case.dwelling.id)
        if application.scope == core
    ]
    ids = [each for one in asked for each in _people_on(one)]
    people = {person.id: person for person in list_people(ids)}
    disclosure = view(Audience.PAPER, Purpose.PRESENCE)
    found: dict[UUID, list[Contact]] = {}
    for application in asked:
        named = [people.get(each) for each in _people_on(application)]
        if not named or not all(disclosure.shows_address(person) for person in named):
            continue
        found.setdefault(application.dwelling_id, []).append(_contact(application, named[0]))
    return found


def _contact(application: Application, head: Person | None) -> Contact:
    shown = view(Audience.PAPER, Purpose.PRESENCE).person(head)
    phone = application.contact or (shown.phone if shown else "")
    return Contact(application.household_id, shown.name if shown else "", phone)


def _people_on(application: Application) -> list[UUID]:
    ids = (application.head_person_id, application.applicant_person_id)
    return [each for each in ids if each is not None]


def _rows(cases: Sequence[Case]) -> list[dict[str, Any]]:
    contacts, minutes = contacts_of(cases), minutes_edition()
    return [
        _sheet(case)
        | {
            "minutes": minutes_of(minutes, case.method),
            "town": case.town,
            "is_placed": _place(case) is not None,
            "people": [
                {"name": one.name, "phone": one.phone} for one in contacts.get(case.dwelling.id, ())
            ],
        }
        for case in cases
    ]


def _sheet(case: Case) -> dict[str, Any]:
    number = case.visit.number if case.visit else ""
    structure = case.dwelling.structure or ""
    return {
        "number": show_number(number) if number else "",
        "code": scan_text(number),
        "place": case.dwelling.place,
        "method": label_of(case.method),
        "structure": structure,
        "is_wooden": is_wooden(structure),
        "wish": _wish(case),
        "team": case.team,
        "day": long_day(case.day) if case.day else "",
    }


def _wish(case: Case) -> str:
    """Return why a household asked for one more survey; nothing of whoever is protected."""
    visit = case.visit
    is_open = visit is not None and visit.scope == current_scopes().core
    return (visit.reason or "") if visit and is_open else ""


def _parts(survey: calculation.Worksheet) -> list[dict[str, Any]]:
    degrees = [{"name": part, "has_degrees": True} for part in survey.parts]
    return degrees + [{"name": part, "has_degrees": False} for part in survey.rates]


def _title(survey: calculation.Worksheet) -> str:
    """Return which sheet it is; which survey, the visit says."""
    return survey.label.replace(" 第1次", "").replace(" 第2次", "").strip()


def _head(title: str, team: str, day: date | None) -> dict[str, Any]:
    return {
        "title": title,
        "shelter_name": " ".join(part for part in (team, long_day(day) if day else "") if part),
        "municipality": setting("municipality_name", ""),
        "printed_at": long_time(clock.now()),
        "printed_by": current_actor().name,
        "training": is_training(),
    }
