"""The command ``import residents``."""

import json
from pathlib import Path

import click
import msgspec

from victim_support.core.commands import Stop, instance_command, print_json
from victim_support.core.csv_io import CsvError
from victim_support.core.mapping import ImportFileError, MappingFile, read_mapping_file
from victim_support.residents.rules.columns import targets
from victim_support.residents.rules.coverage import Coverage
from victim_support.residents.rules.report import RegisterReport
from victim_support.residents.services import import_residents

_SHOWN = 20


@click.command(
    "residents",
    help="住民の台帳(住民基本台帳の抽出、CSV・Excel)を取り込む。個人番号・住民票コード・本籍は読まない。",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="どの列が何かを書いた対応表(TOML または JSON)。",
)
@click.option("--partial", is_flag=True, help="一部の追加: ファイルにない人はそのままにする。")
@click.option(
    "--full",
    is_flag=True,
    help="全件の抽出: ファイルにない人が登録の1割を超えても、印を付けて取り込む。",
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
    partial: bool,
    full: bool,
    dry_run: bool,
    report: Path | None,
    confirm: tuple[str, ...],
    as_json: bool,
) -> None:
    """Import an extract of the resident register, or say what importing it would do."""
    if partial and full:
        raise Stop("--partial と --full は、どちらか1つだけ付けてください。")
    try:
        wanted = _mapping(mapping, confirm)
        with file.open("rb") as stream:
            result = import_residents(
                stream,
                file_name=file.name,
                imported_by="コマンド",
                mapping=wanted,
                coverage=Coverage.PARTIAL if partial else Coverage.FULL if full else None,
                is_dry_run=dry_run,
            )
    except ImportFileError as error:
        raise Stop(error.in_command) from error
    except CsvError as error:
        raise Stop(str(error)) from error
    if report:
        text = json.dumps(result.as_dict(), ensure_ascii=False, indent=2)
        report.write_text(text + "\n", encoding="utf-8")
    if as_json:
        print_json(result.as_dict())
    else:
        _tell(result)


def _mapping(path: Path | None, confirmed: tuple[str, ...]) -> MappingFile:
    mapping = read_mapping_file(path.read_bytes(), path.name, targets()) if path else MappingFile()
    return msgspec.structs.replace(mapping, confirmed=[*mapping.confirmed, *confirmed])


def _tell(report: RegisterReport) -> None:
    if report.is_dry_run:
        click.echo("試しに読みました。まだ何も書いていません。")
    click.echo(f"文字コード {report.encoding}、{report.layout}")
    for column in report.columns:
        click.echo(f"  {column.position}列 {column.header or '(見出しなし)'}: {column.note}")
    click.echo(
        f"{report.rows_read}行を読みました: 新しい {report.created}、更新 {report.updated}、"
        f"変わらない {report.unchanged}、取り込まない {len(report.refused)}。"
    )
    click.echo(_missing(report))
    click.echo(f"外字のある氏名 {report.with_gaiji}。支援措置 {report.protected}。")
    labels = targets().labels
    lines = [
        *(f"{one.row}行 取り込まない: {one.why}" for one in report.refused),
        *(f"{one.row}行 直した: {labels[one.field]} {one.why}" for one in report.repaired),
    ]
    for line in lines[:_SHOWN]:
        click.echo(line)
    if len(lines) > _SHOWN:
        click.echo(f"ほか{len(lines) - _SHOWN}件。すべて見るには --report FILE.json。")


def _missing(report: RegisterReport) -> str:
    """Say who of the register is not in the file, loudly when they are many."""
    if report.coverage is Coverage.PARTIAL:
        return "一部の追加なので、ファイルにない人はそのままです。"
    text = (
        f"取り込む前の住民データ{report.known}人のうち、今度の抽出にない人 {report.missing}"
        "(消さずに印を付けます)。"
    )
    if report.is_dry_run and report.lacks_many and report.coverage is None:
        return f"【注意】{text}1割を超えるので、--full か --partial を付けないと取り込みません。"
    return text
