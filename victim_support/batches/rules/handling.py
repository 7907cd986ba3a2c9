"""What happens to a paper after it is issued: told, sent, handed over, come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from victim_support.victims.rules import Labelled


class HandlingKind(Labelled):
    """One act with a paper that is ready (引渡しの記録)."""

    NOTIFIED = "notified", "知らせた"
    MAILED = "mailed", "発送した"
    COLLECTED = "collected", "窓口で渡した"
    RETURNED = "returned", "郵便で戻ってきた"


class NoticeWay(Labelled):
    """How the applicant was told that a paper is ready (知らせた方法)."""

    PHONE = "phone", "電話"
    LETTER = "letter", "はがき・手紙"
    MESSAGE = "message", "メール・SMS"
    VISIT = "visit", "訪問・避難所で"
    OTHER = "other", "そのほか"


class Custody(Labelled):
    """Where a paper is (引渡しの状態)."""

    READY = "ready", "まだ知らせていない"
    NOTIFIED = "notified", "知らせた・まだ渡していない"
    RETURNED = "returned", "郵便で戻ってきた"
    MAILED = "mailed", "発送した"
    COLLECTED = "collected", "渡した"

    @property
    def is_here(self) -> bool:
        """Tell whether the office still has it (未交付)."""
        return self in (Custody.READY, Custody.NOTIFIED, Custody.RETURNED)


class BatchOutcome(Labelled):
    """What became of one application of a bulk issue (一括発行の結果)."""

    ISSUED = "issued", "発行した"
    BLOCKED = "blocked", "発行できない"


@dataclass(frozen=True, slots=True)
class Act:
    """One act as far as the rule needs it."""

    id: UUID
    kind: HandlingKind | str
    day: date


_AFTER = {
    HandlingKind.NOTIFIED: Custody.NOTIFIED,
    HandlingKind.MAILED: Custody.MAILED,
    HandlingKind.COLLECTED: Custody.COLLECTED,
    HandlingKind.RETURNED: Custody.RETURNED,
}


def custody_of(acts: Sequence[Act]) -> Custody:
    """Return where a paper is after all acts, in the order in which they happened.

    Telling somebody moves nothing: what was sent stays sent, what came back stays here.
    Of two acts on one day the one recorded later counts (ids grow with time).
    """
    state = Custody.READY
    for act in sorted(acts, key=lambda one: (one.day, one.id)):
        after = next((_AFTER[kind] for kind in _AFTER if kind == act.kind), None)
        if after is None or (after is Custody.NOTIFIED and state is not Custody.READY):
            continue
        state = after
    return state
