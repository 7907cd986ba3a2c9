"""A calculation on its way into a judgement: the case travels, the result is calculated anew."""

from typing import Any, Protocol

from victim_support.damage import calculation
from victim_support.damage.own_tables import own_tables
from victim_support.damage.rules import DamageGrade
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.workings import Reason, Result, shown
from victim_support.damage.services import Calculated


class Carrying(Protocol):
    """A form with a calculation beside it: that of a judgement, that of a survey sheet."""

    case: Any
    acknowledged: Any
    form_errors: Any


NOT_ACKNOWLEDGED = "未確認の値を使う計算です。計算の画面で確かめた印を付けてから、添えてください。"


def carried_calculation(form: Carrying) -> Calculated | None:
    """Return the calculation beside a judgement, None without one; errors stand in the form.

    What was typed on the worksheet is graded once more, so that no number can be slipped in.
    """
    if not form.case.data:
        return None
    try:
        case = calculation.read_carried(form.case.data)
        found = calculation.calculate(own_tables(), case)
    except CaseError as error:
        _tell(form, plain_words(str(error)))
        return None
    if found.unconfirmed and not form.acknowledged.data:
        _tell(form, NOT_ACKNOWLEDGED)
        return None
    return Calculated(
        grade=_grade(found),
        percent=shown(found.decision.total) if found.decision.total is not None else "",
        method=found.method,
        edition=found.edition,
        case=calculation.plain_case(case),
        reasons=[_words(each) for each in found.reasons],
        unconfirmed=list(found.unconfirmed),
    )


def plain_words(words: str) -> str:
    """Return what the calculation says without the names of the file format."""
    return calculation.without_names(words)


def _tell(form: Carrying, words: str) -> None:
    if words not in form.form_errors:
        form.form_errors.append(words)


def _grade(found: Result) -> DamageGrade | None:
    outcome = found.decision.outcome
    return outcome if isinstance(outcome, DamageGrade) else None


def _words(reason: Reason) -> str:
    if not reason.table:
        return reason.words
    marks = ("、自治体の表" if reason.is_own else "") + ("" if reason.is_confirmed else "、未確認")
    return f"{reason.words}(表「{reason.table}」{reason.row}、{reason.source}{marks})"
