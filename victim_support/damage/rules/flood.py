"""Grade a flooded house by depth (浸水深): the first survey, and four corners of an area."""

from fractions import Fraction

from victim_support.damage.rules import StructureKind, SurveyOutcome
from victim_support.damage.rules.cases import Area, Case, Flood
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.scale import outcome_of
from victim_support.damage.rules.workings import Decision, Workings, shown

DEPTH = "浸水深による判定"
AREA = "一括判定"


def by_depth(case: Case, work: Workings) -> Decision:
    """Return the grade of the first flood survey (第2編 木造 1(2) 表1・表2).

    Only for detached wooden houses of one or two storeys; all others go to the second survey.

    Raises:
        CaseError: The depth, the kind of house or the force is missing or contradicts itself.
    """
    if case.structure is StructureKind.NON_WOODEN:
        work.because("非木造は浸水深で判定しません。")
        return Decision(SurveyOutcome.SECOND_SURVEY, "対象外")
    flood, storeys = case.inputs.flood, case.inputs.floors.storeys
    houses = work.row("flood_depth", "houses")
    if flood.is_detached is False or (storeys or 0) > houses.number("storeys"):
        work.because("戸建ての1～2階建てではないので、浸水深で判定しません。", houses)
        return Decision(SurveyOutcome.SECOND_SURVEY, "対象外")
    if flood.is_detached is None or storeys is None:
        raise CaseError("inputs: 一戸建てか(detached_house)と階数(storeys)が要ります。")
    depth = _depth(flood)
    row = work.row("flood_depth", "force" if _has_force(flood, depth) else "no_force")
    if depth is None:
        outcome = outcome_of(row.text("below_floor"))
        work.because(f"床下浸水: {outcome.label}", row)
        return Decision(outcome, DEPTH)
    for limit, word in zip(row.list("from_m"), row.list("outcomes"), strict=True):
        if depth >= Fraction(str(limit)):
            outcome = outcome_of(word)
            work.because(f"床上 {shown(depth)} m({limit} m 以上): {outcome.label}", row)
            return Decision(outcome, DEPTH)
    raise CaseError("inputs: この浸水深に当たる行が表にありません。")


def by_area(area: Area, work: Workings) -> Decision:
    """Return the grade of a whole area from the four houses at its corners (一括判定)."""
    row = work.row("flood_depth", "area")
    lowest = min(area.depths_m)
    if not area.are_all_suitable:
        work.because(
            "木造・プレハブの戸建ての1～2階建てだけではないので、一括では判定しません。", row
        )
        return Decision(SurveyOutcome.INDIVIDUAL, AREA)
    if lowest < row.number("from_m"):
        limit = shown(row.number("from_m"))
        work.because(f"四隅のうち最も浅い所が {shown(lowest)} m({limit} m 未満): 個別調査", row)
        return Decision(SurveyOutcome.INDIVIDUAL, AREA)
    outcome = outcome_of(row.text("force" if area.has_force else "no_force"))
    work.because(f"四隅がすべて {shown(row.number('from_m'))} m 以上: {outcome.label}", row)
    return Decision(outcome, AREA)


def _depth(flood: Flood) -> Fraction | None:
    """Return the depth above the floor; None for water below the floor (床下浸水)."""
    if flood.is_above_floor is None and flood.depth_m is None:
        raise CaseError("inputs: 浸水深か、床上浸水かどうか(flooded_above_floor)が要ります。")
    above = flood.is_above_floor if flood.is_above_floor is not None else bool(flood.depth_m)
    if above and not flood.depth_m:
        raise CaseError("inputs: 床上浸水なのに、0 より大きい浸水深がありません。")
    if not above and flood.depth_m:
        raise CaseError("inputs: 床下浸水なのに、床上の浸水深があります。")
    return flood.depth_m if above else None


def _has_force(flood: Flood, depth: Fraction | None) -> bool:
    """Tell whether force damaged both the outer wall and an opening (外力)."""
    if False in (flood.wall_force, flood.opening_force):
        return False
    if flood.wall_force and flood.opening_force:
        return True
    if depth is None:
        return False
    raise CaseError("inputs: 外壁と建具に、浸水によらない損傷(Ⅲ～Ⅴ)があるかを入れてください。")
