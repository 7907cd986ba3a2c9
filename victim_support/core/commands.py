"""What every command shares: the instance, its key, the lock, readable errors, exit codes."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from pathlib import Path
from typing import Any, Protocol

import click
from flask import Flask

from victim_support.core import clock
from victim_support.core.check import Finding, State, check_folder, check_machine, is_usable
from victim_support.core.db import close_database, db
from victim_support.core.instance import (
    MAIN_FILE,
    InstanceLockedError,
    OpenInstance,
    exclusive,
    has_instance,
    instance_folder,
    read_database_url,
    read_intake_folder,
)
from victim_support.core.keys import (
    KEY_FILE,
    SlotKind,
    Unlocked,
    WrongSecretError,
    mark_recovery_used,
    unlock,
)
from victim_support.core.reads import close_log, log_security
from victim_support.core.scopes import Scopes, using_scopes

EXIT_LOCKED = 3
PORT = click.IntRange(0, 65535)
MARKS = {State.GOOD: "○", State.WARNING: "△", State.MISSING: "×", State.UNKNOWN: "?"}


class Launch(Protocol):
    """How the commands of slices reach the program, which stands above them."""

    def create_app(self, opened: OpenInstance) -> Flask:
        """Return the program on an unlocked instance."""

    def upgrade(self, opened: OpenInstance) -> None:
        """Bring the files of an instance to this version's schema."""

    def scopes(self, disaster: str | None) -> Scopes:
        """Return the scopes of a command, of the named or the newest open disaster."""


class Stop(click.ClickException):
    """Words that say what to do, and the end of the command with exit code 1."""


class LockedStop(Stop):
    """The server holds the lock: the end of the command with exit code 3."""

    exit_code = EXIT_LOCKED


def instance_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--instance`` and ``--passphrase-file``."""
    for option in (
        click.option(
            "--passphrase-file",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="合言葉の書かれたファイル(1行目)。",
        ),
        click.option("--instance", metavar="DIR", help="インスタンスのフォルダ。"),
    ):
        command = option(command)
    return command


def instance_command(*, writes: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Run a command inside the program on an unlocked instance.

    Args:
        writes: The command changes data, so it needs the lock that the server also takes.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            folder = existing_folder(kwargs.pop("instance"))
            secret_file = kwargs.pop("passphrase_file")
            disaster = kwargs.pop("disaster", None)
            with locked(folder) if writes else nullcontext():
                unlocking = unlocked(folder, secret_file)
                opened = OpenInstance(folder, unlocking.key)
                if writes:
                    _require_intake(folder)
                    launch().upgrade(opened)
                with inside(opened, disaster):
                    note_recovery(folder, unlocking)
                    return function(*args, **kwargs)

        return instance_options(run)

    return decorate


def launch() -> Launch:
    """Return how this command reaches the program."""
    found: Launch = click.get_current_context().find_root().obj
    return found


@contextmanager
def inside(opened: OpenInstance, disaster: str | None = None) -> Iterator[Flask]:
    """Run under the application and the scopes of an unlocked instance."""
    app = launch().create_app(opened)
    with app.app_context(), using_scopes(launch().scopes(disaster)):
        db.session.rollback()  # the scopes were read; a writing command begins afresh
        try:
            yield app
        finally:
            close_database()
            close_log()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of the one writing process, or end with exit code 3."""
    try:
        with exclusive(folder):
            yield
    except InstanceLockedError as error:
        message = "サーバーが動いています。画面から行うか、サーバーを止めてから行ってください。"
        raise LockedStop(message) from error


def existing_folder(given: str | None) -> Path:
    """Return the instance folder, or end when there is no instance."""
    folder = instance_folder(given)
    if not has_instance(folder):
        message = f"{folder} にインスタンスがありません。victim-support init で作ってください。"
        raise Stop(message)
    if not read_database_url(folder) and not (folder / MAIN_FILE).is_file():
        raise Stop(
            f"{folder} に {MAIN_FILE} がありません。restore で、控えから作り直してください。"
        )
    return folder


def unlocked(folder: Path, secret_file: Path | None) -> Unlocked:
    """Open the key: from a file, a service credential, the key file, or by asking."""
    try:
        return unlock(folder, _secret(folder, secret_file))
    except WrongSecretError as error:
        message = "合言葉または回復コードが違います。"
        raise Stop(message) from error


def note_recovery(folder: Path, unlocking: Unlocked) -> None:
    """Log the use of the recovery code (回復コード) and remember it until a new one replaces it."""
    if unlocking.slot is SlotKind.RECOVERY:
        log_security("key.recovery_used")
        mark_recovery_used(folder, clock.now())
        click.echo("回復コードで開きました。このことは記録に残ります。", err=True)


def stop_unless_usable(folder: Path | None = None) -> None:
    """Say what the machine, and an instance, lacks; stop when it cannot work without it."""
    findings = check_machine() + (check_folder(folder) if folder else [])
    told = [each for each in findings if each.state in (State.WARNING, State.MISSING)]
    print_findings(told, err=True)
    if not is_usable(findings):
        raise Stop("足りないものがあるので、起動できません。")


def print_findings(findings: list[Finding], *, err: bool = False) -> None:
    """Print what was found, each with what to do."""
    for item in findings:
        remedy = f" → {item.remedy}" if item.remedy else ""
        click.echo(f"{MARKS[item.state]} {item.name}: {item.seen}{remedy}", err=err)


def first_line(path: Path) -> str:
    """Return the first line of a file that holds a secret or an address."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Stop(f"{path} を読めません。UTF-8 の文字のファイルにしてください。") from error
    if not lines or not lines[0].strip():
        raise Stop(f"{path} の1行目に何も書かれていません。")
    return lines[0].strip()


def database_url(file: Path | None) -> str | None:
    """Return where PostgreSQL is, from the first line of a file; None without a file."""
    if file is None:
        return None
    url = first_line(file)
    if not url.startswith("postgresql://"):
        raise Stop(f"{file} の1行目に postgresql://… と書いてください。")
    return url


def print_json(value: Any) -> None:
    """Print a value for a program to read."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _require_intake(folder: Path) -> None:
    place = read_intake_folder(folder)
    if not place.is_dir():
        raise Stop(f"登録の控えを置く {place} がありません。媒体を差してください。")


def _secret(folder: Path, secret_file: Path | None) -> str | None:
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if secret_file is None and credentials:
        candidate = Path(credentials) / "passphrase"
        secret_file = candidate if candidate.is_file() else None
    if secret_file:
        return first_line(secret_file)
    if (folder / KEY_FILE).is_file():
        return None
    if not sys.stdin.isatty():
        message = "合言葉が要ります。--passphrase-file FILE を付けてください。"
        raise Stop(message)
    answer: str = click.prompt("合言葉(忘れたときは封筒の回復コード)", hide_input=True)
    return answer
