"""Commands of an instance: init, check, passphrase, recovery-code, intake."""

import sys
from pathlib import Path

import click
from flask import current_app

from victim_support.accounts.rules import LoginNameError, WeakSecretError
from victim_support.core import clock
from victim_support.core.check import check_folder, check_machine, is_usable, lacks_instance
from victim_support.core.commands import (
    Stop,
    database_url,
    existing_folder,
    first_line,
    inside,
    instance_command,
    locked,
    print_findings,
    print_json,
)
from victim_support.core.dates import long_time
from victim_support.core.documents.worker import PrintError, render_pdf
from victim_support.core.instance import (
    OpenInstance,
    has_instance,
    instance_folder,
)
from victim_support.core.keys import (
    SlotKind,
    Unlocked,
    WeakPassphraseError,
    replace_recovery_code,
    set_passphrase,
)
from victim_support.core.node import NodeIdentity, NodePrefixError, this_node
from victim_support.core.numbers import InvalidMunicipalityCodeError
from victim_support.core.reads import log_security
from victim_support.core.settings import machine_setting, setting
from victim_support.installation import InstanceExistsError, NewInstance, create_instance
from victim_support.journal.intake import IntakePlaceTakenError, move_log

RECOVERY_SLIP = "accounts/recovery_slip.html"
NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
OLDER_BACKUPS = "前に取った控えは、そのときの合言葉と回復コードで開きます。"


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
        raise Stop(str(InstanceExistsError(folder)))
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
    except (
        InstanceExistsError,
        InvalidMunicipalityCodeError,
        LoginNameError,
        NodePrefixError,
        WeakPassphraseError,
        WeakSecretError,
    ) as error:
        raise Stop(str(error)) from error
    with inside(made.opened):
        _tell_new(made, this_node(), is_protected=secret is not None, as_json=as_json)
        if slip:
            _write_slip(slip, made.opened, made.recovery_code)


@click.command(
    help="ライブラリ、フォント、SQLite、時計、鍵、ディスクを調べ、足りないものを知らせる。"
)
@click.option("--instance", metavar="DIR", help="インスタンスのフォルダ。")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
def check(instance: str | None, as_json: bool) -> None:
    """Report what the machine lacks and what to do."""
    folder = instance_folder(instance)
    findings = check_machine()
    findings += check_folder(folder) if has_instance(folder) else [lacks_instance(folder)]
    if as_json:
        usable = is_usable(findings)
        print_json({"usable": usable, "findings": [item.as_dict() for item in findings]})
    else:
        print_findings(findings)
    if not is_usable(findings):
        sys.exit(1)


@click.command(help="合言葉を決める、または変える(データは書き換えません)。")
@click.option(
    "--new-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="新しい合言葉の書かれたファイル(1行目)。",
)
@instance_command(writes=False)
def passphrase(new_file: Path | None) -> None:
    """Set or change the passphrase (合言葉); the data stay as they are."""
    opened: OpenInstance = current_app.extensions["instance"]
    new = (
        first_line(new_file)
        if new_file
        else click.prompt("新しい合言葉", hide_input=True, confirmation_prompt="もう一度")
    )
    try:
        set_passphrase(opened.folder, opened.key, new)
    except WeakPassphraseError as error:
        raise Stop(str(error)) from error
    log_security("key.passphrase_changed")
    click.echo(f"合言葉を変えました。{OLDER_BACKUPS}")


@click.command("recovery-code", help="回復コードを作り直す(前のコードは使えなくなります)。")
@click.option("--slip", type=NEW_FILE, metavar="FILE.pdf", help="回復コードの紙をPDFで書く。")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@instance_command(writes=False)
def recovery_code(slip: Path | None, as_json: bool) -> None:
    """Make a new recovery code; the old one becomes worthless."""
    opened: OpenInstance = current_app.extensions["instance"]
    code = replace_recovery_code(opened.folder, opened.key)
    log_security("key.recovery_replaced")
    if as_json:
        print_json({"recovery_code": code})
    else:
        _print_code(code)
        click.echo(OLDER_BACKUPS)
    if slip:
        _write_slip(slip, opened, code)


@click.command(help="登録の控え(intake.log)を DIR に移す。SDカードなど、別の媒体に。")
@click.argument(
    "place", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--instance", metavar="DIR", help="インスタンスのフォルダ。")
def intake(place: Path, instance: str | None) -> None:
    """Keep the intake log on a medium of its own; also when the one before is lost."""
    folder = existing_folder(instance)
    with locked(folder):
        try:
            move_log(folder, place)
        except IntakePlaceTakenError as error:
            message = f"{place} には、ほかの intake.log があります。別のフォルダにしてください。"
            raise Stop(message) from error
        except OSError as error:
            raise Stop(f"{place} に移せませんでした。もとの所に残しています。") from error
    click.echo(f"登録の控えを {place} に置きます。始める前に、いつもこの媒体を差してください。")


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
    secret = click.prompt(
        "合言葉(起動のとき入力します。空なら、鍵ファイルをデータの隣に置きます)",
        hide_input=True,
        default="",
        show_default=False,
        confirmation_prompt="もう一度",
    )
    return password, secret or None


def _tell_new(made: NewInstance, node: NodeIdentity, *, is_protected: bool, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "instance": made.opened.folder,
                "recovery_code": made.recovery_code,
                "is_protected": is_protected,
                "number_prefix": node.number_prefix,
                "is_provisional": node.is_provisional,
            }
        )
        return
    click.echo(f"インスタンスを作りました: {made.opened.folder}")
    series = "(仮。本部に登録すると短くなります)" if node.is_provisional else ""
    click.echo(f"証明書の番号の頭: {node.number_prefix}{series}")
    if not is_protected:
        click.echo("合言葉がないので、鍵ファイルをデータベースの隣に置きました(保護なし)。")
    _print_code(made.recovery_code)


def _print_code(code: str) -> None:
    click.echo("回復コード(ここで1度だけ出ます。紙に書き、封筒に入れて封をしてください):")
    click.echo(f"    {code}")


def tell_recovered(folder: Path, unlocking: Unlocked) -> None:
    """Replace a recovery code that was used where the new one reaches a person."""
    if unlocking.slot is not SlotKind.RECOVERY:
        return
    if sys.stdout.isatty():
        _print_code(replace_recovery_code(folder, unlocking.key))
    else:
        click.echo("victim-support recovery-code で新しいコードを作ってください。")


def _write_slip(path: Path, opened: OpenInstance, code: str) -> None:
    values = {
        "training": bool(machine_setting("training")),
        "municipality": setting("municipality_name", machine_setting("municipality") or ""),
        "instance": opened.folder.name,
        "code": code,
        "printed_at": long_time(clock.now()),
    }
    try:
        path.write_bytes(render_pdf(RECOVERY_SLIP, values))
    except (OSError, PrintError) as error:
        raise Stop(
            f"{path} に紙を書けませんでした。上の回復コードを書き写してください。"
        ) from error
