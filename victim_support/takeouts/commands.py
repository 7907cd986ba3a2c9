"""Commands: register export, import, allow, fetch, list, wipe, proof; a machine's end: wipe."""

from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import click

from victim_support.core.commands import (
    Stop,
    existing_folder,
    inside,
    instance_command,
    instance_options,
    locked,
    print_json,
    unlocked,
)
from victim_support.core.db import db, transaction
from victim_support.core.db.copying import CopyError
from victim_support.core.files import sync_path
from victim_support.core.ids import new_id
from victim_support.core.instance import OpenInstance
from victim_support.core.jobs import Progress
from victim_support.core.node import this_node
from victim_support.core.reads import close_log
from victim_support.core.steps import result_of
from victim_support.residents.rules.handing import Provenance
from victim_support.sync.bundles import BundleError
from victim_support.sync.carrying import find_readers
from victim_support.sync.client import PeerError
from victim_support.sync.queries import NotEnrolledError
from victim_support.sync.texts import BadTextError, TextKind, from_text, in_lines, to_text
from victim_support.takeouts.queries import list_takeouts, name_of_machine, proving
from victim_support.takeouts.services.ending import (
    NotEndedError,
    count_unsent,
    destroy,
)
from victim_support.takeouts.services.fetching import fetch_register
from victim_support.takeouts.services.handing import HandingError, Wanted, export_register
from victim_support.takeouts.services.permits import allow
from victim_support.takeouts.services.reading import TakingError
from victim_support.takeouts.services.taking import import_register
from victim_support.takeouts.services.wiping import (
    NotProvenError,
    keep_proof,
    last_statement,
    wipe_register,
)
from victim_support.takeouts.work import NO_COPY, NOT_ENROLLED, backup_folder

SURE = "消去"
COMMAND = "コマンド"
NOT_PROVEN = "登録された端末の署名が確かめられません。"
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_json = click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
_to = click.option("--to", "name", metavar="NAME", required=True, help="渡す端末の名前か頭文字。")
_until = click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="期限(この日まで使える)。",
)
_towns = click.option("--town", "towns", multiple=True, help="町。なければ全町。")
Result = TypeVar("Result")


@click.group("register", help="住民データの持ち出し: 渡す、許可する、受け取る、一覧、消す。")
def register() -> None:
    """Hold the commands of registers that are handed out."""


@register.command("export", help="1台の端末だけが開ける住民データを DIR に書き出す。")
@click.argument("target", metavar="DIR", type=_FOLDER)
@_to
@_until
@_towns
@_json
@instance_command(writes=True)
def export_(
    *, target: Path, name: str, until: datetime, towns: tuple[str, ...], as_json: bool
) -> None:
    """Write the register for one machine into a folder."""
    takeout = new_id()
    wanted = Wanted(_reader(name), until.date(), towns)
    handed = _done(export_register(target, wanted, takeout=takeout, by=None))
    if as_json:
        facts = {"folder": handed.folder, "files": handed.files, "people": handed.people}
        print_json(facts | {"takeout": str(takeout)})
    else:
        click.echo(f"{handed.folder} に {handed.people} 人を書き、読み直して確かめました。")


@register.command("import", help="DIR にある、この端末あての住民データを取り込む。")
@click.argument("source", metavar="DIR", type=_FOLDER)
@_json
@instance_command(writes=True)
def import_(*, source: Path, as_json: bool) -> None:
    """Take in the register that was handed to this machine."""
    db.session.remove()
    taken = _done(import_register(source, backup_folder(), by=None, name=COMMAND))
    _tell_taken(taken, as_json)


@register.command("allow", help="1台の端末が、同期で住民データを受け取ることを許可する。")
@_to
@_until
@_towns
@instance_command(writes=True)
def allow_(*, name: str, until: datetime, towns: tuple[str, ...]) -> None:
    """Allow a machine to fetch the register."""
    node = _reader(name)
    try:
        with transaction(reason="住民データの受け取りの許可"):
            allow(node=node, expires_on=until.date(), towns=towns, by=None)
    except HandingError as error:
        raise Stop(str(error)) from error
    click.echo("許可しました。端末で register fetch 番地 か、画面で受け取ってください。")


@register.command("fetch", help="許可された住民データを、ADDRESS の本部から受け取る。")
@click.argument("address", metavar="ADDRESS")
@_json
@instance_command(writes=True)
def fetch(*, address: str, as_json: bool) -> None:
    """Ask the machine at an address for the register."""
    db.session.remove()
    _tell_taken(_done(fetch_register(address, backup_folder(), by=None, name=COMMAND)), as_json)


@register.command("list", help="持ち出した住民データの一覧。")
@_json
@instance_command(writes=False)
def list_(*, as_json: bool) -> None:
    """List what was handed out."""
    found = list_takeouts()
    if as_json:
        print_json(
            [
                {
                    "takeout": str(each.row.id),
                    "machine": each.machine,
                    "people": each.row.people,
                    "towns": each.row.towns,
                    "expires_on": each.row.expires_on,
                    "state": each.state,
                    "wiped_at": each.wiped_at,
                }
                for each in found
            ]
        )
        return
    for each in found:
        until = f"{each.row.expires_on} まで"
        click.echo(f"{each.machine} {each.area} {each.row.people}人 {until} {each.state.label}")


@register.command("wipe", help="この端末の住民データを消し、証明を本部に届く記録に加える。")
@instance_command(writes=True)
def wipe_() -> None:
    """Wipe the register here."""
    _tell_proving()
    db.session.remove()
    is_told = _done(wipe_register(backup_folder(), by=None))
    way = "本部に届けました" if is_told else "次の同期か束で本部に届きます"
    click.echo(f"住民データを消しました。証明は、{way}。")


@register.command("proof", help="端末ごと消去した証明のファイルを受け取る(本部で)。")
@click.argument("file", type=_FILE)
@instance_command(writes=True)
def proof(*, file: Path) -> None:
    """Keep the last statement of a machine."""
    db.session.remove()
    try:
        raw = from_text(TextKind.WIPE, file.read_text(encoding="utf-8", errors="replace"))
        with transaction(reason="消去の証明の受け取り"):
            name = name_of_machine(keep_proof(raw).node)
    except BadTextError as error:
        raise Stop(str(error)) from error
    except NotProvenError as error:
        raise Stop(NOT_PROVEN) from error
    click.echo(f"「{name}」の消去の証明を受け取りました。署名を確かめました。")


@click.command(
    "wipe",
    help="端末を終える: 鍵を壊し、この端末の記録と控えをすべて消す。元には戻せない。",
)
@instance_options
@click.option("--proof", "proof_folder", type=_FOLDER, help="消去の証明を書くフォルダ(USBなど)。")
@click.option("--force", is_flag=True, help="本部に届いていない記録があっても消す。")
def wipe(
    instance: str | None, passphrase_file: Path | None, proof_folder: Path | None, *, force: bool
) -> None:
    """Destroy the keys of an instance, then its files; a signed proof is written before."""
    folder = existing_folder(instance)
    with locked(folder):
        opened = OpenInstance(folder, unlocked(folder, passphrase_file).key)
        with inside(opened):
            try:
                unsent = count_unsent()
            except NotEndedError as error:
                raise Stop(str(error)) from error
            _tell_proving()
            _confirm(folder, unsent, is_forced=force)
            written = _write_proof(proof_folder, folder)
            db.session.remove()
            close_log()
        try:
            destroy(folder)
        except NotEndedError as error:
            raise Stop(str(error)) from error
    click.echo("鍵を壊し、この端末の記録をすべて消しました。")
    if written:
        click.echo(f"消去の証明: {written}。本部の「住民データの持ち出し」で受け取ってください。")
    click.echo("ほかの媒体に取った控えは、役所の定めに従って廃棄してください。")


def _reader(name: str) -> UUID:
    """Return the machine of a name or prefix."""
    found = find_readers(name)
    db.session.remove()
    if not found:
        raise Stop("その名前の、登録された端末がありません。node list で確かめてください。")
    return found[0]


def _tell_taken(taken: Provenance, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "takeout": str(taken.takeout),
                "people": taken.people,
                "expires_on": taken.expires_on,
                "towns": taken.towns,
            }
        )
    else:
        click.echo(f"{taken.people} 人を取り込みました({taken.area}、{taken.expires_on} まで)。")


def _tell_proving() -> None:
    """Say, before anything is wiped, what the headquarters will have no proof of."""
    if advice := proving().advice:
        click.echo(f"△ {advice}", err=True)


def _confirm(folder: Path, unsent: int, *, is_forced: bool) -> None:
    """Ask for the word, or for the name of the folder where records would be lost."""
    if unsent and not is_forced:
        raise Stop(
            f"本部に届いていない記録が {unsent} 件あります。"
            "同期するか、USBで運んでから消してください。"
            "失ってよいときだけ --force を付けます。"
        )
    if unsent:
        click.echo(f"本部に届いていない記録 {unsent} 件が、永久に失われます。", err=True)
    expected = folder.name if unsent else SURE
    typed: str = click.prompt(f"消すには「{expected}」と入れてください", default="", err=True)
    if typed.strip() != expected:
        raise Stop("消しませんでした。")


def _write_proof(target: Path | None, folder: Path) -> Path | None:
    """Write the signed statement beside the instance, or where it was asked for."""
    raw = last_statement()
    if raw is None:
        return None
    path = (target or folder.parent) / f"wipe-{this_node().id.hex[-8:]}.txt"
    path.write_text(in_lines(to_text(TextKind.WIPE, raw)), encoding="ascii")
    sync_path(path)
    sync_path(path.parent)
    return path


def _done(steps: Generator[Progress, None, Result]) -> Result:
    """Go through the steps, saying on stderr how far they are."""
    try:
        return result_of(steps, lambda step: click.echo(step.words, err=True))
    except NotEnrolledError as error:
        raise Stop(NOT_ENROLLED) from error
    except (BundleError, HandingError, PeerError, TakingError) as error:
        raise Stop(str(error)) from error
    except (CopyError, OSError) as error:
        raise Stop(NO_COPY) from error
    finally:
        close_log()
