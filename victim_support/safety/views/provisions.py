"""What was given outside (提供の記録): the list, and one more record by hand."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.db import transaction
from victim_support.core.disclosure import SEALED_PERMISSION, Audience, Purpose, view
from victim_support.core.reads import log_read
from victim_support.safety import services
from victim_support.safety.forms import ProvisionForm
from victim_support.safety.queries import enquiries as queries
from victim_support.safety.rules import Ground, Means
from victim_support.safety.views.blueprint import bp
from victim_support.safety.views.offices import given_of
from victim_support.victims.queries import list_people


@bp.get("/provisions")
@requires("provision.read")
def provisions() -> str:
    form = ProvisionForm(formdata=None, ground=Ground.AUTHORITY.value, means=Means.FILE.value)
    return _page(form)


@bp.post("/provisions")
@requires("provision.read")
def record_provision() -> ResponseReturnValue:
    form = ProvisionForm()
    with transaction(reason="提供の記録"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            services.record_provision(given_of(form))
            location = url_for(".provisions")
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        return _page(form), 422
    flash("提供を記録しました。", "success")
    return redirect(location, 303)


def _page(form: ProvisionForm) -> str:
    found = queries.list_provisions(has_sealed=current_actor().may(SEALED_PERMISSION))
    ids = [row.person_id for row in found if row.person_id]
    shown = view(Audience.HEADQUARTERS, Purpose.RECORD).people(list_people(ids))
    log_read("provision.list", [person.id for person in shown], "提供の記録")
    return render_template(
        "safety/provisions.html",
        provisions=found,
        people={person.id: person for person in shown},
        form=form,
        laws=queries.laws(),
        name_of=name_of,
    )
