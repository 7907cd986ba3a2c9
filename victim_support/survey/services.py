"""Writes of surveys: visits planned, teams and days given, outcomes appended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.damage import services as damage
from victim_support.damage.models import Application, Judgement
from victim_support.damage.queries import (
    get_judgement,
    list_applications_naming,
    visible_scopes,
)
from victim_support.damage.rules import DamageGrade, Inundation, JudgementMethod, NoGrade
from victim_support.journal.taken_in import after_exchange
from victim_support.presence.rules import draw_number
from victim_support.survey import queries
from victim_support.survey.models import SurveyVisit, VisitOutcome
from victim_support.survey.rules import JUDGED, VisitResult, VisitState, latest, since_of
from victim_support.victims import services as victims
from victim_support.victims.rules import label_of

TYPED_ANEW = "調査票を入れ直しました"


@dataclass(frozen=True, slots=True)
class Slot:
    """Who goes, on which day."""

    team: str
    day: date


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a team wrote on a sheet: what it met, and the grade when it judged."""

    result: VisitResult
    visited_on: date
    team: str
    grade: DamageGrade | None = None
    inundation: Inundation | None = None
    note: str = ""
    calculated: damage.Calculated | None = None


def plan_visit(
    *, dwelling_id: UUID, method: JudgementMethod | str, slot: Slot | None = None, by: UUID | None
) -> SurveyVisit:
    """Plan a visit to a dwelling (調査の予定), and draw the number of its sheet.

    Somebody who may not see sealed records plans in the open: to him the dwelling is one that
    nobody applied for, and it answers like any other.
    """
    scope = _scope_for(dwelling_id)
    visit = SurveyVisit(
        scope=scope if scope in visible_scopes() else current_scopes().core,
        id=new_id(),
        dwelling_id=dwelling_id,
        number=draw_number(),
        method=method,
        planned_at=clock.now(),
        planned_by=by,
    )
    if slot:
        _assign(visit, slot, _last_position(slot) + 1)
    db.session.add(visit)
    db.session.flush()
    return visit


def request_survey(application: Application, *, reason: str, by: UUID | None) -> SurveyVisit | None:
    """Take a household's wish for one more survey (再調査の申出); None when it waits already.

    A visit that is planned anyway is the one it asks for.
    """
    [case] = queries.get_cases([application.dwelling_id])
    visit = case.visit if case.state is not VisitState.DONE else None
    if visit is not None and visit.application_id == application.id:
        return None
    if visit is None or visit.application_id is not None:
        visit = plan_visit(dwelling_id=application.dwelling_id, method=case.proposal, by=by)
    visit.application_id, visit.reason = application.id, reason
    visit.requested_at, visit.requested_by = clock.now(), by
    db.session.flush()
    return visit


def assign(
    cases: Sequence[queries.Case],
    *,
    slot: Slot,
    method: JudgementMethod | None = None,
    by: UUID | None,
) -> list[SurveyVisit]:
    """Give dwellings to a team and a day in one act; those without a visit get one.

    Args:
        cases: The dwellings in the order in which the team goes.
        slot: The team and the day.
        method: How they are surveyed; as planned or proposed when left out.
        by: Who plans.
    """
    position, found = _last_position(slot), []
    for case in cases:
        visit = None if case.state is VisitState.DONE else case.visit
        if visit is None:
            chosen = method or case.proposal
            visit = plan_visit(dwelling_id=case.dwelling.id, method=chosen, by=by)
        if method is not None and visit.method != method:
            visit.method = method
        position += 1
        _assign(visit, slot, position)
        found.append(visit)
    db.session.flush()
    return found


def record_outcome(visit: SurveyVisit, sheet: Sheet, *, by: UUID | None) -> VisitOutcome:
    """Append what a team met (訪問の結果); a grade or 住家でない・被害なし is judged as well.

    A sheet typed once more replaces its judgement, as long as nobody has decided on that.

    Raises:
        UnclearOutcomeError: A grade was given where nobody could survey.
    """
    if (sheet.grade is not None) is not (sheet.result is VisitResult.DONE):
        message = "被害の程度は、調査できたときだけ、1つ選んでください。"
        raise damage.UnclearOutcomeError(message)
    is_anew = _take_back(visit, by)
    judgement = _judge(visit, sheet, by, reason=TYPED_ANEW if is_anew else "")
    outcome = VisitOutcome(
        scope=visit.scope,
        id=new_id(),
        visit_id=visit.id,
        dwelling_id=visit.dwelling_id,
        result=sheet.result,
        visited_on=sheet.visited_on,
        team=sheet.team or None,
        note=sheet.note or None,
        judgement_id=judgement.id if judgement else None,
        entered_at=clock.now(),
        entered_by=by,
    )
    db.session.add(outcome)
    db.session.flush()
    return outcome


@victims.on_protected
def seal_visits(person_id: UUID) -> None:
    """Seal the visits to the dwelling of somebody protected by now, unless others applied too."""
    _seal({application.dwelling_id for application in list_applications_naming(person_id)})


@after_exchange
def seal_what_came() -> None:
    """Seal the visits that another machine planned before it knew of the protection.

    One recorded transaction of the program itself; none when there is nothing to move.
    """
    sealed = current_scopes().sealed
    due = {row.dwelling_id for row in _open_rows()}
    due = {dwelling_id for dwelling_id in due if _scope_for(dwelling_id) == sealed}
    db.session.remove()
    if due:
        with transaction(reason="調査の予定を保護の区画へ移す(同期のあと)"):
            _seal(due)


def _seal(dwelling_ids: Collection[UUID]) -> None:
    for dwelling_id in dwelling_ids:
        if _scope_for(dwelling_id) == current_scopes().sealed:
            for row in _open_rows(dwelling_id):
                victims.move_to_sealed(row)


def _judge(visit: SurveyVisit, sheet: Sheet, by: UUID | None, *, reason: str) -> Judgement | None:
    no_grade: NoGrade | None = JUDGED.get(sheet.result)
    if sheet.grade is None and no_grade is None:
        return None
    method = visit.method
    found = damage.Survey(
        method=method if isinstance(method, JudgementMethod) else JudgementMethod.FIRST_SURVEY,
        judged_on=sheet.visited_on,
        judged_by=sheet.team,
        grade=sheet.grade,
        no_grade=no_grade,
        inundation=sheet.inundation,
    )
    is_further = damage.last_round(visit.dwelling_id) > 0
    return damage.record_judgement(
        dwelling_id=visit.dwelling_id,
        survey=found,
        note=sheet.note,
        reason=reason or (_why(visit) if is_further else ""),
        calculated=sheet.calculated if sheet.grade else None,
        by=by,
    )


def _why(visit: SurveyVisit) -> str:
    """Say why there is one more round; whose wish it was stays with the visit, for all see this."""
    is_wished = visit.application_id is not None and visit.scope == current_scopes().core
    return f"{'申出による' if is_wished else ''}{label_of(visit.method)}"


def _take_back(visit: SurveyVisit, by: UUID | None) -> bool:
    """Take back what the sheet said before; False when there is nothing, or it is decided."""
    before = latest(queries.list_outcomes_of(visit.dwelling_id), since_of(visit))
    if before is None or before.judgement_id is None:
        return False
    judgement = get_judgement(before.judgement_id)
    return damage.take_back_judgement(judgement, reason=TYPED_ANEW, by=by)


def _scope_for(dwelling_id: UUID) -> str:
    """Return the sealed scope when everybody who applied for the dwelling is protected.

    All applications are looked at, whoever asks: the answer decides what is written only.
    """
    scopes = current_scopes()
    statement = select(Application.scope).where(
        Application.scope.in_((scopes.core, scopes.sealed)),
        Application.is_withdrawn.is_(False),
        Application.dwelling_id == dwelling_id,
    )
    found = set(db.session.scalars(statement))
    return scopes.sealed if found == {scopes.sealed} else scopes.core


def _open_rows(dwelling_id: UUID | None = None) -> list[SurveyVisit | VisitOutcome]:
    """Return the rows in the open scope, of one dwelling or of all."""
    found: list[SurveyVisit | VisitOutcome] = []
    for model in (SurveyVisit, VisitOutcome):
        statement = select(model).where(
            model.scope == current_scopes().core, model.is_withdrawn.is_(False)
        )
        if dwelling_id is not None:
            statement = statement.where(model.dwelling_id == dwelling_id)
        found += db.session.scalars(statement.order_by(model.id))
    return found


def _assign(visit: SurveyVisit, slot: Slot, position: int) -> None:
    visit.team, visit.day = slot.team, slot.day
    visit.position, visit.assigned_at = position, clock.now()


def _last_position(slot: Slot) -> int:
    scopes = current_scopes()
    statement = select(SurveyVisit.position).where(
        SurveyVisit.scope.in_((scopes.core, scopes.sealed)),
        SurveyVisit.is_withdrawn.is_(False),
        SurveyVisit.team == slot.team,
        SurveyVisit.day == slot.day,
    )
    return max((each or 0 for each in db.session.scalars(statement)), default=0)
