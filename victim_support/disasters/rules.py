"""Kinds of disasters and the short key that two offline laptops agree on."""

import re
from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from string import ascii_uppercase

SOONEST = timedelta(days=1)
"""A disaster is declared when it has begun, or for the coming night before a typhoon."""
_KEY = re.compile(r"^(20\d\d)(\d\d)(\d\d)([A-Z])$")


class DisasterKind(StrEnum):
    """What happened (災害の種類); several may come together."""

    EARTHQUAKE = "earthquake"
    TSUNAMI = "tsunami"
    FLOOD = "flood"
    STORM = "storm"
    LANDSLIDE = "landslide"
    STORM_SURGE = "storm_surge"
    VOLCANO = "volcano"
    SNOW = "snow"
    FIRE = "fire"
    ARMED_ATTACK = "armed_attack"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_civil_protection(self) -> bool:
        """Tell whether the 国民保護 edition of the safety questions is asked."""
        return self is DisasterKind.ARMED_ATTACK


_LABELS = {
    DisasterKind.EARTHQUAKE: "地震",
    DisasterKind.TSUNAMI: "津波",
    DisasterKind.FLOOD: "豪雨・洪水",
    DisasterKind.STORM: "台風・暴風・竜巻",
    DisasterKind.LANDSLIDE: "土砂災害",
    DisasterKind.STORM_SURGE: "高潮",
    DisasterKind.VOLCANO: "噴火",
    DisasterKind.SNOW: "豪雪",
    DisasterKind.FIRE: "大規模火災",
    DisasterKind.ARMED_ATTACK: "武力攻撃事態等（国民保護）",
    DisasterKind.OTHER: "その他",
}


def last_day_kept(closed_on: date, months: int) -> date:
    """Return the last day on which a machine keeps the records of a disaster that has ended.

    Args:
        closed_on: When its work ended.
        months: How long the rules of the town on documents (文書管理規程) let machines other than
            the headquarters keep them.
    """
    year, month = divmod(closed_on.year * 12 + closed_on.month - 1 + months, 12)
    return date(year, month + 1, min(closed_on.day, monthrange(year, month + 1)[1]))


class TooManyDisastersError(Exception):
    """A day has 26 disasters already; there is no letter left."""


def next_key(first_day: date, taken: Collection[str]) -> str:
    """Return the key to offer: first day and the first free letter, such as ``20260715A``."""
    for letter in ascii_uppercase:
        key = f"{first_day:%Y%m%d}{letter}"
        if key not in taken:
            return key
    raise TooManyDisastersError


def is_key(text: str) -> bool:
    """Tell whether a text is a key: a day that exists, and a letter."""
    found = _KEY.match(text)
    if not found:
        return False
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True
