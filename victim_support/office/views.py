"""The page of the office's settings."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import asks_again, requires
from victim_support.core.db import transaction
from victim_support.core.limits import LIMITS, limit
from victim_support.office import queries, services
from victim_support.office.forms import SETTINGS, LimitsForm, OfficeForm

bp = Blueprint("office", __name__)


@bp.get("/office")
@requires("settings.edit")
def settings() -> str:
    kept = queries.get_settings(SETTINGS)
    return _page(OfficeForm(formdata=None, data=kept))


@bp.post("/office")
@requires("settings.edit")
def change_settings() -> ResponseReturnValue:
    form = OfficeForm()
    if not form.validate_on_submit():
        return _page(form), 422
    with transaction(reason="役所の設定"):
        services.change_settings({key: form[name].data for name, key in SETTINGS.items()})
    flash("設定を保存しました。")
    return redirect(url_for(".settings"), 303)


@bp.get("/office/limits")
@requires("limits.edit")
def limits() -> str:
    kept = {which.name: limit(which) for which in LIMITS}
    return render_template("office/limits.html", form=LimitsForm(formdata=None, data=kept))


@bp.post("/office/limits")
@asks_again
@requires("limits.edit")
def change_limits() -> ResponseReturnValue:
    form = LimitsForm()
    if not form.validate_on_submit():
        return render_template("office/limits.html", form=form), 422
    with transaction(reason=f"安全の決まり: {form.reason.data}"):
        services.change_limits({which: form[which.name].data for which in LIMITS})
    flash("安全の決まりを保存しました。", "success")
    return redirect(url_for(".limits"), 303)


def _page(form: OfficeForm) -> str:
    return render_template("office/settings.html", form=form, machine=queries.get_machine())
