"""Reading a card (札を読み取る): by scanner anywhere on the page, or typed into a plain field."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.access import requires
from victim_support.core.context import current_context
from victim_support.core.db import current_write, transaction
from victim_support.core.reads import log_read
from victim_support.presence import queries, services
from victim_support.presence.rules import ScanAct, ScanOutcome, parse_beginning, parse_number
from victim_support.presence.views.blueprint import NO_PLACE, bp, is_fragment, shelter_id

NOT_WRITTEN = frozenset({ScanOutcome.ALREADY, ScanOutcome.VOID, ScanOutcome.UNKNOWN})
"""What leaves nothing that the desk could take back."""


@bp.post("/cards/scan")
@requires("stay.record")
def scan() -> ResponseReturnValue:
    text = request.form.get("text", "")
    if is_fragment() and current_context().shelter_id is None:
        return _page(is_misread=True, why=NO_PLACE)
    place = shelter_id()
    if not (parse_number(text) or parse_beginning(text)):
        return _no_card()
    with transaction(reason="札の読み取り"):
        number = queries.read_number(text, shelter_id=place)
        scanned = _read(number, place) if number else None
        undo = current_write().id
    if scanned is None:
        return _no_card()
    log_read("card.scan", [person.id for person in scanned.persons], "出入り")
    return _page(scanned=scanned, undo=None if scanned.outcome in NOT_WRITTEN else undo)


@bp.get("/cards")
@requires("stay.record")
def cards() -> str:
    return _page()


def _read(number: str, place: UUID) -> services.Scanned:
    wanted = request.form.get("act", "")
    act = ScanAct(wanted) if wanted in set(ScanAct) else ScanAct.AUTO
    return services.scan(number, shelter_id=place, act=act, at=clock.now())


def _no_card() -> ResponseReturnValue:
    """A scanner is told that it was no card; a person who typed a name looks for it."""
    if is_fragment():
        return _page(is_misread=True)
    return redirect(url_for("evacuees.search_leaving"), 307)


def _page(**values: object) -> str:
    name = "_scanned" if is_fragment() else "cards"
    return render_template(f"presence/{name}.html", **values)
