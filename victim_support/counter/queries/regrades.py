"""Certificates whose judgement is not the one in force any more, and who was told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from victim_support.certificates.models import Certificate, NumberEntry
from victim_support.certificates.queries import Paper, list_papers_for
from victim_support.certificates.rules import NumberState, PaperKind
from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.scopes import current_scopes
from victim_support.core.tables import Edition, load_table
from victim_support.counter.models import RegradeNotice, SupportCheck
from victim_support.counter.queries.applications import list_judged_again, sealed_application_ids
from victim_support.counter.rules.regrades import (
    Direction,
    SupportState,
    TellFacts,
    direction_of,
    is_told,
)
from victim_support.damage.models import Application, Dwelling, Judgement
from victim_support.damage.queries import (
    find_application,
    judgements_in_force,
    list_dwellings,
    visible_scopes,
)
from victim_support.victims.queries import CHUNK, list_people
from victim_support.victims.rules import label_of

_Word = TypeVar("_Word", RegradeNotice, SupportCheck)
_ALIVE = (NumberState.ISSUED, NumberState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Regrade:
    """An application whose certificate says another grade than the judgement in force."""

    application: Application
    dwelling: Dwelling
    head: DisclosedPerson | None
    before: Judgement
    now: Judgement
    papers: list[Paper]
    """Certificates that were issued on another judgement, with those that replaced them."""
    notices: list[RegradeNotice]
    support: dict[str, SupportCheck]
    """The newest word of the office of each support."""

    @property
    def direction(self) -> Direction:
        """Return whether the grade became heavier or lighter."""
        return direction_of(self.before.known_grade, self.now.known_grade)

    @property
    def before_label(self) -> str:
        """Return what the certificate says."""
        return label_of(self.before.grade or self.before.no_grade)

    @property
    def now_label(self) -> str:
        """Return what holds now."""
        return label_of(self.now.grade or self.now.no_grade)

    @property
    def is_told(self) -> bool:
        """Tell whether somebody was reached about the judgement in force."""
        facts = [TellFacts(one.judgement_id, one.means, one.told_at) for one in self.notices]
        return is_told(facts, self.now.id)

    @property
    def replacement(self) -> Paper | None:
        """Return the certificate on the judgement in force, handed over or waiting."""
        found = [one for one in self.papers if one.certificate.judgement_id == self.now.id]
        return found[-1] if found else None

    @property
    def is_exchanged(self) -> bool:
        """Tell whether the new certificate was handed over."""
        return self.replacement is not None and self.replacement.state == NumberState.ISSUED

    @property
    def granted(self) -> list[str]:
        """Return the supports whose grant depends on the old grade and is not settled yet."""
        open_states = (SupportState.ASKED, SupportState.GRANTED)
        return [name for name, check in self.support.items() if check.state in open_states]

    @property
    def is_open(self) -> bool:
        """Tell whether somebody must be told yet, a paper exchanged, or a support settled."""
        is_exchanged = self.is_exchanged or self.now.known_grade is None
        return not self.is_told or not is_exchanged or bool(self.granted)


def list_regrades(audience: Audience = Audience.COUNTER) -> list[Regrade]:
    """Return the applications whose certificate is outdated by a judgement, open ones first.

    Args:
        audience: Who will read the list; on paper and in files only those whose place may be shown.
    """
    found = _regrades(_outdated(), audience)
    return sorted(found, key=lambda one: (not one.is_open, one.now.entered_at))


def find_regrade(application_id: UUID) -> Regrade | None:
    """Return what a changed grade means for an application the actor may see, or None."""
    application = find_application(application_id)
    return next(iter(_regrades([application] if application else [])), None)


def list_notices(application_ids: Collection[UUID]) -> dict[UUID, list[RegradeNotice]]:
    """Return who was told, by application, oldest first."""
    found: dict[UUID, list[RegradeNotice]] = defaultdict(list)
    for notice in _about(application_ids, RegradeNotice, RegradeNotice.told_at):
        found[notice.application_id].append(notice)
    return found


def list_support(application_ids: Collection[UUID]) -> dict[UUID, dict[str, SupportCheck]]:
    """Return the newest word of the office of each support, by application and support."""
    found: dict[UUID, dict[str, SupportCheck]] = defaultdict(dict)
    for check in _about(application_ids, SupportCheck, SupportCheck.checked_at):
        found[check.application_id][check.support] = check
    return found


def list_to_seal() -> list[RegradeNotice | SupportCheck]:
    """Return what lies in the open scope about an application that is sealed by now."""
    found: list[RegradeNotice | SupportCheck] = []
    for model in (RegradeNotice, SupportCheck):
        statement = select(model).where(
            model.scope == current_scopes().core,
            model.is_withdrawn.is_(False),
            model.application_id.in_(sealed_application_ids()),
        )
        found += db.session.scalars(statement.order_by(model.id))
    return found


def support_edition() -> Edition:
    """Return the support that depends on a grade, with the source."""
    return load_table("counter", "support").on(clock.today())


def _outdated() -> list[Application]:
    """Return the applications a certificate of which is not of the judgement in force."""
    applications = list_judged_again()
    judged = _judged({one.id for one in applications})
    current = judgements_in_force([one.dwelling_id for one in applications])
    found = []
    for one in applications:
        now = current[one.dwelling_id].judgement
        if now is not None and judged[one.id] - {now.id}:
            found.append(one)
    return found


def _judged(application_ids: Collection[UUID]) -> dict[UUID, set[UUID | None]]:
    """Return the judgements of certificates that somebody holds or held, by application."""
    found: dict[UUID, set[UUID | None]] = defaultdict(set)
    for ids in _chunks(application_ids):
        statement = (
            select(Certificate.application_id, Certificate.judgement_id)
            .join(NumberEntry, NumberEntry.number == Certificate.number)
            .where(
                Certificate.scope.in_(visible_scopes()),
                Certificate.is_withdrawn.is_(False),
                Certificate.kind == PaperKind.RISAI,
                Certificate.application_id.in_(ids),
                NumberEntry.scope == current_scopes().core,
                NumberEntry.state.in_(_ALIVE),
            )
        )
        for application_id, judgement_id in db.session.execute(statement):
            found[application_id].add(judgement_id)
    return found


def _regrades(
    applications: Collection[Application], audience: Audience = Audience.COUNTER
) -> list[Regrade]:
    papers = list_papers_for([one.id for one in applications])
    current = judgements_in_force([one.dwelling_id for one in applications])
    outdated: list[tuple[Application, Judgement, Judgement, list[Paper]]] = []
    for one in applications:
        now = current[one.dwelling_id].judgement
        own = [each for each in papers[one.id] if each.certificate.kind == PaperKind.RISAI]
        before = _before(own, now)
        if now is not None and before is not None:
            outdated.append((one, before, now, own))
    return list(_with_people(outdated, audience))


def _with_people(
    outdated: list[tuple[Application, Judgement, Judgement, list[Paper]]], audience: Audience
) -> Iterable[Regrade]:
    dwellings = list_dwellings([one.dwelling_id for one, *_rest in outdated])
    notices = list_notices([one.id for one, *_rest in outdated])
    support = list_support([one.id for one, *_rest in outdated])
    is_screen = audience is Audience.COUNTER
    disclosure = view(audience, Purpose.RECORD if is_screen else Purpose.PRESENCE)
    heads = list_people([one.head_person_id for one, *_rest in outdated if one.head_person_id])
    shown = {
        head.id: disclosure.person(head)
        for head in heads
        if is_screen or disclosure.shows_address(head)
    }
    for one, before, now, papers in outdated:
        head = shown.get(one.head_person_id) if one.head_person_id else None
        if one.dwelling_id in dwellings and (is_screen or head):
            dwelling = dwellings[one.dwelling_id]
            yield Regrade(
                one, dwelling, head, before, now, papers, notices[one.id], support[one.id]
            )


def _before(papers: list[Paper], now: Judgement | None) -> Judgement | None:
    """Return the judgement of the last paper handed over that says another grade, or None."""
    if now is None:
        return None
    for paper in reversed(papers):
        judgement_id = paper.certificate.judgement_id
        if paper.state not in _ALIVE or judgement_id in {None, now.id}:
            continue
        before = db.session.get(Judgement, (current_scopes().core, judgement_id))
        if before and (before.grade, before.no_grade) != (now.grade, now.no_grade):
            return before
        return None
    return None


def _about(
    application_ids: Collection[UUID], model: type[_Word], since: InstrumentedAttribute[datetime]
) -> Iterator[_Word]:
    """Yield what was written about applications, those of each in the order of time."""
    for ids in _chunks(application_ids):
        statement = select(model).where(
            model.scope.in_(visible_scopes()),
            model.is_withdrawn.is_(False),
            model.application_id.in_(ids),
        )
        yield from db.session.scalars(statement.order_by(since, model.id))


def _chunks(ids: Collection[UUID]) -> list[list[UUID]]:
    listed = list(dict.fromkeys(ids))
    return [listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK)]
