"""How far the certificates are (罹災証明書の交付の状況), for the daily report to the prefecture."""

from functools import partial

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from victim_support.core.access import requires
from victim_support.reports import documents
from victim_support.reports.queries.progress import progress_as_of
from victim_support.reports.views.blueprint import (
    CSV,
    asked_moment,
    bp,
    file_answer,
    paper_answer,
    stamp,
)


@bp.get("/reports/certificates")
@requires("report.certificates")
def progress() -> str:
    at, why = asked_moment()
    return render_template("reports/progress.html", progress=progress_as_of(at), why=why)


@bp.get("/reports/certificates.pdf")
@requires("report.certificates")
def progress_pdf() -> ResponseReturnValue:
    at, _why = asked_moment()
    return paper_answer(partial(documents.progress_pdf, progress_as_of(at)), "reports.progress")


@bp.get("/reports/certificates.csv")
@requires("report.certificates")
def progress_csv() -> Response:
    at, _why = asked_moment()
    content = documents.progress_csv(progress_as_of(at))
    return file_answer(content, CSV, f"certificates_{stamp(at)}.csv")
