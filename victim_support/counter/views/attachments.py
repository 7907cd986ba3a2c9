"""Photographs that came with applications from files: brought, looked at, left out."""

from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency, images
from victim_support.core.access import accepts_upload, current_actor, requires
from victim_support.core.db import db, transaction
from victim_support.core.reads import log_read
from victim_support.counter.forms.filed import AttachmentsForm, LeaveOutForm
from victim_support.counter.queries.filed import get_attachment, list_numbers
from victim_support.counter.services.attachments import attach, read_files
from victim_support.counter.views.blueprint import bp
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
    form = AttachmentsForm()
    form.known = [number for number, _filed in list_numbers()]
    if not form.validate_on_submit():
        return _page(form), 422
    brought = read_files(form.files.data, number=form.number.data or "")
    db.session.rollback()
    count = 0
    with transaction(reason="オンライン申請の添付の写真"):
        if brought.found and idempotency.find(form.idempotency_key.data) is None:
            count = attach(brought.found, by=current_actor().id)
            idempotency.remember(form.idempotency_key.data, url_for(".attachments"))
    if brought.found:
        flash(f"写真{len(brought.found)}枚を読みました(新しいもの{count}枚)。", "success")
    if brought.documents:
        flash(f"写真でない書類{brought.documents}個は取り込みませんでした。", "info")
    if brought.refused:
        form = AttachmentsForm(formdata=None)
        form.files.errors = brought.refused
        return _page(form), 422
    return redirect(url_for(".attachments"), 303)


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
    with transaction(reason="添付の写真を外す"):
        found = get_attachment(attachment_id)
        filed_id = found.filed_application_id
        found.is_withdrawn = True
    flash("写真を外しました。記録には残っています。", "success")
    return redirect(url_for(".filed", filed_application_id=filed_id), 303)


def _page(form: AttachmentsForm) -> str:
    return render_template("counter/attachments.html", form=form)
