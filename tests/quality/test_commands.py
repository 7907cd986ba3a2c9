"""Every command explains itself, and the README lists it."""

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from tests.quality.sources import ROOT
from victim_support.cli import cli

README = (ROOT / "README.md").read_text(encoding="utf-8")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for each_name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, each_name))
        else:
            yield " ".join((*path, each_name)), command


COMMANDS = list(leaves(cli))


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[each for each, _ in COMMANDS])
def test_it_explains_itself_and_its_options(name: str, command: click.Command) -> None:
    assert command.help
    assert JAPANESE.search(command.help)
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert [each.name for each in options if not each.help and not each.hidden] == []


def test_help_and_errors_speak_japanese_alone() -> None:
    asked = [[], *([*name.split(), "--help"] for name, _ in COMMANDS), ["backup"], ["nothing"]]
    asked.append(["backup", "--nothing"])
    said = "\n".join(CliRunner().invoke(cli, words).output for words in asked)

    assert (
        re.findall(r"(?i)\b(usage|options|commands|show this|error|missing|such|try)\b", said) == []
    )
    assert "使い方: cli [オプション] コマンド" in said.replace("victim-support", "cli")


@pytest.mark.parametrize("name", [each for each, command in COMMANDS if not command.hidden])
def test_the_readme_lists_it(name: str) -> None:
    assert f"`victim-support {name}" in README or f"`{name}" in README


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    known = {each for each, _ in COMMANDS}
    named = re.findall(r"^\| `([a-z-]+(?: [a-z-]+)*)", README, re.MULTILINE)

    assert set(named) <= known


def test_the_readme_fits_in_the_time_people_give_it() -> None:
    assert len(README.splitlines()) <= 140
