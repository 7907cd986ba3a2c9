"""What shelters tell: the headquarters' grid for all at once, and one shelter's full report."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, requires
from victim_support.core.context import current_context
from victim_support.core.db import current_write, transaction
from victim_support.reports import queries, services
from victim_support.reports.forms import ShelterReportForm, TelephoneForm
from victim_support.reports.rules import Lifeline, ReportWay
from victim_support.reports.views.blueprint import bp
from victim_support.shelters.queries import get_shelter, list_head_counts


@bp.get("/reports/telephone")
@requires("report.record")
def telephone() -> str:
    contacts = queries.list_contacts()
    form = TelephoneForm.of([contact.shelter.id for contact in contacts])
    return _grid(form)


@bp.post("/reports/telephone")
@requires("report.record")
def take_reports() -> ResponseReturnValue:
    form = TelephoneForm()
    with transaction(reason="避難所の電話報告"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            for shelter_id, told, at in form.told:
                shelter = get_shelter(shelter_id)
                services.record_shelter_report(shelter_id=shelter.id, told=told, at=at)
            location = url_for(".telephone", txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        return _grid(form), 422
    return redirect(location, 303)


@bp.get("/reports/mine")
@requires("report.tell")
def mine() -> ResponseReturnValue:
    """Lead to the report of the shelter this desk stands at."""
    return redirect(url_for(".shelter_report", shelter_id=current_context().chosen_shelter))


@bp.get("/reports/shelters/<uuid:shelter_id>")
@requires("report.tell")
def shelter_report(shelter_id: UUID) -> str:
    _require_own(shelter_id)
    form = ShelterReportForm(formdata=None)
    if not current_actor().may("report.record"):
        form.way.data, form.caller.data = ReportWay.SCREEN.value, current_actor().name
    return _report_page(shelter_id, form)


@bp.post("/reports/shelters/<uuid:shelter_id>")
@requires("report.tell")
def tell(shelter_id: UUID) -> ResponseReturnValue:
    _require_own(shelter_id)
    form = ShelterReportForm()
    with transaction(reason="避難所の報告"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            shelter = get_shelter(shelter_id)
            services.record_shelter_report(
                shelter_id=shelter.id, told=form.told, at=form.at.instant
            )
            location = url_for(".shelter_report", shelter_id=shelter_id, txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        return _report_page(shelter_id, form), 422
    return redirect(location, 303)


def _require_own(shelter_id: UUID) -> None:
    """Let those who do not take reports tell of the shelter they stand at alone, or 404."""
    if not current_actor().may("report.record") and current_context().shelter_id != shelter_id:
        abort(404)


def _grid(form: TelephoneForm) -> str:
    contacts = {str(contact.shelter.id): contact for contact in queries.list_contacts()}
    return render_template(
        "reports/telephone.html",
        form=form,
        rows=[(entry.form, contacts.get(entry.form.shelter_id.data or "")) for entry in form.rows],
        late=[contact for contact in contacts.values() if contact.is_late],
        interval=int(queries.report_interval().total_seconds() // 3600),
        undo=request.args.get("txn", type=UUID),
    )


def _report_page(shelter_id: UUID, form: ShelterReportForm) -> str:
    return render_template(
        "reports/shelter_report.html",
        shelter=get_shelter(shelter_id),
        form=form,
        lifelines=[form[line.value] for line in Lifeline],
        reports=queries.list_shelter_reports(shelter_id)[:10],
        counts={one.id: one.count for one in list_head_counts(shelter_id)},
        undo=request.args.get("txn", type=UUID),
    )
