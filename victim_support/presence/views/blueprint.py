"""The blueprint of presence, and what its pages share."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, request
from flask.typing import ResponseReturnValue

from victim_support.core.context import current_context
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.documents.worker import PrintError
from victim_support.presence.rules import ScanAct, show_number
from victim_support.victims.models import Person
from victim_support.victims.queries import find_person

bp = Blueprint("presence", __name__)
NO_PLACE = "この端末の避難所が選ばれていません。選んでから、もう一度行ってください。"


@bp.app_template_filter()
def card_number(number: str | None) -> str:
    """Show the number of a card as it is printed."""
    return show_number(number) if number else ""


@bp.app_context_processor
def scanning() -> dict[str, Any]:
    """Let every page of a desk that records stays read cards."""
    return {"scan_acts": list(ScanAct)}


def shelter_id() -> UUID:
    """Return the id of the shelter this desk stands at."""
    return current_context().chosen_shelter


def is_fragment() -> bool:
    """Tell whether a script asks for a part of a page."""
    return request.headers.get("X-Fragment") == "1"


def open_person(person_id: UUID) -> tuple[Person, DisclosedPerson]:
    """Return a person the viewer may locate, or 404: the same for nobody and for the protected."""
    row, disclosure = find_person(person_id), view(Audience.DESK, Purpose.PRESENCE)
    shown = disclosure.person(row) if disclosure.may_locate(row) else None
    if row is None or shown is None:
        abort(404)
    return row, shown


def pdf(make: Callable[[], bytes], back: str) -> ResponseReturnValue:
    """Return a PDF; when it cannot be made, the page it was asked from says so."""
    try:
        content = make()
    except PrintError:
        flash(
            "印刷用の書類を作れませんでした。もう一度お試しください。"
            "続くときは、白い札を手書きの番号で渡してください。",
            "error",
        )
        return redirect(back)
    return Response(content, mimetype="application/pdf")
