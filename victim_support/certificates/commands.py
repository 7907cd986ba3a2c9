"""The commands ``certificates check`` and ``certificates render``."""

from pathlib import Path

import click

from victim_support.certificates import queries, services
from victim_support.certificates.documents import paper_pdf
from victim_support.certificates.queries import NumberCheck
from victim_support.certificates.rules import NumberState, PaperKind
from victim_support.core.commands import Stop, instance_command, print_json
from victim_support.core.context import is_training
from victim_support.core.documents.glyphs import UnprintableName
from victim_support.core.documents.worker import PrintError
from victim_support.core.reads import close_log, log_read
from victim_support.victims.rules import label_of

UNKNOWN = "該当なし"
UNREADABLE = "番号として読めません"


@click.group("certificates", help="証明書の番号を確かめる、証明書をPDFに書き出す。")
def certificates() -> None:
    """Hold the commands of certificates."""


@certificates.command("check", help="証明書の番号を確かめる: 有効、差替え済、無効、該当なし。")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@instance_command(writes=False)
def check(*, number: str, as_json: bool) -> None:
    """Say whether a number, or the scanned code of a paper, counts."""
    checked = queries.check_number(number)
    if as_json:
        print_json(_facts(checked))
        return
    click.echo(f"{checked.number or number}: {_words(checked)}")
    if checked.is_same_content is False:
        click.echo("紙の内容が、発行した記録と違います。")
    if checked.spoken:
        click.echo(f"電話で答えるとき:「{checked.spoken}」")
    if checked.is_doubled:
        click.echo("同じ番号の紙が2枚あります。本部に知らせてください。")
    if checked.entry and checked.entry.successor:
        click.echo(f"差替え先: {checked.entry.successor}")


@certificates.command("render", help="交付した証明書をPDFに書き出す。")
@click.argument("numbers", nargs=-1, required=True)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="書き出すフォルダ。",
)
@click.option("--copy", "copy_number", type=int, help="何枚目か(ふつうは最後の1枚)。")
@click.option("--disaster", metavar="KEY", help="災害の記号(20260715A など)。")
@instance_command(writes=False)
def render(*, numbers: tuple[str, ...], output: Path, copy_number: int | None) -> None:
    """Write issued papers as PDF, the same as on screen."""
    output.mkdir(parents=True, exist_ok=True)
    try:
        for number in numbers:
            click.echo(str(_write(number, output, copy_number)))
    finally:
        close_log()


def _write(number: str, output: Path, copy_number: int | None) -> Path:
    checked = queries.check_number(number)
    paper = queries.find_paper(checked.number) if checked.number else None
    if paper is None:
        raise Stop(f"{number} の証明書はありません。")
    chosen = copy_number or paper.last_copy
    if chosen not in {copy.copy_number for copy in paper.copies}:
        raise Stop(f"{paper.certificate.number} の{chosen}枚目はありません。")
    kind = next(kind for kind in PaperKind if kind == paper.certificate.kind)
    try:
        snapshot = services.words_of_copy(paper, chosen)
        pdf = paper_pdf(kind, snapshot, copy_number=chosen, training=is_training(), mark=paper.mark)
    except (services.CertificateError, PrintError, UnprintableName) as error:
        raise Stop(str(error)) from error
    log_read("certificate.print", [paper.id, paper.certificate.application_id])
    path = output / f"{paper.certificate.number}.pdf"
    path.write_bytes(pdf)
    return path


def _facts(checked: NumberCheck) -> dict[str, object]:
    entry = checked.entry
    return {
        "number": checked.number,
        "state": str(checked.state) if checked.state else _missing(checked),
        "label": _words(checked),
        "is_valid": checked.state == NumberState.ISSUED and checked.is_same_content is not False,
        "is_same_content": checked.is_same_content,
        "is_doubled": checked.is_doubled,
        "kind": str(entry.kind) if entry else None,
        "drawn_at": entry.drawn_at.isoformat() if entry else None,
        "successor": entry.successor if entry else None,
        "reason": entry.state_reason if entry else None,
    }


def _missing(checked: NumberCheck) -> str:
    return "unknown" if checked.number else "unreadable"


def _words(checked: NumberCheck) -> str:
    if checked.number is None:
        return UNREADABLE
    return label_of(checked.state) if checked.state else UNKNOWN
