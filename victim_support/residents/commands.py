"""The command ``import residents``."""

import click
import msgspec

from victim_support.core.commands import Stop, instance_command
from victim_support.core.mapping import MappingFile
from victim_support.core.mapping.console import ImportAsked, import_options, refusals_told
from victim_support.residents.rules.columns import targets
from victim_support.residents.rules.coverage import Coverage
from victim_support.residents.rules.report import RegisterReport
from victim_support.residents.services import import_residents

_MANY_PROTECTED = (
    "【注意】1割を超える人が支援措置になります。支援措置の列と値の意味を確かめてください"
    '(対応表の values.protected で、支援措置でない値を "" にできます)。'
)


@click.command(
    "residents",
    help="住民の台帳(住民基本台帳の抽出、CSV・Excel)を取り込む。個人番号・住民票コード・本籍は読まない。",
)
@import_options
@click.option("--partial", is_flag=True, help="一部の追加: ファイルにない人はそのままにする。")
@click.option(
    "--full",
    is_flag=True,
    help="全件の抽出: ファイルにない人が登録の1割を超えても、印を付けて取り込む。",
)
@click.option(
    "--confirm",
    metavar="FIELD",
    multiple=True,
    help="12桁の数字が個人番号でないと確かめた項目(number など)。",
)
@instance_command(writes=True)
def import_residents_command(
    *, asked: ImportAsked, partial: bool, full: bool, confirm: tuple[str, ...]
) -> None:
    """Import an extract of the resident register, or say what importing it would do."""
    if partial and full:
        raise Stop("--partial と --full は、どちらか1つだけ付けてください。")
    with refusals_told(), asked.file.open("rb") as stream:
        wanted = asked.mapping_of(targets()) or MappingFile()
        result = import_residents(
            stream,
            file_name=asked.file.name,
            imported_by="コマンド",
            mapping=msgspec.structs.replace(wanted, confirmed=[*wanted.confirmed, *confirm]),
            coverage=Coverage.PARTIAL if partial else Coverage.FULL if full else None,
            is_dry_run=asked.is_dry_run,
        )
    asked.tell(result, targets(), _words(result))


def _words(report: RegisterReport) -> tuple[str, ...]:
    return (
        f"文字コード {report.encoding}、{report.layout}",
        *(
            f"  {column.position}列 {column.header or '(見出しなし)'}: {column.note}"
            for column in report.columns
        ),
        _missing(report),
        f"外字のある氏名 {report.with_gaiji}。支援措置 {report.protected}。",
        *([_MANY_PROTECTED] if report.protects_many else []),
    )


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
