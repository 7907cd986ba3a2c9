"""The papers as PDF: the saved snapshot, printed the same way every time."""

from collections.abc import Mapping
from typing import Any

from victim_support.certificates.rules import PaperKind, check_code
from victim_support.certificates.services import Proposal
from victim_support.certificates.services.seal import seal_image
from victim_support.core.documents.worker import render_pdf
from victim_support.core.settings import setting

TEMPLATES = {
    PaperKind.RISAI: "certificates/risai.html",
    PaperKind.HISAI: "certificates/hisai.html",
    PaperKind.RECEIPT: "certificates/receipt.html",
    PaperKind.OWNER: "certificates/owner.html",
}
_QUESTIONS = {
    PaperKind.RECEIPT: "お問い合わせのときは、この番号をお知らせください。",
}
SAMPLE_NUMBER = "（交付のとき番号がつきます）"


def paper_pdf(
    kind: PaperKind,
    snapshot: Mapping[str, Any],
    *,
    copy_number: int,
    training: bool,
    mark: str = "",
) -> bytes:
    """Return the PDF of an issued paper; a mark across it says that it does not count.

    Raises:
        UnprintableName: This machine lacks a font that the issuing one had.
        PrintError: The document could not be made.
    """
    values = paper_values(kind, snapshot, copy_number=copy_number, training=training)
    return render_pdf(TEMPLATES[kind], values | {"mark": mark}, strict=True)


def sample_pdf(proposal: Proposal, *, training: bool) -> bytes:
    """Return the PDF of a sample (見本) without number and seal; glyphs that lack stop it too."""
    values = proposal.values | {"number": SAMPLE_NUMBER}
    more = {"sample": True, "seal": None, "check_code": "", "copy_number": 1, "training": training}
    return render_pdf(TEMPLATES[proposal.kind], values | _office(proposal.kind) | more, strict=True)


def paper_values(
    kind: PaperKind, snapshot: Mapping[str, Any], *, copy_number: int, training: bool
) -> dict[str, Any]:
    """Return what the template of a paper gets: the snapshot and what belongs to the copy."""
    return (
        dict(snapshot)
        | _office(kind)
        | {
            "sample": False,
            "training": training,
            "copy_number": copy_number,
            "check_code": check_code(snapshot["number"], copy_number),
            "seal": None if training or kind is PaperKind.RECEIPT else seal_image(),
        }
    )


def _office(kind: PaperKind) -> dict[str, str]:
    name, phone = setting("office_name", ""), setting("office_phone", "")
    office = f"{name}（電話 {phone}）" if phone else name
    asked = office or "発行した窓口"
    note = f"この証明書が有効かどうかは、{asked}に番号を伝えるとわかります。"
    return {"office": office, "check_note": _QUESTIONS.get(kind, note)}
