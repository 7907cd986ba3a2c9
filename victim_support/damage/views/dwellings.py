"""The page of a dwelling: judgements and decisions, photographs, calculations."""

from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency, images
from victim_support.core.access import accepts_upload, current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.clock import today
from victim_support.core.db import transaction
from victim_support.core.reads import log_read
from victim_support.damage import calculation, photos, queries, services
from victim_support.damage.carrying import carried_calculation
from victim_support.damage.forms import (
    ApprovalForm,
    JudgementForm,
    PhotosForm,
    RecuseForm,
    ReturnForm,
    WithdrawPhotoForm,
)
from victim_support.damage.rules import JudgementState
from victim_support.damage.rules.applying import parts_of
from victim_support.damage.views.blueprint import actor_id, bp
from victim_support.damage.waiting import recused_dwellings

UPLOAD_MEGABYTES = 100


@bp.get("/dwellings/<uuid:dwelling_id>")
@requires("damage.read")
def dwelling(dwelling_id: UUID) -> str:
    return dwelling_page(dwelling_id, new_judgement())


@bp.post("/dwellings/<uuid:dwelling_id>/judgements")
@requires("damage.judge")
def record(dwelling_id: UUID) -> ResponseReturnValue:
    form = JudgementForm()
    if not form.validate_on_submit():
        return dwelling_page(dwelling_id, form), 422
    location = url_for("damage.dwelling", dwelling_id=dwelling_id)
    with transaction(reason="判定の記録"):
        calculated = carried_calculation(form)
        if form.errors:
            return dwelling_page(dwelling_id, form), 422
        if idempotency.find(form.idempotency_key.data) is None:
            if form.asks_reason(services.last_round(dwelling_id)):
                return dwelling_page(dwelling_id, form), 422
            services.record_judgement(
                dwelling_id=queries.get_dwelling(dwelling_id).id,
                survey=form.survey(),
                note=form.note.data or "",
                reason=form.reason.data or "",
                calculated=calculated,
                by=current_actor().id,
            )
            idempotency.remember(form.idempotency_key.data, location)
    flash("判定を記録しました。別の人が承認すると有効になります。", "success")
    return redirect(location, 303)


@bp.post("/dwellings/<uuid:dwelling_id>/photos")
@requires("damage.judge")
@accepts_upload(UPLOAD_MEGABYTES)
def add_photos(dwelling_id: UUID) -> ResponseReturnValue:
    form = PhotosForm()
    if not form.validate_on_submit():
        return dwelling_page(dwelling_id, new_judgement(), form), 422
    found = photos.take_in_files(form.photos.data)
    location = url_for("damage.dwelling", dwelling_id=dwelling_id)
    with transaction(reason="被害の写真の追加"):
        dwelling_id = queries.get_dwelling(dwelling_id).id
        if found.taken and idempotency.find(form.idempotency_key.data) is None:
            note, by = form.photo_note.data or "", current_actor().id
            photos.add_photos(dwelling_id, found.taken, note=note, by=by)
            idempotency.remember(form.idempotency_key.data, location)
    if found.refused:
        return _refused_photos(dwelling_id, found, form.photo_note.data), 422
    flash(f"写真を{len(found.taken)}枚保存しました。{_where_seen(dwelling_id)}", "success")
    return redirect(location, 303)


@bp.get("/photos/<uuid:photo_id>")
@requires("damage.read")
def photo(photo_id: UUID) -> Response:
    found = photos.get_photo(photo_id)
    log_read("damage_photo.open", [found.id])
    return Response(photos.picture_of(found) or abort(404), mimetype=images.MEDIA_TYPE)


@bp.post("/photos/<uuid:photo_id>/withdraw")
@requires("damage.judge")
def withdraw_photo(photo_id: UUID) -> ResponseReturnValue:
    if not WithdrawPhotoForm().validate_on_submit():
        abort(400)
    with transaction(reason="被害の写真の取り消し"):
        found = photos.get_photo(photo_id)
        dwelling_id = found.dwelling_id
        photos.withdraw_photo(found)
    flash("写真を外しました。記録には残っています。", "success")
    return redirect(url_for("damage.dwelling", dwelling_id=dwelling_id), 303)


@bp.post("/judgements/<uuid:judgement_id>/approve")
@requires("damage.approve")
def approve(judgement_id: UUID) -> ResponseReturnValue:
    form = ApprovalForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        with transaction(reason="判定の承認"):
            judgement = queries.get_judgement(judgement_id)
            services.approve_judgement(judgement, by=actor_id(), has_noted=form.noted.data)
    except services.DamageError as error:
        flash(str(error), "error")
    else:
        flash("承認しました。", "success")
    return redirect(_back(judgement_id), 303)


@bp.post("/judgements/<uuid:judgement_id>/return", endpoint="send_back")
@requires("damage.approve")
def send_back(judgement_id: UUID) -> ResponseReturnValue:
    form = ReturnForm()
    if not form.validate_on_submit():
        flash("差し戻す理由を入れてください。", "error")
        return redirect(_back(judgement_id), 303)
    try:
        with transaction(reason="判定の差し戻し"):
            judgement = queries.get_judgement(judgement_id)
            services.return_judgement(judgement, reason=form.reason.data or "", by=actor_id())
    except services.DamageError as error:
        flash(str(error), "error")
    else:
        flash("差し戻しました。", "success")
    return redirect(_back(judgement_id), 303)


@bp.post("/judgements/<uuid:judgement_id>/set-aside")
@requires("damage.approve")
def set_aside(judgement_id: UUID) -> ResponseReturnValue:
    form = ReturnForm()
    if not form.validate_on_submit():
        flash("差し戻す理由を入れてください。", "error")
        return redirect(_back(judgement_id), 303)
    try:
        with transaction(reason="食い違う判定の差し戻し"):
            judgement = queries.get_judgement(judgement_id)
            services.set_aside_judgement(judgement, reason=form.reason.data or "", by=actor_id())
    except services.DamageError as error:
        flash(str(error), "error")
    else:
        flash("差し戻しました。もう一方の判定が残ります。", "success")
    return redirect(_back(judgement_id), 303)


def _back(judgement_id: UUID) -> str:
    """Return to the list of what waits, or to the dwelling when the page said so."""
    if request.args.get("from") == "dwelling":
        dwelling_id = queries.get_judgement(judgement_id).dwelling_id
        return url_for("damage.dwelling", dwelling_id=dwelling_id)
    return url_for("damage.judgements", page=request.args.get("page", type=int))


def new_judgement() -> JudgementForm:
    form = JudgementForm(formdata=None)
    form.judged_on.data = today()
    form.inundation.data = calculation.proposed_flooding()
    return form


def _where_seen(dwelling_id: UUID) -> str:
    """Say who sees the photographs when whoever took them does not."""
    is_seen = bool(photos.list_photos(dwelling_id))
    return "" if is_seen else "写真は本部で見られます。"


def _refused_photos(dwelling_id: UUID, found: photos.TakenIn, note: str | None) -> str:
    """Name the files that were no pictures; a new form, for the others are saved."""
    form = PhotosForm(formdata=None)
    form.photo_note.data = note
    form.photos.errors = found.refused
    if found.taken:
        words = f"ほかの写真{len(found.taken)}枚は保存しました。{_where_seen(dwelling_id)}"
        flash(words, "success")
    return dwelling_page(dwelling_id, new_judgement(), form)


def dwelling_page(
    dwelling_id: UUID, form: JudgementForm, photos_form: PhotosForm | None = None
) -> str:
    place = queries.get_dwelling(dwelling_id)
    log_read("dwelling.open", [place.id])
    return render_template(
        "damage/dwelling.html",
        dwelling=place,
        form=form,
        photos_form=photos_form or PhotosForm(formdata=None),
        photos=photos.list_photos(place.id),
        rounds=queries.list_judgements(place.id),
        doubled=[one.id for found in queries.list_doubled_judgements([place.id]) for one in found],
        current=queries.judgement_in_force(place.id),
        policy=queries.in_force_policy(),
        applications=queries.list_applications_for(place.id),
        parts_of=parts_of,
        states=JudgementState,
        name_of=name_of,
        actor_id=current_actor().id,
        recused=recused_dwellings(actor_id()),
        calculated=carried_calculation(form),
        recusing=RecuseForm(formdata=None),
        worksheet=calculation.usual_key(),
    )
