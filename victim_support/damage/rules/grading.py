"""Grade one surveyed dwelling by the guideline (運用指針): the way through the surveys."""

from victim_support.core.tables import Edition
from victim_support.damage.rules import SurveyHazard, SurveyRound
from victim_support.damage.rules.building import by_appearance, by_steps
from victim_support.damage.rules.cases import Case
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.flood import by_area, by_depth
from victim_support.damage.rules.ground import by_ground, by_pattern
from victim_support.damage.rules.reader import folded
from victim_support.damage.rules.scale import graded, graded_by_area
from victim_support.damage.rules.tables import GUIDELINE, Tables
from victim_support.damage.rules.workings import Decision, Result, Workings

EDITION = "edition"
ONLY_FOR = {
    SurveyHazard.FLOOD: {
        "area_sample_survey", "depth_above_floor_m_at_shallowest_point", "flooded_above_floor",
        "opening_has_degree3_to_5_damage_not_from_soaking",
        "outer_wall_has_degree3_to_5_damage_not_from_soaking",
    },
    SurveyHazard.WIND: {"roof_wall_openings_have_loss_or_breakage", "water_may_enter"},
    SurveyHazard.EARTHQUAKE: {"simplified_check"},
    SurveyHazard.GROUND: {
        "column_points", "first_floor_share_of_total_floor_area", "other_part_points",
        "part_points", "sediment_reaches", "sediment_uniformly_deposited_in_and_around_house",
        "uneven_settlement", "whole_house_sunk_to",
    },
}  # fmt: skip


def grade_case(case: Case, tables: Tables) -> Result:
    """Return the grade of a case with its reasons, by the edition it names or of its day.

    Raises:
        CaseError: The case cannot be graded; the message says why.
    """
    edition = _edition(case, tables)
    name = str(edition.rows[EDITION]["name"])
    work = Workings(tables, edition.effective_from, name)
    work.row(GUIDELINE, EDITION)
    if case.version is None:
        work.because(f"災害の日 {case.day} に効力のある{name}版を使います。")
    decision = _decision(case, work)
    return Result(
        decision,
        case.method,
        name,
        case.version is None,
        tuple(work.reasons),
        work.unconfirmed(),
    )


def edition_names(tables: Tables) -> list[str]:
    """Return the names of the editions that may be chosen, oldest first."""
    return [str(each.rows[EDITION]["name"]) for each in tables.by_name[GUIDELINE].editions]


def _edition(case: Case, tables: Tables) -> Edition:
    table = tables.by_name[GUIDELINE]
    if case.version is None:
        return tables.row(GUIDELINE, EDITION, case.day).edition
    for edition in table.editions:
        row = edition.rows[EDITION]
        if case.version in {folded(name) for name in (row["name"], *row["names"])}:
            return edition
    known = "、".join(edition_names(tables))
    raise CaseError(f"rule_version: 「{case.version}」の版はありません({known})。")


def _decision(case: Case, work: Workings) -> Decision:
    inputs = case.inputs
    if inputs.percent is not None:
        return graded(inputs.percent, work)
    if inputs.area_percent is not None:
        return graded_by_area(inputs.area_percent, work)
    return by_appearance(case, work) or _by_survey(case, work)


def _by_survey(case: Case, work: Workings) -> Decision:
    _tell_unused(case, work)
    is_flood = case.hazard is SurveyHazard.FLOOD
    if case.inputs.area is not None:
        if not is_flood:
            raise CaseError("inputs.area_sample_survey: 一括判定は水害だけです。")
        return by_area(case.inputs.area, work)
    if is_flood and case.round is SurveyRound.FIRST:
        return by_depth(case, work)
    if case.hazard is SurveyHazard.GROUND:
        return by_pattern(case, work) if case.round is SurveyRound.SECOND else by_ground(case, work)
    return by_steps(case, work)


def _tell_unused(case: Case, work: Workings) -> None:
    """Say which inputs belong to the survey of another hazard: they change nothing here."""
    unused = sorted(
        name
        for hazard, names in ONLY_FOR.items()
        if hazard is not case.hazard
        for name in names & case.inputs.names
    )
    if unused:
        work.because(f"{case.hazard.label}の調査では使わない項目です: {'、'.join(unused)}")
