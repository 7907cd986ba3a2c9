"""Who has issued papers: still here, told of, sent, handed over; and who printed what.

A paper issued at the counter goes over the counter at once; one of a bulk issue, and one that
replaces another, lies here until somebody says otherwise.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from victim_support.batches.models import BatchItem, PaperHandling
from victim_support.batches.rules import Act, Custody, custody_of
from victim_support.certificates.models import Certificate, CertificateCopy, NumberEntry
from victim_support.certificates.queries import CERTIFYING
from victim_support.certificates.rules import NumberState, PaperKind
from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.disclosure import Audience, DisclosedPerson, Disclosure, Purpose, view
from victim_support.core.reads import list_reads
from victim_support.core.scopes import current_scopes
from victim_support.core.settings import setting
from victim_support.damage.queries import find_applications, list_dwellings, visible_scopes
from victim_support.victims.queries import list_people
from victim_support.vulnerable.rules.streets import Street, street_of

_ALIVE = (NumberState.ISSUED, NumberState.DRAWN)
CHUNK = 500
OPENINGS = {"certificate.print": "PDFを開いた", "certificate.batch": "一括のPDFを開いた"}


class _Row(NamedTuple):
    id: UUID
    application_id: UUID
    number: str
    kind: PaperKind | str
    issued_at: datetime
    supersedes: str | None
    state: NumberState | str

    def went_over_the_counter(self, bulk: Collection[UUID]) -> bool:
        """Tell whether a paper left by the counter: issued there, or replacing one handed over."""
        is_handed = self.id not in bulk or self.supersedes is not None
        return self.state == NumberState.ISSUED and is_handed


@dataclass(frozen=True, slots=True)
class Held:
    """An issued paper, whose it is, and where it is."""

    row: _Row
    head: DisclosedPerson
    street: Street
    place: str
    custody: Custody
    last: PaperHandling | None
    """The last act with it, None before the first."""

    @property
    def certificate_id(self) -> UUID:
        """Return the id of the paper."""
        return self.row.id

    @property
    def number(self) -> str:
        """Return the number of the paper."""
        return self.row.number

    @property
    def kind(self) -> PaperKind | str:
        """Return what kind of paper it is."""
        return self.row.kind

    @property
    def issued_at(self) -> datetime:
        """Return when it was issued."""
        return self.row.issued_at


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed copy of a paper, or one opening: by whom and when; no personal data."""

    made_at: datetime
    made_by: UUID | None
    kind: PaperKind | str
    number: str
    copy_number: int | None
    reason: str
    is_bulk: bool


def list_held(
    states: Collection[Custody], *, audience: Audience, purpose: Purpose = Purpose.RECORD
) -> list[Held]:
    """Return the issued papers in some states, by street; only those that may be shown.

    Args:
        states: Where they are.
        audience: Who will read the list.
        purpose: What for.
    """
    rows = _certificates()
    acts = list_acts([row.id for row in rows])
    bulk = _in_bulk()
    found = []
    for row in rows:
        own = acts.get(row.id, [])
        where = custody(own, at_desk=row.went_over_the_counter(bulk))
        if where in states:
            found.append((row, where, own[-1] if own else None))
    return _shown(found, view(audience, purpose))


def where_are(certificate_ids: Collection[UUID]) -> dict[UUID, Custody]:
    """Return where issued papers are (引渡しの状態), by certificate."""
    acts, bulk = list_acts(certificate_ids), _in_bulk()
    return {one: custody(acts.get(one, []), at_desk=one not in bulk) for one in certificate_ids}


def list_acts(certificate_ids: Collection[UUID]) -> dict[UUID, list[PaperHandling]]:
    """Return the acts with papers in the order in which they happened."""
    found: dict[UUID, list[PaperHandling]] = defaultdict(list)
    ids = list(certificate_ids)
    for start in range(0, len(ids), CHUNK):
        statement = select(PaperHandling).where(
            PaperHandling.scope.in_(visible_scopes()),
            PaperHandling.is_withdrawn.is_(False),
            PaperHandling.certificate_id.in_(ids[start : start + CHUNK]),
        )
        for act in db.session.scalars(statement.order_by(PaperHandling.day, PaperHandling.id)):
            found[act.certificate_id].append(act)
    return found


def list_printed(first: date, last: date, by: UUID | None = None) -> list[Printed]:
    """Return who printed which paper, the newest first: numbers and copies, no names of victims.

    Args:
        first: The first day, as days are counted in Japan.
        last: The last one.
        by: Only what this clerk printed.
    """
    bulk = _in_bulk()
    statement = (
        select(CertificateCopy, Certificate.kind, Certificate.number)
        .join(
            Certificate,
            (Certificate.id == CertificateCopy.certificate_id)
            & (Certificate.scope == CertificateCopy.scope),
        )
        .where(
            CertificateCopy.scope.in_(visible_scopes()),
            CertificateCopy.is_withdrawn.is_(False),
            CertificateCopy.made_at >= _begin(first),
            CertificateCopy.made_at < _begin(last + timedelta(days=1)),
        )
        .order_by(CertificateCopy.made_at.desc(), CertificateCopy.id)
    )
    if by is not None:
        statement = statement.where(CertificateCopy.made_by == by)
    return [
        Printed(
            copy.made_at,
            copy.made_by,
            kind,
            number,
            copy.copy_number,
            copy.reason or "",
            copy.certificate_id in bulk and copy.copy_number == 1,
        )
        for copy, kind, number in db.session.execute(statement)
    ]


def list_opened(first: date, last: date, by: UUID | None = None) -> list[Printed]:
    """Return which papers were opened as PDF on this machine, the newest first (閲覧の記録).

    Args:
        first: The first day, as days are counted in Japan.
        last: The last one.
        by: Only what this clerk opened.
    """
    entries = [
        (datetime.fromisoformat(entry["at"]), entry)
        for entry in list_reads(OPENINGS, first, last)
        if by is None or entry["actor"] == str(by)
    ]
    papers = _numbers({UUID(each) for _at, entry in entries for each in entry["ids"]})
    return [
        Printed(
            at,
            UUID(entry["actor"]) if entry["actor"] else None,
            *papers[UUID(each)],
            copy_number=None,
            reason=OPENINGS[entry["event"]],
            is_bulk=False,
        )
        for at, entry in sorted(entries, key=lambda one: one[0], reverse=True)
        for each in entry["ids"]
        if UUID(each) in papers
    ]


def _numbers(ids: Collection[UUID]) -> dict[UUID, tuple[PaperKind | str, str]]:
    """Return kind and number of papers; ids of other things are in none."""
    found: dict[UUID, tuple[PaperKind | str, str]] = {}
    listed = list(ids)
    for start in range(0, len(listed), CHUNK):
        statement = select(Certificate.id, Certificate.kind, Certificate.number).where(
            Certificate.scope.in_(visible_scopes()),
            Certificate.id.in_(listed[start : start + CHUNK]),
        )
        found |= {paper[0]: (paper[1], paper[2]) for paper in db.session.execute(statement)}
    return found


def list_printers() -> list[UUID]:
    """Return everybody who ever printed a paper in this disaster."""
    statement = (
        select(CertificateCopy.made_by)
        .where(CertificateCopy.scope.in_(visible_scopes()), CertificateCopy.made_by.is_not(None))
        .distinct()
    )
    return sorted(one for one in db.session.scalars(statement) if one is not None)


def custody(acts: Collection[PaperHandling], *, at_desk: bool = False) -> Custody:
    """Return where a paper is after some acts; one issued at the desk went over it at once."""
    known = custody_of([Act(one.id, one.kind, one.day) for one in acts])
    return Custody.COLLECTED if known is Custody.READY and at_desk else known


def _certificates() -> list[_Row]:
    """Return the certifying papers that count or wait, each once, without its words."""
    statement = (
        select(
            Certificate.id,
            Certificate.application_id,
            Certificate.number,
            Certificate.kind,
            Certificate.issued_at,
            Certificate.supersedes,
            NumberEntry.state,
        )
        .join(NumberEntry, NumberEntry.number == Certificate.number)
        .where(
            Certificate.scope.in_(visible_scopes()),
            Certificate.is_withdrawn.is_(False),
            Certificate.kind.in_(CERTIFYING),
            NumberEntry.scope == current_scopes().core,
            NumberEntry.state.in_(_ALIVE),
        )
        .order_by(Certificate.issued_at, Certificate.id)
    )
    rows = (_Row(*row) for row in db.session.execute(statement))
    return list({row.id: row for row in rows}.values())


def _in_bulk() -> set[UUID]:
    statement = select(BatchItem.certificate_id).where(
        BatchItem.scope.in_(visible_scopes()), BatchItem.certificate_id.is_not(None)
    )
    return {one for one in db.session.scalars(statement) if one is not None}


def _shown(
    found: Sequence[tuple[_Row, Custody, PaperHandling | None]], disclosure: Disclosure
) -> list[Held]:
    """Return the papers of those whose name and dwelling may both be shown."""
    applications = find_applications([row.application_id for row, _custody, _last in found])
    heads = [one.head_person_id for one in applications.values() if one.head_person_id]
    people = {
        person.id: shown
        for person in list_people(heads)
        if disclosure.shows_address(person) and (shown := disclosure.person(person))
    }
    dwellings = list_dwellings([one.dwelling_id for one in applications.values()])
    municipality = setting("municipality_name", "")
    listed = []
    for row, custody, last in found:
        application = applications.get(row.application_id)
        head = people.get(application.head_person_id or row.id) if application else None
        if application is None or head is None:
            continue
        dwelling = dwellings.get(application.dwelling_id)
        place = dwelling.place if dwelling else ""
        listed.append(Held(row, head, street_of(place, municipality), place, custody, last))
    return sorted(listed, key=lambda one: (one.street, one.number))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), clock.JAPAN)
