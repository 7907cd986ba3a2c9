"""Blank household cards as PDF: numbered, with QR, purpose of use and the writer's own part."""

from typing import Any

from victim_support.core.context import is_training
from victim_support.core.documents.worker import render_pdf
from victim_support.core.purposes import purpose_of_use
from victim_support.core.settings import setting
from victim_support.evacuees.rules import STAY_KEYS
from victim_support.paper.models import SheetRun
from victim_support.paper.rules import (
    ABSENT_ON_CARD,
    ANSWERS_DECIDE,
    FORM_EDITION,
    PEOPLE_ON_CARD,
    scan_text,
    sheet_number,
    show_sheet,
)
from victim_support.victims.queries import get_answer_form
from victim_support.victims.rules import NEED_KEYS, RELATIONS, Sex

CARD = "paper/card.html"


def cards_pdf(run: SheetRun, shelter_name: str) -> bytes:
    """Return the cards of a run as PDF, one household a page.

    Raises:
        PrintError: The document could not be made.
    """
    numbers = [sheet_number(run.prefix, run.first + each) for each in range(run.count)]
    form = get_answer_form()
    values: dict[str, Any] = {
        "title": "避難者カード(世帯)",
        "shelter_name": shelter_name,
        "edition": FORM_EDITION,
        "purpose": f"{purpose_of_use()}{ANSWERS_DECIDE}",
        "office": setting("office_name") or "",
        "office_phone": setting("office_phone") or "",
        "training": is_training(),
        "lines": PEOPLE_ON_CARD,
        "absent": ABSENT_ON_CARD,
        "sexes": [f"{number} {sex.label}" for number, sex in enumerate(Sex, start=1)],
        "relations": [f"{at % 10} {word}" for at, word in enumerate(RELATIONS, start=1)],
        "needs": [{"key": key, "label": need.label} for key, need in NEED_KEYS.items()],
        "stays": [{"key": key, "label": kind.label} for key, kind in STAY_KEYS.items()],
        "questions": list(form.words.values()),
        "is_confirmed": form.is_confirmed,
        "sheets": [{"number": show_sheet(one), "code": scan_text(one)} for one in numbers],
    }
    return render_pdf(CARD, values)
