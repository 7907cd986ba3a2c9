"""Writes of papers: what will be printed, issuing, copies, replacement, wrong issue."""

from victim_support.certificates.services.issuing import (
    AlreadyIssuedError,
    CertificateError,
    NotReadyError,
    WrongStateError,
    hand_over,
    issue_paper,
    issue_proposal,
    print_lost_copy,
    spoil_paper,
    void_paper,
)
from victim_support.certificates.services.printing import OutdatedPaperError, check_printable
from victim_support.certificates.services.proposal import (
    Proposal,
    Substitute,
    UnprintableText,
    propose,
)

__all__ = [
    "AlreadyIssuedError",
    "CertificateError",
    "NotReadyError",
    "OutdatedPaperError",
    "Proposal",
    "Substitute",
    "UnprintableText",
    "WrongStateError",
    "check_printable",
    "hand_over",
    "issue_paper",
    "issue_proposal",
    "print_lost_copy",
    "propose",
    "spoil_paper",
    "void_paper",
]
