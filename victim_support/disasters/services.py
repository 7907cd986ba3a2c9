"""Writes of disasters; the caller holds the transaction."""

from collections.abc import Sequence
from datetime import datetime

from victim_support.core.clock import local, now
from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.disasters.models import Disaster, disaster_id
from victim_support.disasters.queries import list_disasters
from victim_support.disasters.rules import DisasterKind, is_key, next_key


class DisasterExistsError(Exception):
    """The key belongs to a disaster with another name."""

    def __init__(self, existing: Disaster) -> None:
        super().__init__(
            f"記号 {existing.key} は「{existing.name}」として登録されています。同じ災害なら"
            "その災害を選び、別の災害なら次の記号を使ってください。"
        )
        self.existing = existing


class BadKeyError(ValueError):
    """The key has not the form of day and letter."""

    def __init__(self) -> None:
        super().__init__("記号は 20260715A のように、年月日8桁と大文字1字で入れてください。")


class EndBeforeStartError(ValueError):
    """A disaster cannot end before it began."""

    def __init__(self) -> None:
        super().__init__("終わりの日時が、始まりの日時より前です。")


def declare_disaster(
    *,
    name: str,
    kinds: Sequence[DisasterKind],
    started_at: datetime,
    area: str = "",
    key: str | None = None,
) -> Disaster:
    """Declare a disaster (災害を登録する).

    Args:
        name: What people call it, such as 令和8年7月豪雨.
        kinds: What happened.
        started_at: When it began.
        area: Where.
        key: The key on the first laptop's poster; without it the next free one of the day.

    Raises:
        BadKeyError: The key has not the right form.
        DisasterExistsError: The key is taken by a disaster with another name.
    """
    scopes = current_scopes()
    key = key or next_key(local(started_at).date(), _taken())
    if not is_key(key):
        raise BadKeyError
    row_id = disaster_id(scopes.municipality, key)
    disaster = db.session.get(Disaster, (scopes.base, row_id))
    if disaster is not None and not disaster.is_withdrawn and disaster.name != name:
        raise DisasterExistsError(disaster)
    if disaster is None:
        disaster = Disaster(scope=scopes.base, id=row_id, key=key)
        db.session.add(disaster)
    disaster.is_withdrawn = False
    disaster.name = name
    disaster.kinds = [kind.value for kind in kinds]
    disaster.started_at = started_at
    disaster.area = area or None
    return disaster


def change_disaster(
    disaster: Disaster,
    *,
    name: str,
    kinds: Sequence[DisasterKind],
    started_at: datetime,
    area: str = "",
) -> None:
    """Change what is known of a disaster; its key stays, whatever the day turns out to be."""
    disaster.name = name
    disaster.kinds = [kind.value for kind in kinds]
    disaster.started_at = started_at
    disaster.area = area or None


def close_disaster(disaster: Disaster, *, closed_at: datetime | None = None) -> None:
    """End a disaster (災害対応を終える): it leaves the choices, its records stay.

    Raises:
        EndBeforeStartError: It would end before it began.
    """
    closed_at = closed_at or now()
    if disaster.started_at is not None and closed_at < disaster.started_at:
        raise EndBeforeStartError
    disaster.closed_at = closed_at


def reopen_disaster(disaster: Disaster) -> None:
    """Take an ended disaster up again."""
    disaster.closed_at = None


def _taken() -> set[str]:
    return {disaster.key for disaster in list_disasters()}
