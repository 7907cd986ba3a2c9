"""Issue papers: a number, a snapshot and a copy in one transaction, printed afterwards."""

from collections.abc import Mapping
from uuid import UUID

from victim_support.certificates.models import Certificate, CertificateCopy, NumberEntry
from victim_support.certificates.queries import (
    Paper,
    find_current_paper,
    find_entry,
    last_counter,
    number_id,
)
from victim_support.certificates.rules import (
    NumberState,
    PaperKind,
    format_number,
    may_become,
    may_spoil,
    snapshot_hash,
)
from victim_support.certificates.services.differing import differences
from victim_support.certificates.services.proposal import Proposal, Substitute, propose
from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.node import may_draw_numbers, this_node
from victim_support.core.protections import knowledge
from victim_support.core.scopes import current_scopes
from victim_support.damage.models import Application

RETURNED = "前の証明書は返却"
NEWER = "渡す前に新しい判定が出たため"
PUT_RIGHT = "渡す前に内容を直したため"


class CertificateError(Exception):
    """Something the desk can read and act on."""


class NotReadyError(CertificateError):
    """Something stands in the way of issuing."""

    def __init__(self, proposal: Proposal) -> None:
        names = [f"「{one.text}」の字形がありません。" for one in proposal.unprintable]
        disputed = [one.words for one in proposal.blockers]
        super().__init__(" ".join([*proposal.problems, *disputed, *names]))
        self.proposal = proposal


class AlreadyIssuedError(CertificateError):
    """The paper has been issued and nothing has changed since."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(
            f"{paper.certificate.number} を交付済みです。紛失のときは再交付してください。"
        )
        self.paper = paper


class NumbersSuspendedError(CertificateError):
    """Another life of this machine may draw the same numbers, so this one draws none."""

    def __init__(self) -> None:
        super().__init__(
            "この端末は、複製か控えからの復元のため、番号を出せません。本部で登録し直すと出せます。"
            "それまでは、ほかの端末で発行してください。"
        )


class CallNeededError(CertificateError):
    """The word on protected people is old, and nobody has called the headquarters (電話確認)."""

    def __init__(self) -> None:
        super().__init__(
            "保護の情報が古いため、住所の載る紙は本部へ電話で確かめてから出します。"
            "確かめたら「電話で確かめた本部の職員」に名前を入れてください。"
        )


class WrongStateError(CertificateError):
    """A number cannot become that from what it is."""


def issue_paper(
    application: Application,
    kind: PaperKind,
    *,
    by: UUID | None,
    called: str = "",
    substitutes: Mapping[str, Substitute] | None = None,
) -> Certificate:
    """Issue what a paper would say now; see :func:`issue_proposal`."""
    proposal = propose(application, kind, substitutes=substitutes)
    return issue_proposal(proposal, by=by, called=called)


def refuse_unless_called(called: str) -> None:
    """Refuse while the knowledge of protected people is old and the headquarters was not asked.

    Raises:
        CallNeededError: Who at the headquarters was called (``called``) is not said.
    """
    if knowledge().is_old and not called.strip():
        raise CallNeededError


def issue_proposal(
    proposal: Proposal, *, by: UUID | None, called: str = "", corrected: str = ""
) -> Certificate:
    """Draw a number and freeze what the paper says (採番と交付).

    After a new judgement the paper replaces the old one (差替え): it waits as drawn, and the old
    paper stays valid, until the new one is handed over. One that waited already goes (書き損じ).

    Args:
        proposal: Made in the same transaction.
        by: Who issues.
        called: Who at the headquarters said by telephone that nobody on it is protected; needed
            while the knowledge of protected people here is old.
        corrected: Why the paper is replaced although the judgement is the same: what it says was
            put right since (内容の訂正).

    Raises:
        CallNeededError: It is old, and nobody was called.
        NotReadyError: A value, a judgement or a glyph is missing.
        AlreadyIssuedError: A paper of this kind is valid and says the same judgement.
    """
    refuse_unless_called(called)
    if not proposal.is_ready:
        raise NotReadyError(proposal)
    application, kind = proposal.application, proposal.kind
    judgement_id = proposal.judgement.id if proposal.judgement else None
    old = find_current_paper(application.id, kind)
    is_same = old is not None and old.certificate.judgement_id == judgement_id
    if old is not None and is_same and not (corrected and differences(old, proposal)):
        raise AlreadyIssuedError(old)
    supersedes = _leave(old, by=by, why=PUT_RIGHT if is_same else NEWER) if old else None
    entry = _draw(kind, by=by)
    snapshot = proposal.values | {
        "number": entry.number,
        "names": proposal.names,
        "people": [str(person_id) for person_id in proposal.people],
    }
    certificate = Certificate(
        scope=application.scope,
        id=new_id(),
        number=entry.number,
        kind=kind,
        application_id=application.id,
        judgement_id=judgement_id,
        snapshot=snapshot,
        snapshot_hash=snapshot_hash(snapshot),
        supersedes=supersedes,
        issued_at=clock.now(),
        issued_by=by,
    )
    db.session.add(certificate)
    _add_copy(certificate, 1, reason=corrected.strip() if is_same else None, by=by)
    if supersedes is None:
        _become(entry, NumberState.ISSUED, by=by)
    db.session.flush()
    return certificate


def _leave(old: Paper, *, by: UUID | None, why: str) -> str | None:
    """Return the number that the next paper replaces; one that nobody was handed is spoiled."""
    if old.state != NumberState.DRAWN:
        return old.certificate.number
    _become(old.entry, NumberState.SPOILED, by=by, reason=why)
    return old.certificate.supersedes


def hand_over(paper: Paper, *, by: UUID | None, old_paper: str = RETURNED) -> None:
    """Hand a replacement over: from now on it is valid and the old paper is not (差替え済).

    Args:
        paper: The replacement.
        by: Who hands it over.
        old_paper: What became of the old one: returned, or why it is not.

    Raises:
        WrongStateError: The paper does not wait to be handed over.
    """
    _become(paper.entry, NumberState.ISSUED, by=by)
    old = find_entry(paper.certificate.supersedes) if paper.certificate.supersedes else None
    if old is not None and old.state == NumberState.ISSUED:
        _become(old, NumberState.SUPERSEDED, by=by, reason=old_paper)
        old.successor = paper.entry.number


def print_lost_copy(
    paper: Paper,
    *,
    reason: str,
    by: UUID | None,
    called: str = "",
    hides_address: bool = False,
) -> CertificateCopy:
    """Print a valid paper again under its number with a new copy number (再交付).

    Args:
        paper: Which one.
        reason: Why.
        by: Who prints.
        called: As in :func:`issue_proposal`.
        hides_address: Leave out where the household lives and lived; on papers of protected
            people only, who choose it themselves.

    Raises:
        CallNeededError: The knowledge of protected people is old, and nobody was called.
        WrongStateError: The paper is not valid any more.
        CertificateError: No reason was given.
    """
    if paper.state != NumberState.ISSUED:
        raise WrongStateError("有効な証明書だけが再交付できます。")
    refuse_unless_called(called)
    if hides_address and paper.certificate.scope != current_scopes().sealed:
        raise CertificateError("住所を載せない写しは、この証明書では作れません。")
    copy = _add_copy(paper.certificate, paper.last_copy + 1, reason=_given(reason), by=by)
    copy.hides_address = hides_address or None
    return copy


def spoil_paper(paper: Paper, *, reason: str, by: UUID | None) -> None:
    """Say that a paper was spoiled before it left the desk (書き損じ); its number is used up.

    Raises:
        WrongStateError: The number is void or superseded, or somebody else or another day issued
            it: it may be in somebody's hands, and headquarters makes it void.
        CertificateError: No reason was given.
    """
    if paper.state == NumberState.ISSUED and not can_spoil(paper, by=by):
        raise WrongStateError(
            f"{paper.certificate.number} を書き損じにできるのは、交付した人がその日のうちだけです。"
            "ほかのときは、本部で「誤交付（無効）」にしてください。"
        )
    _become(paper.entry, NumberState.SPOILED, by=by, reason=_given(reason))


def can_spoil(paper: Paper, *, by: UUID | None) -> bool:
    """Tell whether somebody may say of a paper today that it never left the desk."""
    entry = paper.entry
    return may_spoil(
        entry.state,
        became_on=clock.local(entry.state_at).date() if entry.state_at else None,
        became_by=entry.state_by,
        by=by,
        today=clock.today(),
    )


def renew_paper(
    paper: Paper, proposal: Proposal, *, reason: str, by: UUID | None, called: str = ""
) -> Certificate:
    """Take a paper that must not be printed any more out of use, and issue one in its place.

    Args:
        paper: Handed over: it becomes void. Still on the desk: it becomes spoiled.
        proposal: What the new one will say, made in the same transaction.
        reason: Why the old one does not count.
        by: Who does both.
        called: As in :func:`issue_proposal`.

    Raises:
        WrongStateError: The paper does not count any more.
        NotReadyError: The new one cannot be issued; the old one stays as it is.
        CertificateError: No reason was given.
    """
    if paper.state == NumberState.DRAWN:
        spoil_paper(paper, reason=reason, by=by)
    else:
        void_paper(paper, reason=reason, by=by)
    db.session.flush()
    return issue_proposal(proposal, by=by, called=called)


def void_paper(paper: Paper, *, reason: str, by: UUID | None) -> None:
    """Say that a paper was issued by mistake (誤交付) and does not count (無効).

    Raises:
        WrongStateError: The number was never handed over.
        CertificateError: No reason was given.
    """
    _become(paper.entry, NumberState.VOID, by=by, reason=_given(reason))


def _draw(kind: PaperKind, *, by: UUID | None) -> NumberEntry:
    """Draw the next number of this machine; it is never used again, whatever happens.

    Raises:
        NumbersSuspendedError: The headquarters has to enrol this machine first.
    """
    if not may_draw_numbers():
        raise NumbersSuspendedError
    prefix = this_node().number_prefix
    counter = last_counter(prefix) + 1
    number = format_number(prefix, counter)
    entry = NumberEntry(
        scope=current_scopes().core,
        id=number_id(number),
        number=number,
        prefix=prefix,
        counter=counter,
        kind=kind,
        drawn_at=clock.now(),
        drawn_by=by,
        state=NumberState.DRAWN,
    )
    db.session.add(entry)
    return entry


def _become(
    entry: NumberEntry, state: NumberState, *, by: UUID | None, reason: str | None = None
) -> None:
    known = entry.state
    if not isinstance(known, NumberState) or not may_become(known, state):
        raise WrongStateError(f"{entry.number} は、いまの状態からは{state.label}にできません。")
    entry.state = state
    entry.state_at = clock.now()
    entry.state_by = by
    entry.state_reason = reason


def _add_copy(
    certificate: Certificate, copy_number: int, *, reason: str | None, by: UUID | None
) -> CertificateCopy:
    copy = CertificateCopy(
        scope=certificate.scope,
        id=new_id(),
        certificate_id=certificate.id,
        copy_number=copy_number,
        reason=reason,
        made_at=clock.now(),
        made_by=by,
    )
    db.session.add(copy)
    return copy


def _given(reason: str) -> str:
    if not reason.strip():
        raise CertificateError("理由を入れてください。")
    return reason.strip()
