"""Pages for a lost stick or laptop (紛失): what was on it, who can open it, what to do next."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import requires
from victim_support.core.db import db
from victim_support.core.documents.worker import PrintError
from victim_support.core.reads import log_security
from victim_support.core.scopes import current_scopes
from victim_support.sync.carrying import names_of
from victim_support.sync.documents import loss_csv, loss_pdf, summary_of
from victim_support.sync.losses import (
    Loss,
    list_written,
    loss_of_bundle,
    loss_of_machine,
    loss_of_stick,
)
from victim_support.sync.machines import list_machines
from victim_support.sync.models import Stick, WrittenBundle
from victim_support.sync.sticks import list_sticks

bp = Blueprint("losses", __name__, url_prefix="/exchange/losses")


@bp.get("/")
@requires("exchange.losses")
def index() -> str:
    written = [(bundle, names_of(bundle.acks)) for bundle in list_written()]
    return render_template(
        "sync/losses.html", written=written, machines=list_machines(), sticks=list_sticks()
    )


@bp.get("/<any(usb, stick, machine):kind>/<uuid:thing_id>")
@requires("exchange.losses")
def show(kind: str, thing_id: UUID) -> str:
    loss = _get(kind, thing_id)
    log_security("loss.asked", what=kind, thing=thing_id.hex)
    return render_template(
        "sync/loss.html", loss=loss, summary=summary_of(loss), kind=kind, thing_id=thing_id
    )


@bp.get("/<any(usb, stick, machine):kind>/<uuid:thing_id>.pdf")
@requires("exchange.losses")
def pdf(kind: str, thing_id: UUID) -> ResponseReturnValue:
    try:
        content = loss_pdf(_get(kind, thing_id))
    except PrintError:
        flash("印刷用の書類を作れませんでした。この画面をブラウザーから印刷してください。", "error")
        return redirect(url_for(".show", kind=kind, thing_id=thing_id))
    return Response(content, mimetype="application/pdf")


@bp.get("/<any(usb, stick, machine):kind>/<uuid:thing_id>.csv")
@requires("exchange.losses")
def csv(kind: str, thing_id: UUID) -> Response:
    response = Response(loss_csv(_get(kind, thing_id)), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=loss.csv"
    return response


def _get(kind: str, thing_id: UUID) -> Loss:
    if kind == "machine":
        return loss_of_machine(thing_id) or abort(404)
    if kind == "stick":
        return loss_of_stick(db.session.get(Stick, (current_scopes().base, thing_id)) or abort(404))
    return loss_of_bundle(db.session.get(WrittenBundle, thing_id) or abort(404))
