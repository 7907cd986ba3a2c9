"""Who takes a paper along (本人確認): the desk is asked once, while nobody has written it down.

Papers go by post and to proxies too, so nothing is refused that the desk says deliberately. A batch
goes to the address that was applied with, and is not asked.
"""

from uuid import UUID

from victim_support.certificates.rules import PaperKind
from victim_support.certificates.services.issuing import CertificateError
from victim_support.damage.models import Application
from victim_support.damage.rules.applying import IdentityKind
from victim_support.damage.services import Identity, check_identity

AT_HAND = (IdentityKind.PHOTO_CARD, IdentityKind.TWO_PAPERS)
"""What the desk can say in one stroke; whatever needs more words is written on the case."""


class IdentityOpenError(CertificateError):
    """Nobody has said how it was seen who takes the paper along."""

    def __init__(self) -> None:
        super().__init__(
            "本人確認がまだです。印刷のボタンの上で、何で確かめたか、この場では確かめないかを"
            "選んでください。"
        )


def needs_identity(application: Application, kind: PaperKind) -> bool:
    """Tell whether the desk has to say it; the receipt of an application proves nothing."""
    return application.identity_at is None and kind is not PaperKind.RECEIPT


def settle_identity(
    application: Application, kind: PaperKind, seen: IdentityKind | None, *, by: UUID | None
) -> None:
    """Write down what was seen before a paper is issued, as the counter does on the case.

    Args:
        application: The application it is for.
        kind: Which paper.
        seen: One of ``AT_HAND``, or ``LATER``: issue without a check, which stays open.
        by: Which officer.

    Raises:
        IdentityOpenError: The check is open, and nothing was said.
    """
    if seen is IdentityKind.LATER or not needs_identity(application, kind):
        return
    if seen not in AT_HAND:
        raise IdentityOpenError
    check_identity(application, Identity(seen), by=by)
