"""Which applications can have their paper now: by district, in the order of the street.

Only the open scope is looked into, whoever asks: protected people (支援措置) are handed their
papers at the counter.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from victim_support.certificates.models import Certificate, NumberEntry
from victim_support.certificates.rules import NumberState, PaperKind
from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.core.settings import setting
from victim_support.damage.models import Application
from victim_support.damage.queries import judgements_in_force, list_dwellings
from victim_support.damage.rules import RequestedPaper
from victim_support.vulnerable.rules.streets import Street, street_of

KINDS = (PaperKind.RISAI, PaperKind.HISAI)
NO_TOWN = "(町名なし)"
_ALIVE = (NumberState.ISSUED, NumberState.DRAWN)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application whose paper can be issued, or replaced after a new judgement (差替え)."""

    application_id: UUID
    street: Street
    is_replacement: bool

    @property
    def town(self) -> str:
        """Return the district of the dwelling (町)."""
        return self.street.town or NO_TOWN


@dataclass(frozen=True, slots=True)
class Open:
    """What the choice of a bulk issue is made from."""

    candidates: list[Candidate]
    waiting: int
    """Applications without an approved judgement, or with one that is no grade."""

    def towns(self) -> dict[str, tuple[int, int]]:
        """Return how many first papers and replacements each district has."""
        found: dict[str, tuple[int, int]] = {}
        for one in self.candidates:
            first, again = found.get(one.town, (0, 0))
            found[one.town] = (first + (not one.is_replacement), again + one.is_replacement)
        return dict(sorted(found.items()))


def list_candidates(kind: PaperKind, ids: Collection[UUID] | None = None) -> Open:
    """Return the applications of a kind of paper that can have it now, by street.

    Args:
        kind: Which paper.
        ids: Only these applications.
    """
    rows = _applications(kind, ids)
    papers = _papers(kind)
    dwellings = list_dwellings([row[1] for row in rows])
    judged = judgements_in_force(list(dwellings)) if kind is PaperKind.RISAI else {}
    found, waiting, municipality = [], 0, setting("municipality_name", "")
    for application_id, dwelling_id in rows:
        dwelling = dwellings.get(dwelling_id)
        judgement = judged[dwelling_id].judgement if dwelling_id in judged else None
        has_grade = judgement is not None and judgement.known_grade is not None
        if dwelling is None or (kind is PaperKind.RISAI and not has_grade):
            waiting += 1
            continue
        judgement_id = judgement.id if judgement else None
        is_replacement = application_id in papers
        if not is_replacement or papers[application_id] != judgement_id:
            street = street_of(dwelling.address, municipality)
            found.append(Candidate(application_id, street, is_replacement))
    return Open(sorted(found, key=lambda one: (one.street, one.application_id)), waiting)


def count_sealed(kind: PaperKind) -> int:
    """Return how many applications of protected people want such a paper; for who may know."""
    statement = (
        select(func.count())
        .select_from(Application)
        .where(
            Application.scope == current_scopes().sealed,
            Application.is_withdrawn.is_(False),
            Application.requested == RequestedPaper(kind.value),
        )
    )
    return db.session.scalar(statement) or 0


def chosen(
    found: Open, *, towns: Collection[str] | None, with_replacements: bool
) -> list[Candidate]:
    """Return the candidates of some districts; of all without any."""
    return [
        one
        for one in found.candidates
        if (towns is None or one.town in towns) and (with_replacements or not one.is_replacement)
    ]


def _applications(kind: PaperKind, ids: Collection[UUID] | None) -> list[tuple[UUID, UUID]]:
    statement = select(Application.id, Application.dwelling_id).where(
        Application.scope == current_scopes().core,
        Application.is_withdrawn.is_(False),
        Application.requested == RequestedPaper(kind.value),
    )
    wanted = None if ids is None else set(ids)
    rows = db.session.execute(statement.order_by(Application.id))
    return [(one, place) for one, place in rows if wanted is None or one in wanted]


def _papers(kind: PaperKind) -> dict[UUID, UUID | None]:
    """Return the judgement that the newest paper which counts or waits is about, by application."""
    core = current_scopes().core
    statement = (
        select(Certificate.application_id, Certificate.judgement_id)
        .join(NumberEntry, NumberEntry.number == Certificate.number)
        .where(
            Certificate.scope == core,
            Certificate.is_withdrawn.is_(False),
            Certificate.kind == kind,
            NumberEntry.scope == core,
            NumberEntry.state.in_(_ALIVE),
        )
        .order_by(Certificate.issued_at, Certificate.id)
    )
    return {paper[0]: paper[1] for paper in db.session.execute(statement)}
