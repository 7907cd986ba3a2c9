"""Slips (札): for helpers in one go, and printed again while nobody has used them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import (
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from victim_support.accounts import documents, services
from victim_support.accounts.first_pins import keep_first_pins
from victim_support.accounts.forms import (
    HelpersForm,
    StaffForm,
)
from victim_support.accounts.services import (
    Slip,
)
from victim_support.accounts.views.blueprint import bp
from victim_support.core import idempotency
from victim_support.core.access import (
    current_actor,
    requires,
)
from victim_support.core.db import transaction
from victim_support.core.documents.worker import PrintError
from victim_support.core.permissions import matrix


@bp.get("/staff/helpers")
@requires("account.manage")
def new_helpers() -> ResponseReturnValue:
    return render_template("accounts/helpers.html", form=HelpersForm())


@bp.post("/staff/helpers")
@requires("account.manage")
def create_helpers() -> ResponseReturnValue:
    form = HelpersForm()
    if not form.validate_on_submit():
        return render_template("accounts/helpers.html", form=form), 422
    first_secrets = services.new_secrets(form.count.data or 1)
    with transaction(reason="応援の利用者の登録"):
        if idempotency.find(form.idempotency_key.data):
            return already_printed()
        slips = services.create_helpers(
            by=current_actor(), first_secrets=first_secrets, **helper_values(form)
        )
        idempotency.remember(form.idempotency_key.data, url_for("accounts.staff_list"))
    return new_slips(slips)


@bp.post("/staff/slips")
@requires("account.manage")
def reprint() -> ResponseReturnValue:
    slips = services.reprint_slips(by=current_actor())
    return _sheet(slips) if slips else _no_slips()


@bp.post("/staff/<uuid:staff_id>/slip")
@requires("account.manage")
def reprint_one(staff_id: UUID) -> ResponseReturnValue:
    slips = services.reprint_slips(by=current_actor(), staff_id=staff_id)
    return _sheet(slips) if slips else _no_slips()


def already_printed() -> ResponseReturnValue:
    """Answer a form that was sent twice."""
    flash(
        "この札はすでに作りました。見つからないときは、下のボタンで印刷し直してください。",
        "warning",
    )
    return redirect(url_for("accounts.staff_list"))


def _no_slips() -> ResponseReturnValue:
    flash("まだ使われていない札はありません。使えないときは、札を作り直してください。", "warning")
    return redirect(url_for("accounts.staff_list"))


def new_slips(slips: Sequence[Slip]) -> ResponseReturnValue:
    """Keep new PINs until they are used, and answer with their sheet."""
    keep_first_pins({slip.staff.id: (slip.pin, slip.badge) for slip in slips})
    return _sheet(slips)


def _sheet(slips: Sequence[Slip]) -> ResponseReturnValue:
    """Answer with the sheet of slips, as PDF or, when printing is broken, as a page."""
    try:
        body = documents.slip_pdf(slips, url=request.host_url)
    except PrintError:
        return render_template("accounts/slips.html", slips=slips, matrix=matrix())
    response = Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="slips.pdf"'
    return response


def helper_values(form: StaffForm | HelpersForm) -> dict[str, Any]:
    """Return what a personal account and a helper's have in common."""
    return {
        "role": form.role.data,
        "shelter_id": form.shelter_id,
        "expires_on": form.expires_on.data,
        "home_municipality": form.home_municipality.data or "",
    }
