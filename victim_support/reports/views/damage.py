"""第4号様式: figures by hand, as of any time, printed, published and sent."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock, idempotency
from victim_support.core.access import requires
from victim_support.core.db import current_write, transaction
from victim_support.reports import documents, queries, services
from victim_support.reports.forms import DamageForm, PublishForm
from victim_support.reports.rules import ReportKind
from victim_support.reports.views.blueprint import (
    CSV,
    JSON,
    asked_moment,
    bp,
    file_answer,
    paper_answer,
    stamp,
)


@bp.get("/reports/damage")
@requires("report.read")
def damage() -> ResponseReturnValue:
    return _page(_form()(formdata=None))


@bp.post("/reports/damage/count")
@requires("report.figures")
def count_damage() -> ResponseReturnValue:
    with transaction(reason="第4号様式の数"):
        form = _form()()  # its rows depend on the disaster, which is read
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            services.record_damage_figures(
                values=form.values, as_of=form.as_of.instant, told_by=form.told_by.data or ""
            )
            location = url_for(".damage", txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        return _page(form)
    return redirect(location, 303)


@bp.post("/reports/damage/publish")
@requires("report.publish")
def publish_damage() -> ResponseReturnValue:
    form = PublishForm()
    with transaction(reason="第4号様式の公表"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            report = services.publish_report(kind=ReportKind.DAMAGE, as_of=form.as_of.instant)
            location = url_for(".published", report_id=report.id, txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, location)
    return redirect(location or url_for(".damage"), 303)


@bp.get("/reports/damage.<any(pdf, csv, json):kind>")
@requires("report.read")
def damage_file(kind: str) -> ResponseReturnValue:
    moment, _why = asked_moment()
    situation = queries.damage_situation(moment)
    name = f"damage_{stamp(moment)}.{kind}"
    if kind == "json":
        return file_answer(documents.report_json(situation), JSON, name)
    if kind == "csv":
        return file_answer(documents.figures_csv(situation), CSV, name)
    return paper_answer(lambda: documents.report_pdf(situation), ".damage")


def _form() -> type[DamageForm]:
    return DamageForm.with_rows([row.key for row in queries.get_damage_form().rows])


def _page(form: DamageForm) -> ResponseReturnValue:
    moment, why = asked_moment()
    page = render_template(
        "reports/damage.html",
        form=form,
        publish_form=PublishForm(formdata=None),
        situation=queries.damage_situation(moment),
        asked=request.args.get("as_of", ""),
        why=why,
        last=queries.find_last_published(ReportKind.DAMAGE),
        now=clock.now(),
        undo=request.args.get("txn", type=UUID),
    )
    return page, 422 if why or form.errors else 200
