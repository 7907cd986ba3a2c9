"""Cards on paper: a number and its QR code, nothing that tells of anybody."""

from collections.abc import Sequence

from victim_support.core.context import is_training
from victim_support.core.documents.worker import render_pdf
from victim_support.core.settings import setting
from victim_support.presence.rules import CardKind, scan_text, show_number
from victim_support.victims.rules import label_of

CARDS = "presence/cards.html"
PER_SHEET = 10


def cards_pdf(
    numbers: Sequence[str], *, shelter_name: str = "", kind: CardKind | str | None = None
) -> bytes:
    """Return cards to cut, ten to a page, as PDF.

    Args:
        numbers: Their numbers.
        shelter_name: Where they are given; blank stock may go anywhere.
        kind: Whom they are for; left open on blank stock.

    Raises:
        PrintError: The document could not be made.
    """
    values = {
        "title": "札",
        "training": is_training(),
        "municipality": setting("municipality_name", ""),
        "shelter_name": shelter_name,
        "kind": label_of(kind) if kind else "",
        "cards": [{"number": show_number(one), "code": scan_text(one)} for one in numbers],
    }
    return render_pdf(CARDS, values)
