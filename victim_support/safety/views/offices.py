"""Enquiries of police, fire service and hospitals: call back, ground, what was given, by whom."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import requires
from victim_support.core.actor import name_of
from victim_support.core.context import current_context
from victim_support.core.db import transaction
from victim_support.core.reads import log_read
from victim_support.safety import services
from victim_support.safety.forms import OfficeForm, ProvisionForm
from victim_support.safety.queries import enquiries as queries
from victim_support.safety.queries.describing import list_sought
from victim_support.safety.queries.offices import Held, list_held
from victim_support.safety.rules import CallBack, Ground, Item, Means
from victim_support.safety.views.blueprint import bp, open_person
from victim_support.victims.queries import get_answer_form


@bp.get("/enquiries/offices")
@requires("enquiry.office")
def offices() -> str:
    return _page(OfficeForm(formdata=None))


@bp.post("/enquiries/offices")
@requires("enquiry.office")
def take_office_enquiry() -> ResponseReturnValue:
    form = OfficeForm()
    with transaction(reason="機関からの照会の受付"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            found = services.record_enquiry(
                form.asked(),
                edition=get_answer_form().edition,
                shelter_id=current_context().shelter_id,
            )
            location = url_for(".office_enquiry", enquiry_id=found.id)
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        return _page(form), 422
    return redirect(location, 303)


@bp.get("/enquiries/offices/<uuid:enquiry_id>")
@requires("enquiry.office")
def office_enquiry(enquiry_id: UUID) -> str:
    found = queries.get_enquiry(enquiry_id, is_office=True)
    form = ProvisionForm(
        formdata=None,
        recipient=f"{found.organisation} {found.asker_name}",
        ground=found.ground,
        purpose=found.purpose,
    )
    return _office_page(enquiry_id, form)


@bp.post("/enquiries/offices/<uuid:enquiry_id>/given")
@requires("enquiry.office")
def give_to_office(enquiry_id: UUID) -> ResponseReturnValue:
    form = ProvisionForm()
    with transaction(reason="機関への提供の記録"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit() and _is_named(form):
            person, _shown = open_person(UUID(form.person.data))
            services.record_provision(given_of(form), person=person, enquiry_id=enquiry_id)
            location = url_for(".office_enquiry", enquiry_id=enquiry_id)
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        return _office_page(enquiry_id, form), 422
    flash("提供を記録しました。", "success")
    return redirect(location, 303)


def given_of(form: ProvisionForm) -> services.Given:
    """Return what a form says was given; the law is that of the ground, of today."""
    ground = Ground(form.ground.data)
    return services.Given(
        recipient=form.recipient.data or "",
        items="・".join(Item(item).label for item in form.items.data or ()),
        ground=ground,
        law=queries.laws()[ground],
        purpose=form.purpose.data or "",
        decided_by=form.decided_by.data or "",
        means=Means(form.means.data),
        people=form.people.data or 1,
        note=form.note.data or "",
    )


def _is_named(form: ProvisionForm) -> bool:
    try:
        UUID(form.person.data or "")
    except ValueError:
        form.form_errors.append("どの方について渡したかを選んでください。")
        return False
    return True


def _page(form: OfficeForm) -> str:
    return render_template(
        "safety/offices.html",
        form=form,
        laws=queries.laws(),
        enquiries=queries.list_enquiries(is_office=True),
    )


def _office_page(enquiry_id: UUID, form: ProvisionForm) -> str:
    found = queries.get_enquiry(enquiry_id, is_office=True)
    is_confirmed = found.call_back is CallBack.CONFIRMED
    held: list[Held] = list_held(found) if is_confirmed else []
    log_read("enquiry.office", [one.person.id for one in held], "機関からの照会")
    return render_template(
        "safety/office_enquiry.html",
        enquiry=found,
        is_confirmed=is_confirmed,
        held=held,
        sought=list_sought(found) if is_confirmed and found.marks else [],
        provisions=queries.list_provisions_of([enquiry_id]).get(enquiry_id, []),
        form=form,
        laws=queries.laws(),
        name_of=name_of,
    )
