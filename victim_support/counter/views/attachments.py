"""Photographs and papers that came with applications from files: brought, looked at, left out."""

from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import images, incoming, pdf_pages
from victim_support.core.access import accepts_upload, current_actor, requires
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.core.reads import log_read
from victim_support.counter.forms.filed import AttachmentsForm, LeaveOutForm
from victim_support.counter.queries.filed import get_attachment, list_numbers
from victim_support.counter.services import attachments as services
from victim_support.counter.views.blueprint import bp
from victim_support.counter.work import ATTACH, MOST_BYTES
from victim_support.damage.photos import picture_of

UPLOAD_MEGABYTES = 200


@bp.get("/attachments")
@requires("import.applications")
def attachments() -> str:
    return _page(AttachmentsForm(formdata=None))


@bp.post("/attachments")
@requires("import.applications")
@accepts_upload(UPLOAD_MEGABYTES)
def bring_attachments() -> ResponseReturnValue:
    """Keep what was brought, and start the job that takes it in."""
    form, by = AttachmentsForm(), current_actor().id
    form.known = [number for number, _filed in list_numbers()]
    if not form.validate_on_submit():
        return _page(form), 422
    db.session.remove()
    found = form.brought_id
    refused = incoming.keep_files(
        found, ATTACH, form.chosen_files, staff_id=by, most_bytes=MOST_BYTES
    )
    link, number = url_for(".brought", brought_id=found), form.number.data or ""
    job = incoming.start_job(found, ATTACH, staff_id=by, link=link, more={"number": number})
    if job is None:
        form.files.errors = refused
        return _page(form), 422
    return redirect(url_for("jobs.show", job_id=job), 303)


@bp.get("/attachments/brought/<uuid:brought_id>")
@requires("import.applications")
def brought(brought_id: UUID) -> str:
    found = incoming.get_brought(brought_id, ATTACH, staff_id=current_actor().id)
    return render_template("counter/brought.html", brought=found)


@bp.get("/attachments/<uuid:attachment_id>")
@requires("damage.apply")
def attachment(attachment_id: UUID) -> Response:
    found = get_attachment(attachment_id)
    log_read("filed_attachment.open", [found.id])
    return Response(picture_of(found) or abort(404), mimetype=images.MEDIA_TYPE)


@bp.post("/attachments/<uuid:attachment_id>/leave-out")
@requires("damage.apply")
def leave_out(attachment_id: UUID) -> ResponseReturnValue:
    if not LeaveOutForm().validate_on_submit():
        abort(400)
    with transaction(reason="申請の添付を外す"):
        found = get_attachment(attachment_id)
        filed_id = found.filed_application_id
        services.leave_out(found)
    flash("添付を外しました。記録には残っています。", "success")
    return redirect(url_for(".filed", filed_application_id=filed_id), 303)


def _page(form: AttachmentsForm) -> str:
    form.brought.data = str(new_id())
    return render_template(
        "counter/attachments.html",
        form=form,
        brought=incoming.list_brought(ATTACH, staff_id=current_actor().id),
        draws_papers=pdf_pages.is_able(),
        pages=pdf_pages.MOST_PAGES,
    )
