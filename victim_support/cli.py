"""The console command ``victim-support``: what operators and scripts type."""

import logging
import os
import traceback
from pathlib import Path
from typing import Any

import click
from flask import Flask

from victim_support import __version__
from victim_support.app import create_app
from victim_support.backup.commands import backup, restore, verify
from victim_support.bench.commands import bench
from victim_support.board.commands import board_command
from victim_support.certificates.commands import certificates
from victim_support.commands import (
    bring_up_to_date,
    check,
    init,
    intake,
    passphrase,
    recovery_code,
    serve,
)
from victim_support.core.commands import Stop
from victim_support.core.console import speak_japanese
from victim_support.core.db import DatabaseFileError
from victim_support.core.instance import OpenInstance
from victim_support.core.memory import keep_memory_private
from victim_support.core.scopes import NoDisasterChosenError, Scopes
from victim_support.core.settings import machine_setting
from victim_support.core.tables import TableError
from victim_support.counter.commands import import_applications_command
from victim_support.damage.commands import damage
from victim_support.demo.commands import demo
from victim_support.disasters.commands import disaster
from victim_support.disasters.queries import find_command_disaster
from victim_support.houses.commands import import_dwellings_command
from victim_support.reports.commands import report
from victim_support.residents.commands import import_residents_command
from victim_support.shelters.commands import import_shelters_command
from victim_support.survey.commands import survey
from victim_support.sync.commands.bundle import bundle
from victim_support.sync.commands.exchange import sync_command
from victim_support.sync.commands.node import node
from victim_support.takeouts.commands import register, wipe

speak_japanese()


class Program:
    """How the commands of slices reach the program (see ``core.commands.Launch``)."""

    def create_app(self, opened: OpenInstance) -> Flask:
        return create_app(opened)

    def upgrade(self, opened: OpenInstance) -> None:
        bring_up_to_date(opened)

    def scopes(self, disaster: str | None) -> Scopes:
        municipality = machine_setting("municipality") or ""
        found = find_command_disaster(municipality, disaster)
        if disaster and not found:
            raise Stop(
                f"{disaster} という記号の災害はありません。disaster list で確かめてください。"
            )
        return Scopes(municipality, found)


class StoppingGroup(click.Group):
    """Every command ends with words; what nobody foresaw goes to the log without its values."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except TableError as error:
            raise Stop(f"表が読めないので、止まります。{error}") from error
        except DatabaseFileError as error:
            raise Stop(str(error)) from error
        except NoDisasterChosenError as error:
            message = "災害がありません。victim-support disaster declare で登録してください。"
            raise Stop(message) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            raise Stop(_unforeseen(error)) from error


def _unforeseen(error: Exception) -> str:
    """Return words without what the exception says, which may name people; note its places."""
    if logging.getLogger().hasHandlers():
        logging.getLogger(__name__).error("command.failed", exc_info=error)
    places = traceback.extract_tb(error.__traceback__)
    place = f"{Path(places[-1].filename).name}:{places[-1].lineno}" if places else ""
    return f"うまくいきませんでした。管理者に伝えてください({type(error).__name__} {place})。"


@click.group(
    cls=StoppingGroup,
    help="被災者支援システム: 避難所の受付から罹災証明書まで。",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="victim-support")
@click.pass_context
def cli(context: click.Context) -> None:
    """Start here; every file made is for its owner only."""
    os.umask(0o077)
    keep_memory_private()
    context.obj = Program()


@cli.group("import", help="ファイルを取り込む。")
def import_() -> None:
    """Hold the import commands."""


for command in (
    init,
    demo,
    serve,
    check,
    passphrase,
    recovery_code,
    intake,
    backup,
    restore,
    verify,
    certificates,
    damage,
    survey,
    disaster,
    report,
    sync_command,
    bundle,
    node,
    register,
    wipe,
    bench,
):
    cli.add_command(command)
report.add_command(board_command)
for command in (
    import_shelters_command,
    import_residents_command,
    import_dwellings_command,
    import_applications_command,
):
    import_.add_command(command)
