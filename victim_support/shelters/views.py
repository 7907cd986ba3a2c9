"""Shelters on screen: list, show, open and close, add, correct, import."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import accepts_upload, current_actor, requires
from victim_support.core.db import transaction
from victim_support.core.scopes import NoDisasterChosenError, current_scopes
from victim_support.journal.history import changed_by_others, version_of
from victim_support.shelters import documents, queries, services
from victim_support.shelters.forms import (
    AddShelterForm,
    ImportForm,
    ShelterForm,
    StatusForm,
    UploadForm,
)
from victim_support.shelters.rules import (
    Extent,
    OperationStatus,
    ParsedFile,
    UnknownLayoutError,
    count_extents,
    cut,
    usual_extent,
)

bp = Blueprint("shelters", __name__, url_prefix="/shelters")
NO_DISASTER = "先に、作業する災害を選んでください。"


@bp.get("/")
@requires("shelter.read")
def index() -> str:
    listing = documents.list_page(
        queries.list_states(),
        municipality=current_scopes().municipality,
        which=request.args.get("which"),
        text=request.args.get("text", ""),
        page=request.args.get("page", 1, int),
    )
    return render_template("shelters/index.html", listing=listing, statuses=OperationStatus)


@bp.get("/<uuid:shelter_id>")
@requires("shelter.read")
def show(shelter_id: UUID) -> str:
    return _show(shelter_id, StatusForm(formdata=None))


@bp.get("/at/<latitude>/<longitude>")
@requires("shelter.read")
def at(latitude: str, longitude: str) -> ResponseReturnValue:
    """Answer a click on the map: the shelter there, or all that stand on that point."""
    found = documents.states_at(queries.list_states(), latitude, longitude)
    if not found:
        abort(404)
    if len(found) == 1:
        return redirect(url_for("shelters.show", shelter_id=found[0].shelter.id))
    return render_template("shelters/at.html", states=found)


@bp.post("/<uuid:shelter_id>/status")
@requires("shelter.operate")
def set_status(shelter_id: UUID) -> ResponseReturnValue:
    form = StatusForm()
    if not form.validate_on_submit():
        return _show(shelter_id, form), 422
    status = OperationStatus(form.status.data)
    try:
        with transaction(reason=f"避難所の{status.label}"):
            shelter = queries.get_shelter(shelter_id)
            services.set_operation_status(shelter, status=status, at=form.at)
    except NoDisasterChosenError:
        flash(NO_DISASTER, "error")
    except services.OperationOrderError as error:
        flash(str(error), "error")
    else:
        flash(f"「{shelter.name}」を「{status.label}」にしました。", "success")
    return redirect(url_for("shelters.show", shelter_id=shelter_id))


@bp.get("/new")
@requires("shelter.add")
def new() -> str:
    return render_template("shelters/new.html", form=AddShelterForm(formdata=None))


@bp.post("/new")
@requires("shelter.add")
def add() -> ResponseReturnValue:
    form = AddShelterForm()
    if not form.validate_on_submit():
        return render_template("shelters/new.html", form=form), 422
    try:
        with transaction(reason="指定のない避難所の追加"):
            location = idempotency.find(form.idempotency_key.data) or _add(form)
    except NoDisasterChosenError:
        form.form_errors.append(NO_DISASTER)
        return render_template("shelters/new.html", form=form), 422
    flash("避難所を加えました。", "success")
    return redirect(location, 303)


@bp.get("/<uuid:shelter_id>/edit")
@requires("shelter.edit")
def edit(shelter_id: UUID) -> str:
    shelter = queries.get_shelter(shelter_id)
    form = ShelterForm(formdata=None)
    form.show(shelter, version_of(shelter))
    return render_template("shelters/edit.html", form=form, shelter=shelter, since=[])


@bp.post("/<uuid:shelter_id>/edit")
@requires("shelter.edit")
def change(shelter_id: UUID) -> ResponseReturnValue:
    form = ShelterForm()
    with transaction(reason="避難所の台帳の訂正"):
        shelter = queries.get_shelter(shelter_id)
        since = changed_by_others(shelter, form.version.data)
        if since or not form.validate_on_submit():
            form.version.data = version_of(shelter)
            page = render_template("shelters/edit.html", form=form, shelter=shelter, since=since)
            return page, 409 if since else 422
        services.change_shelter(shelter, details=form.details)
    flash("直しました。", "success")
    return redirect(url_for("shelters.show", shelter_id=shelter_id))


@bp.post("/<uuid:shelter_id>/withdraw")
@requires("shelter.edit")
def withdraw(shelter_id: UUID) -> ResponseReturnValue:
    try:
        with transaction(reason="避難所の取り下げ"):
            shelter = queries.get_shelter(shelter_id)
            services.withdraw_shelter(shelter)
    except services.ShelterWithPeopleError as error:
        flash(str(error), "error")
        return redirect(url_for("shelters.show", shelter_id=shelter_id))
    flash(f"「{shelter.name}」を取り下げました。記録は残ります。", "success")
    return redirect(url_for("shelters.index"))


@bp.get("/import")
@requires("import.shelters")
def imports() -> str:
    return render_template("shelters/imports.html", form=UploadForm(formdata=None))


@bp.post("/import")
@requires("import.shelters")
@accepts_upload(32)
def upload() -> ResponseReturnValue:
    form = UploadForm()
    if not form.validate_on_submit():
        return render_template("shelters/imports.html", form=form), 422
    upload_id = services.keep_upload(
        staff_id=current_actor().id,
        file_name=form.file_name,
        content=form.file.data.read(),
        as_of=form.moment,
    )
    return redirect(url_for("shelters.preview", upload_id=upload_id), 303)


@bp.get("/import/<uuid:upload_id>")
@requires("import.shelters")
def preview(upload_id: UUID) -> ResponseReturnValue:
    kept = services.get_upload(upload_id, staff_id=current_actor().id)
    if kept.report is not None:
        return render_template("shelters/imported.html", upload=kept, report=kept.report)
    try:
        parsed = kept.parsed()
    except UnknownLayoutError as error:
        flash(f"{kept.file_name}: {error}", "error")
        return redirect(url_for("shelters.imports"))
    return _preview(kept, parsed)


@bp.post("/import/<uuid:upload_id>")
@requires("import.shelters")
def import_(upload_id: UUID) -> ResponseReturnValue:
    form = ImportForm()
    kept = services.get_upload(upload_id, staff_id=current_actor().id)
    if kept.report is None and form.validate_on_submit():
        extent = request.form.get("extent", Extent.ALL, type=Extent)
        parsed = cut(kept.parsed(), extent, current_scopes().municipality)
        with transaction(reason=f"避難所の取り込み: {kept.file_name}"):
            plan = services.import_shelters(
                parsed, accept_candidates=bool(form.same_name_is_same.data)
            )
        services.keep_report(upload_id, plan.as_dict())
        flash("取り込みました。", "success")
    return redirect(url_for("shelters.preview", upload_id=upload_id), 303)


def _preview(kept: services.Upload, parsed: ParsedFile) -> str:
    own = current_scopes().municipality
    extent = request.args.get("extent", usual_extent(parsed, own), type=Extent)
    plan = services.plan_shelters(cut(parsed, extent, own))
    return render_template(
        "shelters/preview.html",
        upload=kept,
        report=plan.as_dict(),
        extent=extent,
        extents=count_extents(parsed, own),
        form=ImportForm(formdata=None),
    )


def _show(shelter_id: UUID, form: StatusForm) -> str:
    state = queries.get_state(shelter_id)
    form.status.data = form.status.data or OperationStatus.OPEN.value
    return render_template(
        "shelters/show.html",
        state=state,
        shelter=state.shelter,
        counts=queries.list_head_counts(shelter_id)[:20],
        form=form,
        statuses=OperationStatus,
    )


def _add(form: AddShelterForm) -> str:
    shelter = services.add_shelter(name=form.name.data or "", address=form.address.data or "")
    if form.opens.data:
        services.open_shelter(shelter)
    location = url_for("shelters.show", shelter_id=shelter.id)
    idempotency.remember(form.idempotency_key.data, location)
    return location
