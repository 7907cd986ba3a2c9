"""Commands: bundle export, bundle import."""

import sys
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import click

from victim_support.core.commands import Stop, instance_command, print_json
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.core.jobs import Progress
from victim_support.core.steps import result_of
from victim_support.sync.bundles import BundleError
from victim_support.sync.carrying import Order, find_readers
from victim_support.sync.commands.exchange import NOT_ENROLLED
from victim_support.sync.queries import NotEnrolledError
from victim_support.sync.reports import BundleReport
from victim_support.sync.services.bundle_export import export_bundle
from victim_support.sync.services.bundle_import import import_bundles
from victim_support.sync.services.sticks import register_stick
from victim_support.sync.sticks import StickFault, find_stick

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
Result = TypeVar("Result")


@click.group(help="USBなどで記録を運ぶ。")
def bundle() -> None:
    """Hold the commands of bundles."""


@bundle.command("export", help="ほかの端末にまだない記録を、DIR に束として書き出す。")
@click.argument("target", metavar="DIR", type=_FOLDER)
@click.option("--all", "is_all", is_flag=True, help="相手が持っている記録も含めてすべて書き出す。")
@click.option("--to", "names", metavar="NAME", multiple=True, help="届け先の端末の名前か頭文字。")
@click.option("--first-fill", metavar="NAME", help="新しい端末に初めから入れる束を書き出す。")
@click.option("--register", "label", metavar="NAME", help="このUSBをこの名前で台帳に載せる。")
@click.option("--no-photos", is_flag=True, help="写真は運ばない(USBの空きが足りないとき)。")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@instance_command(writes=True)
def export_(
    *,
    target: Path,
    is_all: bool,
    names: tuple[str, ...],
    first_fill: str | None,
    no_photos: bool,
    label: str | None,
    as_json: bool,
) -> None:
    """Write a bundle into a folder."""
    wanted = (first_fill,) if first_fill else names
    order = Order(
        _nodes(wanted),
        is_all=is_all,
        is_first_fill=first_fill is not None,
        has_files=not no_photos,
    )
    stick = _stick(target, label)
    written = _done(export_bundle(target, order, bundle=new_id(), by=None, stick=stick))
    if as_json:
        print_json(asdict(written))
        return
    click.echo(
        f"{written.folder} に {written.ops} 件と写真 {written.pictures} 枚を"
        f" {written.files} 個のファイルで書き、読み直して確かめました。USBを安全に取り外せます。"
    )


@bundle.command("import", help="DIR にある束を取り込み、受け取りの印を書く。")
@click.argument("source", metavar="DIR", type=_FOLDER)
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@instance_command(writes=True)
def import_(*, source: Path, as_json: bool) -> None:
    """Take in every bundle of a folder."""
    db.session.remove()
    stick = _stick(source)
    reports = _done(import_bundles(source, report=new_id(), by=None, stick=stick))
    if as_json:
        print_json([asdict(report) | {"is_clean": report.is_clean} for report in reports])
    else:
        for report in reports:
            _tell(report)
    if not all(report.is_clean for report in reports):
        sys.exit(1)


def _stick(folder: Path, label: str | None = None) -> UUID | None:
    """Return the stick of the ledger on which a folder lies; with a label, it becomes one."""
    found = find_stick(folder)
    is_refused = found.is_refused
    db.session.remove()
    if found.fault is not None and label and found.fault is not StickFault.LOST:
        try:
            with transaction(reason="USBの登録"):
                return register_stick(folder=folder, label=label, by=None)
        except NotEnrolledError as error:
            raise Stop(NOT_ENROLLED) from error
        except BundleError as error:
            raise Stop(str(error)) from error
    if found.fault is not None and is_refused:
        raise Stop(found.fault.advice)
    if found.fault is not None:
        click.echo(f"{found.fault.label}--register 名前 で載せられます。", err=True)
    return found.stick


def _nodes(names: tuple[str, ...]) -> tuple[UUID, ...]:
    found = [node for name in names for node in find_readers(name)]
    db.session.remove()
    if len(found) < len(names):
        raise Stop("その名前の、登録された端末がありません。node list で確かめてください。")
    return tuple(found)


def _done(steps: Generator[Progress, None, Result]) -> Result:
    """Go through the steps, saying on stderr how far they are."""
    try:
        return result_of(steps, _show)
    except NotEnrolledError as error:
        raise Stop(NOT_ENROLLED) from error
    except BundleError as error:
        raise Stop(str(error)) from error


def _show(progress: Progress) -> None:
    share = f"{progress.done}/{progress.total} " if progress.total else ""
    click.echo(f"{share}{progress.words}", err=True)


def _tell(report: BundleReport) -> None:
    sender = report.sender or "書いた端末は不明"
    click.echo(f"{report.name}({sender}): {report.applied} 件を取り込みました。")
    for line in report.remarks:
        click.echo(f"- {line}")
    for name, words in report.problems:
        click.echo(f"× {name}: {words}", err=True)
