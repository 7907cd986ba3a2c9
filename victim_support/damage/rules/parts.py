"""Points of every part (部位別損害割合), by the exact formula or by the survey sheet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from victim_support.damage.rules import CalculationMethod, StructureKind, SurveyHazard
from victim_support.damage.rules.cases import HUNDRED, Case, Floors, Parts
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.measures import (
    column_rate,
    foundation_rate,
    half_up,
    loss_rate,
    sheet_points,
)
from victim_support.damage.rules.tables import Row
from victim_support.damage.rules.workings import Workings, shown

FOUNDATION, EQUIPMENT, ROOF = "基礎", "設備", "屋根"
FLOOR_BEAM = "床・梁"
OUTER_WALL = "外壁"
Points = dict[str, Fraction]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The points of all parts.

    Attributes:
        plain: Points of each part as surveyed.
        weighted: Points with the weights of the floors; None where floors do not count.
        limits: What the 75 % rule looks at: loss rates in percent, on a sheet the points.
        rates: Loss rates in percent, for the formula.
    """

    plain: Points
    weighted: Points | None = None
    limits: Points = field(default_factory=dict)
    rates: Points = field(default_factory=dict)


def resolve(name: str, known: Iterable[str]) -> str:
    """Return the full name of a part; 柱 stands for 柱(又は耐力壁) where only one part fits.

    Raises:
        CaseError: No part, or more than one, has that name.
    """
    names = list(known)
    fits = [name] if name in names else [each for each in names if each.split("(")[0] == name]
    if len(fits) != 1:
        raise CaseError(f"部位「{name}」は使えません({'、'.join(names)})。")
    return fits[0]


def by_formula(case: Case, work: Workings, weights: Row) -> Surveyed:
    """Return the points of all parts by the exact formula: loss rate × weight, nothing rounded."""
    of, inputs = weights.numbers("parts"), case.inputs.formula
    degrees = work.row("degrees", "degrees").numbers("percent")
    rates = _rates(inputs.parts or {}, of, degrees)
    limits = dict(rates)
    _add_equipment(case, work, of, rates)
    _add_columns(case, work, of, degrees, rates, limits)
    if inputs.foundation is not None:
        _add_foundation(case, work, of, rates, limits)
    plain = {part: rate * of[part] / HUNDRED for part, rate in rates.items()}
    by_floor = (
        inputs.main_parts, inputs.other_parts, inputs.main_equipment_percent,
        inputs.other_equipment_percent,
    )  # fmt: skip
    if all(each is None for each in by_floor):
        _tell_parts(work, weights, plain)
        return Surveyed(plain, None, limits, rates)
    main = _rates(inputs.main_parts or {}, of, degrees)
    others = _rates(inputs.other_parts or {}, of, degrees)
    found = _on_floors(case, work, of, Surveyed(plain, None, limits, rates), main, others)
    _tell_parts(work, weights, found.plain)
    return found


def by_sheet(case: Case, work: Workings, weights: Row) -> Surveyed:
    """Return the points of all parts from the marked cells of the sheet."""
    of, sheet = weights.numbers("parts"), case.inputs.sheet
    degrees, bands = work.row("degrees", "degrees"), work.row("degrees", "bands")

    def cells(marks: Parts | None) -> Points:
        found: Points = {}
        for name, each in (marks or {}).items():
            part = resolve(name, of)
            if part in found:
                raise CaseError(f"部位「{part}」が2回あります。")
            found[part] = sheet_points(each, part, of[part], degrees, bands)
        return found

    main = cells(sheet.marks)
    given = _given_points(case, work, of)
    if case.inputs.floors.main_share is None:
        if sheet.other_marks or sheet.other_points:
            raise CaseError("inputs.main_floor_area_share: 主たる居住階の割合が要ります。")
        plain = {**main, **given[0]}
        _tell_parts(work, weights, plain)
        return Surveyed(plain, None, plain)
    found = _sheet_floors(case, work, of, main, cells(sheet.other_marks), given)
    _tell_parts(work, weights, found.plain)
    return found


def given_points(case: Case, work: Workings, weights: Row) -> Surveyed:
    """Return the points of all parts as somebody read them off the sheet.

    Raises:
        CaseError: A part is unknown, or has more points than its weight.
    """
    of, plain = weights.numbers("parts"), Points()
    for name, value in (case.inputs.sheet.pictures or {}).items():
        part = resolve(name, of)
        if value > of[part]:
            raise CaseError(f"inputs.sheet_points.{name}: {shown(of[part])} 点までです。")
        plain[part] = value
    _tell_parts(work, weights, plain)
    return Surveyed(plain, None, plain)


def _rates(parts: Parts, of: Mapping[str, Fraction], degrees: Mapping[str, Fraction]) -> Points:
    found: Points = {}
    for name, marks in parts.items():
        part = resolve(name, of)
        if part in found:
            raise CaseError(f"部位「{part}」が2回あります。")
        found[part] = loss_rate(marks, part, degrees)
    return found


def _add_equipment(case: Case, work: Workings, of: Mapping[str, Fraction], rates: Points) -> None:
    given = case.inputs.formula.equipment_percent
    if not given:
        return
    limits = work.row("equipment", "wooden").numbers("limits") if EQUIPMENT in of else {}
    if limits and set(given) <= set(limits):
        for name, percent in given.items():
            if percent > limits[name]:
                raise CaseError(f"設備の「{name}」は {shown(limits[name])} % までです。")
        rates[EQUIPMENT] = sum(given.values(), Fraction(0))
        return
    for name, percent in given.items():
        rates[resolve(name or EQUIPMENT, of) if name else _only_equipment(of)] = percent


def _only_equipment(of: Mapping[str, Fraction]) -> str:
    fits = [part for part in of if part.startswith(EQUIPMENT)]
    if len(fits) != 1:
        names = "、".join(fits) or "この調査票に設備はありません"
        raise CaseError(f"inputs.equipment_loss_rate_percent: 名前を付けてください({names})。")
    return fits[0]


def _add_columns(
    case: Case,
    work: Workings,
    of: Mapping[str, Fraction],
    degrees: Mapping[str, Fraction],
    rates: Points,
    limits: Points,
) -> None:
    inputs = case.inputs.formula
    columns = next((part for part in of if part.startswith("柱")), None)
    counted = column_rate(inputs.columns, degrees) if inputs.columns else None
    if inputs.columns and counted is None:
        counted = rates.get(OUTER_WALL, Fraction(0))
        work.because("柱は半分を超えて見えないので、外壁の損傷率を使います。")
    for part, percent, what in (
        (columns, inputs.column_percent, "柱"),
        (columns, counted, "柱"),
        (_beams(of), inputs.beam_percent, "梁"),
    ):
        if percent is None:
            continue
        if part is None:
            raise CaseError(f"この調査の部位に{what}はありません。")
        if percent >= rates.get(part, Fraction(0)):
            work.because(
                f"{part}: {what}の損傷率 {shown(percent)} % が大きいので、これを使います。"
            )
        rates[part] = max(percent, rates.get(part, Fraction(0)))
        limits[part] = rates[part]
    _limit_braces(case, columns, limits)
    _limit_floor(case, work, limits)


def _beams(of: Mapping[str, Fraction]) -> str | None:
    return next((part for part in of if "梁" in part), None)


def _limit_braces(case: Case, columns: str | None, limits: Points) -> None:
    """Steel braces reach degree Ⅲ only, and have no 75 % rule (第1編 非木造 2 A イ)."""
    inputs = case.inputs.formula
    if not inputs.has_steel_braces or columns is None:
        return
    degrees = {m.degree for name in (columns, "柱") for m in (inputs.parts or {}).get(name, ())}
    if degrees & {"Ⅳ", "Ⅴ"}:
        raise CaseError(f"{columns}: 鉄骨造のブレースによる判定は、損傷程度Ⅲまでです。")
    limits.pop(columns, None)


def _limit_floor(case: Case, work: Workings, limits: Points) -> None:
    """Only beams make 全壊 at 75 %, floors never do (第1編 非木造 2)."""
    inputs = case.inputs.formula
    if FLOOR_BEAM not in limits or inputs.floor_beam_from == "梁":
        return
    beam = inputs.beam_percent
    if inputs.floor_beam_from is None and beam is None:
        work.assume("床・梁の損傷率が床と梁のどちらのものか入力がないので、床のものとみなします。")
    limits[FLOOR_BEAM] = beam if beam is not None else Fraction(0)


def _add_foundation(
    case: Case, work: Workings, of: Mapping[str, Fraction], rates: Points, limits: Points
) -> None:
    found = case.inputs.formula.foundation
    if found is None:
        return
    if FOUNDATION not in of:
        raise CaseError("この調査の部位に基礎はありません。")
    lengths = work.row("foundation", "lengths")
    rate = foundation_rate(found, lengths)
    work.because(f"基礎の損傷率(外力) {shown(rate)} %", lengths)
    limits[FOUNDATION] = rate
    if found.has_mud:
        if case.hazard is not SurveyHazard.FLOOD:
            raise CaseError("inputs.foundation.mud_under_floor: 水害の調査だけで使います。")
        mud = work.row("foundation", "mud")
        rate = min(HUNDRED, rate + mud.number("added_percent"))
        work.because(f"床下の泥を加えて {shown(rate)} %", mud)
    rates[FOUNDATION] = rate


def _given_points(case: Case, work: Workings, of: Mapping[str, Fraction]) -> tuple[Points, Points]:
    """Return the points written by hand, of the main floor and of the others."""
    sheet = case.inputs.sheet
    found = _spread(sheet.points, of), _spread(sheet.other_points, of)
    for part in found[0].keys() | found[1].keys():
        if found[0].get(part, Fraction(0)) + found[1].get(part, Fraction(0)) > of[part]:
            raise CaseError(f"{part}: 点数が構成比 {shown(of[part])} を超えています。")
    if sheet.foundation_band is not None:
        bands = [0, *work.row("degrees", "bands").list("upper_percent")]
        if sheet.foundation_band not in bands:
            raise CaseError("基礎: 損傷率の区分は調査票のものを入れてください。")
        found[0][FOUNDATION] = half_up(of[FOUNDATION] * sheet.foundation_band / HUNDRED)
    return found


def _spread(points: Mapping[str, Fraction], of: Mapping[str, Fraction]) -> Points:
    """Name the parts of points; equipment in and outside the dwelling has one number."""
    found: Points = {}
    for part, value in points.items():
        if not part.startswith(EQUIPMENT):
            found[resolve(part, of)] = value
            continue
        fits = [each for each in of if each.startswith(EQUIPMENT)]
        if value > sum(of[each] for each in fits):
            raise CaseError(f"設備の点数 {shown(value)} が、この調査票の構成比を超えています。")
        rest = value
        for each in fits:
            found[each] = min(of[each], rest)
            rest -= found[each]
    return found


def _on_floors(
    case: Case,
    work: Workings,
    of: Mapping[str, Fraction],
    base: Surveyed,
    main: Points,
    others: Points,
) -> Surveyed:
    """Add the parts that were surveyed floor by floor; nothing rounded."""
    floors = case.inputs.floors
    plain, weighted, limits, rates = (
        dict(base.plain),
        dict(base.plain),
        {**base.limits},
        {**base.rates},
    )
    is_weighted, row = _weighting(case, work)
    for part in main.keys() | others.keys():
        if part in plain:
            raise CaseError(f"部位「{part}」が、階ごとと全体の両方にあります。")
        share = _share(part, floors)
        b = share * main.get(part, Fraction(0)) * of[part] / HUNDRED
        c = (1 - share) * others.get(part, Fraction(0)) * of[part] / HUNDRED
        plain[part] = b + c
        weighted[part] = min(of[part], row.number("main") * b + row.number("other") * c)
        limits[part] = rates[part] = HUNDRED * (b + c) / of[part]
    _add_equipment_of_floors(case, work, of, (plain, weighted, rates), row)
    if is_weighted and EQUIPMENT in base.plain:
        work.assume("設備が階ごとに入っていないので、設備には階の重みを付けずに足します。")
    return Surveyed(plain, weighted if is_weighted else None, limits, rates)


def _add_equipment_of_floors(
    case: Case,
    work: Workings,
    of: Mapping[str, Fraction],
    found: tuple[Points, Points, Points],
    row: Row,
) -> None:
    """Add equipment told floor by floor: shares of all equipment, so no share of areas counts."""
    inputs = case.inputs.formula
    main, other = inputs.main_equipment_percent, inputs.other_equipment_percent
    if main is None and other is None:
        return
    plain, weighted, rates = found
    if EQUIPMENT not in of or EQUIPMENT in plain:
        raise CaseError(
            "inputs: 階ごとの設備は木造だけです。全体の設備といっしょには入れられません。"
        )
    main, other = main or Fraction(0), other or Fraction(0)
    if main + other > HUNDRED:
        raise CaseError("設備: 階ごとの損傷率の合計が 100 % を超えています。")
    b, c = main * of[EQUIPMENT] / HUNDRED, other * of[EQUIPMENT] / HUNDRED
    plain[EQUIPMENT], rates[EQUIPMENT] = b + c, main + other
    weighted[EQUIPMENT] = min(of[EQUIPMENT], row.number("main") * b + row.number("other") * c)
    work.because(f"設備: 主たる居住階 {shown(main)} %、その他の階 {shown(other)} %", row)


def _sheet_floors(
    case: Case,
    work: Workings,
    of: Mapping[str, Fraction],
    main: Points,
    others: Points,
    given: tuple[Points, Points],
) -> Surveyed:
    """Return d = round(b + c) and g = round(1.25 b + 0.5 c) of every part (調査票の b~g 欄)."""
    floors = case.inputs.floors
    if floors.storeys == 1 and others:
        raise CaseError("inputs.other_floor_marks: 平屋にその他の階はありません。")
    is_weighted, row = _weighting(case, work)
    plain: Points = {}
    weighted: Points = {}
    for part in [each for each in of if each in {*main, *others, *given[0], *given[1]}]:
        share = _share(part, floors)
        b = share * main.get(part, Fraction(0)) + given[0].get(part, Fraction(0))
        c = (1 - share) * others.get(part, Fraction(0)) + given[1].get(part, Fraction(0))
        plain[part] = min(of[part], half_up(b + c))
        heavier = half_up(row.number("main") * b + row.number("other") * c)
        weighted[part] = plain[part] if part == FOUNDATION else min(of[part], heavier)
    return Surveyed(plain, weighted if is_weighted else None, plain)


def _share(part: str, floors: Floors) -> Fraction:
    share = floors.main_roof_share if part == ROOF else floors.main_share
    if share is None:
        name = "main_floor_roof_area_share" if part == ROOF else "main_floor_area_share"
        raise CaseError(f"inputs.{name}: 主たる居住階の割合が要ります。")
    return share


def _weighting(case: Case, work: Workings) -> tuple[bool, Row]:
    """Tell whether floors count: two storeys or more, all used by one household."""
    floors, row = case.inputs.floors, work.row("floors", "floors")
    if floors.storeys is None or floors.one_household is None:
        raise CaseError(
            "inputs: 階数(storeys)と、1世帯が全部の階を使うか"
            "(one_household_uses_all_floors)が要ります。"
        )
    if floors.storeys < 2 or not floors.one_household:
        work.because("平屋か、階ごとに世帯が違うので、階の重みは使いません。")
        return False, row
    if case.method is CalculationMethod.SHEET and case.structure is StructureKind.NON_WOODEN:
        work.because("非木造の調査票に階の重みの欄はないので、使いません。")
        return False, row
    main, other = shown(row.number("main")), shown(row.number("other"))
    work.because(f"階の重み: 主たる居住階 {main}、その他の階 {other}", row)
    return True, row


def _tell_parts(work: Workings, weights: Row, plain: Points) -> None:
    words = "、".join(f"{part} {shown(points)}" for part, points in plain.items() if points)
    work.because(f"部位別の損害割合: {words or '損傷なし'}", weights)
