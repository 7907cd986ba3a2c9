"""The command ``report``: the same documents as on screen, for scripts."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from victim_support.core import clock
from victim_support.core.commands import Stop, instance_command
from victim_support.core.documents.worker import PrintError
from victim_support.reports import documents, queries
from victim_support.reports.queries.relief import list_shelter_days, relief_days
from victim_support.reports.queries.relief_lines import list_relief_lines
from victim_support.reports.rules import MomentError, ReliefKind, Situation, read_as_of
from victim_support.shelters.queries import list_shelters
from victim_support.supplies.queries.items import list_depots

AS_OF = click.option("--as-of", metavar="TIME", help="時点(2026-07-15T18:00、18:00 など)。")
OUTPUT = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="書き出すファイル(ふつうは標準出力)。",
)
DISASTER = click.option("--disaster", metavar="KEY", help="災害の記号(20260715A など)。")
FORMAT = click.option(
    "--format",
    "kind",
    type=click.Choice(["pdf", "csv", "json"]),
    default="json",
    help="pdf、csv、json のどれか。",
)


@click.group("report", help="状況報告などを、画面と同じ内容で書き出す。")
def report() -> None:
    """Hold the commands of reports."""


@report.command("situation", help="状況報告を書き出す: いまの、または --as-of の時点の。")
@FORMAT
@click.option("--shelters", "by_shelter", is_flag=True, help="CSVを避難所ごとの表にする。")
@click.option("--published", type=int, metavar="N", help="第N報を、公表したとおりに。")
@AS_OF
@OUTPUT
@DISASTER
@instance_command(writes=False)
def situation(
    *,
    kind: str,
    by_shelter: bool,
    published: int | None,
    as_of: str | None,
    output: Path | None,
) -> None:
    """Write the situation report."""
    frozen = None
    if published is not None:
        numbered = [one for one in queries.list_published() if one.row.number == published]
        frozen = next((one for one in numbered if one.row.kind == "situation"), None)
        if frozen is None:
            raise Stop(f"第{published}報は公表していません。")
    told = frozen.situation if frozen else queries.live_situation(_moment(as_of))
    if kind == "pdf":
        write(_paper(lambda: documents.report_pdf(told, published=frozen)), output)
    else:
        write(_file(told, kind, by_shelter=by_shelter), output)


@report.command("damage", help="第4号様式(被害状況即報)を書き出す。")
@FORMAT
@AS_OF
@OUTPUT
@DISASTER
@instance_command(writes=False)
def damage(*, kind: str, as_of: str | None, output: Path | None) -> None:
    """Write 第4号様式."""
    told = queries.damage_situation(_moment(as_of))
    if kind == "pdf":
        write(_paper(lambda: documents.report_pdf(told)), output)
    else:
        write(_file(told, kind), output)


@report.command("open-shelters", help="開設している避難所を、公開用のCSVに書き出す。")
@AS_OF
@OUTPUT
@DISASTER
@instance_command(writes=False)
def open_shelters(*, as_of: str | None, output: Path | None) -> None:
    """Write the open shelters as open data."""
    told = queries.live_situation(_moment(as_of))
    write(documents.open_data_csv(told, list_shelters()), output)


@report.command("relief", help="災害救助法の記録を、CSVに書き出す。")
@click.option(
    "--kind",
    "name",
    type=click.Choice([kind.value for kind in ReliefKind]),
    default=ReliefKind.SHELTER.value,
    help="記録の種類(shelter は避難所ごとの人数)。",
)
@OUTPUT
@DISASTER
@instance_command(writes=False)
def relief(*, name: str, output: Path | None) -> None:
    """Write a record of the Disaster Relief Act."""
    kind, days = ReliefKind(name), relief_days(None, None)
    if kind is ReliefKind.SHELTER:
        write(documents.relief_csv(days, list_shelter_days(days)), output)
        return
    names = {depot.id: depot.name for depot in list_depots()}
    names |= {shelter.id: shelter.name for shelter in list_shelters()}
    write(documents.entries_csv(list_relief_lines(kind, days), names), output)


def write(content: bytes, output: Path | None) -> None:
    """Write a document to a file, or to the standard output."""
    if output is None:
        click.echo(content, nl=False)
    else:
        output.write_bytes(content)


def _moment(text: str | None) -> datetime:
    try:
        return read_as_of(text, clock.now())
    except MomentError as error:
        raise Stop(f"--as-of: {error}") from error


def _file(told: Situation, kind: str, *, by_shelter: bool = False) -> bytes:
    if kind == "json":
        return documents.report_json(told)
    return documents.shelters_csv(told) if by_shelter else documents.figures_csv(told)


def _paper(make: Callable[[], bytes]) -> bytes:
    try:
        return make()
    except PrintError as error:
        raise Stop(str(error)) from error
