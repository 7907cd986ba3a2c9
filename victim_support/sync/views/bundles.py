"""Pages of what is carried on a stick: write it, read it, and what became of it."""

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import jobs
from victim_support.core.access import current_actor, requires
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.sync.bundles import BundleError
from victim_support.sync.carrying import (
    Order,
    count_between,
    list_targets,
    names_of,
    plan_bundle,
)
from victim_support.sync.files import carried_files
from victim_support.sync.media import list_media
from victim_support.sync.media_forms import ExportForm, FolderForm
from victim_support.sync.models import ReadBundles, WrittenBundle
from victim_support.sync.queries import find_enrolment, unpack_vector
from victim_support.sync.services.bundle_reports import report_from
from victim_support.sync.services.sticks import register_stick
from victim_support.sync.sticks import find_label
from victim_support.sync.work import EXPORT, IMPORT

if TYPE_CHECKING:
    from pathlib import Path

    from victim_support.core.instance import OpenInstance

bp = Blueprint("bundles", __name__, url_prefix="/exchange/usb")


@bp.get("/export")
@requires("exchange.run")
def export_page() -> str:
    return _export_page(_export_form(formdata=None))


@bp.post("/export")
@requires("exchange.run")
def export() -> ResponseReturnValue:
    form = _export_form()
    if not form.validate_on_submit():
        return _export_page(form), 422
    try:
        stick = _stick_for(form)
    except BundleError as error:
        form.path.errors = [str(error)]
        return _export_page(form), 422
    job = _start_export(form, stick)
    return redirect(url_for("jobs.show", job_id=job), 303)


def _stick_for(form: ExportForm) -> UUID | None:
    """Return the stick of the ledger that is written; one that is new is taken into it first."""
    found, folder = form.stick, form.folder
    is_new = form.registers(found)
    db.session.rollback()
    if not is_new:
        return found.stick
    with transaction(reason="USBの登録"):
        label = form.stick_label.data or ""
        return register_stick(folder=folder, label=label, by=current_actor().id)


def _start_export(form: ExportForm, stick: UUID | None) -> UUID:
    bundle = new_id()
    db.session.remove()
    return jobs.start(
        EXPORT,
        by=current_actor().id,
        key="usb",
        payload={
            "folder": str(form.folder),
            "targets": form.targets,
            "is_all": form.is_all.data,
            "is_first_fill": form.is_first_fill.data,
            "has_files": form.has_files.data,
            "bundle": bundle.hex,
            "stick": stick.hex if stick else None,
            "link": url_for(".written", bundle_id=bundle),
        },
    )


@bp.get("/written/<uuid:bundle_id>")
@requires("exchange.run")
def written(bundle_id: UUID) -> str:
    found = db.session.get(WrittenBundle, bundle_id) or abort(404)
    return render_template(
        "sync/usb_written.html",
        bundle=found,
        ops=count_between(unpack_vector(found.start), unpack_vector(found.end)),
        recipients=names_of(found.recipients),
        stick=find_label(found.stick),
    )


@bp.get("/import")
@requires("exchange.run")
def import_page() -> str:
    return _import_page(_import_form(formdata=None))


@bp.post("/import")
@requires("exchange.run")
def import_() -> ResponseReturnValue:
    form = _import_form()
    if not form.validate_on_submit():
        return _import_page(form), 422
    report, stick = new_id(), form.stick.stick
    db.session.remove()
    job = jobs.start(
        IMPORT,
        by=current_actor().id,
        key="usb",
        payload={
            "folder": str(form.folder),
            "report": report.hex,
            "stick": stick.hex if stick else None,
            "link": url_for(".read", report_id=report),
        },
    )
    return redirect(url_for("jobs.show", job_id=job), 303)


@bp.get("/read/<uuid:report_id>")
@requires("exchange.run")
def read(report_id: UUID) -> str:
    found = db.session.get(ReadBundles, report_id) or abort(404)
    reports = [report_from(row) for row in found.report]
    return render_template(
        "sync/usb_read.html", found=found, reports=reports, stick=find_label(found.stick)
    )


def _export_form(**values: None) -> ExportForm:
    return ExportForm(_instance(), list_media(), list_targets(), **values)


def _import_form(**values: None) -> FolderForm:
    return FolderForm(_instance(), list_media(), **values)


def _export_page(form: ExportForm) -> str:
    carried = carried_files(plan_bundle(Order()))
    return render_template(
        "sync/usb_export.html",
        form=form,
        enrolment=find_enrolment(),
        pictures=len(carried),
        megabytes=sum(each.size for each in carried) / 1e6,
    )


def _import_page(form: FolderForm) -> str:
    return render_template("sync/usb_import.html", form=form, enrolment=find_enrolment())


def _instance() -> "Path":
    opened: OpenInstance = current_app.extensions["instance"]
    return opened.folder
