"""Command: sync."""

import sys
from dataclasses import asdict

import click

from victim_support.core.commands import Stop, instance_command, print_json
from victim_support.core.db import db
from victim_support.sync.client import PeerError
from victim_support.sync.queries import NotEnrolledError
from victim_support.sync.services.exchange import Exchanged, exchange_with

NOT_ENROLLED = (
    "この端末はまだ本部に登録されていません。victim-support node request から始めてください。"
)
RENAMED = (
    "この端末の複製か、控えから戻した端末がありました。この端末は新しい名義で続けます。"
    "本部で登録し直すまで、証明書は発行できません。victim-support node request から始めてください。"
)


@click.command("sync", help="番地(URL)にいる本部かほかの端末と同期する。")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@instance_command(writes=True)
def sync_command(url: str, as_json: bool) -> None:
    """Exchange with the machine at an address until neither lacks anything."""
    db.session.remove()
    try:
        result = exchange_with(url)
    except NotEnrolledError as error:
        raise Stop(NOT_ENROLLED) from error
    except PeerError as error:
        raise Stop(str(error)) from error
    if as_json:
        print_json(asdict(result))
    else:
        _tell(result)
    if result.refused or result.refused_there or result.forked:
        sys.exit(1)


def _tell(result: Exchanged) -> None:
    counts = f"受け取り {result.received} 件、送り {result.sent} 件"
    click.echo(f"{result.peer}と同期しました: {counts}。")
    files = result.files
    if files.received or files.sent:
        click.echo(f"写真: 受け取り {files.received} 枚、送り {files.sent} 枚。")
    if files.has_more:
        click.echo("写真がまだあります。もう一度同期してください。")
    if files.refused:
        click.echo(f"× 壊れて届いた写真 {files.refused} 枚は受け取りません。", err=True)
    for refused in result.refused:
        click.echo(f"× 受け取れません({refused.node}): {refused.fault.label}", err=True)
    for refused in result.refused_there:
        click.echo(f"× 相手が受け取りません({refused.node}): {refused.fault.label}", err=True)
    if result.said_again:
        click.echo(
            f"二つに分かれた記録 {result.said_again} 件を引き継ぎました。もう一度同期してください。"
        )
    if result.needs_enrolment:
        click.echo(RENAMED, err=True)
