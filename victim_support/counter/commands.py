"""The command ``import applications``."""

import json
from io import BytesIO
from pathlib import Path

import click

from victim_support.core.commands import Stop, instance_command, print_json
from victim_support.core.csv_io import CsvError
from victim_support.core.mapping import (
    ImportFileError,
    ImportReport,
    MappingFile,
    read_mapping_file,
)
from victim_support.core.mapping.profiles import find_profile
from victim_support.core.steps import result_of
from victim_support.counter.rules.filed import targets
from victim_support.counter.services.imports import import_in_steps
from victim_support.damage.rules.applying import ApplicationSource

_SHOWN = 20


@click.command(
    "applications",
    help="紙・オンラインで受けた罹災証明の申請(CSV・Excel)を取り込む。",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source",
    type=click.Choice([ApplicationSource.ONLINE.value, ApplicationSource.PAPER.value]),
    default=ApplicationSource.ONLINE.value,
    help="申請の方法: online(オンライン)か paper(紙)。",
)
@click.option(
    "--mapping",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="どの列が何かを書いた対応表(TOML または JSON)。",
)
@click.option("--profile", metavar="NAME", help="画面で保存した読み方の名前。")
@click.option("--dry-run", is_flag=True, help="何も書かずに、取り込むとどうなるかを知らせる。")
@click.option(
    "--report",
    metavar="FILE.json",
    type=click.Path(dir_okay=False, path_type=Path),
    help="行ごとの結果をJSONで書くファイル。",
)
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@click.option("--disaster", metavar="KEY", help="災害の記号(20260715A など)。")
@instance_command(writes=True)
def import_applications_command(
    *,
    file: Path,
    source: str,
    mapping: Path | None,
    profile: str | None,
    dry_run: bool,
    report: Path | None,
    as_json: bool,
) -> None:
    """Import applications, or say what importing them would do."""
    try:
        steps = import_in_steps(
            BytesIO(file.read_bytes()),
            file_name=file.name,
            source=ApplicationSource(source),
            mapping=_mapping(mapping, profile),
            is_dry_run=dry_run,
        )
        result = result_of(steps)
    except ImportFileError as error:
        raise Stop(error.in_command) from error
    except CsvError as error:
        raise Stop(str(error)) from error
    content = result.as_dict()
    if report:
        text = json.dumps(content, ensure_ascii=False, indent=2)
        report.write_text(text + "\n", encoding="utf-8")
    if as_json:
        print_json(content)
    else:
        _tell(result)


def _mapping(path: Path | None, profile: str | None) -> MappingFile | None:
    if path is not None:
        return read_mapping_file(path.read_bytes(), path.name, targets())
    if profile is None:
        return None
    found = find_profile(targets().kind, profile)
    if found is None:
        raise Stop(f"保存した読み方「{profile}」はありません。")
    return found.mapping


def _tell(report: ImportReport) -> None:
    if report.is_dry_run:
        click.echo("試しに読みました。まだ何も書いていません。")
    click.echo(
        f"{report.rows_read}行を読みました: 新しい {report.created}、更新 {report.updated}、"
        f"変わらない {report.unchanged}、取り込まない {len(report.refused)}。"
    )
    labels = targets().labels
    lines = [
        *(f"{one.row}行 取り込まない: {one.why}" for one in report.refused),
        *(f"{one.row}行 直した: {labels[one.field]} {one.why}" for one in report.repaired),
    ]
    for line in lines[:_SHOWN]:
        click.echo(line)
    if len(lines) > _SHOWN:
        click.echo(f"ほか{len(lines) - _SHOWN}件。すべて見るには --report FILE.json。")
