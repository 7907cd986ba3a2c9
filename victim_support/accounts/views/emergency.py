"""The emergency account (緊急用の利用者): prepared by an administrator, opened by two people."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.accounts import documents, queries, services
from victim_support.accounts.forms import EmergencyForm, HoldersForm
from victim_support.accounts.services import LoginRefusedError
from victim_support.accounts.views.blueprint import ANY_ROLE, bp, terminal
from victim_support.accounts.views.login import let_in
from victim_support.core import idempotency
from victim_support.core.access import asks_again, current_actor, public, requires
from victim_support.core.db import transaction
from victim_support.core.documents.worker import PrintError
from victim_support.core.throttle import ThrottledError, count_attempt, forget_attempts

WRONG = "番号かコードが違うか、この封筒は使用済みです。"


@bp.get("/staff/emergency")
@requires(ANY_ROLE)
def emergencies() -> str:
    return _list_page(HoldersForm(formdata=None))


@bp.post("/staff/emergency")
@asks_again
@requires(ANY_ROLE)
def prepare_emergency() -> ResponseReturnValue:
    form = HoldersForm()
    if not form.validate_on_submit():
        return _list_page(form), 422
    holders = (form.first.data or "", form.second.data or "")
    with transaction(reason="緊急用の利用者の用意"):
        if idempotency.find(form.idempotency_key.data):
            flash(
                "この封筒はすでに作りました。なくしたときは、もう一度用意してください。", "warning"
            )
            return redirect(url_for("accounts.emergencies"))
        envelopes = services.prepare_emergency(by=current_actor(), holders=holders)
        idempotency.remember(form.idempotency_key.data, url_for("accounts.emergencies"))
    try:
        body = documents.envelopes_pdf(envelopes)
    except PrintError:
        return render_template("accounts/envelopes.html", envelopes=envelopes)
    headers = {"Content-Disposition": 'inline; filename="envelopes.pdf"'}
    return Response(body, mimetype="application/pdf", headers=headers)


@bp.post("/staff/emergency/<uuid:staff_id>/reviewed")
@asks_again
@requires(ANY_ROLE)
def review_emergency(staff_id: UUID) -> ResponseReturnValue:
    with transaction(reason="緊急の利用を確かめた"):
        services.review_emergency(by=current_actor(), staff_id=staff_id)
    services.end_sessions_of(staff_id)
    flash("確かめたことを記録し、この利用者を止めました。", "success")
    return redirect(url_for("accounts.emergencies"))


@bp.get("/login/emergency")
@public
def emergency() -> str:
    return render_template("accounts/emergency.html", form=EmergencyForm(formdata=None))


@bp.post("/login/emergency")
@public
def open_emergency() -> ResponseReturnValue:
    form = EmergencyForm()
    if not form.validate_on_submit():
        return render_template("accounts/emergency.html", form=form), 422
    try:
        count_attempt("emergency", terminal())
        with transaction(reason="緊急用の利用者の使用"):
            staff_id = _open(form)
    except LoginRefusedError:
        form.form_errors.append(WRONG)
        return render_template("accounts/emergency.html", form=form), 401
    except ThrottledError as error:
        form.form_errors.append(str(error.description))
        return render_template("accounts/emergency.html", form=form), 429
    forget_attempts("emergency", terminal())
    let_in(staff_id)
    flash(
        "緊急用の利用者で入りました。今日かぎりです。使ったことは記録され、管理者に示されます。",
        "warning",
    )
    return redirect("/")


def _open(form: EmergencyForm) -> UUID:
    staff = services.open_emergency(
        number=form.number.data or "",
        codes=(form.first_code.data or "", form.second_code.data or ""),
        people=(form.first_person.data or "", form.second_person.data or ""),
        reason=form.reason.data or "",
    )
    return staff.id


def _list_page(form: HoldersForm) -> str:
    return render_template(
        "accounts/emergencies.html", form=form, accesses=queries.list_emergencies()
    )
