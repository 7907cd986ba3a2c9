"""One case on one screen, and what is checked of it later; the sample is a page of its own."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.db import transaction
from victim_support.core.reads import log_read
from victim_support.counter.queries.case import Screen, find_screen
from victim_support.counter.views.blueprint import bp
from victim_support.damage import services as damage
from victim_support.damage.forms import ChecksForm
from victim_support.damage.models import Application
from victim_support.damage.queries import get_application
from victim_support.damage.rules.applying import IdentityKind


@bp.get("/cases/<uuid:application_id>")
@requires("certificate.sample")
def case(application_id: UUID) -> str:
    screen = _screen(get_application(application_id))
    if request.headers.get("X-Fragment"):
        return render_template("counter/_case.html", screen=screen, name_of=name_of)
    return _case_page(screen, _checks(screen.case.application))


@bp.post("/cases/<uuid:application_id>")
@requires("damage.apply")
def check_case(application_id: UUID) -> ResponseReturnValue:
    """Write down what was checked after the application was received."""
    form = ChecksForm()
    with transaction(reason="本人確認・居住の確認"):
        application = get_application(application_id)
        if not form.validate_on_submit():
            return _case_page(_screen(application), form), 422
        if form.identity.kind is not IdentityKind.LATER:
            damage.check_identity(application, form.identity, by=current_actor().id)
        if form.residence.proof is not None:
            damage.confirm_residence(application, form.residence, by=current_actor().id)
    flash("記録しました。", "success")
    return redirect(url_for(".case", application_id=application_id), 303)


def _screen(application: Application) -> Screen:
    screen = find_screen(application) or abort(404)
    people = [person.id for person, _row in screen.members]
    log_read("certificate.case", [application.id, *people])
    return screen


def _checks(application: Application) -> ChecksForm:
    form = ChecksForm(formdata=None)
    form.identity_kind.data = application.identity_kind or IdentityKind.LATER.value
    form.identity_detail.data = application.identity_detail
    form.identity_vouched_by.data = application.identity_vouched_by
    form.residence_proof.data = application.residence_proof or ""
    form.residence_note.data = application.residence_note
    return form


def _case_page(screen: Screen, form: ChecksForm) -> str:
    return render_template("counter/case.html", screen=screen, form=form, name_of=name_of)
