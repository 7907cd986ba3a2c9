"""What is known of the safety of people at home (安否の状態): derived, never stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from victim_support.victims.rules import Labelled, StatementKind


class SafetyState(Labelled):
    """How somebody on a block or round list stands (安否の状態); the urgent first."""

    RESCUE = "rescue", "要救助"
    UNCONFIRMED = "unconfirmed", "未確認"
    HEARD = "heard", "聞き取り"
    CONFIRMED = "confirmed", "確認済"


class CheckOutcome(Labelled):
    """What a round found (確かめた結果)."""

    SAFE = "safe", "無事(会った・本人と話した)"
    HURT = "hurt", "けが・支援が要る(会った)"
    RESCUE = "rescue", "要救助"
    HEARD = "heard", "無事と聞いた(聞き取り)"
    ABSENT = "absent", "不在・返事がない"
    AWAY = "away", "もともといない(入院・施設・転居)"
    UNREACHABLE = "unreachable", "連絡がとれないと聞いた"


SEEN = frozenset({CheckOutcome.SAFE, CheckOutcome.HURT, CheckOutcome.AWAY})
"""Outcomes after which nobody has to look for the person any more."""
SAID: dict[CheckOutcome, StatementKind] = {
    CheckOutcome.RESCUE: StatementKind.RESCUE,
    CheckOutcome.UNREACHABLE: StatementKind.UNREACHABLE,
}
"""Outcomes that are what others say (伝聞): they stand on the rescue list at once."""
AT_SHELTER = "本人が避難所で受付"


class SpanOfStay(Protocol):
    """The part of a stay that tells when somebody was seen."""

    @property
    def started_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...


class Saying(Protocol):
    """The part of a statement that tells how somebody stands."""

    @property
    def kind(self) -> str | None: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def settled_at(self) -> datetime | None: ...
    @property
    def informant(self) -> str | None: ...


class Check(Protocol):
    """The part of a round's finding that tells how somebody stands."""

    @property
    def outcome(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def occurred_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands, from what source and when; the source names no place."""

    state: SafetyState
    source: str = ""
    at: datetime | None = None
    has_died: bool = False
    """Somebody said that the person died (未確認): never published."""


def standing_of(
    stays: Sequence[SpanOfStay], sayings: Iterable[Saying], checks: Iterable[Check]
) -> Standing:
    """Return how somebody stands: rescue before all, then what is known from the person.

    Args:
        stays: The stays of the person in this disaster.
        sayings: What others said.
        checks: What rounds found.
    """
    ordered = sorted(checks, key=lambda each: each.occurred_at)
    seen = [each for each in ordered if each.outcome in SEEN]
    standing = [
        each for each in sayings if each.settled_at is None and not _is_answered(each, stays, seen)
    ]
    has_died = any(each.kind == StatementKind.DIED for each in standing)
    rescue = _newest(each for each in standing if each.kind == StatementKind.RESCUE)
    if rescue is not None:
        source = f"{rescue.informant or '話した方不明'} から"
        return Standing(SafetyState.RESCUE, source, rescue.occurred_at, has_died)
    if (stays or seen) and not has_died:
        return _confirmed(stays, seen)
    return _heard(standing, ordered, has_died=has_died)


def _confirmed(stays: Sequence[SpanOfStay], seen: Sequence[Check]) -> Standing:
    last = seen[-1] if seen else None
    came = max((stay.started_at for stay in stays), default=None)
    if last is not None and (came is None or last.occurred_at >= came):
        word = last.outcome.label if isinstance(last.outcome, CheckOutcome) else ""
        return Standing(SafetyState.CONFIRMED, _joined(word, last.source), last.occurred_at)
    return Standing(SafetyState.CONFIRMED, AT_SHELTER, came)


def _heard(standing: Sequence[Saying], checks: Sequence[Check], *, has_died: bool) -> Standing:
    """Return what is only heard, or why nothing is known yet."""
    told = _newest(
        each for each in standing if each.kind in {StatementKind.ELSEWHERE, StatementKind.DIED}
    )
    heard = [each for each in checks if each.outcome is CheckOutcome.HEARD]
    if told is not None and (not heard or told.occurred_at >= heard[-1].occurred_at):
        word = told.kind.label if isinstance(told.kind, StatementKind) else ""
        source = _joined(word, told.informant)
        return Standing(SafetyState.HEARD, source, told.occurred_at, has_died)
    if heard:
        source = _joined(CheckOutcome.HEARD.label, heard[-1].source)
        return Standing(SafetyState.HEARD, source, heard[-1].occurred_at, has_died)
    missed = _newest(each for each in standing if each.kind == StatementKind.UNREACHABLE)
    if missed is not None:
        source = _joined(StatementKind.UNREACHABLE.label, missed.informant)
        return Standing(SafetyState.UNCONFIRMED, source, missed.occurred_at)
    absent = [each for each in checks if each.outcome is CheckOutcome.ABSENT]
    if absent:
        source = _joined(CheckOutcome.ABSENT.label, absent[-1].source)
        return Standing(SafetyState.UNCONFIRMED, source, absent[-1].occurred_at)
    return Standing(SafetyState.UNCONFIRMED)


def _is_answered(said: Saying, stays: Iterable[SpanOfStay], seen: Iterable[Check]) -> bool:
    """Tell whether the person was seen after what was said, at a shelter or by a round."""
    return any(stay.ended_at is None or stay.ended_at > said.occurred_at for stay in stays) or any(
        check.occurred_at >= said.occurred_at for check in seen
    )


def _newest(sayings: Iterable[Saying]) -> Saying | None:
    return max(sayings, key=lambda each: each.occurred_at, default=None)


def _joined(word: str, source: str | None) -> str:
    return f"{word}（{source}）" if word and source else word or source or ""
