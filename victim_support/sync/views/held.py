"""Pages of what waits for a person (保留の記録)."""

from typing import Protocol
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.db import db
from victim_support.sync import quarantine
from victim_support.sync.forms import DecideForm
from victim_support.sync.machines import is_headquarters
from victim_support.sync.services import quarantine as deciding
from victim_support.sync.services.enrolment import EnrolmentError

bp = Blueprint("held", __name__, url_prefix="/machines/held")


class Decide(Protocol):
    """Take in or leave out."""

    def __call__(self, row_id: UUID, *, reason: str, by: UUID | None) -> None: ...


@bp.get("/")
@requires("machine.read")
def index() -> str:
    return render_template(
        "sync/held_list.html",
        held=quarantine.list_held(),
        decided=quarantine.list_decided(),
        sealed=quarantine.count_sealed(),
        fault_of=deciding.fault_words,
        name_of=name_of,
    )


@bp.get("/<uuid:row_id>")
@requires("machine.review")
def show(row_id: UUID) -> str:
    return _held_page(row_id, DecideForm(formdata=None))


@bp.post("/<uuid:row_id>/take-in")
@requires("machine.review")
def take_in(row_id: UUID) -> ResponseReturnValue:
    return _decided(row_id, deciding.take_in, "取り込みました。ほかの端末には次の同期で届きます。")


@bp.post("/<uuid:row_id>/leave-out")
@requires("machine.review")
def leave_out(row_id: UUID) -> ResponseReturnValue:
    return _decided(row_id, deciding.leave_out, "取り込まないことにしました。記録は残ります。")


def _decided(row_id: UUID, decide: Decide, words: str) -> ResponseReturnValue:
    form = DecideForm()
    if quarantine.find_held(row_id) is None:
        abort(404)
    if not form.validate_on_submit():
        return _held_page(row_id, form), 422
    by = current_actor().id
    db.session.rollback()
    try:
        decide(row_id, reason=form.reason.data or "", by=by)
    except EnrolmentError as error:
        flash(str(error), "error")
    else:
        flash(words, "success")
    return redirect(url_for(".index"), 303)


def _held_page(row_id: UUID, form: DecideForm) -> str:
    found = quarantine.find_held(row_id) or abort(404)
    return render_template(
        "sync/held.html",
        held=found,
        form=form,
        is_headquarters=is_headquarters(),
        fault_of=deciding.fault_words,
        name_of=name_of,
    )
