"""What depends on a grade: papers to exchange, support to look at again, people to be told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from victim_support.damage.rules import DamageGrade
from victim_support.victims.rules import Labelled


class TellMeans(Labelled):
    """How somebody was told of a changed grade (伝え方)."""

    COUNTER = "counter", "窓口で"
    PHONE = "phone", "電話で"
    VISIT = "visit", "訪問して"
    LETTER = "letter", "文書で"
    NOT_REACHED = "not_reached", "連絡がつかない"


class SupportState(Labelled):
    """How far a support that depends on the grade is (支援の状況), as its office says."""

    NONE = "none", "受けていない"
    ASKED = "asked", "申請中"
    GRANTED = "granted", "決定・支給済み"
    SETTLED = "settled", "変更の手続き済み"


class Direction(Labelled):
    """Where a grade went (程度の変わり方)."""

    UP = "up", "重くなった"
    DOWN = "down", "軽くなった"
    OTHER = "other", "変わった"


@dataclass(frozen=True, slots=True)
class TellFacts:
    """The part of a notice that says whether somebody was told of a judgement."""

    judgement_id: UUID
    means: str
    told_at: datetime


def direction_of(before: DamageGrade | None, now: DamageGrade | None) -> Direction:
    """Return whether a grade became heavier or lighter."""
    if before is None or now is None or before is now:
        return Direction.OTHER
    return Direction.UP if now.severity > before.severity else Direction.DOWN


def is_told(notices: list[TellFacts], judgement_id: UUID) -> bool:
    """Tell whether somebody was reached about a judgement."""
    return any(
        one.judgement_id == judgement_id and one.means != TellMeans.NOT_REACHED for one in notices
    )


def words_for(before: str, now: str, direction: Direction) -> str:
    """Return the words to begin with when the household is told; the officer changes them."""
    more = {
        Direction.DOWN: "前の証明書を使った支援があるときは、その窓口に確かめます。",
        Direction.UP: "新しい証明書で、受けられる支援が増えることがあります。",
        Direction.OTHER: "受けている支援への影響は、それぞれの窓口に確かめます。",
    }[direction]
    return (
        f"住家の被害の程度が「{before}」から「{now}」に変わりました。"
        f"新しい罹災証明書をお渡しするまでは、前の証明書が有効です。{more}"
        "納得できないときは、もう一度の調査を申し込めます。"
    )
