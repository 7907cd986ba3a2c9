"""The ambulance (救急搬送): one key writes the slip, the stay becomes 病院."""

from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock, idempotency
from victim_support.core.access import requires
from victim_support.core.db import current_write, transaction
from victim_support.core.reads import log_read
from victim_support.evacuees.services.departures import AlreadyLeftError
from victim_support.operations import queries, services
from victim_support.operations.forms import KeptForm, TransferForm
from victim_support.operations.models import AmbulanceTransfer
from victim_support.operations.views.blueprint import act, bp, shelter_id, show, visible_stay


@bp.get("/transfers")
@requires("operation.read")
def transfers() -> str:
    entries = queries.list_entries(AmbulanceTransfer, shelter_id())
    log_read("operations.transfers", [one.person.id for one in entries if one.person], "救急搬送")
    return show("transfers", entries=list(reversed(entries)))


@bp.post("/transfers")
@requires("operation.record")
def send_to_hospital() -> ResponseReturnValue:
    form = KeptForm()
    try:
        with transaction(reason="救急搬送"):
            location = idempotency.find(form.idempotency_key.data)
            if location is None and form.validate_on_submit():
                stay = visible_stay(request.form.get("stay", type=UUID)) or abort(404)
                slip = services.send_to_hospital(stay=stay, at=clock.now())
                location = url_for(".transfer", transfer_id=slip.id, txn=current_write().id)
                idempotency.remember(form.idempotency_key.data, location)
    except AlreadyLeftError as error:
        flash(error.message, "error")
        location = None
    return redirect(location or url_for(".people"), 303)


@bp.get("/transfers/<uuid:transfer_id>")
@requires("operation.record")
def transfer(transfer_id: UUID) -> str:
    entry = queries.get_entry(AmbulanceTransfer, transfer_id)
    log_read("operations.transfer", [entry.person.id] if entry.person else [], "救急搬送票")
    return show("transfer", entry=entry, form=TransferForm(formdata=None, obj=entry.row))


@bp.post("/transfers/<uuid:transfer_id>")
@requires("operation.record")
def complete_transfer(transfer_id: UUID) -> ResponseReturnValue:
    form = TransferForm()
    done = act(
        form,
        "救急搬送票の記入",
        ".transfers",
        lambda now: services.complete_transfer(
            queries.get_entry(AmbulanceTransfer, transfer_id).row,
            values=form.values(),
            left_at=form.left.instant(now) if form.left.data else None,
        ),
    )
    if done:
        return done
    entry = queries.get_entry(AmbulanceTransfer, transfer_id)
    return show("transfer", entry=entry, form=form), 422
