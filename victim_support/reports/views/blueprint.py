"""The blueprint of reports, and what its pages share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.documents.worker import PrintError
from victim_support.reports.rules import MomentError, read_as_of
from victim_support.reports.rules.situation import told

bp = Blueprint("reports", __name__)
CSV, JSON, PDF = "text/csv", "application/json", "application/pdf"


@bp.app_template_filter()
def figure_text(value: Any, unit: str = "") -> str:
    """Show a figure; what is not known is a dash, never 0."""
    return told(value, unit)


def asked_moment() -> tuple[datetime, str]:
    """Return the moment the address asks about, and why it could not be read, if so."""
    now = clock.now()
    try:
        return read_as_of(request.args.get("as_of"), now), ""
    except MomentError as error:
        return now, str(error)


def file_answer(content: bytes, media_type: str, name: str) -> Response:
    """Return a file; its name says nothing of anybody."""
    charset = "; charset=utf-8" if media_type == CSV else ""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=media_type + charset, headers=headers)


def paper_answer(make: Callable[[], bytes], back: str) -> ResponseReturnValue:
    """Return a PDF, or the page it was asked from with words when it could not be made."""
    try:
        return Response(make(), mimetype=PDF)
    except PrintError:
        flash("印刷用の書類を作れませんでした。この画面をブラウザーから印刷してください。", "error")
        return redirect(url_for(back))


def stamp(moment: datetime) -> str:
    """Return a moment for the name of a file."""
    return f"{clock.local(moment):%Y%m%dT%H%M}"
