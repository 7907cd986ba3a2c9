"""Issue papers for many: one after the other, each with its number and its line in one transaction.

What stands in the way of a paper becomes a line with its reason; nothing is left out in silence.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from victim_support.batches.models import Batch, BatchItem
from victim_support.batches.queries import find_item, find_open_application, get_batch, item_id
from victim_support.batches.rules import BatchOutcome
from victim_support.certificates.models import Certificate
from victim_support.certificates.rules import PaperKind
from victim_support.certificates.services import (
    CallNeededError,
    CertificateError,
    NumbersSuspendedError,
    Proposal,
    issue_proposal,
    propose,
    refuse_unless_called,
)
from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.ids import new_id
from victim_support.core.node import may_draw_numbers
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import Application
from victim_support.victims.queries import list_people

STEP_SECONDS = 0.1
BY_HAND = "窓口で渡す紙です。わからないときは本部に確認してください。"
NOT_FOUND = "申請が取り下げられたか、窓口で扱うものになりました。本部に確認してください。"
DISPUTED = "端末のあいだで食い違っている値があります。見本の画面で決めてください。"
NO_GLYPH = "氏名か住所に、書体にない字があります。見本の画面で代わりを選んでください。"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: which paper, for whom in words, how many, how it goes, who was called."""

    kind: PaperKind
    choice: str
    asked: int
    is_mailed: bool
    called: str = ""


def start_batch(wanted: Wanted, *, by: UUID | None) -> Batch:
    """Begin a bulk issue (一括発行).

    Raises:
        CallNeededError: The knowledge of protected people is old, and nobody was called.
        NumbersSuspendedError: This machine may not draw numbers.
    """
    refuse_unless_called(wanted.called)
    if not may_draw_numbers():
        raise NumbersSuspendedError
    batch = Batch(
        scope=current_scopes().core,
        id=new_id(),
        kind=wanted.kind,
        choice=wanted.choice,
        asked=wanted.asked,
        is_mailed=wanted.is_mailed,
        called=wanted.called.strip(),
        started_at=clock.now(),
        started_by=by,
    )
    db.session.add(batch)
    return batch


def issue_some(batch_id: UUID, application_ids: Sequence[UUID], at: int, *, by: UUID | None) -> int:
    """Issue the next papers for as long as a step may last; return where to go on.

    What has its line already, from a run that was cut off, is passed over.

    Args:
        batch_id: The bulk issue.
        application_ids: All that were chosen, in the order of the papers.
        at: How many of them are done.
        by: Who issues.

    Raises:
        CallNeededError: The knowledge of protected people has become too old.
        NumbersSuspendedError: This machine may not draw numbers any more.
    """
    batch, until = get_batch(batch_id), time.monotonic() + STEP_SECONDS
    while at < len(application_ids):
        _issue_one(batch, application_ids[at], at + 1, by=by)
        at += 1
        if time.monotonic() >= until:
            break
    return at


def _issue_one(batch: Batch, application_id: UUID, position: int, *, by: UUID | None) -> None:
    if find_item(batch.id, application_id) is not None:
        return
    application = find_open_application(application_id)
    made = _issued(application, batch, by=by) if application else NOT_FOUND
    is_issued = isinstance(made, Certificate)
    db.session.add(
        BatchItem(
            scope=current_scopes().core,
            id=item_id(batch.id, application_id),
            batch_id=batch.id,
            application_id=application_id,
            position=position,
            outcome=BatchOutcome.ISSUED if is_issued else BatchOutcome.BLOCKED,
            certificate_id=made.id if isinstance(made, Certificate) else None,
            reason=None if isinstance(made, Certificate) else made,
        )
    )
    db.session.flush()


def _issued(application: Application, batch: Batch, *, by: UUID | None) -> Certificate | str:
    """Issue one paper, or return why not; the words name nobody."""
    if not mailable_ids([application]):
        return BY_HAND
    kind = next(kind for kind in PaperKind if kind == batch.kind)
    proposal = propose(application, kind)
    if not proposal.is_ready:
        return _reason(proposal)
    try:
        return issue_proposal(proposal, by=by, called=batch.called)
    except (CallNeededError, NumbersSuspendedError):
        raise
    except CertificateError as error:
        return str(error)


def mailable_ids(applications: Collection[Application]) -> set[UUID]:
    """Return whose papers may leave by post: the address of whoever they are for may be known."""
    owners = {one.id: (one.head_person_id, one.applicant_person_id) for one in applications}
    everybody = {each for ids in owners.values() for each in ids if each is not None}
    disclosure = view(Audience.PAPER, Purpose.PRESENCE)
    hidden = {one.id for one in list_people(everybody) if not disclosure.shows_address(one)}
    return {each for each, ids in owners.items() if not hidden & set(ids)}


def _reason(proposal: Proposal) -> str:
    words = list(proposal.problems)
    words += [DISPUTED] if proposal.blockers else []
    words += [NO_GLYPH] if proposal.unprintable else []
    return " ".join(words)
