"""The blueprint of papers for many, and what its pages share."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect
from flask.typing import ResponseReturnValue

from victim_support.core.documents.glyphs import UnprintableName
from victim_support.core.documents.worker import PrintError

bp = Blueprint("batches", __name__, url_prefix="/batches")
LACKS_FONT = "この端末に書体のない字があり、印刷できません。交付した端末で印刷してください。"


def pdf_or_back(make: Callable[[], bytes], back: str) -> ResponseReturnValue:
    """Answer with a PDF; when it cannot be made, say so on the page it was asked from."""
    try:
        return Response(make(), mimetype="application/pdf")
    except UnprintableName:
        flash(LACKS_FONT, "error")
    except PrintError as error:
        flash(str(error), "error")
    return redirect(back)


def csv_file(content: bytes, name: str) -> Response:
    """Answer with a CSV file; its name names nobody."""
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)
