"""The daily records of the Disaster Relief Act (災害救助法の記録)."""

from datetime import date
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock, idempotency
from victim_support.core.access import requires
from victim_support.core.db import current_write, transaction
from victim_support.core.forms import read_day
from victim_support.reports import documents, services
from victim_support.reports.forms import ReliefForm
from victim_support.reports.queries.relief import list_shelter_days, relief_days
from victim_support.reports.queries.relief_lines import list_relief_lines
from victim_support.reports.rules import ReliefKind
from victim_support.reports.views.blueprint import CSV, bp, file_answer, paper_answer
from victim_support.shelters.queries import list_shelters
from victim_support.supplies.queries.items import list_depots


@bp.get("/reports/relief")
@requires("report.read")
def relief() -> ResponseReturnValue:
    form = ReliefForm(formdata=None)
    if _kind() is not ReliefKind.SHELTER:
        form.kind.data = _kind().value
    return _page(form)


@bp.post("/reports/relief/record")
@requires("report.relief")
def record_relief() -> ResponseReturnValue:
    form = ReliefForm()
    with transaction(reason="災害救助法の記録"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            services.record_relief(given=form.given, shelter_id=form.shelter_id)
            location = url_for(".relief", kind=form.kind.data, txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        return _page(form)
    return redirect(location, 303)


@bp.get("/reports/relief.<any(pdf, csv):file>")
@requires("report.read")
def relief_file(file: str) -> ResponseReturnValue:
    kind, days = _kind(), _days()
    is_shelter = kind is ReliefKind.SHELTER
    rows = list_shelter_days(days) if is_shelter else []
    entries = [] if is_shelter else list_relief_lines(kind, days)
    if file == "pdf":
        return paper_answer(
            lambda: documents.relief_pdf(kind, days, rows, entries, _names()), ".relief"
        )
    content = (
        documents.relief_csv(days, rows) if is_shelter else documents.entries_csv(entries, _names())
    )
    return file_answer(content, CSV, f"relief_{kind.value}_{days[-1]:%Y%m%d}.csv")


def _kind() -> ReliefKind:
    asked = request.args.get("kind")
    return next((kind for kind in ReliefKind if kind == asked), ReliefKind.SHELTER)


def _days() -> list[date]:
    first, last = (_day(request.args.get(name)) for name in ("first", "last"))
    return relief_days(first, last)


def _day(text: str | None) -> date | None:
    try:
        return read_day(text) if text else None
    except ValueError:
        return None


def _names() -> dict[UUID | None, str]:
    names: dict[UUID | None, str] = {depot.id: depot.name for depot in list_depots()}
    return names | {None: ""} | {shelter.id: shelter.name for shelter in list_shelters()}


def _page(form: ReliefForm) -> ResponseReturnValue:
    kind, days = _kind(), _days()
    is_shelter = kind is ReliefKind.SHELTER
    page = render_template(
        "reports/relief.html",
        form=form,
        kind=kind,
        kinds=list(ReliefKind),
        days=days,
        rows=list_shelter_days(days) if is_shelter else [],
        entries=[] if is_shelter else list_relief_lines(kind, days),
        names=_names(),
        today=clock.today(),
        undo=request.args.get("txn", type=UUID),
    )
    return page, 422 if form.errors else 200
