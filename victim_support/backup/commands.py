"""Commands: backup, restore, verify."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import click
from flask import current_app

from victim_support.backup.queries import count_differences, verify_instance
from victim_support.backup.services import (
    InstanceThereError,
    LaidOut,
    NoBackupError,
    back_up,
    lay_out,
    mend_search,
    nothing_left_behind,
    read_manifest,
)
from victim_support.core.commands import (
    Stop,
    database_url,
    inside,
    instance_command,
    instance_options,
    locked,
    note_recovery,
    print_json,
    unlocked,
)
from victim_support.core.db import db, transaction
from victim_support.core.db.copying import CopyError, check_database
from victim_support.core.instance import OpenInstance, instance_folder, write_database_url
from victim_support.core.keys import KEY_FILE
from victim_support.core.node import NodePrefixError, create_node
from victim_support.journal import start
from victim_support.journal.derived import rebuild_derived
from victim_support.journal.intake import this_intake
from victim_support.journal.verify import VerifyReport
from victim_support.migrations import upgrade
from victim_support.migrations.server import blank_database
from victim_support.migrations.transfer import read_files

REBUILT = "検索の索引を、台帳から作り直しました。もう一度 verify で確かめられます。"
NOT_REBUILT = "サーバーを止めてから verify を行うと、検索の索引を作り直します。"
_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(help="控えを取る(動いているサーバーを止めずに)。DIR の下に日時のフォルダを作る。")
@click.argument("target", metavar="DIR", type=_FOLDER)
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@instance_command(writes=False)
def backup(target: Path, as_json: bool) -> None:
    """Copy the instance, encrypted, into a new folder under a folder."""
    try:
        folder = back_up(_opened(), target)
    except (CopyError, OSError) as error:
        message = f"控えを取れませんでした({error})。前の控えはそのままです。"
        raise Stop(message) from error
    if as_json:
        print_json({"folder": str(folder), **asdict(read_manifest(folder))})
        return
    click.echo(f"控えを取り、開いて確かめました: {folder}")
    if (folder / KEY_FILE).exists():
        click.echo("注意: 合言葉がないため、控えには鍵ファイルも入っています。", err=True)


@click.command(help="控えから、空のフォルダにインスタンスを作る。")
@click.argument("source", metavar="DIR", type=_FOLDER)
@click.option(
    "--intake",
    type=_FILE,
    multiple=True,
    help="失われた機械の intake.log(控えより新しい登録)。本部では intake-1.log なども。",
)
@click.option(
    "--database-url-file",
    type=_FILE,
    metavar="FILE",
    help="本部として復元するときの、空の PostgreSQL の場所。",
)
@click.option("--node-prefix", metavar="XX", help="新しいキットのラベルにある発行番号の頭文字。")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@instance_options
def restore(
    source: Path,
    intake: tuple[Path, ...],
    database_url_file: Path | None,
    node_prefix: str | None,
    as_json: bool,
    instance: str | None,
    passphrase_file: Path | None,
) -> None:
    """Make an instance from a backup and the intake log.

    Without the lost machine's own intake log that machine may know more than the backup, and may
    still be writing. Then this one goes on under a new identity and a number series of its own.
    """
    folder, url = instance_folder(instance), database_url(database_url_file)
    try:
        with nothing_left_behind(folder):
            laid = _laid_out(source, folder, intake)
            with locked(folder):
                unlocking = unlocked(folder, passphrase_file)
                _check(OpenInstance(folder, unlocking.key), laid)
                with _put_in_place(folder, unlocking.key, url) as opened:
                    note_recovery(folder, unlocking)
                    _appended, replayed = start()
                    with transaction(reason="控えからの復元") as session:
                        if not intake:
                            create_node(node_prefix)
                        rebuild_derived(session.connection())
                    report = verify_instance(opened, db.engine)
    except (CopyError, NodePrefixError) as error:
        raise Stop(str(error)) from error
    _tell_restored(laid, report, replayed, as_json=as_json)


@click.command(help="記録の鎖を計算し直し、記録から台帳を作り直して、同じであることを確かめる。")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@instance_command(writes=False)
def verify(as_json: bool) -> None:
    """Prove that the journal is whole and that the rows are what it says.

    A search index that is not what the rows say is a problem that is told once: it is computed
    anew at once, unless the server runs.
    """
    report = verify_instance(_opened(), db.engine)
    differences = count_differences(db.engine)
    if differences:
        report.problems.append(f"検索の索引: {differences} 件が台帳と合いません。")
    is_mended = bool(differences) and mend_search(_opened().folder)
    if as_json:
        print_json(
            {
                "ok": report.is_ok,
                **asdict(report),
                "search_differences": differences,
                "search_rebuilt": is_mended,
            }
        )
    else:
        _tell_verified(report)
        if differences:
            click.echo(REBUILT if is_mended else NOT_REBUILT, err=True)
    if not report.is_ok:
        sys.exit(1)


def _opened() -> OpenInstance:
    return cast("OpenInstance", current_app.extensions["instance"])


def _laid_out(source: Path, folder: Path, intake: tuple[Path, ...]) -> LaidOut:
    try:
        return lay_out(source, folder, intake)
    except InstanceThereError as error:
        raise Stop(f"{folder} にはすでにインスタンスがあります。上書きしません。") from error
    except NoBackupError as error:
        raise Stop(f"{source} に使える控えがありません。{error}") from error


@contextmanager
def _put_in_place(folder: Path, key: bytes, url: str | None) -> Iterator[OpenInstance]:
    """Bring the files to this version, or their rows to PostgreSQL, and run as the program."""
    if url:
        write_database_url(folder, url)
    opened = OpenInstance(folder, key)
    with blank_database(opened):
        upgrade(opened)
        if url:
            read_files(folder, opened)
            for path in (*folder.glob("main.db*"), *folder.glob("reference.db*")):
                path.unlink()
        with inside(opened):
            yield opened
            this_intake().close()


def _check(opened: OpenInstance, laid: LaidOut) -> None:
    try:
        for name, rows in laid.manifest.rows.items():
            check_database(opened.folder / name, opened.key, rows)
    except CopyError as error:
        raise Stop(f"控えのデータベースが壊れています。{error}") from error


def _tell_restored(laid: LaidOut, report: VerifyReport, replayed: int, *, as_json: bool) -> None:
    if as_json:
        result: dict[str, Any] = {
            "backup": laid.source.name,
            "taken_at": laid.manifest.taken_at,
            "damaged": laid.damaged,
            "replayed": replayed,
            "ok": report.is_ok,
            "problems": report.problems,
        }
        print_json(result)
    else:
        for name in laid.damaged:
            click.echo(f"壊れている控えは使いませんでした: {name}", err=True)
        click.echo(f"{laid.source.name} から復元し、その後の操作 {replayed} 件を加えました。")
        _tell_verified(report)
    if not report.is_ok:
        sys.exit(1)


def _tell_verified(report: VerifyReport) -> None:
    for problem in report.problems:
        click.echo(f"× {problem}", err=True)
    rows = sum(table.rows for table in report.tables)
    words = "台帳は記録と一致しています" if report.is_ok else "台帳を確かめられません"
    click.echo(f"{words}: 操作 {report.ops} 件、{len(report.tables)} 表 {rows} 行。")
