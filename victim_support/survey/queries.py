"""Reads of surveys: which dwellings wait, for whom, and how much work a day holds.

A dwelling stands here when an application for it that the viewer may see waits for its judgement,
or when a visit is planned. No name is read here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.core.settings import setting
from victim_support.core.tables import Edition, load_table
from victim_support.damage import queries as damage
from victim_support.damage.models import Application, Dwelling, Judgement
from victim_support.damage.rules import JudgementMethod, JudgementState
from victim_support.survey.models import IncomingPhoto, SurveyVisit, VisitOutcome
from victim_support.survey.rules import (
    IN_THE_FIELD,
    PhotoDoubt,
    VisitState,
    Work,
    latest,
    method_for,
    state_of,
)
from victim_support.survey.shots import Shot, in_order
from victim_support.vulnerable.rules.streets import Street, street_of

NO_TOWN = "(町名なし)"
_JOB_IS_OVER = timedelta(hours=1)
_ON_A_PAGE = 60
Row = TypeVar("Row", Application, Judgement, SurveyVisit, VisitOutcome)


@dataclass(frozen=True, slots=True)
class Case:
    """A dwelling and how far its survey is."""

    dwelling: Dwelling
    street: Street
    visit: SurveyVisit | None
    state: VisitState
    proposal: JudgementMethod
    latest: VisitOutcome | None

    @property
    def method(self) -> JudgementMethod | str:
        """Return how it is surveyed: as planned, else as proposed."""
        return self.proposal if self.visit is None else self.visit.method

    @property
    def town(self) -> str:
        """Return the district it lies in (町)."""
        return self.street.town or NO_TOWN

    @property
    def day(self) -> date | None:
        """Return the day of the planned visit."""
        return self.visit.day if self.visit else None

    @property
    def team(self) -> str:
        """Return who goes there."""
        return (self.visit.team if self.visit else None) or ""


def list_cases() -> list[Case]:
    """Return the dwellings whose survey is not over, and those with a visit, by street."""
    known = _known()
    return _cases(known, known.dwelling_ids)


def list_cases_to_release() -> list[Case]:
    """Return of them what may stand on paper and in a file: what lies open, whoever asks."""
    known = _known(scopes=(current_scopes().core,))
    return _cases(known, known.dwelling_ids)


def get_cases(dwelling_ids: Collection[UUID]) -> list[Case]:
    """Return these dwellings with how far they are, by street."""
    return _cases(_known(dwelling_ids), dwelling_ids)


def list_round(day: date, team: str) -> list[Case]:
    """Return the dwellings that a team visits on a day, in the order it goes."""
    planned = _visits(SurveyVisit.day == day, SurveyVisit.team == team)
    cases = get_cases({visit.dwelling_id for visit in planned})
    found = [case for case in cases if (case.day, case.team) == (day, team)]
    return sorted(found, key=lambda case: ((case.visit and case.visit.position) or 0, case.street))


def list_work(cases: Iterable[Case]) -> list[Work]:
    """Return how much every team has to do on every day, for visits not yet over."""
    minutes = minutes_edition()
    of_slot: dict[tuple[date, str], list[Case]] = defaultdict(list)
    for case in cases:
        if case.day and case.state is VisitState.PLANNED:
            of_slot[case.day, case.team].append(case)
    return [
        Work(day, team, len(found), sum(minutes_of(minutes, case.method) for case in found))
        for (day, team), found in sorted(of_slot.items())
    ]


def minutes_edition() -> Edition:
    """Return how long a visit takes, by method, with the source."""
    return load_table("survey", "minutes").on(clock.today())


def minutes_of(edition: Edition, method: str) -> int:
    """Return how long a visit takes, in minutes; what is worked off at a desk takes none."""
    return int(edition.rows[method]["minutes"]) if method in IN_THE_FIELD else 0


def list_requests(application_id: UUID) -> list[SurveyVisit]:
    """Return the surveys that a household asked for (再調査の申出), oldest first."""
    found = _visits(SurveyVisit.application_id == application_id)
    return sorted(found, key=lambda visit: visit.requested_at or visit.planned_at)


def find_visit(number: str) -> SurveyVisit | None:
    """Return the visit whose sheet has this number, as far as the actor may see; or None."""
    return next(iter(_visits(SurveyVisit.number == number)), None)


def list_visits_numbered(number: str | None, ending: str | None) -> list[SurveyVisit]:
    """Return the visits with this number, else those whose number ends so, the newest first."""
    if number is not None:
        return _visits(SurveyVisit.number == number)
    return _visits(SurveyVisit.number.endswith(ending or "-", autoescape=True))[::-1]


def get_visit(number: str) -> SurveyVisit:
    """Return the visit whose sheet has this number, or 404."""
    return find_visit(number) or abort(404)


def list_visits_of(dwelling_id: UUID) -> list[SurveyVisit]:
    """Return the visits planned to a dwelling, oldest first."""
    return _visits(SurveyVisit.dwelling_id == dwelling_id)


def list_outcomes_of(dwelling_id: UUID) -> list[VisitOutcome]:
    """Return what teams met at a dwelling, oldest first."""
    own = VisitOutcome.dwelling_id == dwelling_id
    return _rows(VisitOutcome, damage.visible_scopes(), VisitOutcome.entered_at, own)


def count_entered(by: UUID | None) -> int:
    """Return how many sheets somebody typed today."""
    return len(_entered_today(by))


def last_team(by: UUID | None) -> str | None:
    """Return the team of the sheet that somebody typed last today, for one that names none."""
    return next((row.team for row in reversed(_entered_today(by)) if row.team), None)


def _entered_today(by: UUID | None) -> list[VisitOutcome]:
    own = VisitOutcome.entered_by == by
    rows = _rows(VisitOutcome, damage.visible_scopes(), VisitOutcome.entered_at, own)
    return [row for row in rows if clock.local(row.entered_at).date() == clock.today()]


@dataclass(frozen=True, slots=True)
class WaitingGroup:
    """Pictures of a card that wait together: after the same sheet, for the same reason."""

    card_id: UUID
    number: str | None
    doubt: PhotoDoubt | str | None
    photos: list[IncomingPhoto]

    @property
    def shown(self) -> list[IncomingPhoto]:
        """Return so many of them as one page holds."""
        return self.photos[:_ON_A_PAGE]


def list_waiting_groups() -> list[WaitingGroup]:
    """Return the pictures that wait for a person, card by card as they were taken."""
    found: list[WaitingGroup] = []
    rows = {str(row.id): row for row in _waiting_photos()}
    of_card: dict[UUID, list[IncomingPhoto]] = defaultdict(list)
    for row in rows.values():
        of_card[row.card_id].append(row)
    for card_id, own in of_card.items():
        for shot in in_order([shot_of(row) for row in own]):
            row = rows[shot.key]
            last = found[-1] if found else None
            if last and (last.card_id, last.number, last.doubt) == (card_id, row.number, row.doubt):
                last.photos.append(row)
            else:
                found.append(WaitingGroup(card_id, row.number, row.doubt, [row]))
    return found


def count_waiting_photos() -> int:
    """Return how many pictures wait for a person."""
    return len(_waiting_photos())


def get_waiting_photo(photo_id: UUID) -> IncomingPhoto:
    """Return a picture that waits for a person, or 404."""
    return next(iter(_waiting_photos(IncomingPhoto.id == photo_id)), None) or abort(404)


def shot_of(row: IncomingPhoto) -> Shot:
    """Return what the rules need of a picture."""
    place = (row.latitude, row.longitude)
    name, camera = row.file_name or "", row.camera or ""
    return Shot(str(row.id), name, camera, row.taken_at, *place, row.code)


def _waiting_photos(*conditions: ColumnElement[bool]) -> list[IncomingPhoto]:
    """Return pictures given nowhere; without a reason only when no job looks after them."""
    forgotten = clock.now() - _JOB_IS_OVER
    waits = or_(IncomingPhoto.doubt.is_not(None), IncomingPhoto.imported_at < forgotten)
    statement = (
        select(IncomingPhoto)
        .where(
            IncomingPhoto.scope == current_scopes().core,
            IncomingPhoto.is_withdrawn.is_(False),
            IncomingPhoto.dwelling_id.is_(None),
            waits,
            *conditions,
        )
        .order_by(IncomingPhoto.imported_at, IncomingPhoto.id)
    )
    return list(db.session.scalars(statement))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of all dwellings, read once."""

    asked: Mapping[UUID, list[Application]]
    rounds: Mapping[UUID, list[Judgement]]
    visits: Mapping[UUID, list[SurveyVisit]]
    outcomes: Mapping[UUID, list[VisitOutcome]]

    @property
    def dwelling_ids(self) -> set[UUID]:
        """Return the dwellings that wait for a survey or have a visit."""
        waiting = {
            dwelling_id
            for dwelling_id in self.asked
            if not self.rounds.get(dwelling_id) or _is_returned(self.rounds[dwelling_id])
        }
        return waiting | set(self.visits)


def _known(
    dwelling_ids: Collection[UUID] | None = None, scopes: Collection[str] | None = None
) -> _Known:
    """Read what is known of these dwellings, or of all; as far as the actor may see."""
    scopes, core = scopes or damage.visible_scopes(), (current_scopes().core,)

    def read(model: type[Row], among: Collection[str], order: Any) -> dict[UUID, list[Row]]:
        own = () if dwelling_ids is None else (model.dwelling_id.in_(dwelling_ids),)
        return _by_dwelling(_rows(model, among, order, *own))

    return _Known(
        asked=read(Application, scopes, Application.received_at),
        rounds=read(Judgement, core, Judgement.entered_at),
        visits=read(SurveyVisit, scopes, SurveyVisit.planned_at),
        outcomes=read(VisitOutcome, scopes, VisitOutcome.entered_at),
    )


def _cases(known: _Known, dwelling_ids: Collection[UUID]) -> list[Case]:
    dwellings = damage.list_dwellings(dwelling_ids)
    municipality = str(setting("municipality_name") or "")
    found = [_case(known, dwelling, municipality) for dwelling in dwellings.values()]
    return sorted(found, key=_by_street)


def _case(known: _Known, dwelling: Dwelling, municipality: str) -> Case:
    visits, judged = known.visits.get(dwelling.id, []), known.rounds.get(dwelling.id, [])
    outcomes = known.outcomes.get(dwelling.id, [])
    visit = visits[-1] if visits else None
    return Case(
        dwelling,
        street_of(dwelling.address, municipality),
        visit,
        state_of(visit, outcomes, is_returned=_is_returned(judged)),
        _proposal(known.asked.get(dwelling.id, []), judged),
        latest(outcomes),
    )


def _proposal(applications: list[Application], judged: list[Judgement]) -> JudgementMethod:
    return method_for(
        wants_self_judgement=any(one.wants_self_judgement for one in applications),
        approved_rounds=sum(one.state is JudgementState.APPROVED for one in judged),
    )


def _is_returned(judged: list[Judgement]) -> bool:
    return bool(judged) and all(one.state is JudgementState.RETURNED for one in judged)


def _visits(*conditions: ColumnElement[bool]) -> list[SurveyVisit]:
    return _rows(SurveyVisit, damage.visible_scopes(), SurveyVisit.planned_at, *conditions)


def _rows(
    model: type[Row],
    scopes: Collection[str],
    order: InstrumentedAttribute[Any],
    *conditions: ColumnElement[bool],
) -> list[Row]:
    statement = (
        select(model)
        .where(model.scope.in_(scopes), model.is_withdrawn.is_(False), *conditions)
        .order_by(order, model.id)
    )
    return list(db.session.scalars(statement))


def _by_dwelling(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.dwelling_id].append(row)
    return found


def _by_street(case: Case) -> tuple[Street, str, str]:
    return case.street, case.dwelling.unit or "", str(case.dwelling.id)
