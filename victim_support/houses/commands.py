"""The command ``import dwellings``."""

import click

from victim_support.core.commands import instance_command
from victim_support.core.mapping.console import ImportAsked, import_options, refusals_told
from victim_support.houses.rules.rows import HouseReport, targets
from victim_support.houses.services import import_dwellings


@click.command(
    "dwellings",
    help="家屋台帳(CSV・Excel)を取り込み、住所から住む世帯の候補を作る。",
)
@import_options
@instance_command(writes=True)
def import_dwellings_command(*, asked: ImportAsked) -> None:
    """Import a house ledger, or say what importing it would do."""
    with refusals_told(), asked.file.open("rb") as stream:
        result = import_dwellings(
            stream,
            file_name=asked.file.name,
            imported_by="コマンド",
            mapping=asked.mapping_of(targets()),
            is_dry_run=asked.is_dry_run,
        )
    asked.tell(result, targets(), _words(result))


def _words(report: HouseReport) -> tuple[str, ...]:
    return (
        f"位置のわかる家屋 {report.placed}。今度の台帳にない家屋 {report.missing}(消さずに印)。",
        f"住む世帯の候補がある家屋 {report.linked}、うち確かめること {report.doubtful}。",
    )
