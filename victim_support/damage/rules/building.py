"""Grade a building by appearance, tilt and parts: earthquake, wind and second flood surveys."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from victim_support.damage.rules import (
    CalculationMethod,
    DamageGrade,
    StructureKind,
    SurveyHazard,
    SurveyOutcome,
    SurveyRound,
)
from victim_support.damage.rules.cases import Case, Exterior, Simplified
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.parts import (
    Points,
    Surveyed,
    by_formula,
    by_sheet,
    given_points,
    resolve,
)
from victim_support.damage.rules.reader import folded
from victim_support.damage.rules.scale import graded, lightest
from victim_support.damage.rules.tables import Row
from victim_support.damage.rules.workings import Decision, Workings, shown

APPEARANCE = "外観による判定"
TILT = "傾斜による判定"
EXTERIOR = "外装による判定"
SIMPLIFIED = "簡易ルート"
WALLS = {"外壁"}


def by_appearance(case: Case, work: Workings) -> Decision | None:
    """Return 全壊 when the building is visibly lost (外観による判定).

    Raises:
        CaseError: A finding is not one of the table.
    """
    if not case.inputs.appearance:
        return None
    row = work.row("appearance", f"{case.hazard.value}_{case.structure.value}")
    known = {_finding(text): text for text in row.list("findings")}
    for each in case.inputs.appearance:
        if _finding(each) not in known:
            names = "、".join(row.list("findings"))
            raise CaseError(f"inputs.appearance_findings: 「{each}」はありません({names})。")
    work.because(f"{known[_finding(case.inputs.appearance[0])]}: 全壊", row)
    return Decision(DamageGrade.TOTAL, APPEARANCE)


def by_steps(case: Case, work: Workings) -> Decision:
    """Return the grade by tilt, the first question of the wind survey, sheet C and the parts."""
    key = sheet_key(case)
    tilt = work.row("tilt", key) if case.inputs.tilt is not None else None
    found = _by_tilt(case, work, tilt) if tilt else None
    if found is None and case.hazard is SurveyHazard.WIND and case.inputs.exterior:
        found = _by_exterior(case, work, case.inputs.exterior)
    if found is None and (case.inputs.sheet.kind == "C" or case.inputs.simplified):
        found = _by_simplified(case, work)
    return found or _by_parts(case, work, key, tilt)


def sheet_key(case: Case) -> str:
    """Return the name of the rows for this survey in the tables of weights and tilt.

    Raises:
        CaseError: The guideline has no such survey, or the inputs belong to two of its sheets.
    """
    if case.hazard is not SurveyHazard.EARTHQUAKE:
        return f"{case.hazard.value}_{case.structure.value}_second"
    if case.round is SurveyRound.SINGLE:
        raise CaseError("survey_round: 地震の調査は「第1次」か「第2次」です。")
    if case.structure is StructureKind.NON_WOODEN and case.round is SurveyRound.FIRST:
        return f"earthquake_{'walls' if _has_walls(case) else 'columns'}_first"
    return f"earthquake_{case.structure.value}_{case.round.value}"


def _finding(text: str) -> str:
    return folded(text).removeprefix("一見して").replace("流失", "流出")


def _has_walls(case: Case) -> bool:
    given = {*(case.inputs.formula.parts or {}), *(case.inputs.sheet.marks or {})}
    if given & WALLS and given - WALLS - {"設備等", "設備等(外部階段を含む)"}:
        raise CaseError("inputs: 柱(又は梁)による方法と外壁による方法は、どちらかにしてください。")
    return bool(given & WALLS)


def _by_tilt(case: Case, work: Workings, row: Row) -> Decision | None:
    tilt, ground = case.inputs.tilt or Fraction(0), case.inputs.ground
    if tilt >= row.number("total_from"):
        work.because(f"傾斜 {_ratio(tilt)} は {row.text('total_from')} 以上: 全壊", row)
        return Decision(DamageGrade.TOTAL, TILT)
    most = max(ground.settlement_cm, ground.exposure_cm)
    if (
        row.has("pile_settlement_cm")
        and ground.has_piles
        and tilt >= row.number("counts_from")
        and most >= row.number("pile_settlement_cm")
    ):
        work.because(
            f"基礎ぐいの住家で、傾斜 {_ratio(tilt)}、最大沈下量等 {shown(most)} cm: 全壊", row
        )
        return Decision(DamageGrade.TOTAL, "基礎ぐいの沈下による判定")
    return None


def _by_exterior(case: Case, work: Workings, exterior: Exterior) -> Decision | None:
    row = work.row("wind_exterior", case.structure.value)
    names = "・".join(row.list("parts"))
    if exterior.is_damaged or exterior.water_may_enter:
        work.because(
            f"{names}に脱落・破損があるか、浸水のおそれがあるので、部位で判定します。", row
        )
        return None
    outcome = lightest(work)
    work.because(f"{names}に脱落・破損がなく、浸水のおそれもない: {outcome.label}", row)
    return Decision(outcome, EXTERIOR)


def _by_simplified(case: Case, work: Workings) -> Decision:
    """Return the outcome of sheet C, which ends in 半壊 or goes on (第1編 木造 1(3)-2)."""
    if not (sheet_key(case) == "earthquake_wooden_first" and case.inputs.simplified):
        raise CaseError(
            "survey_sheet: 調査票C は地震・木造・第1次で、inputs.simplified_check が要ります。"
        )
    row = work.row("earthquake_sheets", "simplified")
    found, tilt = case.inputs.simplified, case.inputs.tilt or Fraction(0)
    if _foundation_lost(case, work):
        return Decision(DamageGrade.TOTAL, "基礎の損傷率75%以上")
    if _is_simplified_half(found, row):
        work.because("屋根・外壁・建具の3つがすべて目安以上: 半壊", row)
        return Decision(DamageGrade.HALF, SIMPLIFIED)
    if tilt >= row.number("tilt_from"):
        work.because(f"3つはそろわないが、傾斜 {_ratio(tilt)}: 半壊", row)
        return Decision(DamageGrade.HALF, TILT)
    work.because("3つがそろわず、傾斜もない: 半壊に至らない(調査票A・Bか第2次調査で判定)", row)
    return Decision(SurveyOutcome.BELOW_HALF, SIMPLIFIED)


def _foundation_lost(case: Case, work: Workings) -> bool:
    if case.inputs.formula.foundation is None:
        return False
    weights = work.row("weights", "earthquake_wooden_first")
    return _by_limit(by_formula(case, work, weights), case, work, "earthquake_wooden_first") != ""


def _is_simplified_half(found: Simplified, row: Row) -> bool:
    roof = found.roof_percent >= row.number("roof_percent") or found.has_deformed_roof
    openings = found.opening_percent >= row.number(
        "opening_percent"
    ) or found.opening_places >= row.number("opening_places")
    walls = found.wall_percent >= row.number("wall_percent")
    return roof and found.rain_enters and walls and openings


def _by_parts(case: Case, work: Workings, key: str, tilt: Row | None) -> Decision:
    _refuse_nothing(case)
    weights = work.row("weights", key)
    surveyed = _surveyed(case, work, weights)
    total, details = _total(case, work, surveyed, tilt)
    found = replace(graded(total, work), details=details)
    limit = _by_limit(surveyed, case, work, key)
    if limit:
        return _above(DamageGrade.TOTAL, limit, found)
    if tilt and tilt.flag("at_least_half") and _counts(case, tilt) and _is_below_half(found):
        work.because(f"傾斜 {tilt.text('counts_from')} 以上: 少なくとも半壊", tilt)
        return _above(DamageGrade.HALF, TILT, found)
    return found


def _is_below_half(found: Decision) -> bool:
    grade = found.outcome
    return not (isinstance(grade, DamageGrade) and grade.severity >= DamageGrade.HALF.severity)


def _above(grade: DamageGrade, rule: str, found: Decision) -> Decision:
    """Return a grade that a rule above the total gives; the total counts if it says the same."""
    return replace(found, outcome=grade, decided_by=rule, is_percent=found.outcome is grade)


def _refuse_nothing(case: Case) -> None:
    """Refuse a case in which nobody says anything about the parts: silence is no judgement."""
    formula, exterior = case.inputs.formula, case.inputs.exterior
    given = case.inputs.names & {
        "parts", "main_floor_parts", "other_floor_parts", "foundation", "foundation_stones",
        "columns", "equipment_loss_rate_percent", "column_loss_rate_percent", "tilt",
        "beam_loss_rate_percent", "main_floor_equipment_loss_rate_percent",
        "other_floor_equipment_loss_rate_percent",
    }  # fmt: skip
    if case.method is CalculationMethod.SHEET:
        given |= case.inputs.names - {"storeys"}
    if not given or (exterior and not given - {"tilt"} and formula.parts is None):
        raise CaseError("inputs: 部位の損傷(parts など)を入れてください。なければ {} とします。")


def _surveyed(case: Case, work: Workings, weights: Row) -> Surveyed:
    if case.method is not CalculationMethod.SHEET:
        return by_formula(case, work, weights)
    if case.inputs.sheet.pictures is None:
        return by_sheet(case, work, weights)
    return _by_points(case, work, weights)


def _by_points(case: Case, work: Workings, weights: Row) -> Surveyed:
    """Return the points written on the sheet; on sheet B those of the nearest pictures."""
    if case.inputs.sheet.kind != "B":
        return given_points(case, work, weights)
    if weights.name != "earthquake_wooden_first":
        raise CaseError("survey_sheet: 調査票B は地震・木造・第1次だけです。")
    row = work.row("earthquake_sheets", "pictures")
    known, points = row.values["parts"], Points()
    for name, value in (case.inputs.sheet.pictures or {}).items():
        part = resolve(name, known)
        if value not in known[part]:
            allowed = "、".join(str(each) for each in known[part])
            raise CaseError(f"inputs.sheet_points.{name}: 調査票B の点数は {allowed} です。")
        points[part] = value
    work.because(
        "調査票B: " + "、".join(f"{name} {shown(each)}" for name, each in points.items()), row
    )
    return Surveyed(points, None, points)


def _counts(case: Case, tilt: Row) -> bool:
    return (case.inputs.tilt or Fraction(0)) >= tilt.number("counts_from")


def _total(
    case: Case, work: Workings, surveyed: Surveyed, tilt: Row | None
) -> tuple[Fraction, dict[str, object]]:
    """Return the larger of all totals: plain, with weights of floors, with tilt."""
    plain = sum(surveyed.plain.values(), Fraction(0))
    totals = {"unweighted_total": plain}
    if surveyed.weighted is not None:
        totals["weighted_total"] = sum(surveyed.weighted.values(), Fraction(0))
    if tilt and _counts(case, tilt):
        totals["tilt_total"] = _with_tilt(case, surveyed, totals, tilt)
        work.because(
            f"傾斜 {_ratio(case.inputs.tilt or Fraction(0))}: {'・'.join(tilt.list('replaces'))}を"
            f" {shown(tilt.number('points'))} に置きかえた合計 {shown(totals['tilt_total'])}、"
            f"置きかえない合計 {shown(plain)}。大きいほうを採ります。",
            tilt,
        )
    if "weighted_total" in totals:
        work.because(
            f"階の重みなし {shown(plain)}、あり {shown(totals['weighted_total'])}。"
            "大きいほうを採ります。"
        )
    details: dict[str, object] = dict(totals)
    details["sheet_points" if case.method is CalculationMethod.SHEET else "part_points"] = {
        part.split("(")[0] if case.round is SurveyRound.FIRST else part: points
        for part, points in surveyed.plain.items()
    }
    details["part_loss_rate_percent"] = surveyed.rates
    return max(totals.values()), details


def _with_tilt(
    case: Case, surveyed: Surveyed, totals: Mapping[str, Fraction], tilt: Row
) -> Fraction:
    """Return the total with the tilt in the place of the parts that it replaces.

    On the sheet う takes the column of the larger of あ and い; the formula takes the larger う.
    """
    replaced, points = set(tilt.list("replaces")), tilt.number("points")

    def rest(values: Mapping[str, Fraction]) -> Fraction:
        return points + sum((v for part, v in values.items() if part not in replaced), Fraction(0))

    if surveyed.weighted is None:
        return rest(surveyed.plain)
    if case.method is CalculationMethod.SHEET:
        is_plain = totals["unweighted_total"] > totals["weighted_total"]
        return rest(surveyed.plain if is_plain else surveyed.weighted)
    return max(rest(surveyed.plain), rest(surveyed.weighted))


def _by_limit(surveyed: Surveyed, case: Case, work: Workings, key: str) -> str:
    """Return which part's loss makes 全壊 by itself (75 % の判定); empty when none does."""
    row = work.row("loss_limit", key)
    is_sheet = case.method is CalculationMethod.SHEET
    limits = row.numbers("sheet_points") if is_sheet else {}
    for part in row.list("parts"):
        loss = surveyed.limits.get(part, Fraction(0))
        limit = limits.get(part) if is_sheet else row.number("percent")
        if limit is None or loss < limit or not _is_force(case, part, loss, limit):
            continue
        name = part.split("(")[0]
        what = f"部位別損害割合{shown(limit)}以上" if is_sheet else f"損傷率{shown(limit)}%以上"
        work.because(f"{name}の{what}({shown(loss)}): 全壊", row)
        return f"{name}の{what}"
    return ""


def _is_force(case: Case, part: str, loss: Fraction, limit: Fraction) -> bool:
    """Tell whether points on a sheet are force damage: mud adds one that does not count.

    Raises:
        CaseError: The sheet's number alone does not tell.
    """
    is_open = case.method is CalculationMethod.SHEET and case.hazard is SurveyHazard.FLOOD
    if part != "基礎" or not is_open or loss - 1 >= limit:
        if part == "床・梁" and case.method is CalculationMethod.SHEET:
            return case.inputs.formula.floor_beam_from == "梁"
        return True
    if case.inputs.sheet.has_mud is None:
        raise CaseError(
            "inputs.mud_under_floor: 基礎の点数に床下の泥の1点を含むか、入れてください。"
        )
    return not case.inputs.sheet.has_mud


def _ratio(tilt: Fraction) -> str:
    if not tilt:
        return "なし"
    return f"1/{shown(1 / tilt)}"
