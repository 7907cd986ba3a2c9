"""The command ``report board``: the board on A3, as on screen."""

from pathlib import Path

import click
from flask import current_app

from victim_support.board import documents, queries
from victim_support.core import clock
from victim_support.core.commands import Stop, instance_command
from victim_support.core.documents.worker import PrintError
from victim_support.core.maps import read_outline
from victim_support.reports.rules import MomentError, read_as_of
from victim_support.shelters.queries import list_shelters


@click.command("board", help="本部の盤の地図と表を、A3のPDFに書き出す。")
@click.option("--as-of", metavar="TIME", help="時点(2026-07-15T18:00、18:00 など)。")
@click.option("--disaster", metavar="KEY", help="災害の記号(20260715A など)。")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@instance_command(writes=False)
def board_command(*, file: Path, as_of: str | None) -> None:
    """Write the board of a moment."""
    try:
        page = queries.read_board(read_as_of(as_of, clock.now()))
        outline = read_outline(Path(current_app.instance_path) / "maps")
        file.write_bytes(
            documents.board_pdf(page, list_shelters(), outline, source="いまの記録から")
        )
    except (MomentError, PrintError) as error:
        raise Stop(str(error)) from error
