"""Applications and judgements: receive, record, approve by a second person."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, reads, requires
from victim_support.core.db import transaction
from victim_support.core.paging import asked_page
from victim_support.core.reads import log_read, log_search
from victim_support.damage import queries, services
from victim_support.damage.forms import (
    ApplicationForm,
    FindForm,
    OpenForm,
    UnknownForm,
)
from victim_support.damage.models import Application
from victim_support.damage.rules import cause_text, place_parts
from victim_support.damage.views.blueprint import bp, disaster_day
from victim_support.disasters.queries import get_current_disaster
from victim_support.evacuees.queries.finding import (
    REGISTER,
    OpenedHousehold,
    find_households,
    match_register,
    open_household,
    token_of,
)
from victim_support.residents.queries import find_resident

SHOWN = 20


@bp.get("/")
@requires("damage.read")
def judgements() -> str:
    counted = queries.count_waiting_judgements()
    part = asked_page(counted, SHOWN)
    waiting = queries.list_waiting_judgements(limit=SHOWN, start=part.start)
    applications = queries.list_applications(limit=SHOWN)
    places = [one.dwelling_id for one in waiting] + [one.dwelling_id for one in applications]
    return render_template(
        "damage/judgements.html",
        find=FindForm(formdata=None),
        waiting=waiting,
        counted=counted,
        page=part.page,
        pages=part.pages,
        applications=applications,
        dwellings=queries.list_dwellings(places),
        current=queries.judgements_in_force([one.dwelling_id for one in applications]),
        applied=queries.count_applications(),
    )


@bp.post("/search")
@reads
@requires("damage.apply")
def search() -> str:
    form = FindForm()
    text = (form.text.data or "") if form.validate_on_submit() else ""
    found = find_households(text, limit=SHOWN)
    log_search(text, found.total)
    return render_template("damage/search.html", find=form, found=found, opening=OpenForm())


@bp.get("/applications/new/<uuid:household_id>")
@requires("damage.apply")
def apply(household_id: UUID) -> str:
    return _new_application(token_of(household_id), is_elsewhere="elsewhere" in request.args)


@bp.get("/applications/unknown")
@requires("damage.apply")
def unknown() -> str:
    return render_template("damage/unknown.html", form=UnknownForm(formdata=None))


@bp.post("/applications/unknown")
@requires("damage.apply")
def write_unknown() -> ResponseReturnValue:
    """Write down a household nobody knew; whom the register has after all is opened from there."""
    form = UnknownForm()
    if not form.validate_on_submit():
        return render_template("damage/unknown.html", form=form), 422
    with transaction(reason="住民データにない世帯の申請"):
        match = match_register(form.data_of_head)
        resident = find_resident(match.number) if match.number else None
        if resident is None:
            location = idempotency.find(form.idempotency_key.data)
            if location is None:
                household_id = services.write_unknown(form.data_of_head, match)
                location = url_for("damage.apply", household_id=household_id, elsewhere=1)
                idempotency.remember(form.idempotency_key.data, location)
            return redirect(location, 303)
    flash("住民データに同じ方がいます。この世帯の申請です。", "info")
    return _new_application(f"{REGISTER}{resident.household_number}")


@bp.post("/applications/open", endpoint="open")
@reads
@requires("damage.apply")
def open_application() -> str:
    form = OpenForm()
    return _new_application(form.token.data or "") if form.validate_on_submit() else abort(400)


@bp.post("/applications")
@requires("damage.apply")
def receive() -> ResponseReturnValue:
    form = ApplicationForm()
    try:
        with transaction(reason="罹災の申請の受付"):
            household = _opened(form.token.data or "")
            _offer(form, household)
            if not form.validate_on_submit():
                return _application_page(household, form), 422
            location = idempotency.find(form.idempotency_key.data)
            if location is None:
                location = _receipt_of(_receive(household, form))
                idempotency.remember(form.idempotency_key.data, location)
    except services.AlreadyAppliedError as error:
        location = _receipt_of(error.application)
        if location != _without_receipt():
            flash(str(error), "warning")
            return redirect(location, 303)
    if location == _without_receipt():
        flash("受け付けました。受付票は本部で印刷します。", "success")
    else:
        flash("申請を受け付けました。受付票を出せます。", "success")
    return redirect(location, 303)


def _opened(token: str) -> OpenedHousehold:
    """Return the household the clerk chose, in the register or in the ledger, or 404."""
    opened = open_household(token)
    return opened if opened and opened.people else abort(404)


def _new_application(token: str, *, is_elsewhere: bool = False) -> str:
    household = _opened(token)
    people = [one.shown for one in household.people]
    form = ApplicationForm(formdata=None)
    form.token.data = token
    _offer(form, household)
    day, disaster = disaster_day(), get_current_disaster()
    if disaster and day:
        form.cause.data = cause_text(day, disaster.name)
    if not is_elsewhere:  # they are registered elsewhere: only they can say where they lived
        form.address.data, form.unit.data = place_parts(_address_of(household))
    form.contact.data = next((person.phone for person in people if person.phone), "")
    return _application_page(household, form)


def _offer(form: ApplicationForm, household: OpenedHousehold) -> None:
    people = [one.shown for one in household.people]
    form.offer(people, disaster_day(), services.head_of(household).shown.id)


def _address_of(household: OpenedHousehold) -> str:
    """Return the first address that may be shown, with the room that the register keeps apart."""
    shown = [one for one in household.people if one.shown.address]
    return next((one.candidate.data.address or one.shown.address for one in shown), "")


def _receive(household: OpenedHousehold, form: ApplicationForm) -> Application:
    """Write the household into the ledger as far as it is needed, and the application."""
    place = services.ensure_dwelling(address=form.address.data or "", unit=form.unit.data or None)
    chosen_ids = set(form.members.data or ())
    written = services.take_over(
        household,
        listed=chosen_ids,
        applicant_id=form.applicant_id,
        head_id=form.head_id,
        others=form.other_members,
        relations=form.relations,
    )
    data = form.data_for(written, place.id)
    return services.receive_application(data, by=current_actor().id)


def _receipt_of(application: Application) -> str:
    """Return the page of the receipt, or the list when the clerk may not see the application."""
    if queries.find_application(application.id) is None:
        return _without_receipt()
    return url_for("certificates.paper", application_id=application.id, kind="receipt")


def _without_receipt() -> str:
    return url_for("damage.judgements")


def _application_page(household: OpenedHousehold, form: ApplicationForm) -> str:
    log_read("application.new", [one.shown.id for one in household.people])
    household_id = household.household_id
    return render_template(
        "damage/apply.html",
        head=household.people[0].shown,
        form=form,
        earlier=queries.list_applications_of(household_id) if household_id else [],
    )
