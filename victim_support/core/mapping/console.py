"""What the commands that import tables share: their options, and what they tell."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from victim_support.core.commands import Stop, print_json
from victim_support.core.csv_io import CsvError
from victim_support.core.mapping.errors import ImportFileError
from victim_support.core.mapping.layouts import MappingFile, read_mapping_file
from victim_support.core.mapping.profiles import find_profile
from victim_support.core.mapping.report import ImportReport
from victim_support.core.mapping.targets import Targets

_SHOWN = 20
_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class ImportAsked:
    """What was asked of a command that imports a table."""

    file: Path
    mapping: Path | None
    profile: str | None
    is_dry_run: bool
    report: Path | None
    as_json: bool

    def mapping_of(self, targets: Targets) -> MappingFile | None:
        """Return how to read the file: as a mapping file says, or as was saved on screen.

        Raises:
            ImportFileError: The mapping file cannot be used.
            Stop: Nothing was saved under this name.
        """
        if self.mapping is not None:
            return read_mapping_file(self.mapping.read_bytes(), self.mapping.name, targets)
        if self.profile is None:
            return None
        found = find_profile(targets.kind, self.profile)
        if found is None:
            raise Stop(f"保存した読み方「{self.profile}」はありません。")
        return found.mapping

    def tell(self, result: ImportReport, targets: Targets, words: Sequence[str] = ()) -> None:
        """Say what the import did, in words or for a program, and write it to the report.

        Args:
            result: What it did.
            targets: What the columns can be, for their names.
            words: What to say of this kind of table, after the numbers of rows.
        """
        if self.report:
            text = json.dumps(result.as_dict(), ensure_ascii=False, indent=2)
            self.report.write_text(text + "\n", encoding="utf-8")
        if self.as_json:
            print_json(result.as_dict())
        else:
            click.echo("\n".join((*_numbers(result), *words, *_findings(result, targets))))


def import_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the file and the options of every import, as ``asked``."""

    @wraps(command)
    def run(
        *args: Any,
        file: Path,
        mapping: Path | None,
        profile: str | None,
        dry_run: bool,
        report: Path | None,
        as_json: bool,
        **values: Any,
    ) -> Any:
        asked = ImportAsked(file, mapping, profile, dry_run, report, as_json)
        return command(*args, asked=asked, **values)

    options = (
        click.argument("file", type=_PATH),
        click.option(
            "--mapping",
            metavar="FILE",
            type=_PATH,
            help="どの列が何かを書いた対応表(TOML または JSON)。",
        ),
        click.option("--profile", metavar="NAME", help="画面で保存した読み方の名前。"),
        click.option(
            "--dry-run", is_flag=True, help="何も書かずに、取り込むとどうなるかを知らせる。"
        ),
        click.option(
            "--report",
            metavar="FILE.json",
            type=click.Path(dir_okay=False, path_type=Path),
            help="行ごとの結果をJSONで書くファイル。",
        ),
        click.option("--json", "as_json", is_flag=True, help="結果をJSONで出す。"),
    )
    made: Callable[..., Any] = run
    for option in reversed(options):
        made = option(made)
    return made


@contextmanager
def refusals_told() -> Iterator[None]:
    """End the command with the words of a file that cannot be read."""
    try:
        yield
    except ImportFileError as error:
        raise Stop(error.in_command) from error
    except CsvError as error:
        raise Stop(str(error)) from error


def _numbers(result: ImportReport) -> Iterator[str]:
    if result.is_dry_run:
        yield "試しに読みました。まだ何も書いていません。"
    yield (
        f"{result.rows_read}行を読みました: 新しい {result.created}、更新 {result.updated}、"
        f"変わらない {result.unchanged}、取り込まない {len(result.refused)}。"
    )


def _findings(result: ImportReport, targets: Targets) -> list[str]:
    lines = [
        *(f"{one.row}行 取り込まない: {one.why}" for one in result.refused),
        *(f"{one.row}行 直した: {targets.labels[one.field]} {one.why}" for one in result.repaired),
    ]
    if len(lines) > _SHOWN:
        rest = f"ほか{len(lines) - _SHOWN}件。すべて見るには --report FILE.json。"
        return [*lines[:_SHOWN], rest]
    return lines
