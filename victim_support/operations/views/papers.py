"""Papers and files: registers as PDF and CSV, the diary of a day, slips filled in or empty."""

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from flask import Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.access import requires
from victim_support.core.disclosure import Audience
from victim_support.core.documents.worker import PrintError
from victim_support.core.exports import release
from victim_support.core.reads import log_read
from victim_support.operations import documents, queries
from victim_support.operations.documents import REGISTERS, Slip
from victim_support.operations.models import AmbulanceTransfer, NightOut, Wish
from victim_support.operations.views.blueprint import bp, current_shelter, shelter_id
from victim_support.operations.views.diary import asked_day

ENCODINGS: dict[str, Literal["utf-8-sig", "cp932"]] = {"utf8": "utf-8-sig", "sjis": "cp932"}
SLIPS: dict[str, Callable[[UUID | None], Slip]] = {
    "night": lambda row_id: documents.night_slip(
        queries.get_entry(NightOut, row_id) if row_id else None
    ),
    "wish": lambda row_id: documents.wish_slip(queries.get_entry(Wish, row_id) if row_id else None),
    "transfer": lambda row_id: documents.transfer_slip(
        queries.get_entry(AmbulanceTransfer, row_id) if row_id else None
    ),
}


@bp.get("/registers/<name>.pdf")
@requires("operation.print")
def register_pdf(name: str) -> ResponseReturnValue:
    register = REGISTERS.get(name) or abort(404)
    lines = register.lines(shelter_id(), Audience.PAPER)
    release(
        f"operations.{name}.print",
        [who for who, _cells in lines if who],
        register.title,
        is_paper=True,
    )
    return _pdf(lambda: documents.register_pdf(register, lines, current_shelter().name))


@bp.get("/registers/<name>-<any(utf8, sjis):encoding>.csv")
@requires("operation.print")
def register_csv(name: str, encoding: str) -> ResponseReturnValue:
    register = REGISTERS.get(name) or abort(404)
    lines = register.lines(shelter_id(), Audience.FILE)
    release(
        f"operations.{name}.export",
        [who for who, _cells in lines if who],
        register.title,
        is_paper=False,
    )
    content, _lost = documents.register_csv(register, lines, ENCODINGS[encoding])
    file_name = f"{name}-{clock.local(clock.now()):%Y%m%d-%H%M}-{encoding}.csv"
    charset = "utf-8" if encoding == "utf8" else "Shift_JIS"
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return Response(content, content_type=f"text/csv; charset={charset}", headers=headers)


@bp.get("/diary.pdf")
@requires("operation.print")
def diary_pdf() -> ResponseReturnValue:
    day = asked_day()
    entries = queries.list_diary(shelter_id(), day)
    return _pdf(lambda: documents.diary_pdf(entries, day, current_shelter().name))


@bp.get("/slips/<any(night, wish, transfer):kind>.pdf")
@requires("operation.read")
def blank_slip(kind: str) -> ResponseReturnValue:
    return _slip(SLIPS[kind](None))


@bp.get("/slips/<any(night, wish, transfer):kind>/<uuid:row_id>.pdf")
@requires("operation.record")
def slip(kind: str, row_id: UUID) -> ResponseReturnValue:
    made = SLIPS[kind](row_id)
    log_read(f"operations.{kind}.print", [row_id], made.title)
    return _slip(made)


def _slip(made: Slip) -> ResponseReturnValue:
    return _pdf(lambda: documents.slip_pdf(made, current_shelter().name))


def _pdf(make: Callable[[], bytes]) -> ResponseReturnValue:
    try:
        content = make()
    except PrintError:
        flash("印刷用の書類を作れませんでした。画面をブラウザーから印刷してください。", "error")
        return redirect(url_for(".index"))
    return Response(content, mimetype="application/pdf")
