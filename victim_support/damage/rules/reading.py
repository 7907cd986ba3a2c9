"""Read a case of the file format (docs/damage-rules.md) into what the calculation needs."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from victim_support.damage.rules import CalculationMethod, StructureKind, SurveyHazard, SurveyRound
from victim_support.damage.rules.cases import (
    Area,
    Case,
    Columns,
    Exterior,
    Flood,
    Floors,
    FormulaInputs,
    Foundation,
    Ground,
    Inputs,
    Mark,
    Simplified,
)
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.reader import (
    Reader,
    choice,
    flag,
    folded,
    items,
    named,
    number,
    shown,
    whole,
    words,
)
from victim_support.damage.rules.reading_sheets import SHEET_NAMES, read_sheet

DEGREES = {folded(degree): degree for degree in "ⅠⅡⅢⅣⅤ"}
PERCENT = number(0, 100)
METRES = number(0, 1000)
DEEPEST_M = 20  # deeper is a depth in centimetres written as metres
HEADER_REMARKS = ("expected", "basis", "source", "sure", "notes")
CROSSING_CRACK = "地盤面の亀裂が住家直下を縦断・横断(対面する二辺と交差)"
FORMULA_NAMES = frozenset(
    {
        "parts", "main_floor_parts", "other_floor_parts", "foundation", "foundation_stones",
        "columns", "equipment_loss_rate_percent", "column_loss_rate_percent",
        "beam_loss_rate_percent", "main_floor_equipment_loss_rate_percent",
        "other_floor_equipment_loss_rate_percent",
    }
)  # fmt: skip


def read_case(value: object) -> Case:
    """Return a case from an object of the file.

    Raises:
        CaseError: Something is wrong, missing, unknown or contradicts itself.
    """
    reader = Reader(value)
    for name in HEADER_REMARKS:
        reader.get(name)
    method = reader.required("calculation_method", choice(CalculationMethod))
    case = Case(
        id=str(reader.get("id") or ""),
        hazard=reader.required("disaster_kind", choice(SurveyHazard)),
        day=reader.required("disaster_date", _day),
        version=reader.optional("rule_version", words),
        structure=reader.required(
            "structure", choice(StructureKind, {"木造": StructureKind.WOODEN})
        ),
        round=reader.required("survey_round", choice(SurveyRound)),
        method=method,
        inputs=_inputs(reader, is_sheet=method is CalculationMethod.SHEET),
    )
    reader.finish()
    return case


def _inputs(outer: Reader, *, is_sheet: bool) -> Inputs:
    kind = outer.optional("survey_sheet", words)
    if kind not in {None, "A", "B", "C"}:
        raise CaseError(f"survey_sheet: {shown(kind)} は使えません(A、B、C)。")
    reader = Reader(outer.get("inputs"), "inputs")
    given = frozenset(name for name in reader.value if reader.value[name] is not None)
    if (is_sheet and given & FORMULA_NAMES) or (not is_sheet and given & SHEET_NAMES):
        stray = min(given & (SHEET_NAMES if not is_sheet else FORMULA_NAMES))
        raise CaseError(f"inputs.{stray}: calculation_method と合わない項目です。")
    found = Inputs(
        percent=reader.optional("house_damage_percent_already_calculated", PERCENT),
        area_percent=reader.optional("destroyed_floor_area_percent_of_total_floor_area", PERCENT),
        appearance=_appearance(reader),
        tilt=reader.optional("tilt", _tilt),
        floors=_floors(reader),
        formula=_formula(reader),
        sheet=read_sheet(reader, kind, read_marks),
        simplified=reader.optional("simplified_check", _simplified),
        flood=_flood(reader),
        area=reader.optional("area_sample_survey", _area),
        ground=_ground(reader),
        exterior=_exterior(reader),
        names=given,
    )
    reader.get("apartment_unit_judged_separately")
    reader.finish()
    return found


def _day(value: object, path: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise CaseError(f"{path}: {shown(value)} は日付(2026-07-28)ではありません。") from error


def _appearance(reader: Reader) -> tuple[str, ...]:
    found = reader.optional("appearance_findings", items(words)) or ()
    reader.optional("ground_crack_present", flag)
    if reader.optional("ground_crack_crosses_two_opposite_sides", flag):
        return (*found, folded(CROSSING_CRACK))
    return found


def _tilt(value: object, path: str) -> Fraction:
    """Return the mean of the four corners' d/h; two directions combine to √(x²+y²)."""
    reader = Reader(value, path)
    height = reader.required("plumb_length_mm", number(1, 10_000))
    single = reader.optional("horizontal_offset_mm_at_four_corners", items(number(0, 10_000)))
    double = reader.optional("horizontal_offset_xy_mm_at_four_corners", items(_two_directions))
    reader.finish()
    if (single is None) == (double is None):
        raise CaseError(f"{path}: 四隅の水平距離を、1方向か2方向のどちらかで入れてください。")
    offsets = single if single is not None else double
    if offsets is None or len(offsets) != 4:
        raise CaseError(f"{path}: 四隅の4つの値を入れてください。")
    return sum(offsets, Fraction(0)) / 4 / height


def _two_directions(value: object, path: str) -> Fraction:
    offsets = items(number(-10_000, 10_000))(value, path)
    if len(offsets) != 2:
        raise CaseError(f"{path}: 2方向の値を2つ並べてください。")
    square = offsets[0] ** 2 + offsets[1] ** 2
    with localcontext() as context:
        context.prec = 40
        return Fraction((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


def _floors(reader: Reader) -> Floors:
    return Floors(
        storeys=reader.optional("storeys", whole(1, 100)),
        main_share=reader.optional("main_floor_area_share", number(0, 1)),
        main_roof_share=reader.optional("main_floor_roof_area_share", number(0, 1)),
        one_household=reader.optional("one_household_uses_all_floors", flag),
    )


def _formula(reader: Reader) -> FormulaInputs:
    marks = named(items(_mark("share_percent")))
    from_ = reader.optional("floor_beam_rate_is_from", words)
    if from_ not in {None, "床", "梁"}:
        raise CaseError("inputs.floor_beam_rate_is_from: 「床」か「梁」と書いてください。")
    return FormulaInputs(
        parts=reader.optional("parts", marks),
        main_parts=reader.optional("main_floor_parts", marks),
        other_parts=reader.optional("other_floor_parts", marks),
        foundation=_foundation(reader),
        equipment_percent=reader.optional("equipment_loss_rate_percent", _equipment) or {},
        main_equipment_percent=reader.optional("main_floor_equipment_loss_rate_percent", PERCENT),
        other_equipment_percent=reader.optional("other_floor_equipment_loss_rate_percent", PERCENT),
        columns=reader.optional("columns", _columns),
        column_percent=reader.optional("column_loss_rate_percent", PERCENT),
        beam_percent=reader.optional("beam_loss_rate_percent", PERCENT),
        floor_beam_from=from_,
        has_steel_braces=reader.optional("steel_brace_method", flag) or False,
    )


def read_marks(*names: str) -> Callable[[object, str], tuple[Mark, ...]]:
    """Return a function that reads marks of one part under one of the names of the percent."""
    return items(_mark(*names))


def _mark(*names: str) -> Callable[[object, str], Mark]:
    def read(value: object, path: str) -> Mark:
        reader = Reader(value, path)
        degree = DEGREES.get(reader.required("degree", words))
        if degree is None:
            raise CaseError(f"{path}.degree: {shown(reader.get('degree'))} はⅠ～Ⅴではありません。")
        given = [name for name in names if reader.get(name) is not None]
        if len(given) != 1:
            raise CaseError(f"{path}: {names[0]} を1つ入れてください。")
        mark = Mark(degree, reader.required(given[0], PERCENT))
        reader.finish()
        return mark

    return read


def _equipment(value: object, path: str) -> Mapping[str, Fraction]:
    if isinstance(value, Mapping):
        return named(PERCENT)(value, path)
    return {"": PERCENT(value, path)}


def _columns(value: object, path: str) -> Columns:
    reader = Reader(value, path)
    found = Columns(
        total=reader.required("total", whole(1, 10_000)),
        seen=reader.required("seen", whole(0, 10_000)),
        damaged=reader.optional("damaged", items(_counted)) or (),
    )
    reader.finish()
    if found.seen > found.total or sum(count for _, count in found.damaged) > found.seen:
        raise CaseError(f"{path}: 損傷した柱 ≦ 見えた柱 ≦ 柱の数 になっていません。")
    return found


def _counted(value: object, path: str) -> tuple[str, int]:
    reader = Reader(value, path)
    degree = DEGREES.get(reader.required("degree", words))
    count = reader.required("count", whole(0, 10_000))
    reader.finish()
    if degree is None:
        raise CaseError(f"{path}.degree: {shown(reader.get('degree'))} はⅠ～Ⅴではありません。")
    return degree, count


def _foundation(outer: Reader) -> Foundation | None:
    walls = outer.optional("foundation", _foundation_walls)
    stones = outer.optional("foundation_stones", _stones)
    if walls and stones:
        raise CaseError("inputs: foundation と foundation_stones はどちらかにしてください。")
    return walls or stones


def _foundation_walls(value: object, path: str) -> Foundation:
    reader = Reader(value, path)
    rates = [
        reader.optional(name, PERCENT)
        for name in ("loss_rate_percent", "loss_rate_percent_by_external_force")
    ]
    given = [rate for rate in rates if rate is not None]
    if len(given) > 1:
        raise CaseError(f"{path}: 損傷率は1つだけ入れてください。")
    counts = [
        reader.optional(name, whole(0, 10_000)) or 0
        for name in ("cracks_0_3mm_or_wider", "spalls", "level_top_breaks")
    ]
    found = Foundation(
        loss_percent=given[0] if given else None,
        damaged_m=reader.optional("damaged_length_m", METRES),
        perimeter_m=reader.optional("outer_perimeter_length_m", METRES),
        crack_count=sum(counts),
        crack_positions_m=reader.optional("crack_positions_m", items(METRES)) or (),
        affected_m=reader.optional("affected_lengths_m", items(METRES)) or (),
        has_mud=reader.optional("mud_under_floor", flag) or False,
    )
    reader.finish()
    return found


def _stones(value: object, path: str) -> Foundation:
    reader = Reader(value, path)
    found = Foundation(
        damaged_stones=reader.required("damaged_stones", whole(0, 10_000)),
        total_stones=reader.required("total_stones", whole(1, 10_000)),
    )
    reader.finish()
    return found


def _simplified(value: object, path: str) -> Simplified:
    reader = Reader(value, path)
    found = Simplified(
        roof_percent=reader.optional("roof_tiles_shifted_percent", PERCENT) or Fraction(0),
        has_deformed_roof=reader.optional("roof_frame_damaged_and_deformed", flag) or False,
        rain_enters=reader.required("rain_would_enter", flag),
        wall_percent=reader.required("outer_wall_degree3_or_more_percent", PERCENT),
        opening_percent=reader.optional("openings_degree4_or_more_percent", PERCENT) or Fraction(0),
        opening_places=reader.optional("openings_degree4_or_more_places", whole(0, 1000)) or 0,
    )
    reader.finish()
    return found


def _flood(reader: Reader) -> Flood:
    force = "_has_degree3_to_5_damage_not_from_soaking"
    return Flood(
        is_detached=reader.optional("detached_house", flag),
        is_above_floor=reader.optional("flooded_above_floor", flag),
        depth_m=reader.optional("depth_above_floor_m_at_shallowest_point", _depth),
        wall_force=reader.optional(f"outer_wall{force}", flag),
        opening_force=reader.optional(f"opening{force}", flag),
    )


def _depth(value: object, path: str) -> Fraction:
    found = number(None, None)(value, path)
    if not 0 <= found <= DEEPEST_M:
        words_ = f"範囲(0～{DEEPEST_M}m)の外です。メートルで入れてください。"
        raise CaseError(f"{path}: 浸水深 {shown(value)} は{words_}")
    return found


def _area(value: object, path: str) -> Area:
    reader = Reader(value, path)
    found = Area(
        are_all_suitable=reader.required("all_houses_wooden_detached_1_or_2_storeys", flag),
        has_force=reader.required("force_damage_to_wall_and_opening", flag),
        depths_m=reader.required("four_corner_houses_depth_m", items(_depth)),
    )
    reader.finish()
    if len(found.depths_m) != 4:
        raise CaseError(f"{path}: 四隅の4軒の浸水深を入れてください。")
    return found


def _ground(reader: Reader) -> Ground:
    points = dict(reader.optional("part_points", named(PERCENT)) or {})
    column = reader.optional("column_points", PERCENT)
    if column is not None:
        points["柱"] = column
    return Ground(
        tilts_together=reader.optional("foundation_and_columns_tilt_together", flag),
        is_uneven=reader.optional("uneven_settlement", flag),
        sunk_to=reader.optional("whole_house_sunk_to", words),
        mud_is_even=reader.optional("sediment_uniformly_deposited_in_and_around_house", flag),
        mud_reaches=reader.optional("sediment_reaches", words),
        first_floor_share=reader.optional("first_floor_share_of_total_floor_area", number(0, 1)),
        part_points=points,
        other_points=reader.optional("other_part_points", PERCENT),
        has_piles=reader.optional("pile_foundation", flag) or False,
        settlement_cm=reader.optional("max_settlement_cm", METRES) or Fraction(0),
        exposure_cm=reader.optional("max_exposed_height_cm", METRES) or Fraction(0),
    )


def _exterior(reader: Reader) -> Exterior | None:
    damaged = reader.optional("roof_wall_openings_have_loss_or_breakage", flag)
    water = reader.optional("water_may_enter", flag)
    if damaged is None and water is None:
        return None
    if damaged is None or water is None:
        raise CaseError("inputs: 外装の脱落・破損と浸水のおそれの、両方を入れてください。")
    return Exterior(is_damaged=damaged, water_may_enter=water)
