"""Pages of the ledger of sticks (USBの台帳): which there are, where each was seen, lost ones."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.db import db, transaction
from victim_support.core.scopes import current_scopes
from victim_support.sync import sticks
from victim_support.sync.media_forms import StickForm
from victim_support.sync.models import Stick, StickState
from victim_support.sync.services.sticks import mark_stick

bp = Blueprint("sticks", __name__, url_prefix="/exchange/sticks")
_WORDS = {
    StickState.LOST: "紛失として記録しました。見つかるまで、どの端末もこのUSBを使いません。",
    StickState.IN_USE: "戻ったと記録しました。また使えます。",
}


@bp.get("/")
@requires("exchange.run")
def index() -> str:
    rows = [(stick, sticks.sightings_of(stick.id)) for stick in sticks.list_sticks()]
    return render_template(
        "sync/sticks.html",
        rows=rows,
        name_of=name_of,
        machine_of=sticks.machine_of,
        is_only_registered=sticks.is_only_registered(),
    )


@bp.get("/<uuid:stick_id>")
@requires("exchange.run")
def show(stick_id: UUID) -> str:
    return _page(stick_id, StickForm(formdata=None))


@bp.post("/<uuid:stick_id>/lost")
@requires("exchange.run")
def lose(stick_id: UUID) -> ResponseReturnValue:
    return _marked(stick_id, StickState.LOST, "USBの紛失")


@bp.post("/<uuid:stick_id>/returned")
@requires("stick.manage")
def take_again(stick_id: UUID) -> ResponseReturnValue:
    return _marked(stick_id, StickState.IN_USE, "USBが戻った")


def _marked(stick_id: UUID, state: StickState, reason: str) -> ResponseReturnValue:
    form = StickForm()
    if not form.validate_on_submit():
        return _page(stick_id, form), 422
    db.session.rollback()
    with transaction(reason=reason):
        note = form.note.data or ""
        mark_stick(stick=_get(stick_id), state=state, note=note, by=current_actor().id)
    flash(_WORDS[state], "success")
    return redirect(url_for(".show", stick_id=stick_id), 303)


def _page(stick_id: UUID, form: StickForm) -> str:
    stick = _get(stick_id)
    return render_template(
        "sync/stick.html",
        stick=stick,
        form=form,
        sightings=sticks.sightings_of(stick_id),
        bundles=sticks.list_bundles_on(stick_id),
        name_of=name_of,
        machine=sticks.machine_of(stick),
    )


def _get(stick_id: UUID) -> Stick:
    return db.session.get(Stick, (current_scopes().base, stick_id)) or abort(404)
