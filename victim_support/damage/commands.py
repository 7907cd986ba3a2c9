"""The command ``damage grade``: calculate grades of surveyed dwellings from a file."""

import json
import sys
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from victim_support.core.commands import Stop, existing_folder, inside, print_json, unlocked
from victim_support.core.instance import OpenInstance, instance_folder
from victim_support.damage.own_tables import own_tables
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.grading import grade_case
from victim_support.damage.rules.reading import read_case
from victim_support.damage.rules.scale import read_outcome
from victim_support.damage.rules.tables import Tables, instance_tables
from victim_support.damage.rules.workings import Reason, Result, shown


@click.group(help="住家の被害認定の計算。")
def damage() -> None:
    """Hold the commands of damage."""


@damage.command("grade", help="調査の結果から損害割合と被害の程度を計算し、根拠とともに並べる。")
@click.argument("file", metavar="FILE.json", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--instance", metavar="DIR", help="自治体の表(tables/damage)のあるインスタンス。")
@click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="--decided で使う合言葉の書かれたファイル(1行目)。",
)
@click.option("--decided", is_flag=True, help="インスタンスを開き、画面で決めた自治体の表も使う。")
@click.option("--edition", metavar="版", help="事例に版がないときに使う版(令和7年7月 など)。")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。")
def grade(
    file: Path,
    *,
    instance: str | None,
    passphrase_file: Path | None,
    decided: bool,
    edition: str | None,
    as_json: bool,
) -> None:
    """Grade every case of a file; a bad one is told and costs none of the others."""
    tables = _decided(instance, passphrase_file) if decided else _in_files(instance)
    cases = enumerate(_cases(file), start=1)
    found = [_graded(place, _dated(value, edition), tables) for place, value in cases]
    if as_json:
        print_json(found)
    else:
        for one in found:
            _print(one)
    refused = sum(1 for one in found if one["error"])
    click.echo(
        f"{len(found) - refused}件を計算しました。計算できなかった事例: {refused}件。", err=True
    )
    if refused:
        sys.exit(1)


def _in_files(instance: str | None) -> Tables:
    """Return the tables with the files of an instance; its key is not needed."""
    return instance_tables(instance_folder(instance))


def _decided(instance: str | None, passphrase_file: Path | None) -> Tables:
    """Return the tables with what the office decided on screen, too."""
    folder = existing_folder(instance)
    with inside(OpenInstance(folder, unlocked(folder, passphrase_file).key)):
        return own_tables()


def _cases(file: Path) -> list[object]:
    """Return the cases of a file: a list, or one case alone."""
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise Stop(f"{file} を開けません。名前と場所を確かめてください。") from error
    except UnicodeDecodeError as error:
        raise Stop(f"{file} を UTF-8 の文字として読めません。") from error
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        raise Stop(f"{file} は JSON として読めません: {error}") from error
    if isinstance(content, Mapping) and isinstance(content.get("cases"), list):
        content = content["cases"]
    cases = [content] if isinstance(content, Mapping) else content
    if not isinstance(cases, list) or not cases:
        raise Stop(f"{file} に事例がありません。事例を [ ] で並べてください。")
    return cases


def _dated(value: object, edition: str | None) -> object:
    """Give a case without an edition the one of the disaster."""
    if edition is None or not isinstance(value, Mapping) or value.get("rule_version"):
        return value
    return {**value, "rule_version": edition}


def _graded(place: int, value: object, tables: Tables) -> dict[str, Any]:
    """Return the result of one case, or why there is none, for people and programs."""
    name = value.get("id") if isinstance(value, Mapping) else None
    head = {"id": str(name) if name is not None else f"{place}番目"}
    try:
        result = grade_case(read_case(value), tables)
        expected = _expected(value)
    except CaseError as error:
        return {**head, "percent": None, "grade": None, "reasons": [], "error": str(error)}
    facts = _facts(result)
    if expected is not None:
        facts |= {"expected_grade": expected, "agrees": expected == facts["grade"]}
    return {**head, **facts, "error": None}


def _expected(value: object) -> str | None:
    """Return the grade that the file expects, when it does (worked cases of a training).

    Raises:
        CaseError: It is not the name of a grade or outcome.
    """
    expected = value.get("expected") if isinstance(value, Mapping) else None
    grade = expected.get("grade") if isinstance(expected, Mapping) else None
    return None if grade is None else read_outcome(grade, "expected.grade").label


def _facts(result: Result) -> dict[str, Any]:
    decision = result.decision
    return {
        "percent": _plain(result.percent),
        "grade": decision.outcome.label,
        "decided_by": decision.decided_by,
        "computed_total_percent": _plain(decision.total),
        "calculation_method": result.method.value,
        "rule_version": result.edition,
        **{name: _plain(value) for name, value in decision.details.items()},
        "reasons": [_reason(reason) for reason in result.reasons],
        "unconfirmed": list(result.unconfirmed),
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "words": reason.words,
        "table": reason.table,
        "row": reason.row,
        "source": reason.source,
        "edition": reason.edition,
        "confirmed": reason.is_confirmed,
        "municipality": reason.is_own,
    }


def _plain(value: object) -> Any:
    """Return a number as JSON has it: whole where it is whole."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return value


def _print(one: Mapping[str, Any]) -> None:
    if one["error"]:
        click.echo(f"{one['id']}  計算できません: {one['error']}")
        return
    total = one["computed_total_percent"]
    percent = "損害割合 なし" if total is None else f"損害割合 {shown(Fraction(str(total)))} %"
    click.echo(
        f"{one['id']}  {percent}  {one['grade']}  [{one['rule_version']}版、{one['decided_by']}]"
    )
    if one.get("agrees") is False:
        click.echo(f"    期待した結果と違います: {one['expected_grade']}")
    for reason in one["reasons"]:
        table = f"(表「{reason['table']}」{reason['row']}、{reason['source']})"
        click.echo(f"    {reason['words']}{table if reason['table'] else ''}")
    for words in one["unconfirmed"]:
        click.echo(f"    未確認: {words}")
