"""The command serve: the server of a laptop, of its staff LAN, or of the headquarters."""

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from flask import Flask

from victim_support.app import create_app
from victim_support.background import Address, AddressParam
from victim_support.backup.queries import verify_instance
from victim_support.commands.instance import tell_recovered
from victim_support.core.commands import (
    PORT,
    Stop,
    existing_folder,
    instance_options,
    locked,
    note_recovery,
    stop_unless_usable,
    unlocked,
)
from victim_support.core.db import closing_engine, db, postgres, sqlite, transaction
from victim_support.core.headers import LOCAL_HOSTS
from victim_support.core.instance import (
    OpenInstance,
    read_database_url,
)
from victim_support.core.lan import list_own_addresses
from victim_support.demo.commands import demo, phones_option
from victim_support.journal.newer import replay_unknown
from victim_support.migrations import MigrationError, upgrade
from victim_support.server import (
    DEFAULT_PORT,
    LAN_PORT,
    LanSwitch,
    RunningServer,
    is_container,
    make_ready,
    open_server,
)
from victim_support.terminals.rules import in_groups

DEFAULT_WORKERS = 4


def lan_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of the staff LAN; the command gets them as one value, ``lan``."""

    @functools.wraps(command)
    def with_lan(
        *, is_lan: bool, lan_port: int, lan_hours: int, lan_names: tuple[str, ...], **values: Any
    ) -> None:
        lan = _lan_switch(lan_names, lan_port, lan_hours) if is_lan else None
        command(lan=lan, **values)

    options = (
        click.option(
            "--lan", "is_lan", is_flag=True, help="職員用のLANの端末からも、TLSで使えるようにする。"
        ),
        click.option(
            "--lan-port", type=PORT, default=LAN_PORT, show_default=True, help="LANのポート番号。"
        ),
        click.option(
            "--lan-hours",
            type=click.IntRange(1, 24),
            default=12,
            show_default=True,
            help="LANを自動で閉じるまでの時間。",
        ),
        click.option(
            "--lan-name",
            "lan_names",
            multiple=True,
            metavar="NAME",
            help="LANでのこのパソコンの名前(例 shelter17.example.lg.jp)。番地は自動で加わります。",
        ),
    )
    for option in reversed(options):
        option(with_lan)
    return with_lan


@dataclass(frozen=True)
class Doors:
    """What else listens besides the desks' own port: for other machines, for evacuees' phones."""

    exchange: Address | None
    phones: Address | None


def door_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of further ports; the command gets them as one value, ``doors``."""

    @functools.wraps(command)
    def with_doors(*, exchange: Address | None, phones: Address | None, **values: Any) -> None:
        command(doors=Doors(exchange, phones), **values)

    exchange = click.option(
        "--exchange",
        type=AddressParam(),
        help="ほかの端末がこの端末と同期できる番地(例 192.0.2.10:8766)。なければ受け付けません。",
    )
    return exchange(phones_option(with_doors))


@click.command(help="サーバーを動かす(--lan がなければ、このパソコンからだけ使えます)。")
@instance_options
@lan_options
@click.option("--port", type=PORT, default=DEFAULT_PORT, show_default=True, help="ポート番号。")
@click.option("--listen", metavar="ADDRESS", help="待ち受ける番地(コンテナの中だけ)。")
@door_options
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help=f"本部で並べて動かすプロセスの数(はじめは {DEFAULT_WORKERS})。",
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="本部で、TLS を受け持つ手前のサーバーが使う名前。",
)
def serve(
    instance: str | None,
    passphrase_file: Path | None,
    port: int,
    listen: str | None,
    doors: Doors,
    workers: int | None,
    hosts: tuple[str, ...],
    lan: LanSwitch | None,
) -> None:
    """Run the server on the loopback, for the staff LAN too, or the headquarters'."""
    if listen and not is_container():
        raise Stop("--listen はコンテナの中だけで使えます。")
    if instance is None and is_training_wanted():
        click.get_current_context().invoke(
            demo, port=port, no_browser=True, instance=None, phones=doors.phones
        )
        return
    folder = existing_folder(instance)
    if read_database_url(folder):
        _refuse_laptop_options(lan, doors)
    elif workers or hosts:
        raise Stop("--workers と --host は本部(PostgreSQL)だけで使えます。")
    with locked(folder):
        opened = unlocked(folder, passphrase_file)
        stop_unless_usable(folder)
        instance_opened = _sound(OpenInstance(folder, opened.key))
        app = create_app(instance_opened, [*LOCAL_HOSTS, *lan.names] if lan else None)
        with app.app_context():
            note_recovery(folder, opened)
        tell_recovered(folder, opened)
        if instance_opened.database_url:
            _serve_headquarters(app, port, workers or DEFAULT_WORKERS, hosts, doors.exchange)
            return
        with open_server(
            app, port=port, listen=listen, lan=lan, exchange=doors.exchange, phones=doors.phones
        ) as server:
            _tell_addresses(server)
            server.run()


def _sound(opened: OpenInstance) -> OpenInstance:
    """Return the instance when its ledger is not damaged and fits this version."""
    if not opened.database_url:
        sqlite.check_pages(opened.main, opened.key)
    bring_up_to_date(opened)
    return opened


def _refuse_laptop_options(lan: LanSwitch | None, doors: Doors) -> None:
    """Refuse at the headquarters what a laptop in a shelter is for."""
    if lan:
        raise Stop("--lan はノートパソコンで使います。本部では --host を使ってください。")
    if doors.phones:
        raise Stop("--phones は避難所のノートパソコンで使います。")


def is_training_wanted() -> bool:
    """Ask at each start whether it is the real thing (本番, first) or training (訓練)."""
    if not sys.stdin.isatty() or is_container():
        return False
    click.echo("1 本番(災害の仕事)")
    click.echo("2 訓練(架空の町。登録は本番に入らず、4時間で閉じます)")
    choice = click.Choice(["1", "2"])
    return bool(click.prompt("どちらで始めますか", type=choice, default="1") == "2")


def _serve_headquarters(
    app: Flask, port: int, workers: int, hosts: tuple[str, ...], exchange: Address | None
) -> None:
    """Prepare in this process, leave nothing open, and let the workers answer."""
    # gunicorn is there only where the extra ``hq`` was installed.
    from victim_support.headquarters import (  # noqa: PLC0415
        Service,
        close_process,
        serve_workers,
    )

    opened: OpenInstance = app.extensions["instance"]
    _stop_unless_roomy(opened, workers)
    make_ready(app)
    close_process(app)
    names = [*LOCAL_HOSTS, *hosts]
    serve_workers(
        Service(
            create=lambda: create_app(opened, names),
            port=port,
            workers=workers,
            is_proxied=bool(hosts),
            exchange=exchange,
        ),
        when_ready=lambda: _tell_workers(port, workers, exchange),
    )


def _tell_workers(port: int, workers: int, exchange: Address | None) -> None:
    click.echo(f"本部のサーバーを {workers} 個のプロセスで動かしています: http://localhost:{port}/")
    if exchange:
        _tell_exchange(exchange.port)


def _stop_unless_roomy(opened: OpenInstance, workers: int) -> None:
    with closing_engine(opened) as engine, engine.connect() as connection:
        room = postgres.free_connections(connection)
    needed = workers * postgres.CONNECTIONS
    if room < needed:
        raise Stop(
            f"PostgreSQL の接続の空きは {room} で、プロセス {workers} 個には {needed} 要ります。"
            "--workers を減らすか、max_connections を増やしてください。"
        )


def bring_up_to_date(opened: OpenInstance) -> None:
    """Change the files of an older version, and prove that the ledger is the journal's."""
    try:
        changed = upgrade(opened)
    except MigrationError as error:
        raise Stop(str(error)) from error
    if changed:
        click.echo("データベースを新しい版に直しました。記録と照らし合わせています…", err=True)
        with create_app(opened).app_context():
            with transaction(reason="新しい版への更新") as session:
                replay_unknown(session.connection())
            db.session.remove()
            report = verify_instance(opened, db.engine)
        if report.problems:
            raise Stop("台帳が記録と合いません。restore で直前の控えに戻してください。")


def _lan_switch(names: tuple[str, ...], port: int, hours: int) -> LanSwitch:
    known = (*names, *list_own_addresses())
    if not known:
        raise Stop("LANにつながっていません。ケーブルかWi-Fiを確かめてください。")
    return LanSwitch(known, port, timedelta(hours=hours))


def _tell_addresses(server: RunningServer) -> None:
    click.echo(f"ブラウザで http://localhost:{server.port}/ を開いてください。終えるには Ctrl+C。")
    if server.lan:
        click.echo(f"職員用のLANの端末からは {'、'.join(server.lan.addresses)}")
        click.echo(f"証明書の指紋(SHA-256) {' '.join(in_groups(server.lan.fingerprint))}")
    if server.exchange_port:
        _tell_exchange(server.exchange_port)
    if server.box:
        click.echo(f"避難した方の電話からは {server.box.url} (役所の設定で「受ける」にした間だけ)")


def _tell_exchange(port: int) -> None:
    click.echo(f"ほかの端末はポート {port} で同期できます。")
