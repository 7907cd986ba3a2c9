"""Write judgements down, and what a second person decides on them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import Judgement, Recusal
from victim_support.damage.queries import list_doubled_judgements
from victim_support.damage.rules import (
    CalculationMethod,
    DamageGrade,
    Inundation,
    JudgementMethod,
    JudgementState,
    NoGrade,
    may_decide,
)
from victim_support.damage.services.errors import (
    AlreadyDecidedError,
    DamageError,
    RecusedError,
    SamePersonError,
    UnclearOutcomeError,
    UnconfirmedError,
)
from victim_support.damage.waiting import recused_dwellings


@dataclass(frozen=True, slots=True)
class Survey:
    """What a survey found, how, when and by whom; one of grade and no_grade."""

    method: JudgementMethod
    judged_on: date
    judged_by: str
    grade: DamageGrade | None = None
    no_grade: NoGrade | None = None
    inundation: Inundation | None = None


@dataclass(frozen=True, slots=True)
class Calculated:
    """What the calculation beside a judgement found, how, and by which edition."""

    grade: DamageGrade | None = None
    percent: str = ""
    method: CalculationMethod | None = None
    edition: str = ""
    case: Mapping[str, Any] | None = None
    reasons: Sequence[str] = ()
    unconfirmed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Approved:
    """What came of a list: the approved ones, and those left with the reason."""

    done: list[Judgement]
    left: list[tuple[Judgement, str]]


def record_judgement(
    *,
    dwelling_id: UUID,
    survey: Survey,
    note: str = "",
    reason: str = "",
    calculated: Calculated | None = None,
    by: UUID | None,
) -> Judgement:
    """Append a round of judgement (判定); earlier rounds stay as they are.

    Args:
        dwelling_id: The dwelling.
        survey: What was found.
        note: Remarks.
        reason: Why there is another round; asked for by the form from the second round on.
        calculated: The calculation beside it, if there was one.
        by: Who enters it.

    Raises:
        UnclearOutcomeError: Not exactly one of a grade and an outcome that is no grade.
    """
    if (survey.grade is None) is (survey.no_grade is None):
        raise UnclearOutcomeError("被害の程度か、程度のつかない結果のどちらかを選んでください。")
    judgement = Judgement(
        scope=current_scopes().core,
        id=new_id(),
        dwelling_id=dwelling_id,
        round=last_round(dwelling_id) + 1,
        grade=survey.grade,
        no_grade=survey.no_grade,
        method=survey.method,
        judged_on=survey.judged_on,
        judged_by=survey.judged_by,
        inundation=survey.inundation,
        note=note or None,
        reason=reason or None,
        calculated_grade=calculated.grade if calculated else None,
        calculated_percent=calculated.percent or None if calculated else None,
        calculation_method=calculated.method if calculated else None,
        edition=calculated.edition or None if calculated else None,
        calculated_case=dict(calculated.case) if calculated and calculated.case else None,
        calculated_reasons=list(calculated.reasons) or None if calculated else None,
        unconfirmed=list(calculated.unconfirmed) or None if calculated else None,
        entered_by=by,
        entered_at=clock.now(),
    )
    db.session.add(judgement)
    db.session.flush()
    return judgement


def approve_judgement(judgement: Judgement, *, by: UUID, has_noted: bool = False) -> None:
    """Approve a judgement (認定) as the second person.

    Args:
        judgement: One that waits.
        by: Who decides.
        has_noted: Whether the judge has taken note of unconfirmed values (未確認の値); whoever
            typed the calculation in has done so too, but does not decide.

    Raises:
        SamePersonError: It was entered by the same person.
        AlreadyDecidedError: Somebody has decided already.
        UnconfirmedError: Its calculation uses unconfirmed values, of which no note was taken.
    """
    _check_decision(judgement, by)
    if judgement.unconfirmed and not has_noted:
        raise UnconfirmedError(
            "未確認の値を使う計算が添えてあります。計算のわけを見て、承知の印を付けてください。"
        )
    judgement.approved_by = by
    judgement.approved_at = clock.now()
    judgement.verdict = JudgementState.APPROVED


def approve_listed(
    judgements: Iterable[Judgement], *, by: UUID, has_noted: bool = False
) -> Approved:
    """Approve the judgements of a list in one act (一覧決裁); what cannot be stays, with why."""
    done: list[Judgement] = []
    left: list[tuple[Judgement, str]] = []
    for judgement in judgements:
        try:
            approve_judgement(judgement, by=by, has_noted=has_noted)
        except DamageError as error:
            left.append((judgement, str(error)))
        else:
            done.append(judgement)
    return Approved(done, left)


def record_area(
    *, dwelling_ids: Collection[UUID], survey: Survey, reason: str, by: UUID | None
) -> list[Judgement]:
    """Append the same judgement to every dwelling of an area (一括判定).

    Raises:
        DamageError: No reason was given, or no dwelling.
    """
    if not dwelling_ids:
        raise DamageError("判定する住家を選んでください。")
    if not reason.strip():
        raise DamageError("一括で判定する理由(四隅の住家の調査など)を入れてください。")
    return [
        record_judgement(dwelling_id=each, survey=survey, reason=reason, by=by)
        for each in dwelling_ids
    ]


def recuse(*, dwelling_id: UUID, staff_id: UUID) -> None:
    """Declare that somebody does not decide on a dwelling: the own or a relative's."""
    if dwelling_id in recused_dwellings(staff_id):
        return
    recusal = Recusal(
        scope=current_scopes().base,
        id=new_id(),
        staff_id=staff_id,
        dwelling_id=dwelling_id,
        declared_at=clock.now(),
    )
    db.session.add(recusal)
    db.session.flush()


def return_judgement(judgement: Judgement, *, reason: str, by: UUID) -> None:
    """Send a judgement back (差し戻し); a new round is recorded in its place.

    Raises:
        SamePersonError: It was entered by the same person.
        AlreadyDecidedError: Somebody has decided already.
        DamageError: No reason was given.
    """
    _check_decision(judgement, by)
    if not reason.strip():
        raise DamageError("差し戻す理由を入れてください。")
    _send_back(judgement, reason, by)


def take_back_judgement(judgement: Judgement, *, reason: str, by: UUID | None) -> bool:
    """Send a judgement back that was typed wrong, before anybody has decided on it (取り下げ).

    This decides nothing, so whoever entered it may; what is decided already stays as it is, and
    the answer is False.
    """
    if judgement.state is not JudgementState.WAITING:
        return False
    _send_back(judgement, reason, by)
    return True


def set_aside_judgement(judgement: Judgement, *, reason: str, by: UUID) -> None:
    """Send back one of two approved judgements of the same round; the other one holds.

    Raises:
        AlreadyDecidedError: There is no other one any more.
        SamePersonError: It was entered by the same person.
        RecusedError: The dwelling is the person's own or a relative's.
        DamageError: No reason was given.
    """
    doubled = list_doubled_judgements([judgement.dwelling_id])
    if not any(judgement in found for found in doubled):
        raise AlreadyDecidedError("この判定は、もう食い違っていません。")
    check_judge(judgement, by)
    if not reason.strip():
        raise DamageError("差し戻す理由を入れてください。")
    _send_back(judgement, reason, by)


def settle_judgement(judgement: Judgement, *, verdict: object, reason: str, by: UUID) -> None:
    """Decide what one judge approved and another one sent back without knowing of it (食い違い).

    Raises:
        SamePersonError: It was entered by the same person.
        RecusedError: The dwelling is the person's own or a relative's.
    """
    check_judge(judgement, by)
    if verdict is not JudgementState.APPROVED:
        _send_back(judgement, reason, by)
        return
    judgement.verdict = JudgementState.APPROVED
    judgement.approved_by, judgement.approved_at = by, clock.now()
    judgement.returned_by = judgement.returned_at = judgement.returned_reason = None


def _send_back(judgement: Judgement, reason: str, by: UUID | None) -> None:
    judgement.verdict = JudgementState.RETURNED
    judgement.approved_by = judgement.approved_at = None
    judgement.returned_by, judgement.returned_at = by, clock.now()
    judgement.returned_reason = reason


def check_judge(judgement: Judgement, by: UUID | None) -> None:
    """Refuse who may not decide on a judgement, whatever is decided.

    Raises:
        SamePersonError: It was entered by the same person.
        RecusedError: The dwelling is the person's own or a relative's.
    """
    if by is None or not may_decide(decided_by=by, entered_by=judgement.entered_by):
        raise SamePersonError("この判定は、入力した人とは別の人が決めてください。")
    if judgement.dwelling_id in recused_dwellings(by):
        raise RecusedError("関わりのある住家と届け出ています。別の人が決めてください。")


def _check_decision(judgement: Judgement, by: UUID) -> None:
    if judgement.state is not JudgementState.WAITING:
        raise AlreadyDecidedError("この判定は、もう承認か差し戻しが済んでいます。")
    check_judge(judgement, by)


def last_round(dwelling_id: UUID) -> int:
    """Return the number of the newest round of a dwelling, 0 when there is none."""
    statement = select(func.max(Judgement.round)).where(
        Judgement.scope == current_scopes().core, Judgement.dwelling_id == dwelling_id
    )
    return db.session.scalar(statement) or 0
