"""The window of the office's envelope: a setting, and a sheet to try it with."""

from dataclasses import asdict
from functools import partial

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.batches import documents, queries, services
from victim_support.batches.forms import WindowForm
from victim_support.batches.views.blueprint import bp, pdf_or_back
from victim_support.core.access import requires
from victim_support.core.db import transaction


@bp.get("/envelope")
@requires("settings.edit")
def envelope() -> str:
    return _page(WindowForm(formdata=None, data=asdict(queries.find_window())))


@bp.post("/envelope")
@requires("settings.edit")
def change_envelope() -> ResponseReturnValue:
    form = WindowForm()
    if not form.validate_on_submit():
        return _page(form), 422
    with transaction(reason="窓あき封筒の設定"):
        services.keep_window(form.window)
    flash("窓の位置を保存しました。試し刷りを封筒に入れて確かめてください。", "success")
    return redirect(url_for(".envelope"), 303)


@bp.get("/envelope.pdf")
@requires("settings.edit")
def test_page() -> ResponseReturnValue:
    make = partial(documents.window_test_pdf, queries.find_window())
    return pdf_or_back(make, url_for(".envelope"))


def _page(form: WindowForm) -> str:
    return render_template("batches/envelope.html", form=form)
