"""From a loss to a grade (損害割合と被害の程度)."""

from fractions import Fraction

from victim_support.damage.rules import GRADES_IN_FORM_ORDER, DamageGrade, SurveyOutcome
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.reader import folded
from victim_support.damage.rules.reader import shown as quoted
from victim_support.damage.rules.tables import Row
from victim_support.damage.rules.workings import Decision, Outcome, Workings, shown

BELOW = "below"


def outcome_of(word: str) -> Outcome:
    """Return the grade or outcome that a table names."""
    grades = {grade.value: grade for grade in DamageGrade}
    return grades.get(word) or SurveyOutcome(word)


def read_outcome(value: object, path: str) -> Outcome:
    """Return the grade or outcome of that Japanese name.

    Raises:
        CaseError: There is none of that name.
    """
    outcomes: list[Outcome] = [*GRADES_IN_FORM_ORDER, *SurveyOutcome]
    for outcome in outcomes:
        if isinstance(value, str) and folded(value) == folded(outcome.label):
            return outcome
    names = "、".join(outcome.label for outcome in outcomes)
    raise CaseError(f"{path}: {quoted(value)} は被害の程度の名前ではありません({names})。")


def graded(total: Fraction, work: Workings, decided_by: str = "損害割合") -> Decision:
    """Return the grade of a loss in percent; limits belong to the heavier grade."""
    return _found(total, "from_percent", work, decided_by)


def graded_by_area(percent: Fraction, work: Workings) -> Decision:
    """Return the grade of the share of the floor area that was destroyed (損壊割合)."""
    found = _found(percent, "from_floor_area_percent", work, "損壊部分の延床面積の割合")
    return Decision(found.outcome, found.decided_by)


def lightest(work: Workings) -> Outcome:
    """Return the outcome below every limit."""
    return outcome_of(work.row("grades", BELOW).text("outcome"))


def _found(total: Fraction, key: str, work: Workings, decided_by: str) -> Decision:
    row = _row(total, key, work)
    outcome = lightest(work) if row.name == BELOW else DamageGrade(row.name)
    limit = f"{shown(row.number(key))} % 以上" if row.has(key) else "どの区分にも満たない"
    work.because(f"{decided_by} {shown(total)} %({limit}): {outcome.label}", row)
    return Decision(outcome, decided_by, total, is_percent=True)


def _row(total: Fraction, key: str, work: Workings) -> Row:
    for grade in sorted(DamageGrade, key=lambda each: -each.severity):
        row = work.peek("grades", grade.value)
        if row is not None and row.has(key) and total >= row.number(key):
            return work.row("grades", grade.value)
    return work.row("grades", BELOW)
