"""Acts of the program's side of the box: its key, its notice, opening what came, forgetting it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pyrage
from flask import current_app

from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.limits import DROP_HOURS, limit
from victim_support.core.purposes import purpose_of_use
from victim_support.core.settings import machine_setting, set_machine_setting, setting
from victim_support.dropbox import files
from victim_support.dropbox.notice import FOLDER, Notice, write_notice
from victim_support.dropbox.rules import (
    Dropped,
    Refusal,
    is_of,
    mark_of,
    parse_beginning,
    parse_number,
)

if TYPE_CHECKING:
    from victim_support.core.instance import OpenInstance

OPEN_SETTING = "phones.open"
"""The office's switch (電話からの申し込みを受ける); off until somebody turns it on."""
_IDENTITY = "dropbox_identity"


def drops_folder() -> Path:
    """Return where sealed drops lie."""
    opened: OpenInstance = current_app.extensions["instance"]
    return opened.folder / FOLDER


def is_switched_on() -> bool:
    """Tell whether the office lets phones send anything."""
    return setting(OPEN_SETTING) is True


def make_ready() -> None:
    """Give the laptop its key for drops, once, and tell the box how things stand."""
    with transaction(reason="電話からの申し込みの鍵") as session:
        if machine_setting(_IDENTITY) is None:
            set_machine_setting(_IDENTITY, str(pyrage.x25519.Identity.generate()))
        session.flush()
    tell_box()


def tell_box() -> None:
    """Write the notice anew: the switch, the hours, the words; nothing where no box ever was."""
    identity = _find_identity()
    if identity is None:
        return
    write_notice(
        drops_folder(),
        Notice(
            recipient=str(identity.to_public()),
            is_open=is_switched_on(),
            hours=limit(DROP_HOURS),
            municipality=setting("municipality_name", ""),
            purpose=purpose_of_use(),
            is_training=bool(machine_setting("training")),
        ),
    )
    db.session.remove()


def open_number(text: str) -> Dropped | Refusal:
    """Return what was sent under a scanned number or its first letters, or why nothing opens.

    It stays where it is until its time is over, so that one taken back can be made again.
    """
    identity = _find_identity()
    beginning = parse_beginning(text)
    number = files.find_number(drops_folder(), beginning) if beginning else parse_number(text)
    if number is None:
        return Refusal.GONE if beginning else Refusal.DAMAGED
    if identity is None or not is_of(number, mark_of(str(identity.to_public()))):
        return Refusal.FOREIGN
    try:
        dropped = files.take_out(drops_folder(), number, identity)
    except files.SealError:
        return Refusal.BROKEN
    is_over = dropped is not None and dropped.at < _oldest()
    return Refusal.GONE if dropped is None or is_over else dropped


def forget_old_drops() -> int:
    """Remove what nobody showed in its time; return how much."""
    return files.forget_older(drops_folder(), _oldest())


def count_drops() -> int:
    """Return how many lie in the box, taken or not."""
    return len(files.list_drops(drops_folder()))


def _oldest() -> datetime:
    return clock.now() - timedelta(hours=limit(DROP_HOURS))


def _find_identity() -> pyrage.x25519.Identity | None:
    kept = machine_setting(_IDENTITY)
    return pyrage.x25519.Identity.from_str(kept) if kept else None
