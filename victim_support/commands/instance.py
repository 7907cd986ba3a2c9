"""Commands of an instance: init, check, passphrase, recovery-code."""

import sys
from pathlib import Path

import click
from flask import Flask

from victim_support.accounts.rules import WeakSecretError
from victim_support.app import create_app
from victim_support.core import clock
from victim_support.core.check import Finding, State, check_folder, check_machine, is_usable
from victim_support.core.commands import (
    Stop,
    database_url,
    existing_folder,
    instance_options,
    print_json,
    unlocked,
)
from victim_support.core.dates import long_time
from victim_support.core.db import DatabaseFileError
from victim_support.core.documents.worker import render_pdf
from victim_support.core.instance import (
    OpenInstance,
    has_instance,
    instance_folder,
)
from victim_support.core.keys import (
    SlotKind,
    Unlocked,
    WeakPassphraseError,
    mark_recovery_used,
    replace_recovery_code,
    set_passphrase,
)
from victim_support.core.numbers import InvalidMunicipalityCodeError
from victim_support.core.reads import log_security
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.core.settings import machine_setting, setting
from victim_support.installation import InstanceExistsError, NewInstance, create_instance

RECOVERY_SLIP = "accounts/recovery_slip.html"
NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
MARKS = {State.GOOD: "○", State.WARNING: "△", State.MISSING: "×", State.UNKNOWN: "?"}


@click.command(help="インスタンスを作る: 鍵、データベース、最初の管理者。")
@click.option("--instance", metavar="DIR", help="インスタンスのフォルダ。")
@click.option("--municipality", metavar="CODE", help="全国地方公共団体コード(5桁または6桁)。")
@click.option("--admin", metavar="USER", help="最初の管理者のログイン名。")
@click.option("--password-stdin", is_flag=True, help="1行目に管理者のパスワード、2行目に合言葉。")
@click.option("--node-prefix", metavar="XX", help="キットのラベルにある発行番号の頭文字。")
@click.option("--slip", type=NEW_FILE, metavar="FILE.pdf", help="回復コードの紙をPDFで書く。")
@click.option(
    "--database-url-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="本部で使う PostgreSQL の空のデータベースの場所(1行目に postgresql://…)。",
)
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
def init(
    instance: str | None,
    municipality: str | None,
    admin: str | None,
    password_stdin: bool,
    node_prefix: str | None,
    slip: Path | None,
    database_url_file: Path | None,
    as_json: bool,
) -> None:
    """Create an instance: keys, databases, first administrator."""
    folder = instance_folder(instance)
    if has_instance(folder):
        raise Stop(f"{folder} にはすでにインスタンスがあります。上書きしません。")
    municipality = _asked(municipality, "全国地方公共団体コード", "--municipality CODE")
    admin = _asked(admin, "管理者のログイン名", "--admin USER")
    password, secret = _secrets(from_stdin=password_stdin)
    try:
        made = create_instance(
            folder,
            municipality=municipality,
            admin=admin,
            password=password,
            passphrase=secret,
            node_prefix=node_prefix,
            database_url=database_url(database_url_file),
            asks_second_factor=True,
        )
    except InstanceExistsError as error:
        raise Stop(f"{folder} にはすでにインスタンスがあります。上書きしません。") from error
    except (
        DatabaseFileError,
        InvalidMunicipalityCodeError,
        WeakPassphraseError,
        WeakSecretError,
    ) as error:
        raise Stop(str(error)) from error
    if slip:
        _write_slip(slip, made.opened, made.recovery_code)
    _tell_new(made, is_protected=secret is not None, as_json=as_json)


@click.command(
    help="ライブラリ、フォント、SQLite、時計、鍵、ディスクを調べ、足りないものを知らせる。"
)
@click.option("--instance", metavar="DIR", help="インスタンスのフォルダ。")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
def check(instance: str | None, as_json: bool) -> None:
    """Report what the machine lacks and what to do."""
    folder = instance_folder(instance)
    findings = check_machine()
    if has_instance(folder):
        findings += check_folder(folder)
    if as_json:
        usable = is_usable(findings)
        print_json({"usable": usable, "findings": [item.as_dict() for item in findings]})
    else:
        _print_findings(findings)
    if not is_usable(findings):
        sys.exit(1)


@click.command(help="合言葉を決める、または変える(データは書き換えません)。")
@instance_options
@click.option(
    "--new-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="新しい合言葉の書かれたファイル(1行目)。",
)
def passphrase(instance: str | None, passphrase_file: Path | None, new_file: Path | None) -> None:
    """Set or change the passphrase (合言葉); the data stay as they are."""
    folder = existing_folder(instance)
    key = unlocked(folder, passphrase_file).key
    new = (
        _first_line(new_file)
        if new_file
        else click.prompt("新しい合言葉", hide_input=True, confirmation_prompt="もう一度")
    )
    try:
        set_passphrase(folder, key, new)
    except WeakPassphraseError as error:
        raise Stop(str(error)) from error
    click.echo("合言葉を変えました。")


@click.command("recovery-code", help="回復コードを作り直す(前のコードは使えなくなります)。")
@instance_options
@click.option("--slip", type=NEW_FILE, metavar="FILE.pdf", help="回復コードの紙をPDFで書く。")
def recovery_code(instance: str | None, passphrase_file: Path | None, slip: Path | None) -> None:
    """Make a new recovery code; the old one becomes worthless."""
    folder = existing_folder(instance)
    key = unlocked(folder, passphrase_file).key
    code = replace_recovery_code(folder, key)
    if slip:
        _write_slip(slip, OpenInstance(folder, key), code)
    _print_code(code)


def _asked(value: str | None, question: str, option: str) -> str:
    if value:
        return value
    if not sys.stdin.isatty():
        raise Stop(f"{option} を付けてください。")
    answer: str = click.prompt(question)
    return answer


def _secrets(*, from_stdin: bool) -> tuple[str, str | None]:
    if from_stdin:
        lines = [*sys.stdin.read().splitlines(), "", ""]
        return lines[0], lines[1] or None
    if not sys.stdin.isatty():
        raise Stop("--password-stdin を付け、パスワードと合言葉を2行で渡してください。")
    password = click.prompt("管理者のパスワード", hide_input=True, confirmation_prompt="もう一度")
    secret = click.prompt("合言葉(起動のとき入力します)", hide_input=True, default="")
    return password, secret or None


def _first_line(path: Path) -> str:
    return path.read_text().splitlines()[0].strip()


def _tell_new(made: NewInstance, *, is_protected: bool, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "instance": made.opened.folder,
                "recovery_code": made.recovery_code,
                "is_protected": is_protected,
            }
        )
        return
    click.echo(f"インスタンスを作りました: {made.opened.folder}")
    if not is_protected:
        click.echo("合言葉がないので、鍵ファイルをデータベースの隣に置きました(保護なし)。")
    _print_code(made.recovery_code)


def _print_code(code: str) -> None:
    click.echo("回復コード(ここで1度だけ出ます。紙に書き、封筒に入れて封をしてください):")
    click.echo(f"    {code}")


def tell_recovered(app: Flask, folder: Path, opened: Unlocked) -> None:
    """Log that the recovery code was used, and replace it where its words reach a person."""
    if opened.slot is not SlotKind.RECOVERY:
        return
    with app.app_context():
        log_security("key.recovery_used")
    click.echo("回復コードで開きました。このことは記録に残ります。")
    if sys.stdout.isatty():
        _print_code(replace_recovery_code(folder, opened.key))
    else:
        mark_recovery_used(folder, clock.now())
        click.echo("victim-support recovery-code で新しいコードを作ってください。")


def _write_slip(path: Path, opened: OpenInstance, code: str) -> None:
    with create_app(opened).app_context():
        municipality = machine_setting("municipality") or ""
        is_training = bool(machine_setting("training"))
        with using_scopes(Scopes(municipality)):
            name = setting("municipality_name", municipality)
    values = {
        "training": is_training,
        "municipality": name,
        "instance": opened.folder.name,
        "code": code,
        "printed_at": long_time(clock.now()),
    }
    path.write_bytes(render_pdf(RECOVERY_SLIP, values))


def stop_unless_usable() -> None:
    """Say what the machine lacks, and stop when it cannot work without it."""
    findings = check_machine()
    _print_findings([item for item in findings if item.state is not State.GOOD])
    if not is_usable(findings):
        raise Stop("足りないものがあるので、起動できません。")


def _print_findings(findings: list[Finding]) -> None:
    for item in findings:
        remedy = f" → {item.remedy}" if item.remedy else ""
        click.echo(f"{MARKS[item.state]} {item.name}: {item.seen}{remedy}")
