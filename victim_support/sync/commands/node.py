"""Commands of machines: node show, request, enrol, accept, list, revoke, found-headquarters."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from victim_support.core import clock
from victim_support.core.commands import Stop, instance_command, print_json
from victim_support.core.db import db, transaction
from victim_support.core.node import this_node
from victim_support.core.reads import close_log
from victim_support.core.settings import set_machine_setting
from victim_support.sync import machines
from victim_support.sync.machines import NAME_SETTING, SCOPE_WORDS, Machine, is_same_fingerprint
from victim_support.sync.models import Peer
from victim_support.sync.queries import find_authority
from victim_support.sync.secrets import find_secrets
from victim_support.sync.services import enrolment, incarnation
from victim_support.sync.statements import BadStatementError, fingerprint
from victim_support.sync.texts import BadTextError, TextKind, from_text, in_lines, to_text

DAMAGED = "壊れているか、書き換えられています。もう一度、相手の端末で作り直してください。"
MISMATCH = "照合番号が合いません。相手の画面の照合番号と見比べてください。登録しませんでした。"
_READ = click.Path(exists=True, dir_okay=False, path_type=Path)
_WRITE = click.Path(dir_okay=False, writable=True, path_type=Path)
_json = click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
_output = click.option("--output", type=_WRITE, help="書き出すファイル(なければ画面に出す)。")
_fingerprint = click.option(
    "--fingerprint", "letters", required=True, help="相手の画面の照合番号(全部か、最後の4文字)。"
)


@click.group("node", help="端末: 本部を置く、登録する、一覧、取り消す。")
def node() -> None:
    """Hold the commands of machines."""


@node.command("show", help="この端末の識別番号、発行番号の頭、登録、照合番号。")
@_json
@instance_command(writes=False)
def show(as_json: bool) -> None:
    """Say who this machine is."""
    here, authority = this_node(), find_authority()
    keys = find_secrets(here.id)
    machine = machines.find_machine(here.id)
    facts = {
        "node": str(here.id),
        "incarnation": here.incarnation,
        "prefix": here.number_prefix,
        "is_provisional": here.is_provisional,
        "may_draw_numbers": not here.is_suspended,
        "is_enrolled": machine is not None,
        "is_headquarters": machines.is_headquarters(),
        "fingerprint": fingerprint(keys.public_sign_key) if keys else None,
        "authority": fingerprint(authority.public_key) if authority else None,
    }
    if as_json:
        print_json(facts)
        return
    enrolled = _words(machine) if machine else "本部に登録されていません"
    click.echo(f"識別番号 {here.id}(第{here.incarnation}世代)")
    click.echo(f"発行番号の頭 {here.number_prefix}{'(仮の系列)' if here.is_provisional else ''}")
    click.echo(enrolled)
    if here.is_suspended:
        click.echo("本部で登録し直すまで、証明書の番号を出せません。")
    for label, value in (("この端末", facts["fingerprint"]), ("本部", facts["authority"])):
        click.echo(f"{label}の照合番号 {value or 'まだありません'}")


@node.command("found-headquarters", help="この端末を本部にする。照合番号を出す。")
@click.option("--name", required=True, help="端末の呼び名。")
@click.option("--prefix", required=True, help="この端末の発行番号の頭(2文字)。")
@_json
@instance_command(writes=True)
def found_headquarters(name: str, prefix: str, as_json: bool) -> None:
    """Make this machine the headquarters."""
    with _refusing(), transaction(reason="本部の設置"):
        enrolment.found_headquarters(name, prefix.upper(), tuple(SCOPE_WORDS))
    authority = find_authority()
    letters = fingerprint(authority.public_key) if authority else ""
    if as_json:
        print_json({"authority": letters})
    else:
        click.echo(f"この端末を本部にしました。照合番号(紙に書き、貼り出す): {letters}")


@node.command("request", help="登録の申し込みを作る。")
@click.option("--name", required=True, help="端末の呼び名。")
@click.option("--anew", is_flag=True, help="複製した端末を、別の端末として始め直してから。")
@_output
@_json
@instance_command(writes=True)
def request(name: str, anew: bool, output: Path | None, as_json: bool) -> None:
    """Write this machine's request to be enrolled."""
    db.session.remove()
    if anew:
        with _refusing():
            incarnation.begin_anew()
    with _refusing(), transaction(reason="端末の登録の申し込み"):
        set_machine_setting(NAME_SETTING, name)
        raw = enrolment.make_request(name)
        keys = find_secrets(this_node().id)
    letters = fingerprint(keys.public_sign_key) if keys else ""
    _tell(TextKind.REQUEST, raw, letters, output, as_json=as_json)


@node.command(
    "enrol", help="申し込みのファイルから端末を登録し、証を作る(本部で)。前の名義は置き換える。"
)
@click.argument("file", type=_READ)
@_fingerprint
@click.option("--name", help="端末の呼び名(なければ申し込みの名)。")
@click.option("--prefix", required=True, help="発行番号の頭(2文字、使い回せない)。")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(list(SCOPE_WORDS)),
    default=("base", "core"),
    show_default=True,
    help="持てる範囲。",
)
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="期限(なければ1年後)。")
@_output
@_json
@instance_command(writes=True)
def enrol(
    file: Path,
    letters: str,
    name: str | None,
    prefix: str,
    scopes: tuple[str, ...],
    expires: datetime | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Enrol a machine whose fingerprint two people have compared."""
    day = expires.date() if expires else clock.today() + timedelta(days=365)
    with _refusing(), transaction(reason="端末の登録"):
        raw = from_text(TextKind.REQUEST, _text_of(file))
        asked = enrolment.check_request(raw)
        if not is_same_fingerprint(letters, fingerprint(asked.sign_key)):
            raise Stop(MISMATCH)
        terms = enrolment.Terms(name or asked.name, prefix.upper(), scopes, day)
        grant = enrolment.enrol(raw, terms)
    _tell(TextKind.GRANT, grant.pack(), fingerprint(grant.authority_key), output, as_json=as_json)


@node.command("accept", help="本部の証を受け取る。")
@click.argument("file", type=_READ)
@_fingerprint
@_json
@instance_command(writes=True)
def accept(file: Path, letters: str, as_json: bool) -> None:
    """Believe a headquarters from now on."""
    with _refusing(), transaction(reason="端末の登録"):
        raw = from_text(TextKind.GRANT, _text_of(file))
        grant, _certificate = enrolment.check_grant(raw)
        if not is_same_fingerprint(letters, fingerprint(grant.authority_key)):
            raise Stop(MISMATCH)
        certificate = enrolment.accept(raw)
    if as_json:
        print_json({"prefix": certificate.prefix, "expires_on": certificate.expires_on})
    else:
        click.echo(f"登録しました。発行番号の頭は {certificate.prefix} です。")


@node.command("list", help="登録した端末の一覧。")
@_json
@instance_command(writes=False)
def list_(as_json: bool) -> None:
    """List every machine that this one has heard of."""
    found = machines.list_machines()
    if as_json:
        print_json([_facts(machine) for machine in found])
        return
    for machine in found:
        click.echo(f"{machine.node} {_words(machine)}")


@node.command("revoke", help="端末の登録を取り消す(本部で)。いまある記録まで信じる。")
@click.argument("node_id", metavar="NODE", type=click.UUID)
@click.option("--reason", required=True, help="理由。")
@_json
@instance_command(writes=True)
def revoke(node_id: UUID, reason: str, as_json: bool) -> None:
    """Believe a machine only up to what is held of it now."""
    with _refusing(), transaction(reason="端末の登録の取り消し"):
        peer = db.session.get(Peer, node_id)
        if peer is None:
            raise Stop("その識別番号の端末はありません。node list で確かめてください。")
        enrolment.revoke(peer, reason=reason)
    heads = machines.held_heads(node_id)
    if as_json:
        print_json({"node": str(node_id), "heads": heads})
    else:
        click.echo("取り消しました。あとから届く記録は保留し、画面で1件ずつ判断します。")


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn what is refused into words, and write the log of this command to the end."""
    db.session.remove()
    try:
        yield
    except incarnation.EnrolledError as error:
        raise Stop("本部に登録済みの端末は、始め直せません。") from error
    except (BadStatementError, BadTextError, enrolment.EnrolmentError) as error:
        raise Stop(str(error) or DAMAGED) from error
    finally:
        close_log()


def _text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _tell(kind: TextKind, raw: bytes, letters: str, output: Path | None, *, as_json: bool) -> None:
    text = in_lines(to_text(kind, raw))
    if output:
        output.write_text(text, encoding="ascii")
    if as_json:
        print_json({"fingerprint": letters, "text": text, "file": output})
        return
    if not output:
        click.echo(text, nl=False)
    who = "この端末" if kind is TextKind.REQUEST else "本部"
    click.echo(f"{who}の照合番号 {letters}", err=True)


def _facts(machine: Machine) -> dict[str, Any]:
    certificate = machine.certificate
    return {
        "node": str(machine.node),
        "name": certificate.name,
        "prefix": certificate.prefix,
        "scopes": certificate.scopes,
        "expires_on": certificate.expires_on,
        "is_headquarters": certificate.is_headquarters,
        "is_here": machine.is_here,
        "is_revoked": machine.revocation is not None,
        "is_replaced": machine.is_replaced,
        "last_contact_at": machine.last_contact_at,
        "fingerprint": fingerprint(certificate.sign_key),
    }


def _words(machine: Machine) -> str:
    certificate = machine.certificate
    scopes = "・".join(scope.split("(")[0] for scope in machine.scopes)
    state = machine.state[0]
    return f"{certificate.prefix} {certificate.name} {scopes} {certificate.expires_on}まで {state}"
