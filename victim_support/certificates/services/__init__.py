"""Writes of papers: what will be printed, issuing, copies, replacement, wrong issue."""

from victim_support.certificates.services.differing import Difference, differences
from victim_support.certificates.services.identity import (
    AT_HAND,
    IdentityOpenError,
    needs_identity,
    settle_identity,
)
from victim_support.certificates.services.issuing import (
    RETURNED,
    AlreadyIssuedError,
    CallNeededError,
    CertificateError,
    NotReadyError,
    NumbersSuspendedError,
    WrongStateError,
    can_spoil,
    hand_over,
    issue_paper,
    issue_proposal,
    print_lost_copy,
    refuse_unless_called,
    renew_paper,
    spoil_paper,
    void_paper,
)
from victim_support.certificates.services.printing import (
    OutdatedPaperError,
    outdated_ids,
    printable_snapshot,
    refuse_old_copy,
    words_of_copy,
)
from victim_support.certificates.services.proposal import (
    Proposal,
    Substitute,
    UnprintableText,
    propose,
)

__all__ = [
    "AT_HAND",
    "RETURNED",
    "AlreadyIssuedError",
    "CallNeededError",
    "CertificateError",
    "Difference",
    "IdentityOpenError",
    "NotReadyError",
    "NumbersSuspendedError",
    "OutdatedPaperError",
    "Proposal",
    "Substitute",
    "UnprintableText",
    "WrongStateError",
    "can_spoil",
    "differences",
    "hand_over",
    "issue_paper",
    "issue_proposal",
    "needs_identity",
    "outdated_ids",
    "print_lost_copy",
    "printable_snapshot",
    "propose",
    "refuse_old_copy",
    "refuse_unless_called",
    "renew_paper",
    "settle_identity",
    "spoil_paper",
    "void_paper",
    "words_of_copy",
]
