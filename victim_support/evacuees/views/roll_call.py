"""The roll call (点呼) typed back in one act, and the list of people to call afterwards."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock, idempotency
from victim_support.core.access import current_actor, requires
from victim_support.core.db import current_write, transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.documents.worker import PrintError
from victim_support.core.exports import release
from victim_support.core.reads import log_read
from victim_support.evacuees import services
from victim_support.evacuees.documents import roll_call_sheets
from victim_support.evacuees.forms import RollCallForm, ids_of
from victim_support.evacuees.queries.movements import Here, list_roll_call, list_untraced
from victim_support.evacuees.views.blueprint import bp, current_shelter, shelter_id
from victim_support.shelters.services import record_head_count


@bp.get("/desk/roll-call")
@requires("stay.record")
def roll_call() -> str:
    lines = list_roll_call(shelter_id(), view(Audience.DESK, Purpose.PRESENCE))
    log_read("roster.roll_call", [line.person.id for line in lines], "点呼")
    form = RollCallForm(formdata=None, held_at=f"{clock.local(clock.now()):%H:%M}")
    return _page(form, lines, {line.stay.id for line in lines if not line.stay.away_since})


@bp.get("/desk/roll-call.pdf")
@requires("stay.record")
def roll_call_pdf() -> ResponseReturnValue:
    lines = list_roll_call(shelter_id(), view(Audience.PAPER, Purpose.PRESENCE))
    release("roster.roll_call", [line.person.id for line in lines], "点呼の印刷", is_paper=True)
    shelter = current_shelter()
    try:
        content = roll_call_sheets(lines, shelter.name if shelter else "")
    except PrintError:
        flash("印刷用の書類を作れませんでした。この画面をブラウザーから印刷してください。", "error")
        return redirect(url_for(".roll_call"))
    return Response(content, mimetype="application/pdf")


@bp.post("/desk/roll-call")
@requires("stay.record")
def end_roll_call() -> ResponseReturnValue:
    form = RollCallForm()
    with transaction(reason="点呼"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            _type_back(form, form.instant(clock.now()))
            location = url_for(".untraced", txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        lines = list_roll_call(shelter_id(), view(Audience.DESK, Purpose.PRESENCE))
        return _page(form, lines, set(ids_of(request.form, "present"))), 422
    return redirect(location, 303)


@bp.get("/desk/untraced")
@requires("stay.record")
def untraced() -> str:
    lines = list_untraced(shelter_id(), view(Audience.DESK, Purpose.PRESENCE))
    log_read("roster.untraced", [line.person.id for line in lines], "行き先不明")
    return render_template(
        "evacuees/untraced.html",
        shelter=current_shelter(),
        lines=lines,
        undo=request.args.get("txn", type=UUID),
    )


def _type_back(form: RollCallForm, held_at: datetime) -> None:
    services.end_roll_call(
        shelter_id=shelter_id(),
        at=held_at,
        present=set(ids_of(request.form, "present")),
        listed=set(ids_of(request.form, "listed")),
    )
    if form.people.data is not None:
        record_head_count(
            shelter_id=shelter_id(),
            count=form.people.data,
            occurred_at=held_at,
            counted_by=current_actor().name,
        )


def _page(form: RollCallForm, lines: Sequence[Here], present: Collection[UUID]) -> str:
    return render_template(
        "evacuees/roll_call.html",
        shelter=current_shelter(),
        form=form,
        lines=lines,
        present=present,
    )
