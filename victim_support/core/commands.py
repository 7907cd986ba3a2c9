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

from victim_support.core.db import DatabaseFileError, close_database, db
from victim_support.core.instance import (
    InstanceLockedError,
    OpenInstance,
    exclusive,
    has_instance,
    instance_folder,
)
from victim_support.core.keys import KEY_FILE, Unlocked, WrongSecretError, unlock
from victim_support.core.scopes import Scopes, using_scopes

EXIT_LOCKED = 3


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
                opened = OpenInstance(folder, unlocked(folder, secret_file).key)
                if writes:
                    launch().upgrade(opened)
                with inside(opened, disaster):
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
    try:
        app = launch().create_app(opened)
    except DatabaseFileError as error:
        raise Stop(str(error)) from error
    with app.app_context(), using_scopes(launch().scopes(disaster)):
        db.session.rollback()  # the scopes were read; a writing command begins afresh
        try:
            yield app
        finally:
            close_database()


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
    return folder


def unlocked(folder: Path, secret_file: Path | None) -> Unlocked:
    """Open the key: from a file, a service credential, the key file, or by asking."""
    try:
        return unlock(folder, _secret(folder, secret_file))
    except WrongSecretError as error:
        message = "合言葉または回復コードが違います。"
        raise Stop(message) from error


def database_url(file: Path | None) -> str | None:
    """Return where PostgreSQL is, from the first line of a file; None without a file."""
    if file is None:
        return None
    url = file.read_text(encoding="utf-8").splitlines()[0].strip()
    if not url.startswith("postgresql://"):
        raise Stop(f"{file} の1行目に postgresql://… と書いてください。")
    return url


def print_json(value: Any) -> None:
    """Print a value for a program to read."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _secret(folder: Path, secret_file: Path | None) -> str | None:
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if secret_file is None and credentials:
        candidate = Path(credentials) / "passphrase"
        secret_file = candidate if candidate.is_file() else None
    if secret_file:
        return secret_file.read_text().splitlines()[0].strip()
    if (folder / KEY_FILE).is_file():
        return None
    if not sys.stdin.isatty():
        message = "合言葉が要ります。--passphrase-file FILE を付けてください。"
        raise Stop(message)
    answer: str = click.prompt("合言葉(忘れたときは封筒の回復コード)", hide_input=True)
    return answer
