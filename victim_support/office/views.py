"""The page of the office's settings."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.certificates.services import seal as seals
from victim_support.core.access import accepts_upload, asks_again, requires
from victim_support.core.db import transaction
from victim_support.core.images import ImageError
from victim_support.core.limits import LIMITS, limit
from victim_support.dropbox.services import tell_box
from victim_support.office import queries, services
from victim_support.office.forms import (
    SETTINGS,
    LimitsForm,
    OfficeForm,
    SealForm,
    SealRuleForm,
)
from victim_support.office.rules import clashes, touched

bp = Blueprint("office", __name__)


@bp.get("/office")
@requires("settings.edit")
def settings() -> str:
    form = _kept()
    form.remember(form.values)
    return _page(form)


@bp.post("/office")
@requires("settings.edit")
def change_settings() -> ResponseReturnValue:
    form = OfficeForm()
    if not form.validate_on_submit():
        return _page(form), 422
    with transaction(reason="役所の設定"):
        kept = _kept().values
        changes = touched(form.values, form.seen())
        others = clashes(changes, form.seen(), kept)
        if not others:
            services.change_settings({SETTINGS[name]: form[name].data for name in changes})
    if others:
        form.warn(others, changes, kept)
        return _page(form), 409
    tell_box()
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
    tell_box()
    flash("安全の決まりを保存しました。", "success")
    return redirect(url_for(".limits"), 303)


@bp.get("/office/seal")
@requires("seal.edit")
def seal() -> str:
    return _seal_page(
        SealRuleForm(formdata=None, data=queries.get_seal_terms()), SealForm(formdata=None)
    )


@bp.post("/office/seal")
@asks_again
@requires("seal.edit")
def allow_seal() -> ResponseReturnValue:
    form = SealRuleForm()
    if not form.validate_on_submit():
        return _seal_page(form, SealForm(formdata=None)), 422
    try:
        with transaction(reason="公印の印影の決まり"):
            services.allow_seal(rule=form.rule.data or "", nodes=form.nodes.data or ())
    except services.NotHereError:
        abort(409, "印影の決まりは本部の端末で変えます。")
    flash("印影の決まりを保存しました。", "success")
    return redirect(url_for(".seal"), 303)


@bp.post("/office/seal/image")
@accepts_upload(4)
@asks_again
@requires("seal.edit")
def keep_seal() -> ResponseReturnValue:
    form = SealForm()
    if form.validate_on_submit():
        try:
            with transaction(reason="公印の印影"):
                seals.keep_seal(form.file.data.stream, side=form.side.data or seals.PLACE)
        except ImageError as error:
            form.file.errors = [str(error)]
        except seals.SealNotAllowedError:
            form.file.errors = ["この端末は印影を印刷する端末に選ばれていません。"]
    if form.errors:
        return _seal_page(_kept_terms(), form), 422
    flash("印影をこの端末に入れました。", "success")
    return redirect(url_for(".seal"), 303)


@bp.post("/office/seal/removal")
@asks_again
@requires("seal.edit")
def forget_seal() -> ResponseReturnValue:
    with transaction(reason="公印の印影"):
        seals.forget_seal()
    flash("印影をこの端末から消しました。", "success")
    return redirect(url_for(".seal"), 303)


def _kept() -> OfficeForm:
    return OfficeForm(formdata=None, data=queries.get_settings(SETTINGS))


def _kept_terms() -> SealRuleForm:
    return SealRuleForm(formdata=None, data=queries.get_seal_terms())


def _seal_page(rule_form: SealRuleForm, form: SealForm) -> str:
    rule_form.nodes.choices = [(str(node), name) for node, name in queries.list_seal_machines()]
    state = queries.get_seal_state()
    return render_template("office/seal.html", rule_form=rule_form, form=form, state=state)


def _page(form: OfficeForm) -> str:
    return render_template("office/settings.html", form=form, machine=queries.get_machine())
