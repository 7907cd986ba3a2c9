"""Photographs of a card: brought, read by a job, and the doubtful ones sorted by a person."""

from collections.abc import Sequence
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import images, incoming
from victim_support.core.access import accepts_upload, current_actor, requires
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.core.reads import log_read
from victim_support.damage.photos import read_picture
from victim_support.damage.queries import get_dwelling
from victim_support.presence.rules import show_number
from victim_support.survey import cards, photos, queries
from victim_support.survey.forms import AsideForm, BackForm, CardForm, MatchForm, SortForm
from victim_support.survey.views.blueprint import bp

UPLOAD_MEGABYTES = 1200


@bp.get("/photos")
@requires("survey.record")
def photo_cards() -> str:
    return _cards_page(CardForm(formdata=None))


@bp.post("/photos")
@requires("survey.record")
@accepts_upload(UPLOAD_MEGABYTES)
def bring_card() -> ResponseReturnValue:
    """Keep files of a card; with the last of them its job starts."""
    form, by = CardForm(), current_actor().id
    if not form.validate_on_submit():
        return _cards_page(form), 422
    card_id = form.card_id
    incoming.keep_files(card_id, cards.JOB, form.chosen_files, staff_id=by)
    if form.more.data:
        return "", 204
    db.session.remove()
    link = url_for(".photo_card", card_id=card_id)
    job = incoming.start_job(card_id, cards.JOB, staff_id=by, link=link)
    if job is None:
        form.photos.errors = ["読める写真がありません。カードのフォルダの写真を選んでください。"]
        return _cards_page(form), 422
    return redirect(url_for("jobs.show", job_id=job), 303)


@bp.get("/photos/cards/<uuid:card_id>")
@requires("survey.record")
def photo_card(card_id: UUID) -> str:
    card = incoming.get_brought(card_id, cards.JOB, staff_id=current_actor().id)
    return render_template(
        "survey/card.html", card=card, waiting=queries.count_waiting_photos(), form=BackForm()
    )


@bp.post("/photos/cards/<uuid:card_id>/back")
@requires("survey.record")
def send_back(card_id: UUID) -> ResponseReturnValue:
    """Let the pictures of one sheet be sorted again."""
    form = BackForm()
    if not form.validate_on_submit():
        abort(400)
    with transaction(reason="写真を仕分けに戻す"):
        count = photos.send_back(card_id, form.number.data or "")
    flash(f"写真{count}枚を仕分けに戻しました。", "success")
    return redirect(url_for(".sorting"), 303)


@bp.get("/photos/sorting")
@requires("survey.record")
def sorting() -> str:
    return _sorting_page(SortForm(formdata=None))


@bp.post("/photos/sorting")
@requires("survey.record")
def sort() -> ResponseReturnValue:
    form = SortForm()
    with transaction(reason="カードの写真の仕分け"):
        if not form.validate_on_submit() or form.visit is None:
            return _sorting_page(form), 422
        given = photos.give(form.ticked, form.visit, by=current_actor().id)
        number, place = form.visit.number, get_dwelling(form.visit.dwelling_id).place
    flash(f"写真{len(given)}枚を {show_number(number)} {place} に入れました。", "success")
    return redirect(url_for(".sorting"), 303)


@bp.post("/photos/aside")
@requires("survey.record")
def put_aside() -> ResponseReturnValue:
    form = AsideForm()
    with transaction(reason="カードの写真を使わない"):
        if not form.validate_on_submit():
            return _sorting_page(SortForm(), form.photos.errors), 422
        count = photos.put_aside(form.ticked)
    flash(f"写真{count}枚を、使わないものとしました。記録には残っています。", "success")
    return redirect(url_for(".sorting"), 303)


@bp.post("/photos/match")
@requires("survey.record")
def match_again() -> ResponseReturnValue:
    """Try the numbers once more that no sheet of this machine had."""
    if not MatchForm().validate_on_submit():
        abort(400)
    with transaction(reason="カードの写真の当てはめ"):
        count = photos.match_again(by=current_actor().id)
    flash(f"写真{count}枚を、届いた調査の予定に当てはめました。", "success")
    return redirect(url_for(".sorting"), 303)


@bp.get("/photos/waiting/<uuid:photo_id>")
@requires("survey.record")
def waiting_photo(photo_id: UUID) -> Response:
    found = queries.get_waiting_photo(photo_id)
    log_read("incoming_photo.open", [found.id])
    return Response(read_picture(found.sha256) or abort(404), mimetype=images.MEDIA_TYPE)


def _cards_page(form: CardForm) -> str:
    form.card.data = str(new_id())
    return render_template(
        "survey/cards.html",
        form=form,
        cards=incoming.list_brought(cards.JOB, staff_id=current_actor().id),
        waiting=queries.count_waiting_photos(),
    )


def _sorting_page(form: SortForm, errors: Sequence[str] = ()) -> str:
    groups = queries.list_waiting_groups()
    if errors:
        form.photos.errors = errors
    return render_template(
        "survey/sorting.html",
        form=form,
        group=groups[0] if groups else None,
        total=sum(len(each.photos) for each in groups),
        groups=len(groups),
        is_sent=request.method == "POST",
    )
