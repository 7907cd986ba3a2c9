"""The situation report: live as of any time, frozen when published, sent, told otherwise later."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import requires
from victim_support.core.db import current_write, transaction
from victim_support.reports import documents, queries, services
from victim_support.reports.forms import PublishForm, SentForm
from victim_support.reports.queries.place import disaster_day, own_folder
from victim_support.reports.rules import ReportKind, Situation, entry_form
from victim_support.reports.views.blueprint import (
    CSV,
    JSON,
    asked_moment,
    bp,
    file_answer,
    paper_answer,
    stamp,
)
from victim_support.shelters.queries import list_shelters


@bp.get("/reports/")
@requires("report.read")
def index() -> ResponseReturnValue:
    return _page(PublishForm(formdata=None))


@bp.post("/reports/publish")
@requires("report.publish")
def publish() -> ResponseReturnValue:
    form = PublishForm()
    with transaction(reason="状況報告の公表"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            report = services.publish_report(
                kind=ReportKind.SITUATION, as_of=form.as_of.instant, note=form.note.data or ""
            )
            location = url_for(".published", report_id=report.id, txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        return _page(form)
    return redirect(location, 303)


@bp.get("/reports/situation.pdf")
@requires("report.read")
def situation_pdf() -> ResponseReturnValue:
    moment, _why = asked_moment()
    return paper_answer(lambda: documents.report_pdf(queries.live_situation(moment)), ".index")


@bp.get("/reports/<any(figures, shelters, all):part>.<any(csv, json):kind>")
@requires("report.read")
def situation_file(part: str, kind: str) -> ResponseReturnValue:
    moment, _why = asked_moment()
    return _file(queries.live_situation(moment), part, kind)


@bp.get("/reports/open-shelters.csv")
@requires("report.read")
def open_shelters() -> ResponseReturnValue:
    moment, _why = asked_moment()
    content = documents.open_data_csv(queries.live_situation(moment), list_shelters())
    return file_answer(content, CSV, f"open_shelters_{stamp(moment)}.csv")


@bp.get("/reports/published/<uuid:report_id>")
@requires("report.read")
def published(report_id: UUID) -> str:
    report = queries.get_published(report_id)
    return render_template(
        "reports/published.html",
        report=report,
        situation=report.situation,
        corrections=queries.list_corrections(report),
        undo=request.args.get("txn", type=UUID),
    )


@bp.get("/reports/published/<uuid:report_id>.pdf")
@requires("report.read")
def published_pdf(report_id: UUID) -> ResponseReturnValue:
    """Print a report as it was published; ``corrections=1`` adds what is known otherwise since."""
    report = queries.get_published(report_id)
    later = queries.list_corrections(report) if request.args.get("corrections") else ()
    return paper_answer(
        lambda: documents.report_pdf(report.situation, published=report, corrections=later),
        ".index",
    )


@bp.get(
    "/reports/published/<uuid:report_id>/<any(figures, shelters, all):part>.<any(csv, json):kind>"
)
@requires("report.read")
def published_file(report_id: UUID, part: str, kind: str) -> ResponseReturnValue:
    return _file(queries.get_published(report_id).situation, part, kind)


@bp.get("/reports/published/<uuid:report_id>/transfer")
@requires("report.read")
def transfer(report_id: UUID) -> str:
    return _transfer_page(report_id, SentForm(formdata=None))


@bp.post("/reports/published/<uuid:report_id>/transfer")
@requires("report.publish")
def mark_sent(report_id: UUID) -> ResponseReturnValue:
    form = SentForm()
    with transaction(reason="報告の送付"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            services.mark_report_sent(
                report_id=queries.get_published(report_id).id,
                destination=form.destination.data or "",
                sent_at=form.sent_at.instant,
                note=form.note.data or "",
            )
            location = url_for(".transfer", report_id=report_id, txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        return _transfer_page(report_id, form), 422
    return redirect(location, 303)


@bp.get("/reports/published/<uuid:report_id>/transfer.pdf")
@requires("report.read")
def transfer_pdf(report_id: UUID) -> ResponseReturnValue:
    report, form = queries.get_published(report_id), entry_form(disaster_day(), own_folder())
    return paper_answer(lambda: documents.entry_pdf(report, form), ".index")


def _transfer_page(report_id: UUID, form: SentForm) -> str:
    report, entry = queries.get_published(report_id), entry_form(disaster_day(), own_folder())
    return render_template(
        "reports/transfer.html",
        report=report,
        entry=entry,
        rows=documents.entry_rows(report.situation, entry),
        changes=queries.list_changes_since_sent(report),
        form=form,
        undo=request.args.get("txn", type=UUID),
    )


def _page(form: PublishForm) -> ResponseReturnValue:
    moment, why = asked_moment()
    page = render_template(
        "reports/index.html",
        form=form,
        situation=queries.live_situation(moment),
        asked=request.args.get("as_of", ""),
        why=why,
        reports=queries.list_published(),
        late=sum(contact.is_late for contact in queries.list_contacts()),
    )
    return page, 422 if why or form.errors else 200


def _file(situation: Situation, part: str, kind: str) -> ResponseReturnValue:
    name = f"situation_{part}_{stamp(situation.as_of)}.{kind}"
    if kind == "json":
        return file_answer(documents.report_json(situation), JSON, name)
    write = documents.shelters_csv if part == "shelters" else documents.figures_csv
    return file_answer(write(situation), CSV, name)
