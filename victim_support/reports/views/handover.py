"""The shift handover (引継ぎ) in one key: what happened since the last, what still waits."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import requires
from victim_support.core.actor import name_of
from victim_support.core.context import current_context
from victim_support.core.db import current_write, transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.reads import log_read
from victim_support.reports import documents, services
from victim_support.reports.forms import HandoverForm
from victim_support.reports.models import Handover
from victim_support.reports.queries.handover import (
    Shift,
    get_handover,
    list_handovers,
    read_shift,
)
from victim_support.reports.views.blueprint import bp, paper_answer
from victim_support.shelters.models import Shelter
from victim_support.shelters.queries import get_shelter


@bp.get("/handover")
@requires("handover.write")
def handover() -> str:
    return _page(HandoverForm(formdata=None))


@bp.post("/handover")
@requires("handover.write")
def hand_over() -> ResponseReturnValue:
    form = HandoverForm()
    shelter_id = _shelter_id()
    with transaction(reason="引継ぎ"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            services.hand_over(
                shelter_id=shelter_id,
                taken_by=form.taken_by.data or "",
                note=form.note.data or "",
            )
            location = url_for(".handover", txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        return _page(form), 422
    return redirect(location, 303)


@bp.get("/handover/<uuid:handover_id>.pdf")
@requires("handover.write")
def handover_pdf(handover_id: UUID) -> ResponseReturnValue:
    ended = get_handover(_shelter().id, handover_id)
    shift = _shift(ended)
    return paper_answer(lambda: documents.handover_pdf(shift, ended), ".handover")


def _shift(ended: Handover | None = None) -> Shift:
    shift = read_shift(_shelter(), view(Audience.DESK, Purpose.PRESENCE), ended)
    log_read("handover.read", [one.person.id for one in shift.untraced], "引継ぎ")
    return shift


def _shelter_id() -> UUID:
    return current_context().chosen_shelter


def _shelter() -> Shelter:
    return get_shelter(_shelter_id())


def _page(form: HandoverForm) -> str:
    shift = _shift()
    return render_template(
        "reports/handover.html",
        form=form,
        shift=shift,
        notes=list_handovers(shift.shelter.id)[:5],
        name_of=name_of,
        undo=request.args.get("txn", type=UUID),
    )
