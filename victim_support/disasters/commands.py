"""The commands ``disaster declare`` and ``disaster list``."""

from datetime import datetime, time
from typing import Any

import click

from victim_support.core.clock import JAPAN, local, now
from victim_support.core.commands import Stop, instance_command, print_json
from victim_support.core.db import transaction
from victim_support.core.forms import read_day
from victim_support.disasters import queries, services
from victim_support.disasters.models import Disaster
from victim_support.disasters.rules import SOONEST, DisasterKind, TooManyDisastersError

KINDS = "、".join(f"{kind.label}={kind.value}" for kind in DisasterKind)


@click.group(help="災害を登録する、一覧にする。")
def disaster() -> None:
    """Hold the commands of disasters."""


@disaster.command("declare", help="災害を登録する。人数のある避難所の一覧は、そのあとに取り込む。")
@click.argument("name", metavar="名称")
@click.option("--kind", "kinds", metavar="種類", multiple=True, required=True, help=KINDS)
@click.option("--start", metavar="日時", help="始まり(2026-07-15T04:00 など)。なければ今。")
@click.option("--area", metavar="区域", default="", help="区域。")
@click.option("--key", metavar="KEY", help="先に登録した端末の記号(20260715A など)。")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@instance_command(writes=True)
def declare_command(
    *,
    name: str,
    kinds: tuple[str, ...],
    start: str | None,
    area: str,
    key: str | None,
    as_json: bool,
) -> None:
    """Declare a disaster, so that open shelters can be imported under it."""
    chosen = [_kind(text) for text in kinds]
    started_at = _start(start)
    try:
        with transaction(reason="災害の登録"):
            if key is None:
                _refuse_second(name)
            declared = services.declare_disaster(
                name=name, kinds=chosen, started_at=started_at, area=area, key=key
            )
    except (services.BadKeyError, services.DisasterExistsError) as error:
        raise Stop(str(error)) from error
    except TooManyDisastersError as error:
        raise Stop(
            "この日の記号は Z まで使われています。--key で別の日の記号にしてください。"
        ) from error
    if as_json:
        print_json(_facts(declared))
    else:
        click.echo(f"登録しました: {_line(declared)}")


@disaster.command("list", help="登録した災害を新しいものから並べる。")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@instance_command(writes=False)
def list_command(*, as_json: bool) -> None:
    """List the disasters of the municipality."""
    found = queries.list_disasters()
    if as_json:
        print_json([_facts(one) for one in found])
        return
    for one in found:
        click.echo(_line(one))
    if not found:
        click.echo("災害は登録されていません。")


def _kind(text: str) -> DisasterKind:
    """Return a kind by its Japanese label or its name in the code."""
    for kind in DisasterKind:
        if text in (kind.value, kind.label):
            return kind
    raise Stop(f"種類「{text}」はありません。使えるのは {KINDS}。")


def _start(text: str | None) -> datetime:
    """Return when it began: a day in any notation, with or without a time; now when not given."""
    if text is None:
        return now().replace(second=0, microsecond=0)
    day, _, clock = text.strip().replace("T", " ").partition(" ")
    try:
        hour = time.fromisoformat(clock.strip().zfill(5) if clock else "00:00")
        started_at = datetime.combine(read_day(day), hour, JAPAN)
    except ValueError as error:
        raise Stop("--start は 2026-07-15T04:00 か R8.7.15 のように入れてください。") from error
    if started_at > now() + SOONEST:
        raise Stop("始まりが明日より先になっています。年と月日を確かめてください。")
    return started_at


def _refuse_second(name: str) -> None:
    same = [one for one in queries.list_disasters(open_only=True) if one.name == name]
    if same:
        key = same[0].key
        raise Stop(
            f"「{name}」は {key} として登録されています。直すなら --key {key} を付けてください。"
        )


def _line(one: Disaster) -> str:
    state = "対応中" if one.is_open else "終わり"
    kinds = "、".join(one.kind_labels)
    parts = [one.key, one.name, kinds, queries.started_text(one), one.area or "", state]
    return "  ".join(part for part in parts if part)


def _facts(one: Disaster) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "kinds": list(one.kinds or ()),
        "started_at": local(one.started_at).isoformat() if one.started_at else None,
        "area": one.area,
        "is_open": one.is_open,
    }
