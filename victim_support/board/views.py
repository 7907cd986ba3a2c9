"""The managers' board: now, six hours ago, as published, any time; on paper as A3."""

from pathlib import Path
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from victim_support.board import documents, queries
from victim_support.core import clock
from victim_support.core.access import requires
from victim_support.core.documents.worker import PrintError
from victim_support.core.headers import is_map_page
from victim_support.core.maps import TileSet, list_tile_sets, map_script, read_outline
from victim_support.reports.queries import Published, get_published, list_published
from victim_support.reports.rules import MomentError, ReportKind, read_as_of
from victim_support.shelters.queries import list_shelters
from victim_support.sync.standing import standing

bp = Blueprint("board", __name__, url_prefix="/board")
FOLDER = "maps"


@bp.get("/")
@is_map_page
@requires("board.read")
def index() -> ResponseReturnValue:
    page, why = _asked_page()
    published = _published()
    here = {shelter.id for shelter in list_shelters() if shelter.latitude is not None}
    tiles = _tiles()
    rendered = render_template(
        "board/index.html",
        page=page,
        published=published,
        asked=request.args.get("as_of", ""),
        why=why,
        reports=list_published(ReportKind.SITUATION)[:20],
        unplaced=[one.line.name for one in page.lines if one.line.id not in here],
        machines=standing().peers if page.is_now else [],
        tiles=tiles,
        query=_query(),
    )
    return rendered, 422 if why else 200


@bp.get("/places.js")
@requires("board.read")
def places() -> ResponseReturnValue:
    page, _why = _asked_page()
    tiles = _tiles()
    url = url_for("evacuees.tile", name=tiles.name, zoom=0, column=0, row=0) if tiles else None
    script = map_script(
        documents.board_pins([one.line for one in page.lines], list_shelters()),
        tile_url=url.replace("/0/0/0", "/{z}/{x}/{y}") if url else None,
        tiles=tiles,
        outline=read_outline(_folder()),
    )
    return Response(script, mimetype="text/javascript")


@bp.get("/board.pdf")
@requires("board.read")
def board_pdf() -> ResponseReturnValue:
    page, _why = _asked_page()
    published = _published()
    source = f"{published.title}として公表したとおり" if published else "いまの記録から"
    try:
        content = documents.board_pdf(page, list_shelters(), read_outline(_folder()), source=source)
    except PrintError:
        flash("印刷用の書類を作れませんでした。この画面をブラウザーから印刷してください。", "error")
        return redirect(url_for(".index"))
    return Response(content, mimetype="application/pdf")


def _asked_page() -> tuple[queries.BoardPage, str]:
    """Return the board the address asks for, and why its moment could not be read, if so."""
    published = _published()
    if published is not None:
        return queries.read_board(published.row.as_of, published), ""
    now = clock.now()
    try:
        return queries.read_board(read_as_of(request.args.get("as_of"), now)), ""
    except MomentError as error:
        return queries.read_board(now), str(error)


def _published() -> Published | None:
    report_id = request.args.get("published", type=UUID)
    return get_published(report_id) if report_id else None


def _query() -> dict[str, str]:
    """Return what the address asks for, for the links to the same moment."""
    return {name: value for name in ("as_of", "published") if (value := request.args.get(name))}


def _tiles() -> TileSet | None:
    return next(iter(list_tile_sets(_folder())), None)


def _folder() -> Path:
    return Path(current_app.instance_path) / FOLDER
