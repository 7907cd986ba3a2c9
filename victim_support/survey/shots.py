"""Which dwelling the pictures of a camera belong to: the shot of a sheet begins one (写真の仕分け).

What is doubtful waits for a person: a wrong house's damage on a certificate is worse than a minute
at the desk. Pure: no files, no clock.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from victim_support.survey.rules import SCAN_PREFIX, PhotoDoubt, parse_sheet

LONGEST_GAP = timedelta(minutes=60)
"""A second survey of a house takes an hour; whoever shoots later may stand at another one."""
FARTHEST_M = 150.0
"""From the shot of the sheet; satellites among houses err by some ten metres."""
UNREADABLE = "?"
"""What is kept of the code of a sheet that cannot be read."""
_EARTH_M = 6_371_000.0


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a card, as far as its dwelling follows from it."""

    key: str
    name: str
    camera: str = ""
    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture belongs: the sheet it follows, and why a person should look."""

    key: str
    number: str | None
    doubt: PhotoDoubt | None


def read_code(texts: Iterable[str]) -> str | None:
    """Return what the codes in a picture say: a sheet's number, ``?`` for a damaged one, or None.

    Codes of others (on a meter, a poster) mean nothing; two sheets in one picture are unclear.
    """
    found = {text for text in texts if not text or text.startswith(SCAN_PREFIX)}
    numbers = {number for text in found if (number := parse_sheet(text))}
    if len(numbers) == 1:
        return numbers.pop()
    return UNREADABLE if found else None


def in_order(shots: Iterable[Shot]) -> list[Shot]:
    """Return shots camera by camera as they were taken; by name where a camera has no clock."""
    of_camera: dict[str, list[Shot]] = {}
    for shot in shots:
        of_camera.setdefault(shot.camera, []).append(shot)
    return [shot for camera in sorted(of_camera) for shot in _by_time(of_camera[camera])]


def place_shots(shots: Sequence[Shot], known: Collection[str]) -> list[Place]:
    """Return where each shot belongs, in the order in which they were taken.

    Args:
        shots: The pictures of one card.
        known: The numbers of sheets that this machine has.
    """
    found: list[Place] = []
    sheet: Shot | None = None
    before: Shot | None = None
    late = False
    for shot in in_order(shots):
        if before is not None and before.camera != shot.camera:
            sheet, before = None, None
        if shot.code is not None:
            sheet, late = shot, False
        late = late or _is_late(before, shot, sheet)
        found.append(_placed(shot, sheet, known, late=late))
        before = shot
    return found


def _placed(shot: Shot, sheet: Shot | None, known: Collection[str], *, late: bool) -> Place:
    if sheet is None:
        return Place(shot.key, None, PhotoDoubt.BEFORE_FIRST)
    if sheet.code == UNREADABLE:
        return Place(shot.key, None, PhotoDoubt.UNREADABLE)
    if sheet.code not in known:
        return Place(shot.key, sheet.code, PhotoDoubt.UNKNOWN)
    if late:
        return Place(shot.key, sheet.code, PhotoDoubt.GAP)
    if _distance(sheet, shot) > FARTHEST_M:
        return Place(shot.key, sheet.code, PhotoDoubt.FAR)
    return Place(shot.key, sheet.code, None)


def _is_late(before: Shot | None, shot: Shot, sheet: Shot | None) -> bool:
    if before is None or shot is sheet or before.taken_at is None or shot.taken_at is None:
        return False
    return shot.taken_at - before.taken_at > LONGEST_GAP


def _by_time(shots: Sequence[Shot]) -> list[Shot]:
    if any(shot.taken_at is None for shot in shots):
        return sorted(shots, key=lambda shot: _by_number(shot.name))
    return sorted(shots, key=lambda shot: (shot.taken_at, _by_number(shot.name)))


def _by_number(name: str) -> tuple[str, int, str]:
    """Return a key by which ``IMG_9.JPG`` stands before ``IMG_10.JPG``, folder by folder."""
    folder, _, file = name.rpartition("/")
    digits = "".join(letter for letter in file if letter.isdigit())
    return folder, int(digits or 0), file


def _distance(one: Shot, other: Shot) -> float:
    """Return how far two shots lie from each other in metres; 0 when one has no place."""
    places = (one.latitude, one.longitude, other.latitude, other.longitude)
    if None in places:
        return 0.0
    lat1, lon1, lat2, lon2 = (math.radians(each or 0.0) for each in places)
    x = (lon2 - lon1) * math.cos((lat1 + lat2) / 2)
    return _EARTH_M * math.hypot(x, lat2 - lat1)
