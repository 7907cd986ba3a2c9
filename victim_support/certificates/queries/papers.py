"""Reads of papers, numbers and copies."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from victim_support.certificates.models import Certificate, CertificateCopy, NumberEntry
from victim_support.certificates.rules import (
    MARKS,
    NumberState,
    PaperKind,
    parse_check,
    spoken_answer,
)
from victim_support.core.db import db
from victim_support.core.ids import natural_id
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import Application
from victim_support.damage.queries import (
    find_application,
    list_applications_of,
    list_sibling_ids,
    visible_scopes,
)

CHUNK = 500
CERTIFYING = (PaperKind.RISAI, PaperKind.HISAI, PaperKind.OWNER)
"""Papers of which a household has one for a place; a receipt may be written twice."""
ALIVE = frozenset({NumberState.ISSUED, NumberState.DRAWN})
"""A paper that is valid, or waits to be handed over."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate with its number's entry and its copies."""

    certificate: Certificate
    entry: NumberEntry
    copies: list[CertificateCopy]

    @property
    def id(self) -> UUID:
        """Return the certificate's id."""
        return self.certificate.id

    @property
    def last_copy(self) -> int:
        """Return the highest copy number."""
        return max((copy.copy_number for copy in self.copies), default=1)

    @property
    def state(self) -> NumberState | str:
        """Return the state of the number."""
        return self.entry.state

    @property
    def mark(self) -> str:
        """Return what has to stand across the paper because it does not count, "" if it does."""
        return next((words for state, words in MARKS.items() if state == self.state), "")


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of one application, as far as one kind is concerned."""

    listed: list[Paper]
    valid: Paper | None
    waiting: Paper | None

    def is_new(self, judgement_id: UUID | None) -> bool:
        """Tell whether a paper issued now would say anything the last one does not."""
        newest = self.waiting or self.valid
        return newest is None or newest.certificate.judgement_id != judgement_id


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """The answer to "does this number count?"; no personal data."""

    number: str | None
    state: NumberState | str | None
    entry: NumberEntry | None
    is_same_content: bool | None
    """Whether the hash of a scanned code fits; None when it was typed or cannot be compared."""
    is_doubled: bool = False
    """Whether another paper has the same number, and somebody has to void it."""

    @property
    def spoken(self) -> str:
        """Return the sentence for whoever asks by telephone; it tells of nobody."""
        if self.number is None or self.is_doubled or self.is_same_content is False:
            return ""
        successor = self.entry.successor if self.entry else None
        return spoken_answer(self.number, self.state, successor)


def number_id(number: str) -> UUID:
    """Return the id of a number's entry, the same on every machine."""
    return natural_id("number", current_scopes().municipality, number)


def last_counter(prefix: str) -> int:
    """Return the highest counter drawn under a prefix, in any disaster."""
    statement = select(func.max(NumberEntry.counter)).where(NumberEntry.prefix == prefix)
    return db.session.scalar(statement) or 0


def get_paper(certificate_id: UUID) -> Paper:
    """Return a paper the actor may see, or 404."""
    found = _papers(Certificate.id == certificate_id)
    return found[0] if found else abort(404)


def find_paper(number: str) -> Paper | None:
    """Return the paper of a number, None when there is none the actor may see."""
    return next(iter(_papers(Certificate.number == number)), None)


def find_applications_of(number: str) -> list[Application]:
    """Return the applications of a number that may be seen: two when two lives drew it."""
    papers = _papers(Certificate.number == number)
    ids = dict.fromkeys(paper.certificate.application_id for paper in papers)
    return [found for each in ids if (found := find_application(each)) is not None]


def list_papers_for(application_ids: Collection[UUID]) -> dict[UUID, list[Paper]]:
    """Return the papers of each application, oldest first."""
    papers: dict[UUID, list[Paper]] = defaultdict(list)
    ids = list(dict.fromkeys(application_ids))
    for start in range(0, len(ids), CHUNK):
        for paper in _papers(Certificate.application_id.in_(ids[start : start + CHUNK])):
            papers[paper.certificate.application_id].append(paper)
    return papers


def list_set(application_id: UUID) -> list[Paper]:
    """Return the papers of a household about one place as one list, oldest first."""
    papers = list_papers_for(list_sibling_ids(application_id))
    found = [paper for each in papers.values() for paper in each]
    return sorted(found, key=lambda paper: (paper.certificate.issued_at, paper.id))


def list_doubled_sets() -> list[list[Paper]]:
    """Return the papers of one kind of which a household holds two that count (二重の交付).

    Two laptops issued them without knowing of each other, each with a number of its own.
    """
    return _sets(NumberState.ISSUED, Certificate.number, doubled_of)


def list_voided_sets() -> list[list[Paper]]:
    """Return the papers of households of which no paper counts any more (すべて無効).

    Two officers each voided the paper of the other's laptop and left the own one: what the
    household was handed does not count, and nobody there knows.
    """
    return _sets(NumberState.VOID, NumberEntry.prefix, voided_of)


def doubled_of(application_id: UUID, kind: PaperKind) -> list[Paper]:
    """Return the papers of a kind that count when a household holds more than one of them."""
    papers = [
        paper
        for paper in list_set(application_id)
        if paper.certificate.kind == kind and paper.state == NumberState.ISSUED
    ]
    return papers if len(papers) > 1 and kind in CERTIFYING else []


def voided_of(application_id: UUID, kind: PaperKind) -> list[Paper]:
    """Return the voided papers of a kind, of several laptops, when none of the kind counts."""
    papers = [paper for paper in list_set(application_id) if paper.certificate.kind == kind]
    voided = [paper for paper in papers if paper.state == NumberState.VOID]
    counts = any(paper.state in ALIVE for paper in papers)
    are_several = len({paper.entry.prefix for paper in voided}) > 1
    return voided if are_several and not counts and kind in CERTIFYING else []


def _sets(
    state: NumberState,
    several: InstrumentedAttribute[str],
    find: Callable[[UUID, PaperKind], list[Paper]],
) -> list[list[Paper]]:
    """Return what is found of households with several numbers or prefixes in one state."""
    statement = (
        select(Application.household_id)
        .join(Certificate, Certificate.application_id == Application.id)
        .join(NumberEntry, NumberEntry.number == Certificate.number)
        .where(
            NumberEntry.scope == current_scopes().core,
            NumberEntry.state == state,
            Certificate.scope.in_(visible_scopes()),
            Certificate.is_withdrawn.is_(False),
            Certificate.kind.in_(CERTIFYING),
        )
        .group_by(Application.household_id, Certificate.kind)
        .having(func.count(several.distinct()) > 1)
    )
    households = sorted(set(db.session.scalars(statement)))
    ids = [one.id for each in households for one in list_applications_of(each)]
    sets = {tuple(sorted(list_sibling_ids(each))): each for each in sorted(ids)}
    found = (find(each, kind) for each in sets.values() for kind in CERTIFYING)
    return [papers for papers in found if papers]


def find_current_paper(application_id: UUID, kind: PaperKind) -> Paper | None:
    """Return the newest paper of a kind that is valid or waits to be handed over, or None.

    It may stand on another application of the household for the same place.
    """
    papers = list_set(application_id)
    of_kind = [paper for paper in papers if paper.certificate.kind == kind]
    return next((paper for paper in reversed(of_kind) if paper.state in ALIVE), None)


def get_papers(application_id: UUID, kind: PaperKind) -> Papers:
    """Return the papers of an application and which of a kind is valid or waits.

    Those of another application of the household for the same place belong to them.
    """
    papers = list_set(application_id)
    of_kind = [paper for paper in reversed(papers) if paper.certificate.kind == kind]
    return Papers(
        papers,
        next((paper for paper in of_kind if paper.state == NumberState.ISSUED), None),
        next((paper for paper in of_kind if paper.state == NumberState.DRAWN), None),
    )


def list_open_certificates(application_ids: Collection[UUID]) -> list[Certificate]:
    """Return the papers of applications that lie in the core scope, to decide on sealing."""
    found: list[Certificate] = []
    ids = list(dict.fromkeys(application_ids))
    for start in range(0, len(ids), CHUNK):
        statement = select(Certificate).where(
            Certificate.scope == current_scopes().core,
            Certificate.is_withdrawn.is_(False),
            Certificate.application_id.in_(ids[start : start + CHUNK]),
        )
        found += db.session.scalars(statement.order_by(Certificate.id))
    return found


def list_open_copies(certificate_id: UUID) -> list[CertificateCopy]:
    """Return the copies of a paper that lie in the core scope, withdrawn ones too."""
    statement = select(CertificateCopy).where(
        CertificateCopy.scope == current_scopes().core,
        CertificateCopy.certificate_id == certificate_id,
    )
    return list(db.session.scalars(statement.order_by(CertificateCopy.id)))


def find_entry(number: str) -> NumberEntry | None:
    """Return a number's entry in any disaster of the municipality, or None."""
    prefix = f"{current_scopes().municipality}/"
    statement = (
        select(NumberEntry)
        .where(NumberEntry.number == number, NumberEntry.scope.startswith(prefix))
        .order_by(NumberEntry.scope)
    )
    return db.session.scalars(statement).first()


def check_number(text: str) -> NumberCheck:
    """Say whether a typed number or a scanned code counts: 有効, 差替え済, 無効, or unknown."""
    code = parse_check(text)
    if code is None:
        return NumberCheck(None, None, None, None)
    entry = find_entry(code.number)
    if entry is None:
        return NumberCheck(code.number, None, None, None)
    is_doubled = code.number in list_doubled_numbers(entry.scope)
    return NumberCheck(code.number, entry.state, entry, _fits(entry, code.short_hash), is_doubled)


def list_doubled_numbers(core: str | None = None) -> list[str]:
    """Return numbers that stand on more than one paper and were not voided (番号の重複).

    Two lives of one disk image draw the same numbers while they do not know of each other.
    Numbers say nothing of people, so papers that the actor may not see count too.

    Args:
        core: The core scope of the disaster; that of the open one without it.
    """
    core = core or current_scopes().core
    sealed = core.removesuffix("core") + "sealed"
    statement = (
        select(Certificate.number)
        .join(NumberEntry, NumberEntry.number == Certificate.number)
        .where(
            Certificate.scope.in_([core, sealed]),
            Certificate.is_withdrawn.is_(False),
            NumberEntry.scope == core,
            NumberEntry.state.not_in([NumberState.VOID, NumberState.SPOILED]),
        )
        .group_by(Certificate.number)
        .having(func.count(Certificate.id.distinct()) > 1)
        .order_by(Certificate.number)
    )
    return list(db.session.scalars(statement))


def count_issued() -> dict[str, int]:
    """Return how many numbers of each kind are valid in this disaster."""
    statement = (
        select(NumberEntry.kind, func.count())
        .where(
            NumberEntry.scope == current_scopes().core,
            NumberEntry.is_withdrawn.is_(False),
            NumberEntry.state == NumberState.ISSUED,
        )
        .group_by(NumberEntry.kind)
        .order_by(NumberEntry.kind)
    )
    return {str(kind): count for kind, count in db.session.execute(statement)}


def _fits(entry: NumberEntry, short_hash: str | None) -> bool | None:
    if short_hash is None:
        return None
    statement = select(Certificate.snapshot_hash).where(Certificate.number == entry.number)
    known = [each for each in db.session.scalars(statement.order_by(Certificate.id)) if each]
    return any(each.startswith(short_hash) for each in known) if known else None


def _papers(condition: ColumnElement[bool]) -> list[Paper]:
    statement = (
        select(Certificate)
        .where(Certificate.scope.in_(visible_scopes()), Certificate.is_withdrawn.is_(False))
        .where(condition)
        .order_by(Certificate.issued_at, Certificate.id)
    )
    # Of a paper whose words were sealed the row that stayed in core stands for it.
    core = current_scopes().core
    found = sorted(db.session.scalars(statement), key=lambda one: one.scope == core)
    certificates = sorted(
        {one.id: one for one in found}.values(), key=lambda one: (one.issued_at, one.id)
    )
    copies = _copies([certificate.id for certificate in certificates])
    entries = {
        entry.number: entry
        for entry in db.session.scalars(
            select(NumberEntry)
            .where(
                NumberEntry.scope == core,
                NumberEntry.number.in_([certificate.number for certificate in certificates]),
            )
            .order_by(NumberEntry.id)
        )
    }
    return [
        Paper(certificate, entries[certificate.number], copies[certificate.id])
        for certificate in certificates
        if certificate.number in entries
    ]


def _copies(certificate_ids: Collection[UUID]) -> dict[UUID, list[CertificateCopy]]:
    copies: dict[UUID, list[CertificateCopy]] = defaultdict(list)
    statement = (
        select(CertificateCopy)
        .where(
            CertificateCopy.scope.in_(visible_scopes()),
            CertificateCopy.is_withdrawn.is_(False),
            CertificateCopy.certificate_id.in_(certificate_ids),
        )
        .order_by(CertificateCopy.copy_number, CertificateCopy.id)
    )
    for copy in db.session.scalars(statement):
        copies[copy.certificate_id].append(copy)
    return copies
