"""Sealed households on the disk: the box puts them in, the program takes them out.

One file each, named by its number, which tells of nobody. It begins with a hash of the form's key,
so that a form sent again replaces what it sent before; all else is encrypted (age) to the laptop's
public key. The box has no other key: what lies here it cannot read.
"""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from threading import Lock

import msgspec
import pyrage

from victim_support.core.files import sync_path, write_private
from victim_support.dropbox.rules import LENGTH, TYPED, Dropped, Household, mark_of, numbers_for

MOST = 2000
"""So many may wait; beyond that somebody fills the box on purpose."""
_SUFFIX, _UNFINISHED = ".drop", ".new"
_HASH = 32
_writing = Lock()


class FullError(Exception):
    """The box holds as many households as it may."""


class SealError(Exception):
    """What lies in a file is not what was put in."""


def put_in(folder: Path, household: Household, *, key: str, recipient: str, now: datetime) -> str:
    """Seal what a form says, so that it outlives a power cut; return its number.

    Args:
        folder: Where drops lie.
        household: What was typed.
        key: The form's own key: sent again, it keeps its number, and the newer words count.
        recipient: The public key of the laptop.
        now: The time.

    Raises:
        FullError: As many wait as may.
    """
    mine = hashlib.sha256(key.encode()).digest()
    with _writing:
        number = _free_number(folder, key, mine, mark_of(recipient))
        dropped = Dropped(number=number, at=now, household=household)
        box = pyrage.x25519.Recipient.from_str(recipient)
        sealed = pyrage.encrypt(msgspec.json.encode(dropped), [box])
        temporary = folder / f"{number}{_UNFINISHED}"
        write_private(temporary, mine + sealed)
        os.utime(temporary, (now.timestamp(), now.timestamp()))
        temporary.replace(folder / f"{number}{_SUFFIX}")
        sync_path(folder)
    return number


def find_number(folder: Path, beginning: str) -> str | None:
    """Return the number that begins so; the box never has two."""
    found = next(folder.glob(f"{beginning}*{_SUFFIX}"), None)
    return found.stem if found else None


def take_out(folder: Path, number: str, identity: pyrage.x25519.Identity) -> Dropped | None:
    """Return what was sent under a number, None when nothing lies there; it stays in its place.

    Raises:
        SealError: It cannot be opened, or is not what its name says.
    """
    try:
        raw = (folder / f"{number}{_SUFFIX}").read_bytes()
    except FileNotFoundError:
        return None
    try:
        dropped = msgspec.json.decode(pyrage.decrypt(raw[_HASH:], [identity]), type=Dropped)
    except (pyrage.DecryptError, msgspec.DecodeError) as error:
        raise SealError from error
    if dropped.number != number:
        raise SealError
    return dropped


def list_drops(folder: Path) -> list[Path]:
    """Return the files that wait."""
    return sorted(folder.glob(f"*{_SUFFIX}"))


def forget_older(folder: Path, before: datetime) -> int:
    """Remove what was sent before a moment; return how much."""
    moment = before.timestamp()
    old = [path for path in folder.glob("*.*") if _is_drop(path) and path.stat().st_mtime < moment]
    for path in old:
        path.unlink()
    return len(old)


def _is_drop(path: Path) -> bool:
    return len(path.stem) == LENGTH and path.suffix in {_SUFFIX, _UNFINISHED}


def _free_number(folder: Path, key: str, mine: bytes, mark: str) -> str:
    waiting = {path.stem[:TYPED]: path for path in folder.glob(f"*{_SUFFIX}")}
    for number in numbers_for(key, mark):
        there = waiting.get(number[:TYPED])
        if there is None:
            break
        if there.stem == number and there.read_bytes()[:_HASH] == mine:
            return number
    if len(waiting) >= MOST:
        raise FullError
    return number
