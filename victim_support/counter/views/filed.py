"""Applications that came in files: import, the list of those that wait, whose each is."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, reads, requires
from victim_support.core.clock import local
from victim_support.core.db import transaction
from victim_support.core.exports import release
from victim_support.core.lists import PlainList, answer_csv, answer_pdf
from victim_support.core.mapping.pages import ImportPages, add_import_pages
from victim_support.core.reads import log_read, log_search
from victim_support.counter import documents
from victim_support.counter.forms.filed import (
    FiledImportForm,
    LeaveOutForm,
    SetAsideForm,
    WhoseForm,
    fill_from,
)
from victim_support.counter.models import FiledApplication
from victim_support.counter.queries.filed import (
    Attached,
    attached_of,
    count_filed,
    get_filed,
    list_attachments_of,
    list_filed,
    list_filed_to_release,
)
from victim_support.counter.rules.filed import FiledRow, FiledState
from victim_support.counter.services import filed as services
from victim_support.counter.services.imports import APPLICATIONS
from victim_support.counter.views.blueprint import bp
from victim_support.damage import queries as damage_queries
from victim_support.damage import services as damage
from victim_support.damage.forms import ApplicationForm
from victim_support.damage.models import Application
from victim_support.damage.queries import visible_scopes
from victim_support.damage.rules import cause_text
from victim_support.disasters.queries import get_current_disaster
from victim_support.evacuees.queries.finding import (
    OpenedHousehold,
    find_households,
    open_household,
)

HITS = 20

add_import_pages(
    bp,
    ImportPages(
        importer=APPLICATIONS,
        permission="import.applications",
        first_page="counter/imports.html",
        preview="counter/preview.html",
        form=FiledImportForm,
    ),
)


@bp.get("/filed")
@requires("damage.apply")
def filed_list() -> str:
    waiting, aside = list_filed(FiledState.WAITING), list_filed(FiledState.SET_ASIDE)
    log_read("filed_applications.list", [one.id for one in (*waiting, *aside)])
    return render_template(
        "counter/filed_list.html",
        waiting=[(one, FiledRow.of(one.content)) for one in waiting],
        aside=[(one, FiledRow.of(one.content)) for one in aside],
        counts=count_filed(),
        states=FiledState,
    )


@bp.get("/filed.pdf")
@requires("damage.apply")
def filed_pdf() -> ResponseReturnValue:
    return answer_pdf(_released(is_paper=True), back=url_for(".filed_list"))


@bp.get("/filed.csv")
@requires("damage.apply")
def filed_csv() -> ResponseReturnValue:
    return answer_csv(_released(is_paper=False), "filed-applications")


@bp.get("/filed/<uuid:filed_application_id>")
@requires("damage.apply")
def filed(filed_application_id: UUID) -> str:
    return _filed_page(get_filed(filed_application_id), SetAsideForm(formdata=None))


@bp.post("/filed/<uuid:filed_application_id>/find")
@reads
@requires("damage.apply")
def find_whose(filed_application_id: UUID) -> str:
    found = get_filed(filed_application_id)
    return _filed_page(found, SetAsideForm(formdata=None), text=request.form.get("text", ""))


@bp.post("/filed/<uuid:filed_application_id>/household")
@reads
@requires("damage.apply")
def choose_whose(filed_application_id: UUID) -> str:
    """Open the application of the household that was chosen, filled in from the file."""
    row = get_filed(filed_application_id)
    whose = WhoseForm()
    household = _household(whose.token.data if whose.validate_on_submit() else "")
    form = ApplicationForm(formdata=None)
    form.token.data = household.token
    _offer(form, household)
    fill_from(form, FiledRow.of(row.content))
    form.cause.data = _cause() or FiledRow.of(row.content).cause
    return _application_page(row, household, form)


@bp.post("/filed/<uuid:filed_application_id>/receive")
@requires("damage.apply")
def receive_filed(filed_application_id: UUID) -> ResponseReturnValue:
    form = ApplicationForm()
    with transaction(reason="取り込んだ申請の受付"):
        row = get_filed(filed_application_id)
        household = _household(form.token.data or "")
        _offer(form, household)
        if not form.validate_on_submit():
            return _application_page(row, household, form), 422
        if idempotency.find(form.idempotency_key.data) is None:
            services.settle_filed(row, _receive(row, household, form), by=current_actor().id)
            idempotency.remember(form.idempotency_key.data, url_for(".filed_list"))
    flash("申請を受け付けました。", "success")
    return redirect(url_for(".filed_list"), 303)


@bp.post("/filed/<uuid:filed_application_id>/set-aside")
@requires("damage.apply")
def set_aside_filed(filed_application_id: UUID) -> ResponseReturnValue:
    form = SetAsideForm()
    with transaction(reason="取り込んだ申請を受け付けない"):
        row = get_filed(filed_application_id)
        if not form.validate_on_submit():
            return _filed_page(row, form), 422
        try:
            services.set_filed_aside(row, reason=form.reason.data or "", by=current_actor().id)
        except damage.DamageError as error:
            flash(str(error), "error")
    return redirect(url_for(".filed_list"), 303)


def _released(*, is_paper: bool) -> PlainList:
    found = list_filed_to_release()
    ids = [one.id for one in found]
    release("filed_applications.list", ids, "取り込んだ申請", is_paper=is_paper, counted="件")
    return documents.filed_list(found)


def _receive(
    row: FiledApplication, household: OpenedHousehold, form: ApplicationForm
) -> Application:
    place = damage.ensure_dwelling(address=form.address.data or "", unit=form.unit.data or None)
    written = damage.take_over(
        household,
        listed=set(form.members.data or ()),
        applicant_id=form.applicant_id,
        head_id=form.head_id,
        others=form.other_members,
        relations=form.relations,
    )
    said = services.details_of(FiledRow.of(row.content))
    came = {name: getattr(said, name) for name in ("source", "source_number", "received_at")}
    try:
        data = form.data_for(written, place.id, **came)
        return damage.receive_application(data, by=current_actor().id)
    except damage.AlreadyAppliedError as error:
        return error.application


def _household(token: str | None) -> OpenedHousehold:
    opened = open_household(token or "")
    return opened if opened and opened.people else abort(404)


def _offer(form: ApplicationForm, household: OpenedHousehold) -> None:
    disaster = get_current_disaster()
    day = local(disaster.started_at).date() if disaster and disaster.started_at else None
    people = [one.shown for one in household.people]
    form.offer(people, day, damage.head_of(household).shown.id)


def _cause() -> str:
    disaster = get_current_disaster()
    if disaster is None or disaster.started_at is None:
        return ""
    return cause_text(local(disaster.started_at).date(), disaster.name)


def _filed_page(row: FiledApplication, form: SetAsideForm, *, text: str | None = None) -> str:
    content = FiledRow.of(row.content)
    wanted = text if text is not None else content.kana or content.name
    found = find_households(wanted, limit=HITS)
    log_read("filed_application.open", [row.id])
    log_search(wanted, found.total)
    return render_template(
        "counter/filed.html",
        filed=row,
        row=content,
        found=found,
        text=wanted,
        form=form,
        whose=WhoseForm(formdata=None),
        states=FiledState,
        attached=_attached(row),
        leaving=LeaveOutForm(formdata=None),
    )


def _attached(row: FiledApplication) -> Attached:
    return attached_of(list_attachments_of(row.id, visible_scopes()))


def _application_page(
    row: FiledApplication, household: OpenedHousehold, form: ApplicationForm
) -> str:
    log_read("application.new", [one.shown.id for one in household.people])
    household_id = household.household_id
    return render_template(
        "counter/receive.html",
        filed=row,
        row=FiledRow.of(row.content),
        head=damage.head_of(household).shown,
        form=form,
        earlier=damage_queries.list_applications_of(household_id) if household_id else [],
        attached=_attached(row),
    )
