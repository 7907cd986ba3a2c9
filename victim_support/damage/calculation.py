"""The calculation beside a judgement (計算で確かめる): a worksheet, and what follows from it.

It checks what the office judged and stores nothing; the grade is decided in the judgement alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import current_app

from victim_support.damage.rules import SurveyHazard
from victim_support.damage.rules.grading import EDITION, grade_case
from victim_support.damage.rules.reading import read_case
from victim_support.damage.rules.tables import GUIDELINE, Tables, instance_tables
from victim_support.damage.rules.workings import Result
from victim_support.disasters.queries import get_current_disaster
from victim_support.disasters.rules import DisasterKind

WEIGHTS = "weights"
NOT_FLOODED = "none"
RATE_ONLY = ("基礎", "設備")  # entered as one loss rate, without degrees
FIRST_ROUND = "_first"
USUAL: Mapping[str, SurveyHazard] = {
    DisasterKind.EARTHQUAKE: SurveyHazard.EARTHQUAKE,
    DisasterKind.TSUNAMI: SurveyHazard.FLOOD,
    DisasterKind.FLOOD: SurveyHazard.FLOOD,
    DisasterKind.STORM_SURGE: SurveyHazard.FLOOD,
    DisasterKind.STORM: SurveyHazard.WIND,
}


@dataclass(frozen=True, slots=True)
class Worksheet:
    """Which parts a survey asks for: the row of weights with that name."""

    key: str
    label: str
    parts: tuple[str, ...]
    rates: tuple[str, ...]

    @property
    def has_mud(self) -> bool:
        """Tell whether mud under the floor counts."""
        return self.key == "flood_wooden_second"

    @property
    def has_beams(self) -> bool:
        """Tell whether floors and beams are one part."""
        return "床・梁" in self.parts


def own_tables() -> Tables:
    """Return the tables of this instance, with the municipality's own editions."""
    return instance_tables(Path(current_app.instance_path))


def list_worksheets(tables: Tables) -> list[Worksheet]:
    """Return the surveys that add up parts, as the newest edition has them."""
    rows = tables.by_name[WEIGHTS].editions[-1].rows
    return [_worksheet(key, row) for key, row in rows.items()]


def usual_hazard() -> SurveyHazard:
    """Return the part of the guideline for what struck the town."""
    disaster = get_current_disaster()
    kinds = (disaster.kinds if disaster else None) or []
    return next((USUAL[kind] for kind in kinds if kind in USUAL), SurveyHazard.EARTHQUAKE)


def proposed_flooding() -> str | None:
    """Return what a form says of the flooding at first; nothing in a flood, so that it is asked."""
    return None if usual_hazard() is SurveyHazard.FLOOD else NOT_FLOODED


def usual_key() -> str:
    """Return the worksheet to begin with: the second survey of what struck the town."""
    return f"{usual_hazard().value}_wooden_second"


def editions(tables: Tables) -> list[str]:
    """Return the names of the editions that have weights of parts, newest first."""
    first = tables.by_name[WEIGHTS].editions[0].effective_from
    found = [each for each in tables.by_name[GUIDELINE].editions if each.effective_from >= first]
    return [str(each.rows[EDITION]["name"]) for each in reversed(found)]


def edition_on(tables: Tables, day: date) -> str:
    """Return the name of the edition in force on the day of the disaster."""
    return str(tables.row(GUIDELINE, EDITION, day).values["name"])


def calculate(
    tables: Tables, sheet: Worksheet, edition: str, day: date, inputs: Mapping[str, Any]
) -> Result:
    """Return the grade of what was entered on a worksheet, by the exact formula.

    Raises:
        CaseError: What was entered cannot be graded, or depends on a value that is not known.
    """
    hazard = SurveyHazard(sheet.key.split("_")[0])
    is_first = sheet.key.endswith(FIRST_ROUND)
    single = "調査" if hazard is SurveyHazard.WIND else "第2次"
    case = {
        "disaster_kind": hazard.label,
        "disaster_date": day.isoformat(),
        "rule_version": edition,
        "structure": "木造・プレハブ" if f"{hazard.value}_wooden" in sheet.key else "非木造",
        "survey_round": "第1次" if is_first else single,
        "calculation_method": "guideline_formula",
        "inputs": inputs,
    }
    return grade_case(read_case(case), tables)


def inputs_of(
    shares: Mapping[str, Mapping[str, Decimal | None]],
    rates: Mapping[str, Decimal | None],
    corners: list[Decimal | None],
    height: Decimal | None,
) -> dict[str, Any]:
    """Return a worksheet's numbers in the file format of ``damage grade``."""
    given = {name: rate for name, rate in rates.items() if rate is not None}
    found: dict[str, Any] = {
        "parts": {
            part: [
                {"degree": degree, "share_percent": share}
                for degree, share in by_degree.items()
                if share
            ]
            for part, by_degree in shares.items()
        },
        "equipment_loss_rate_percent": {n: r for n, r in given.items() if n != "基礎"} or None,
    }
    if "基礎" in given:
        found["foundation"] = {"loss_rate_percent": given["基礎"]}
    if any(corner is not None for corner in corners):
        found["tilt"] = {
            "plumb_length_mm": height,
            "horizontal_offset_mm_at_four_corners": [each for each in corners if each is not None],
        }
    return found


def _worksheet(key: str, row: Mapping[str, Any]) -> Worksheet:
    rates = tuple(part for part in row["parts"] if part.startswith(RATE_ONLY))
    parts = tuple(part for part in row["parts"] if part not in rates)
    return Worksheet(key, str(row["label"]), parts, rates)
