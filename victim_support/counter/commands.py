"""The command ``import applications``."""

from io import BytesIO

import click

from victim_support.core.commands import instance_command
from victim_support.core.mapping.console import ImportAsked, import_options, refusals_told
from victim_support.core.steps import result_of
from victim_support.counter.rules.filed import targets
from victim_support.counter.services.imports import import_in_steps
from victim_support.damage.rules.applying import ApplicationSource


@click.command(
    "applications",
    help="紙・オンラインで受けた罹災証明の申請(CSV・Excel)を取り込む。",
)
@import_options
@click.option(
    "--source",
    type=click.Choice([ApplicationSource.ONLINE.value, ApplicationSource.PAPER.value]),
    default=ApplicationSource.ONLINE.value,
    help="申請の方法: online(オンライン)か paper(紙)。",
)
@click.option("--disaster", metavar="KEY", help="災害の記号(20260715A など)。")
@instance_command(writes=True)
def import_applications_command(*, asked: ImportAsked, source: str) -> None:
    """Import applications, or say what importing them would do."""
    with refusals_told():
        steps = import_in_steps(
            BytesIO(asked.file.read_bytes()),
            file_name=asked.file.name,
            source=ApplicationSource(source),
            mapping=asked.mapping_of(targets()),
            is_dry_run=asked.is_dry_run,
        )
        result = result_of(steps)
    asked.tell(result, targets())
