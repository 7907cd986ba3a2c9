"""Whether an issued paper may still be printed: who is protected by now stands on no copy."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from victim_support.certificates.queries import (
    Paper,
    list_open_certificates,
    list_open_copies,
)
from victim_support.certificates.rules import NumberState
from victim_support.certificates.services.issuing import CallNeededError, CertificateError
from victim_support.core.db import db
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.protections import knowledge
from victim_support.core.reads import log_read
from victim_support.damage.models import Application
from victim_support.damage.queries import (
    find_applications,
    list_applications_naming,
    list_member_rows,
    list_named_openly,
    list_partly_sealed,
)
from victim_support.journal.erasure import is_erased
from victim_support.victims import services as victims
from victim_support.victims.queries import list_people

LEFT_OUT = "（本人の申出により記載していません）"
_PLACES = ("head_address", "dwelling_address", "contact")
_ALIVE = frozenset({NumberState.ISSUED, NumberState.DRAWN})


class OutdatedPaperError(CertificateError):
    """The paper names somebody whom a paper of another must not name any more."""

    def __init__(self) -> None:
        super().__init__(
            "記載内容が変わったため、この写しは印刷できません。"
            "本部がこの番号を無効にして、新しい証明書を作ります。"
        )


class ErasedPaperError(CertificateError):
    """What the paper said was erased by law (消去)."""

    def __init__(self) -> None:
        super().__init__(
            "記載内容は法に沿って消去したため、この写しは印刷できません。"
            "番号が有効かどうかは、番号の確認で調べられます。"
        )


def printable_snapshot(paper: Paper) -> Mapping[str, Any]:
    """Return what a paper says, to be printed again.

    Raises:
        ErasedPaperError: Its words are gone by law.
        OutdatedPaperError: Somebody protected since then (支援措置) stands on it who is neither
            head nor applicant; the words do not tell of her.
    """
    snapshot = paper.certificate.snapshot
    if snapshot is None and is_erased(paper.certificate, "snapshot"):
        raise ErasedPaperError
    if snapshot is None or is_outdated(paper):
        log_read("certificate.refused", [paper.id, paper.certificate.application_id])
        raise OutdatedPaperError
    return snapshot


def words_of_copy(paper: Paper, copy_number: int) -> Mapping[str, Any]:
    """Return what one copy says: the paper, on her wish without where a protected person lives.

    Raises:
        OutdatedPaperError: As :func:`printable_snapshot`.
    """
    snapshot = printable_snapshot(paper)
    copy = next((one for one in paper.copies if one.copy_number == copy_number), None)
    if copy is None or not copy.hides_address:
        return snapshot
    hidden = {name: LEFT_OUT for name in _PLACES if snapshot.get(name)}
    return {**snapshot, **hidden}


def refuse_old_copy(paper: Paper, copy_number: int) -> None:
    """Refuse to open a copy again (控えの印刷) that was made before anybody could know better.

    When it was made, the knowledge of protected people was fresh, or somebody called.

    Raises:
        CallNeededError: That is too long ago, and so is the last word of the headquarters.
    """
    made = max(copy.made_at for copy in paper.copies if copy.copy_number == copy_number)
    if knowledge().is_old_beside(made):
        raise CallNeededError


def is_outdated(paper: Paper) -> bool:
    """Tell whether no copy of a paper may be printed any more."""
    return bool(_outdated([paper]))


def outdated_ids(papers: Collection[Paper]) -> set[UUID]:
    """Return which of the papers that count or wait must not be printed any more."""
    return _outdated([paper for paper in papers if paper.state in _ALIVE])


def _outdated(papers: Collection[Paper]) -> set[UUID]:
    applications = find_applications([paper.certificate.application_id for paper in papers])
    named = {paper.id: _others_on(paper, applications) for paper in papers}
    everybody = {each for ids in named.values() for each in ids or ()}
    others = view(Audience.HOUSEHOLD, Purpose.RECORD)
    hidden = {one.id for one in list_people(everybody) if others.person(one) is None}
    return {each for each, ids in named.items() if ids is None or hidden & ids}


def _others_on(paper: Paper, applications: Mapping[UUID, Application]) -> set[UUID] | None:
    """Return who stands on a paper beside those whose it is; None when its words are gone."""
    snapshot = paper.certificate.snapshot
    application = applications.get(paper.certificate.application_id)
    if snapshot is None or application is None:
        return None
    owners = {application.head_person_id, application.applicant_person_id}
    return set(_named(snapshot, application)) - owners


@victims.on_protected
def seal_papers(person_id: UUID) -> None:
    """Seal the papers of somebody who is protected by now, and what those of others say of her.

    Of a paper of others the row stays in core with its number, so that nobody issues a second one
    beside it, but what it says goes.
    """
    applications = {one.id: one for one in list_applications_naming(person_id)}
    for certificate in list_open_certificates(list(applications)):
        application = applications[certificate.application_id]
        if person_id in {application.head_person_id, application.applicant_person_id}:
            victims.move_to_sealed(certificate)
            _seal_copies(certificate.id)
        elif certificate.snapshot and person_id in _named(certificate.snapshot, application):
            victims.move_to_sealed(certificate)
            certificate.is_withdrawn = False


@victims.finds_open
def find_open_papers() -> Collection[UUID]:
    """Return who is protected and stands openly on an application or a paper (同期のあと)."""
    whose = set(db.session.scalars(victims.protected_ids()))
    applications = {one.id: one for one in list_partly_sealed()}
    found = list_named_openly(victims.protected_ids())
    for paper in list_open_certificates(list(applications)):
        application = applications[paper.application_id]
        named = _named(paper.snapshot, application) if paper.snapshot else []
        found |= whose & {application.head_person_id, application.applicant_person_id, *named}
    return found


def _seal_copies(certificate_id: UUID) -> None:
    for copy in list_open_copies(certificate_id):
        victims.move_to_sealed(copy)


def _named(snapshot: Mapping[str, Any], application: Application) -> list[UUID]:
    """Return who stands on a paper; of one made before that was kept, who ever was a member."""
    if "people" in snapshot:
        return [UUID(person_id) for person_id in snapshot["people"]]
    return [row.person_id for row in list_member_rows(application.id) if row.person_id]
