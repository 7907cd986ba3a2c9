"""Applications for certificates as of a moment, with what had been done of each by then."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from victim_support.certificates.models import Certificate, NumberEntry
from victim_support.certificates.rules import NumberState, PaperKind
from victim_support.core.db import db
from victim_support.core.plots import Plot, make_plot
from victim_support.damage.models import Application, Dwelling, Judgement
from victim_support.damage.queries import in_force_policy, list_dwellings, visible_scopes
from victim_support.damage.rules import GRADES_IN_FORM_ORDER, NoGrade, RequestedPaper, in_force
from victim_support.houses.queries import structures_at
from victim_support.reports.rules.progress import (
    UNKNOWN,
    AppliedCase,
    ProgressLine,
    by_day,
    district_of,
    line_of,
    lines_by,
    open_by_age,
)
from victim_support.survey.models import SurveyVisit
from victim_support.victims.rules import label_of


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of the certificates of a disaster as of a moment."""

    as_of: datetime
    total: ProgressLine
    districts: list[ProgressLine]
    grades: list[tuple[str, int]]
    structures: list[ProgressLine]
    ages: list[tuple[str, int]]
    applied: Plot
    judged: Plot
    issued: Plot

    @property
    def days(self) -> list[tuple[datetime, int, int, int]]:
        """Return the running totals of each day: applied, judged, issued."""
        series = (self.applied.series, self.judged.series, self.issued.series)
        rows = zip(*(one.points for one in series), strict=True)
        return [(day[0][0], day[0][1], day[1][1], day[2][1]) for day in rows]


def progress_as_of(at: datetime) -> Progress:
    """Return how far the applications for 罹災証明書 were at a moment."""
    cases = _cases(at)
    counted = dict.fromkeys(_labels(), 0)
    for case in cases:
        if case.grade is not None:
            counted[case.grade] = counted.get(case.grade, 0) + 1
    begin = min((case.received_at for case in cases), default=None)
    return Progress(
        as_of=at,
        total=line_of("合計", cases),
        districts=lines_by(cases, lambda case: case.district),
        grades=list(counted.items()),
        structures=lines_by(cases, lambda case: case.structure),
        ages=open_by_age(cases, at),
        applied=make_plot("申請", "件", by_day((one.received_at for one in cases), begin, at)),
        judged=make_plot("判定済", "件", by_day((one.judged_at for one in cases), begin, at)),
        issued=make_plot("交付", "件", by_day((one.issued_at for one in cases), begin, at)),
    )


def _labels() -> list[str]:
    return [label_of(one) for one in (*GRADES_IN_FORM_ORDER, *NoGrade)]


def _cases(at: datetime) -> list[AppliedCase]:
    statement = select(Application).where(
        Application.scope.in_(visible_scopes()),
        Application.is_withdrawn.is_(False),
        Application.received_at <= at,
    )
    applications = [
        one
        for one in db.session.scalars(statement.order_by(Application.received_at, Application.id))
        if one.requested not in (RequestedPaper.HISAI, RequestedPaper.OWNER)
    ]
    dwellings = list_dwellings([one.dwelling_id for one in applications])
    judged = _judgements(at)
    issued = _issued(at)
    ledger = structures_at({each.address for each in dwellings.values() if not each.structure})
    asked, policy = _asked_again(at), in_force_policy()
    found: list[AppliedCase] = []
    for one in applications:
        dwelling, rounds = dwellings.get(one.dwelling_id), judged[one.dwelling_id]
        approved = [each for each in rounds if each.approved_at and each.approved_at <= at]
        chosen = in_force((each.facts for each in approved), policy).judgement
        current = next((each for each in approved if chosen and each.id == chosen.id), None)
        found.append(
            AppliedCase(
                received_at=one.received_at,
                district=district_of(dwelling.address) if dwelling else UNKNOWN,
                structure=_structure(dwelling, ledger),
                is_surveyed=bool(rounds),
                grade=label_of(current.grade or current.no_grade) if current else None,
                is_again=len(rounds) > 1 or one.dwelling_id in asked,
                judged_at=approved[0].approved_at if approved else None,
                issued_at=issued.get(one.id),
            )
        )
    return found


def _structure(dwelling: Dwelling | None, ledger: Mapping[str, str]) -> str:
    """Return the structure of a dwelling: as written down, else as the house ledger has it."""
    if dwelling is None:
        return UNKNOWN
    return dwelling.structure or ledger.get(dwelling.address) or UNKNOWN


def _judgements(at: datetime) -> dict[UUID, list[Judgement]]:
    statement = (
        select(Judgement)
        .where(
            Judgement.scope.in_(visible_scopes()),
            Judgement.is_withdrawn.is_(False),
            Judgement.entered_at <= at,
        )
        .order_by(Judgement.round, Judgement.entered_at, Judgement.id)
    )
    of_dwelling: dict[UUID, list[Judgement]] = defaultdict(list)
    for judgement in db.session.scalars(statement):
        of_dwelling[judgement.dwelling_id].append(judgement)
    return of_dwelling


def _asked_again(at: datetime) -> set[UUID]:
    """Return the dwellings for which one more survey was asked for by then (再調査の申出)."""
    statement = select(SurveyVisit.dwelling_id).where(
        SurveyVisit.scope.in_(visible_scopes()),
        SurveyVisit.is_withdrawn.is_(False),
        SurveyVisit.requested_at <= at,
    )
    return set(db.session.scalars(statement))


def _issued(at: datetime) -> dict[UUID, datetime]:
    """Return when each application got its first paper that was not 誤交付 by then."""
    statement = (
        select(Certificate.application_id, Certificate.number, Certificate.issued_at)
        .where(
            Certificate.scope.in_(visible_scopes()),
            Certificate.is_withdrawn.is_(False),
            Certificate.kind == PaperKind.RISAI,
            Certificate.issued_at <= at,
        )
        .order_by(Certificate.issued_at.desc(), Certificate.id)
    )
    gone = set(
        db.session.scalars(
            select(NumberEntry.number).where(
                NumberEntry.scope.in_(visible_scopes()),
                NumberEntry.state.in_((NumberState.VOID, NumberState.SPOILED)),
                NumberEntry.state_at <= at,
            )
        )
    )
    return {row[0]: row[2] for row in db.session.execute(statement) if row[1] not in gone}
