"""The command ``demo``: the invented town in training mode (訓練)."""

import webbrowser
from pathlib import Path
from threading import Timer

import click

from victim_support.app import create_app
from victim_support.background import Address, AddressParam
from victim_support.backup.services import nothing_left_behind
from victim_support.core.commands import PORT, launch, locked, stop_unless_usable, unlocked
from victim_support.core.instance import OpenInstance, has_instance
from victim_support.core.paths import PACKAGE
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.demo import story, town
from victim_support.server import DEFAULT_PORT, open_server

FOLDER = PACKAGE.parent / "instance" / "demo"
TOUR = """
訓練用の架空市を動かしています。人も町も作りものです。終えるには Ctrl+C。

  開く       http://localhost:{port}/
  利用者     {user}   パスワード  {password}

ひとめぐり
  1 受付       「受付」を開き、satou と打ち、↓で未受付の世帯を選んで Enter。来た人数を打って Enter。
               「数え済みですか」と聞かれたら、Y(数え済み)か、B(いま来た)のあと Enter です。
  2 名簿       「名簿」で避難所を選ぶと、いまいる人がわかり、PDF・CSVにできます。
  3 要救助     家族が「まだ家にいる」と言った人の一覧です。消防に渡す紙になります。
  4 地図       避難所のいまを地図で見ます。インターネットは使いません。
  5 罹災証明書 「罹災証明書」で名前をさがし、Enter で見本、Alt+P で交付です。

ほかの役割(パスワードは同じ): sekinin 責任者、uketsuke 受付、mado 窓口、chosa 調査、
nintei 認定、hogo 保護担当、kanri 管理者。やり直すには {folder} を消してください。
"""


phones_option = click.option(
    "--phones",
    type=AddressParam(),
    help="避難した方の電話から申し込める番地(例 192.0.2.10:8080)。なければ受け付けません。",
)


@click.command(help="架空の町を訓練モードで動かす。")
@click.option("--port", type=PORT, default=DEFAULT_PORT, show_default=True, help="ポート番号。")
@click.option("--no-browser", is_flag=True, help="ブラウザを開かない。")
@click.option("--instance", metavar="DIR", help="訓練用インスタンスのフォルダ。")
@phones_option
def demo(port: int, no_browser: bool, instance: str | None, phones: Address | None) -> None:
    """Run the invented town; the first start makes it, later ones take seconds."""
    folder = Path(instance).absolute() if instance else FOLDER
    stop_unless_usable()
    if not has_instance(folder):
        click.echo("架空市を用意しています(1分ほどかかります)…")
        build(folder)
    with locked(folder):
        opened = OpenInstance(folder, unlocked(folder, None).key)
        launch().upgrade(opened)
        app = create_app(opened)
        with open_server(app, port=port, phones=phones) as server:
            click.echo(
                TOUR.format(
                    port=port, user="honbu", password=town.password_of(folder), folder=folder
                )
            )
            if server.box:
                click.echo(f"避難した方の電話  {server.box.url}\n")
            if not no_browser:
                Timer(0.5, webbrowser.open, [f"http://localhost:{port}/"]).start()
            server.run()


def build(folder: Path) -> OpenInstance:
    """Make the town and let its disaster happen; half a town is made anew."""
    with nothing_left_behind(folder):
        opened = town.create_town(folder)
        app = create_app(opened)
        with app.app_context():
            scopes = Scopes(town.MUNICIPALITY)
            with using_scopes(scopes):
                town.add_shelters()
                town.add_people(town.password_of(folder))
                town.add_residents()
                town.add_houses()
                key = story.declare()
            with using_scopes(scopes.of_disaster(key)):
                story.tell()
    return opened
