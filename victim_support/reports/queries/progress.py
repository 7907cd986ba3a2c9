"""Applications for certificates as of a moment, with what had been done of each by then."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from victim_support.certificates.models import Certificate, NumberEntry
from victim_support.certificates.rules import NumberState, PaperKind
from victim_support.core.db import db
from victim_support.damage.models import Application, Judgement
from victim_support.damage.queries import list_dwellings, visible_scopes
from victim_support.damage.rules import GRADES_IN_FORM_ORDER, NoGrade, RequestedPaper
from victim_support.reports.rules.progress import (
    UNKNOWN,
    AppliedCase,
    ProgressLine,
    district_of,
    line_of,
    lines_by,
    open_by_age,
)
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


def progress_as_of(at: datetime) -> Progress:
    """Return how far the applications for 罹災証明書 were at a moment."""
    cases = _cases(at)
    counted = dict.fromkeys(_labels(), 0)
    for case in cases:
        if case.grade is not None:
            counted[case.grade] = counted.get(case.grade, 0) + 1
    return Progress(
        as_of=at,
        total=line_of("合計", cases),
        districts=lines_by(cases, lambda case: case.district),
        grades=list(counted.items()),
        structures=lines_by(cases, lambda case: case.structure),
        ages=open_by_age(cases, at),
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
    found: list[AppliedCase] = []
    for one in applications:
        dwelling, rounds = dwellings.get(one.dwelling_id), judged[one.dwelling_id]
        approved = [each for each in rounds if each.approved_at and each.approved_at <= at]
        newest = approved[-1] if approved else None
        found.append(
            AppliedCase(
                received_at=one.received_at,
                district=district_of(dwelling.address) if dwelling else UNKNOWN,
                structure=(dwelling.structure if dwelling else None) or UNKNOWN,
                is_surveyed=bool(rounds),
                grade=label_of(newest.grade or newest.no_grade) if newest else None,
                is_issued=one.id in issued,
                rounds=len(rounds),
            )
        )
    return found


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


def _issued(at: datetime) -> set[UUID]:
    """Return the applications that had a paper by then which was not 誤交付."""
    statement = (
        select(Certificate.application_id, Certificate.number)
        .where(
            Certificate.scope.in_(visible_scopes()),
            Certificate.is_withdrawn.is_(False),
            Certificate.kind == PaperKind.RISAI,
            Certificate.issued_at <= at,
        )
        .order_by(Certificate.id)
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
    return {row[0] for row in db.session.execute(statement) if row[1] not in gone}
