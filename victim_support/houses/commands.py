"""The command ``import dwellings``."""

import json
from pathlib import Path

import click

from victim_support.core.commands import Stop, instance_command, print_json
from victim_support.core.csv_io import CsvError
from victim_support.core.mapping import ImportFileError, MappingFile, read_mapping_file
from victim_support.core.mapping.profiles import find_profile
from victim_support.houses.rules.rows import HouseReport, targets
from victim_support.houses.services import import_dwellings

_SHOWN = 20


@click.command(
    "dwellings",
    help="家屋台帳(CSV・Excel)を取り込み、住所から住む世帯の候補を作る。",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
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
@instance_command(writes=True)
def import_dwellings_command(
    *,
    file: Path,
    mapping: Path | None,
    profile: str | None,
    dry_run: bool,
    report: Path | None,
    as_json: bool,
) -> None:
    """Import a house ledger, or say what importing it would do."""
    try:
        wanted = _mapping(mapping, profile)
        with file.open("rb") as stream:
            result = import_dwellings(
                stream,
                file_name=file.name,
                imported_by="コマンド",
                mapping=wanted,
                is_dry_run=dry_run,
            )
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


def _tell(report: HouseReport) -> None:
    if report.is_dry_run:
        click.echo("試しに読みました。まだ何も書いていません。")
    click.echo(
        f"{report.rows_read}行を読みました: 新しい {report.created}、更新 {report.updated}、"
        f"変わらない {report.unchanged}、取り込まない {len(report.refused)}。"
        f"位置のわかる家屋 {report.placed}。今度の台帳にない家屋 {report.missing}(消さずに印)。"
    )
    click.echo(f"住む世帯の候補がある家屋 {report.linked}、うち確かめること {report.doubtful}。")
    labels = targets().labels
    lines = [
        *(f"{one.row}行 取り込まない: {one.why}" for one in report.refused),
        *(f"{one.row}行 直した: {labels[one.field]} {one.why}" for one in report.repaired),
    ]
    for line in lines[:_SHOWN]:
        click.echo(line)
    if len(lines) > _SHOWN:
        click.echo(f"ほか{len(lines) - _SHOWN}件。すべて見るには --report FILE.json。")
