"""The command ``import residents``."""

import json
from pathlib import Path

import click
import msgspec

from victim_support.core.commands import Stop, instance_command, print_json
from victim_support.core.csv_io import CsvError
from victim_support.residents.rules.columns import LayoutError, MappingFile, read_mapping_file
from victim_support.residents.rules.report import ImportReport
from victim_support.residents.services import IndividualNumberError, import_residents

_SHOWN = 20


@click.command(
    "residents",
    help="住民の台帳(住民基本台帳の抽出、CSV)を取り込む。個人番号・住民票コード・本籍は読まない。",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="どの列が何かを書いた対応表(TOML または JSON)。",
)
@click.option("--dry-run", is_flag=True, help="何も書かずに、取り込むとどうなるかを知らせる。")
@click.option(
    "--report",
    metavar="FILE.json",
    type=click.Path(dir_okay=False, path_type=Path),
    help="行ごとの結果をJSONで書くファイル。",
)
@click.option(
    "--confirm",
    metavar="FIELD",
    multiple=True,
    help="12桁の数字が個人番号でないと確かめた項目(number など)。",
)
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@instance_command(writes=True)
def import_residents_command(
    *,
    file: Path,
    mapping: Path | None,
    dry_run: bool,
    report: Path | None,
    confirm: tuple[str, ...],
    as_json: bool,
) -> None:
    """Import an extract of the resident register, or say what importing it would do."""
    try:
        wanted = _mapping(mapping, confirm)
        with file.open("rb") as stream:
            result = import_residents(
                stream,
                file_name=file.name,
                imported_by="コマンド",
                mapping=wanted,
                is_dry_run=dry_run,
            )
    except (CsvError, LayoutError, IndividualNumberError) as error:
        raise Stop(str(error)) from error
    if report:
        text = json.dumps(result.as_dict(), ensure_ascii=False, indent=2)
        report.write_text(text + "\n", encoding="utf-8")
    if as_json:
        print_json(result.as_dict())
    else:
        _tell(result)


def _mapping(path: Path | None, confirmed: tuple[str, ...]) -> MappingFile:
    mapping = read_mapping_file(path.read_bytes(), path.name) if path else MappingFile()
    return msgspec.structs.replace(mapping, confirmed=[*mapping.confirmed, *confirmed])


def _tell(report: ImportReport) -> None:
    if report.is_dry_run:
        click.echo("試しに読みました。まだ何も書いていません。")
    click.echo(f"文字コード {report.encoding}、{report.layout}")
    for column in report.columns:
        click.echo(f"  {column.position}列 {column.header or '(見出しなし)'}: {column.note}")
    click.echo(
        f"{report.rows_read}行を読みました: 新しい {report.created}、更新 {report.updated}、"
        f"変わらない {report.unchanged}、取り込まない {len(report.refused)}。"
    )
    click.echo(
        f"前の抽出にあって今度はない人 {report.missing}(消さずに印を付けます)。"
        f"外字のある氏名 {report.with_gaiji}。支援措置 {report.protected}。"
    )
    lines = [
        *(f"{one.row}行 取り込まない: {one.why}" for one in report.refused),
        *(f"{one.row}行 直した: {one.field} {one.why}" for one in report.repaired),
    ]
    for line in lines[:_SHOWN]:
        click.echo(line)
    if len(lines) > _SHOWN:
        click.echo(f"ほか{len(lines) - _SHOWN}件。すべて見るには --report FILE.json。")
