"""Pages of other names of places."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import requires
from victim_support.core.db import transaction
from victim_support.place_names import queries, services
from victim_support.place_names.forms import NamesForm
from victim_support.place_names.rules import PlaceNameKind

bp = Blueprint("place_names", __name__, url_prefix="/place-names")


@bp.get("/")
@requires("place.names")
def index() -> str:
    return _page(NamesForm(formdata=None))


@bp.post("/")
@requires("place.names")
def add() -> ResponseReturnValue:
    form = NamesForm()
    with transaction(reason="地名・屋号を加える"):
        location = idempotency.find(form.idempotency_key.data)
        if location is None and form.validate_on_submit():
            added = services.add_names(PlaceNameKind(form.kind.data), form.places)
            flash(f"{added}件を加えました。受付でこの名前からさがせます。", "success")
            location = url_for(".index")
            idempotency.remember(form.idempotency_key.data, location)
        if location is None:
            return _page(form), 422
    return redirect(location, 303)


@bp.post("/<uuid:name_id>/withdraw")
@requires("place.names")
def withdraw(name_id: UUID) -> ResponseReturnValue:
    with transaction(reason="地名・屋号を外す"):
        row = queries.get_name(name_id)
        services.withdraw_name(row)
        flash(f"「{row.name}」を外しました。", "success")
    return redirect(url_for(".index"), 303)


def _page(form: NamesForm) -> str:
    return render_template("place_names/index.html", form=form, names=queries.list_names())
