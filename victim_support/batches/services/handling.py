"""Write down what happened to issued papers: told, sent, handed over, come back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from victim_support.batches.models import BatchItem, PaperHandling
from victim_support.batches.rules import HandlingKind, NoticeWay
from victim_support.certificates.models import Certificate
from victim_support.certificates.queries import Paper
from victim_support.certificates.rules import NumberState
from victim_support.certificates.services import CertificateError, WrongStateError, hand_over
from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.damage.queries import list_applications_naming, list_partly_sealed
from victim_support.victims import services as victims

NOT_SEEN = "前の証明書の返却は確かめていない"
_ALIVE = (NumberState.ISSUED, NumberState.DRAWN)
_GIVES = (HandlingKind.MAILED, HandlingKind.COLLECTED)


@dataclass(frozen=True, slots=True)
class Handling:
    """What was done with papers, on which day, and how people were told."""

    kind: HandlingKind
    day: date
    way: NoticeWay | None = None
    note: str = ""


def record_handling(paper: Paper, handling: Handling, *, by: UUID | None) -> PaperHandling:
    """Write down an act with a paper; one that replaces another is valid once it leaves (差替え).

    Raises:
        WrongStateError: The paper does not count any more.
        CertificateError: The day is before the paper was issued, or has not come yet.
    """
    if paper.state not in _ALIVE:
        raise WrongStateError(f"{paper.certificate.number} は有効ではありません。")
    issued_on = clock.local(paper.certificate.issued_at).date()
    if not issued_on <= handling.day <= clock.today():
        raise CertificateError(
            f"{paper.certificate.number} の日付は、交付した日から今日までにしてください。"
        )
    if handling.kind in _GIVES and paper.state == NumberState.DRAWN:
        hand_over(paper, by=by, old_paper=NOT_SEEN)
    act = PaperHandling(
        scope=paper.certificate.scope,
        id=new_id(),
        certificate_id=paper.id,
        kind=handling.kind,
        way=handling.way if handling.kind is HandlingKind.NOTIFIED else None,
        day=handling.day,
        note=handling.note or None,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    db.session.add(act)
    return act


@victims.on_protected
def seal_lines(person_id: UUID) -> None:
    """Seal the lines of bulk issues and the acts about papers of somebody protected by now."""
    own = [
        one.id
        for one in list_applications_naming(person_id)
        if person_id in {one.head_person_id, one.applicant_person_id}
    ]
    for row in (*_open_items(own), *_open_acts(own)):
        victims.move_to_sealed(row)


@victims.finds_open
def find_open_lines() -> Collection[UUID]:
    """Return who is protected and has an act or a line in the open scope (同期のあと)."""
    whose = set(db.session.scalars(victims.protected_ids()))
    found: set[UUID] = set()
    for one in list_partly_sealed():
        owners = whose & {one.head_person_id, one.applicant_person_id}
        if owners and (_open_items([one.id]) or _open_acts([one.id])):
            found |= owners
    return found


def _open_items(application_ids: Collection[UUID]) -> list[BatchItem]:
    statement = select(BatchItem).where(
        BatchItem.scope == current_scopes().core,
        BatchItem.is_withdrawn.is_(False),
        BatchItem.application_id.in_(application_ids),
    )
    return list(db.session.scalars(statement.order_by(BatchItem.id)))


def _open_acts(application_ids: Collection[UUID]) -> list[PaperHandling]:
    papers = select(Certificate.id).where(Certificate.application_id.in_(application_ids))
    statement = select(PaperHandling).where(
        PaperHandling.scope == current_scopes().core,
        PaperHandling.is_withdrawn.is_(False),
        PaperHandling.certificate_id.in_(papers),
    )
    return list(db.session.scalars(statement.order_by(PaperHandling.id)))
