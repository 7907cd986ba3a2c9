"""Plain lists (一覧) as they leave the program: one list, on paper and as a file.

The slice decides who may stand on a list and calls ``exports.release``; here it gets its form::

    return answer_pdf(documents.ledger_list(found), back=url_for(".ledger"))
    return answer_csv(documents.ledger_list(found), "applications")
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.context import is_training
from victim_support.core.csv_io import write_csv
from victim_support.core.dates import long_time
from victim_support.core.documents.worker import PrintError, render_parts, render_pdf
from victim_support.core.settings import setting

TEMPLATE = "core/list.html"
PART = 500
"""So many lines are laid out at once."""


@dataclass(frozen=True, slots=True)
class PlainList:
    """A list whose lines may leave the program."""

    title: str
    columns: Sequence[tuple[str, int | None]]
    """The head of each column and its width on paper in mm; None shares what is left."""
    rows: Sequence[Sequence[object]]
    counted: str = "件"
    """What follows the number of lines."""
    note: str = ""
    """What stands below the list on paper: what is not in it."""
    about: str = ""
    """What the list was narrowed to, beside its title."""

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the heads of the columns."""
        return tuple(header for header, _width in self.columns)


def list_pdf(listed: PlainList) -> bytes:
    """Return a list on paper; a long one in parts that follow each other in one file.

    Each part has the time limit of a layout for itself, so that tens of thousands can be printed.

    Raises:
        PrintError: The document could not be made.
    """
    starts = range(0, len(listed.rows), PART)
    if len(starts) < 2:
        return render_pdf(TEMPLATE, _values(listed, listed.rows, listed.about))
    return render_parts(TEMPLATE, (_part(listed, start) for start in starts))


def list_csv(listed: PlainList) -> bytes:
    """Return the same list as CSV."""
    content, _unwritable = write_csv([listed.headers, *listed.rows], "utf-8-sig")
    return content


def answer_pdf(listed: PlainList, *, back: str) -> ResponseReturnValue:
    """Answer with a list on paper; when it cannot be made, say so on the page it is of."""
    try:
        return Response(list_pdf(listed), mimetype="application/pdf")
    except PrintError as error:
        flash(str(error), "error")
        return redirect(back, 303)


def answer_csv(listed: PlainList, name: str) -> Response:
    """Answer with a list as a file; its name names nobody."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(list_csv(listed), content_type="text/csv; charset=utf-8", headers=headers)


def _part(listed: PlainList, start: int) -> dict[str, Any]:
    rows = listed.rows[start : start + PART]
    place = f"{listed.about} {start + 1}~{start + len(rows)}{listed.counted}目"
    return _values(listed, rows, place.strip())


def _values(listed: PlainList, rows: Sequence[Sequence[object]], place: str) -> dict[str, Any]:
    return {
        "title": listed.title,
        "shelter_name": place,
        "municipality": setting("municipality_name", ""),
        "printed_at": long_time(clock.now()),
        "printed_by": current_actor().name,
        "training": is_training(),
        "headers": listed.headers,
        "widths": [width for _header, width in listed.columns],
        "rows": [["" if cell is None else str(cell) for cell in row] for row in rows],
        "totals": [{"label": "すべて", "value": f"{len(listed.rows):,}{listed.counted}"}],
        "note": listed.note,
    }
