"""The command ``import shelters``."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from victim_support.core.commands import Stop, instance_command, print_json
from victim_support.core.db import transaction
from victim_support.core.scopes import current_scopes
from victim_support.shelters.rules import (
    Extent,
    ParsedFile,
    Plan,
    UnknownLayoutError,
    cut,
    usual_extent,
)
from victim_support.shelters.rules.moments import read_moment
from victim_support.shelters.services import import_shelters, plan_shelters, read_list

_SHOWN = 20


@click.command(
    "shelters",
    help="避難所の一覧(CSV・Excel・GeoJSON)を取り込む。直した値と取り込まなかった行をすべて知らせる。",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="何も書かずに、取り込むとどうなるかを知らせる。")
@click.option(
    "--report",
    metavar="FILE.json",
    type=click.Path(dir_okay=False, path_type=Path),
    help="行ごとの結果をJSONで書くファイル。",
)
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
@click.option("--disaster", metavar="KEY", help="人数を記録する災害の記号(20260715A など)。")
@click.option("--as-of", metavar="TIME", help="時点の書かれていない人数の時点。")
@click.option(
    "--extent",
    type=click.Choice(list(Extent)),
    help="取り込む範囲。決めないとき、ほかの都道府県も入った一覧は、この都道府県だけ。",
)
@click.option("--same-name-is-same", is_flag=True, help="名称と住所が同じなら同じ避難所とする。")
@instance_command(writes=True)
def import_shelters_command(
    *,
    file: Path,
    dry_run: bool,
    report: Path | None,
    as_json: bool,
    as_of: str | None,
    extent: str | None,
    same_name_is_same: bool,
) -> None:
    """Import a list of shelters, or say what importing it would do."""
    _require_disaster(click.get_current_context().params["disaster"])
    moment = read_moment(as_of) if as_of else None
    if as_of and moment is None:
        raise Stop("--as-of は 2024-01-14T18:00 のように入れてください。")
    parsed = _read(file, moment)
    own = current_scopes().municipality
    parsed = cut(parsed, Extent(extent) if extent else usual_extent(parsed, own), own)
    if dry_run:
        plan = plan_shelters(parsed, accept_candidates=same_name_is_same)
    else:
        with transaction(reason=f"避難所の取り込み: {file.name}"):
            plan = import_shelters(parsed, accept_candidates=same_name_is_same)
    content = plan.as_dict() | {"dry_run": dry_run}
    if report:
        text = json.dumps(content, ensure_ascii=False, indent=2)
        report.write_text(text + "\n", encoding="utf-8")
    if as_json:
        print_json(content)
    else:
        _tell(plan, content, dry_run=dry_run)


def _require_disaster(key: str | None) -> None:
    if key and current_scopes().disaster != key:
        raise Stop(f"災害 {key} は登録されていません。")


def _read(file: Path, as_of: datetime | None) -> ParsedFile:
    try:
        with file.open("rb") as stream:
            return read_list(stream, as_of=as_of)
    except UnknownLayoutError as error:
        raise Stop(f"{file.name}: {error}") from error


def _tell(plan: Plan, content: dict[str, Any], *, dry_run: bool) -> None:
    if dry_run:
        click.echo("試しに読みました。まだ何も書いていません。")
    click.echo(
        f"{content['rows_read']}行を読みました: 新しい {content['created']}、"
        f"更新 {content['updated']}、変わらない {content['unchanged']}、"
        f"取り込まない {len(plan.refused)}。人数の記録 {content['head_counts']}件。"
    )
    if plan.left_out:
        click.echo(f"範囲の外の {plan.left_out}行 は取り込みません(--extent で選べます)。")
    if plan.delisted:
        click.echo(f"次の時点の一覧にない避難所は、そこから0人とする: {len(plan.delisted)}件。")
    _tell_some(f"{one.row}行 取り込まない: {one.why}" for one in plan.refused)
    _tell_some(
        f"{one.row}行 登録済みと同じかもしれない: {one.name}({one.why})" for one in plan.candidates
    )
    for why, number in Counter(one.why for one in plan.repaired).most_common():
        click.echo(f"直した・気づいた: {why} {number}件")
    if plan.repaired or len(plan.refused) > _SHOWN:
        click.echo("1件ずつ見るには --report FILE.json を付けてください。")
    if plan.unknown_columns:
        click.echo(f"使わなかった列: {'、'.join(plan.unknown_columns)}")


def _tell_some(lines: Iterable[str]) -> None:
    """Print the first lines and say how many more there are."""
    every = list(lines)
    for line in every[:_SHOWN]:
        click.echo(line)
    if len(every) > _SHOWN:
        click.echo(f"ほか{len(every) - _SHOWN}件")
