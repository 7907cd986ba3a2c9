"""Disasters on screen: list, declare, choose, correct, end."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.accounts.services import choose_place
from victim_support.core import idempotency
from victim_support.core.access import EVERYBODY, current_login, requires
from victim_support.core.context import current_context
from victim_support.core.db import transaction
from victim_support.disasters import queries, services
from victim_support.disasters.forms import DeclarationForm, DisasterForm
from victim_support.disasters.models import Disaster
from victim_support.journal.history import Change, changed_by_others, version_of

bp = Blueprint("disasters", __name__, url_prefix="/disasters")


@bp.get("/")
@requires("disaster.read")
def index() -> str:
    disasters = queries.list_disasters()
    return render_template(
        "disasters/index.html",
        opened=[disaster for disaster in disasters if disaster.is_open],
        closed=[disaster for disaster in disasters if not disaster.is_open],
        current=current_context().scopes.disaster,
        started_text=queries.started_text,
        last_day_kept=queries.get_last_day_kept,
        overdue=queries.overdue_of(disasters),
    )


@bp.get("/new")
@requires("disaster.declare")
def new() -> str:
    form = DeclarationForm(formdata=None)
    form.start_now()
    return render_template("disasters/new.html", form=form)


@bp.post("/new")
@requires("disaster.declare")
def declare() -> ResponseReturnValue:
    form = DeclarationForm()
    if not form.validate_on_submit():
        return render_template("disasters/new.html", form=form), 422
    try:
        with transaction(reason="災害の登録"):
            key = idempotency.find(form.idempotency_key.data) or _declare(form)
    except (services.BadKeyError, services.DisasterExistsError) as error:
        form.key.errors = [str(error)]
        return render_template("disasters/new.html", form=form), 422
    _work_on(key)
    flash("災害を登録しました。この災害で作業します。", "success")
    return redirect(url_for("disasters.index"))


@bp.post("/<key>/choose")
@requires(EVERYBODY)
def choose(key: str) -> ResponseReturnValue:
    disaster = queries.get_disaster(key)
    _work_on(disaster.key)
    flash(f"「{disaster.name}」で作業します。", "success")
    return redirect(url_for("disasters.index"))


@bp.get("/<key>/edit")
@requires("disaster.edit")
def edit(key: str) -> str:
    disaster = queries.get_disaster(key)
    form = DisasterForm(formdata=None)
    form.show(disaster)
    return _edit_page(form, disaster)


@bp.post("/<key>/edit")
@requires("disaster.edit")
def change(key: str) -> ResponseReturnValue:
    form = DisasterForm()
    with transaction(reason="災害の訂正"):
        disaster = queries.get_disaster(key)
        since = changed_by_others(disaster, form.version.data)
        if since or not form.validate_on_submit():
            return _edit_page(form, disaster, since), 409 if since else 422
        services.change_disaster(disaster, **form.values)
    flash("直しました。", "success")
    return redirect(url_for("disasters.index"))


@bp.post("/<key>/close")
@requires("disaster.edit")
def close(key: str) -> ResponseReturnValue:
    try:
        with transaction(reason="災害対応の終了"):
            disaster = queries.get_disaster(key)
            services.close_disaster(disaster)
    except services.EndBeforeStartError as error:
        flash(str(error), "error")
    else:
        flash(f"「{disaster.name}」の対応を終えました。記録は残ります。", "success")
    return redirect(url_for("disasters.index"))


@bp.post("/<key>/reopen")
@requires("disaster.edit")
def reopen(key: str) -> ResponseReturnValue:
    with transaction(reason="災害対応の再開"):
        disaster = queries.get_disaster(key)
        services.reopen_disaster(disaster)
    flash(f"「{disaster.name}」の対応を再開しました。", "success")
    return redirect(url_for("disasters.index"))


def _edit_page(form: DisasterForm, disaster: Disaster, since: Sequence[Change] = ()) -> str:
    form.version.data = version_of(disaster)
    return render_template("disasters/edit.html", form=form, record=disaster, since=since)


def _declare(form: DeclarationForm) -> str:
    key = services.declare_disaster(**form.values, key=form.key.data or None).key
    idempotency.remember(form.idempotency_key.data, key)
    return key


def _work_on(key: str) -> None:
    """Let this login work on a disaster; where it stands stays."""
    login = current_login()
    if login is not None:
        choose_place(session_id=login.session_id, disaster_key=key, shelter_id=login.shelter_id)
