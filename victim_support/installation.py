"""Create an instance: keys, databases, node, first administrator."""

from dataclasses import dataclass
from pathlib import Path

from victim_support.accounts.policy import ask_factor
from victim_support.accounts.services import create_administrator
from victim_support.app import create_app
from victim_support.backup.services import nothing_left_behind
from victim_support.core.db import close_database, transaction
from victim_support.core.instance import (
    OpenInstance,
    exclusive,
    has_instance,
    write_database_url,
)
from victim_support.core.keys import create_keyring
from victim_support.core.node import create_node
from victim_support.core.numbers import complete_municipality_code
from victim_support.core.scopes import Scopes, using_scopes
from victim_support.core.settings import set_machine_setting
from victim_support.journal.intake import this_intake
from victim_support.migrations import upgrade
from victim_support.migrations.server import blank_database


class InstanceExistsError(Exception):
    """The folder holds an instance already; it is never overwritten."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} にはすでにインスタンスがあります。上書きしません。")


@dataclass(frozen=True)
class NewInstance:
    """What the first start has to tell people once."""

    opened: OpenInstance
    recovery_code: str


def create_instance(  # noqa: PLR0913 - what `init` asks
    folder: Path,
    *,
    municipality: str,
    admin: str,
    password: str,
    passphrase: str | None,
    node_prefix: str | None = None,
    is_training: bool = False,
    database_url: str | None = None,
    asks_second_factor: bool = False,
) -> NewInstance:
    """Create keys, databases, node and first administrator in an empty folder.

    Args:
        folder: Where; created when missing.
        municipality: 全国地方公共団体コード, 5 or 6 digits.
        admin: Login name of the first administrator.
        password: The administrator's password.
        passphrase: The shift's passphrase (合言葉); None leaves a key file beside the database.
        node_prefix: Number prefix from the kit label; without it a provisional series is drawn.
        is_training: Training mode (訓練), for the life of the instance.
        database_url: A blank PostgreSQL database of the headquarters (本部); None for SQLite.
        asks_second_factor: Everybody needs a second factor (二要素) to log in.

    Raises:
        DatabaseFileError: The database does not answer, or is not blank.
        InstanceExistsError: There is an instance already.
    """
    code = complete_municipality_code(municipality)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with exclusive(folder):
        if has_instance(folder):
            raise InstanceExistsError(folder)
        with nothing_left_behind(folder):
            if database_url:
                write_database_url(folder, database_url)
            key, recovery_code = create_keyring(folder, passphrase)
            opened = OpenInstance(folder, key)
            with blank_database(opened):
                upgrade(opened)
                app = create_app(opened)
                with app.app_context(), using_scopes(Scopes(code)):
                    with transaction(reason="初期設定"):
                        set_machine_setting("municipality", code)
                        set_machine_setting("training", "1" if is_training else "")
                        ask_factor(is_asked=asks_second_factor)
                        create_node(node_prefix)
                        create_administrator(login_name=admin, password=password)
                    this_intake().close()
                    close_database()
    return NewInstance(opened, recovery_code)
