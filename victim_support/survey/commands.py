"""The command ``survey photos``: take the pictures of a camera's card or folder in."""

from dataclasses import asdict
from pathlib import Path

import click

from victim_support.core.commands import Stop, instance_command, print_json
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.core.steps import result_of
from victim_support.survey.photos import CardReport, Source, take_in_card

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("survey", help="住家の調査。")
def survey() -> None:
    """Hold the commands of surveys."""


@survey.command("photos", help="カードかフォルダの写真を取り込み、調査票のQRで住家に入れる。")
@click.argument("folder", metavar="FOLDER", type=_FOLDER)
@click.option("--disaster", metavar="記号", help="災害の記号。なければ進行中の新しい災害。")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@instance_command(writes=True)
def photos(folder: Path, *, as_json: bool) -> None:
    """Take a folder in; what is no picture is named, and the others are kept."""
    if current_scopes().disaster is None:
        raise Stop("災害がありません。先に災害を登録してください。")
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not _is_hidden(path))
    sources = [Source(path.relative_to(folder).as_posix(), path.read_bytes) for path in paths]
    report = _through(sources, is_quiet=as_json)
    if as_json:
        print_json(asdict(report))
        return
    click.echo(f"{report.files}個のファイルを読みました。")
    click.echo(f"住家に入れた写真: {report.given}枚(調査票 {len(report.numbers)}枚)")
    click.echo(f"前に取り込んだ写真: {report.known}枚")
    click.echo(f"仕分けを待つ写真: {report.waiting}枚(画面の「写真の仕分け」で入れます)")
    for words in report.refused:
        click.echo(f"読めません: {words}", err=True)


def _through(sources: list[Source], *, is_quiet: bool) -> CardReport:
    steps = take_in_card(new_id(), sources, by=None)
    with click.progressbar(length=len(sources), label="写真", hidden=is_quiet) as bar:
        return result_of(steps, lambda count: bar.update(count - bar.pos))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts[-2:])
