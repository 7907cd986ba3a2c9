"""About one person: from whom she is protected, and a death with whether the family knows."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import requires
from victim_support.core.context import current_context
from victim_support.core.db import transaction
from victim_support.core.reads import log_read
from victim_support.safety import services
from victim_support.safety.forms import DeathForm, OpponentForm, ToldForm
from victim_support.safety.models import Death
from victim_support.safety.queries import enquiries as queries
from victim_support.safety.views.blueprint import bp, open_person


@bp.get("/persons/<uuid:person_id>/opponents")
@requires("opponent.read")
def opponents(person_id: UUID) -> str:
    return _opponents_page(person_id, OpponentForm(formdata=None))


@bp.post("/persons/<uuid:person_id>/opponents")
@requires("opponent.read")
def name_opponent(person_id: UUID) -> ResponseReturnValue:
    form = OpponentForm()
    location = url_for(".opponents", person_id=person_id)
    is_kept = False
    with transaction(reason="相手方の記録"):
        _open_protected(person_id)
        is_kept = bool(idempotency.find(form.idempotency_key.data))
        if not is_kept and form.validate_on_submit() and not _is_shelter():
            services.name_opponent(person_id, name=form.name.data or "", note=form.note.data or "")
            idempotency.remember(form.idempotency_key.data, location)
            is_kept = True
    if not is_kept:
        return _opponents_page(person_id, form), 422
    flash("相手方を記録しました。", "success")
    return redirect(location, 303)


@bp.get("/persons/<uuid:person_id>/death")
@requires("death.record")
def death(person_id: UUID) -> str:
    return _death_page(person_id, DeathForm(formdata=None), ToldForm(formdata=None))


@bp.post("/persons/<uuid:person_id>/death")
@requires("death.record")
def record_death(person_id: UUID) -> ResponseReturnValue:
    form = DeathForm()
    if not form.validate_on_submit():
        return _death_page(person_id, form, ToldForm(formdata=None)), 422
    with transaction(reason="死亡の確認"):
        row, _shown = open_person(person_id)
        services.record_death(
            row, confirmed_by=form.confirmed_by.data or "", note=form.note.data or ""
        )
    flash("死亡の確認を記録しました。安否照会には何も答えません。", "success")
    return redirect(url_for(".death", person_id=person_id), 303)


@bp.post("/persons/<uuid:person_id>/death/told")
@requires("death.record")
def tell_family(person_id: UUID) -> ResponseReturnValue:
    form = ToldForm()
    if not form.validate_on_submit():
        return _death_page(person_id, DeathForm(formdata=None), form), 422
    with transaction(reason="家族へ伝えた"):
        open_person(person_id)
        services.tell_family(_find_death(person_id) or abort(404), told_to=form.told_to.data or "")
    flash("家族へ伝えたことを記録しました。", "success")
    return redirect(url_for(".death", person_id=person_id), 303)


def _open_protected(person_id: UUID) -> None:
    _row, shown = open_person(person_id)
    if not shown.is_marked:
        abort(404)


def _is_shelter() -> bool:
    """Tell whether this desk stands at a shelter, where no opponent's name belongs."""
    return current_context().shelter_id is not None


def _find_death(person_id: UUID) -> Death | None:
    return queries.list_deaths([person_id]).get(person_id)


def _opponents_page(person_id: UUID, form: OpponentForm) -> str:
    row, shown = open_person(person_id)
    if not shown.is_marked:
        abort(404)
    found = [] if _is_shelter() else queries.list_opponents(row.id)
    log_read("opponent.read", [row.id], "相手方")
    return render_template(
        "safety/opponents.html",
        person=shown,
        opponents=found,
        is_shelter=_is_shelter(),
        form=form,
    )


def _death_page(person_id: UUID, form: DeathForm, told: ToldForm) -> str:
    row, shown = open_person(person_id)
    log_read("death.read", [row.id], "死亡の確認")
    return render_template(
        "safety/death.html", person=shown, death=_find_death(row.id), form=form, told=told
    )
