"""The calculation beside a judgement (計算で確かめる): a worksheet, and what follows from it.

It checks what the office judged; the grade is decided in the judgement alone.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from victim_support.core.settings import put_setting, setting
from victim_support.damage.rules import (
    CalculationMethod,
    Inundation,
    JudgementMethod,
    SurveyHazard,
    SurveyRound,
)
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.grading import EDITION, grade_case
from victim_support.damage.rules.reading import read_case
from victim_support.damage.rules.tables import GUIDELINE, Tables
from victim_support.damage.rules.workings import Result
from victim_support.damage.rules.worksheet_inputs import inputs_of
from victim_support.damage.rules.worksheets import EQUIPMENT, RATE_ONLY, SHEETS, Section, Sheet
from victim_support.disasters.models import Disaster
from victim_support.disasters.queries import get_current_disaster
from victim_support.disasters.rules import DisasterKind

WEIGHTS = "weights"
_PATH = re.compile(r"^[a-z_]+(?:\.[^\s:]+)*: ?")
_IN_BRACKETS = re.compile(r"\([a-z_]+(?: など)?\)", re.ASCII)
NOT_FLOODED = "none"
EDITION_SETTING = "damage.edition"
USUAL: Mapping[str, SurveyHazard] = {
    DisasterKind.EARTHQUAKE: SurveyHazard.EARTHQUAKE,
    DisasterKind.TSUNAMI: SurveyHazard.FLOOD,
    DisasterKind.FLOOD: SurveyHazard.FLOOD,
    DisasterKind.STORM_SURGE: SurveyHazard.FLOOD,
    DisasterKind.STORM: SurveyHazard.WIND,
}


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A survey with what its tables name: parts, findings, pictures.

    Attributes:
        sheet: The survey.
        parts: Parts with degrees (損傷程度).
        rates: Parts with one number.
        findings: What is seen from outside (外観).
        pictures: Points of sheet B by part.
        points: Parts of the second ground survey.
    """

    sheet: Sheet
    parts: tuple[str, ...] = ()
    rates: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    pictures: Mapping[str, list[int]] | None = None
    points: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.sheet.key

    @property
    def label(self) -> str:
        return self.sheet.label

    def has(self, section: str) -> bool:
        """Tell whether the worksheet asks for something."""
        return Section(section) in self.sheet.sections

    @property
    def ordered(self) -> list[str]:
        """Return its sections in the order in which they are asked."""
        return [each.value for each in Section if each in self.sheet.sections]

    @property
    def has_equipment_by_floor(self) -> bool:
        """Tell whether equipment may be told floor by floor: of wooden houses only."""
        return self.has(Section.FLOORS) and EQUIPMENT in self.rates

    @property
    def has_beams(self) -> bool:
        """Tell whether floors and beams are one part."""
        return "床・梁" in self.parts


def list_worksheets(tables: Tables) -> list[Worksheet]:
    """Return the surveys of the guideline, with the parts that the newest edition names."""
    return [_worksheet(tables, sheet) for sheet in SHEETS]


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


def chosen_edition(disaster: Disaster | None) -> str | None:
    """Return the edition that the office fixed for a disaster; None while its day decides."""
    return setting(f"{EDITION_SETTING}.{disaster.key}") if disaster else None


def choose_edition(disaster: Disaster, name: str | None) -> None:
    """Fix the edition for a disaster; None lets its day decide again."""
    put_setting(key=f"{EDITION_SETTING}.{disaster.key}", value=name)


def edition_for(tables: Tables, disaster: Disaster | None, day: date) -> str:
    """Return the edition to use: as the office fixed it, else the one of the day."""
    fixed = chosen_edition(disaster)
    return fixed if fixed in editions(tables) else edition_on(tables, day)


def edition_day(tables: Tables, name: str) -> date:
    """Return the day from which an edition holds; of the newest when none has that name."""
    found = tables.by_name[GUIDELINE].editions
    days = {str(each.rows[EDITION]["name"]): each.effective_from for each in found}
    return days.get(name, found[-1].effective_from)


def case_of(
    sheet: Sheet, edition: str, day: date, given: Mapping[str, Any], *, is_sheet: bool
) -> dict[str, Any]:
    """Return what was entered on a worksheet as a case in the file format of ``damage grade``."""
    chosen = CalculationMethod.SHEET if is_sheet else CalculationMethod.FORMULA
    is_marked = is_sheet and sheet.chooses_method
    case = {
        "id": sheet.key,
        "disaster_kind": sheet.hazard.label,
        "disaster_date": day.isoformat(),
        "rule_version": edition,
        "structure": sheet.structure.label,
        "survey_round": sheet.round.label,
        "calculation_method": chosen if sheet.chooses_method else sheet.method,
        "inputs": inputs_of(sheet, given, is_sheet=is_marked),
    }
    return case | ({"survey_sheet": sheet.kind} if sheet.kind else {})


def calculate(tables: Tables, case: Mapping[str, Any]) -> Result:
    """Return the grade of a case.

    Raises:
        CaseError: What was entered cannot be graded, or depends on a value that is not known.
    """
    return grade_case(read_case(case), tables)


def dump_case(case: Mapping[str, Any]) -> str:
    """Return a case for the hidden field of the judgement."""
    return json.dumps(case, ensure_ascii=False, default=plain_number)


def method_of(case: Mapping[str, Any] | None) -> str:
    """Return the method of judgement that a calculation belongs to, for a form to begin with."""
    given = case or {}
    if given.get("id") == "flood_area":
        return JudgementMethod.AREA.value
    is_second = given.get("survey_round") == SurveyRound.SECOND.label
    return (JudgementMethod.SECOND_SURVEY if is_second else JudgementMethod.FIRST_SURVEY).value


def plain_case(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return a case of plain numbers, as it is kept with the judgement."""
    found: dict[str, Any] = json.loads(dump_case(case))
    return found


def flooding_of(case: Mapping[str, Any] | None) -> str | None:
    """Return the flooding that a calculation was told, for a form to begin with."""
    told = ((case or {}).get("inputs") or {}).get("flooded_above_floor")
    known = {True: Inundation.ABOVE_FLOOR, False: Inundation.BELOW_FLOOR}
    return known[told].value if isinstance(told, bool) else None


def without_names(words: str) -> str:
    """Return words of the calculation without the English names of the file format."""
    return _IN_BRACKETS.sub("", _PATH.sub("", words))


def plain_number(value: Decimal) -> int | float:
    """Return a typed number as JSON has it; the nearest float of a decimal reads back as it."""
    return int(value) if value == int(value) else float(value)


def read_carried(text: str) -> dict[str, Any]:
    """Return a case that a form carried.

    Raises:
        CaseError: It is none.
    """
    try:
        case = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise CaseError("計算の内容を読めません。もう一度計算してください。") from error
    if not isinstance(case, dict):
        raise CaseError("計算の内容を読めません。もう一度計算してください。")
    return case


def _worksheet(tables: Tables, sheet: Sheet) -> Worksheet:
    parts = _newest(tables, WEIGHTS, sheet.key).get("parts", ())
    rates = tuple(part for part in parts if part.startswith(RATE_ONLY))
    pictures = _newest(tables, "earthquake_sheets", "pictures")["parts"]
    limits = _newest(tables, "ground_second", f"{sheet.structure.value}_limits")
    return Worksheet(
        sheet,
        parts=tuple(part for part in parts if part not in rates),
        rates=rates or (RATE_ONLY[:1] if Section.FOUNDATION in sheet.sections else ()),
        findings=tuple(_newest(tables, "appearance", sheet.appearance).get("findings", ())),
        pictures=pictures if Section.PICTURES in sheet.sections else None,
        points=tuple(limits["points"]) if Section.GROUND_SECOND in sheet.sections else (),
    )


def _newest(tables: Tables, table: str, row: str) -> Mapping[str, Any]:
    """Return a row of the newest edition whose values are known; nothing when none has it."""
    found = (edition.rows.get(row) for edition in reversed(tables.by_name[table].editions))
    return next((each for each in found if each and not each.get("unknown")), {})
