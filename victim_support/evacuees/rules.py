"""Words and rules of reception: kinds of stay, reasons to leave, named and unnamed people."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from victim_support.victims.rules import Labelled, PersonData, Protection, RegisterLink


class StayKind(Labelled):
    """Where a person stays (泊まる所)."""

    SHELTER = "shelter", "ここに泊まる"
    CAR = "car", "敷地の車"
    HOME = "home", "家（物資だけ）"
    VISIT = "visit", "立ち寄り"
    TENT = "tent", "敷地のテント"
    CAR_ELSEWHERE = "car_elsewhere", "車中泊（敷地の外）"
    TENT_ELSEWHERE = "tent_elsewhere", "テント（敷地の外）"
    RELATIVES = "relatives", "親戚・知人宅"
    FIRST_STAGE = "first_stage", "1.5次避難"
    SECOND_STAGE = "second_stage", "2次避難（旅館など）"
    WIDE_AREA = "wide_area", "広域避難"
    HOSPITAL = "hospital", "病院"


class CorrectionReason(Labelled):
    """Why what is written of a person was put right (訂正の理由)."""

    TOLD = "told", "本人・家族から聞いた"
    TYPED = "typed", "打ちまちがい"
    PAPER = "paper", "書類・用紙で確かめた"
    CLAIMED = "claimed", "本人から訂正の求め"


class Uncounted(Labelled):
    """Why somebody on a roster is not counted among those here (名簿の人数に入れない方)."""

    OUTSIDE = "outside", "施設の外にいる方"
    VISIT = "visit", "立ち寄りの方"
    ELSEWHERE = "elsewhere", "別の避難所で受け付けた方"


class LeavingReason(Labelled):
    """Why or where to somebody left (退所の理由・退所先)."""

    HOME = "home", "自宅へ"
    RELATIVES = "relatives", "親戚・知人宅へ"
    OTHER_SHELTER = "other_shelter", "別の避難所へ"
    HOSPITAL = "hospital", "病院へ"
    FACILITY = "facility", "施設・旅館へ"
    TEMPORARY_HOUSING = "temporary_housing", "仮設住宅などへ"
    OUTSIDE = "outside", "市町村の外へ"
    OTHER = "other", "その他"
    NOT_TOLD = "not_told", "聞けず"
    ROLL_CALL = "roll_call", "点呼で不在（行き先不明）"
    CHANGED = "changed", "泊まる所の変更"


class PresenceKind(Labelled):
    """What was seen of one person at one time (出入りの記録)."""

    IN = "in", "入所"
    OUT = "out", "一時外出"
    OVERNIGHT = "overnight", "外泊"
    BACK = "back", "もどった"
    LEFT = "left", "退所"
    SEEN = "seen", "確認"
    CALLED = "called", "点呼でいた"
    ABSENT = "absent", "点呼でいなかった"


class LiftingOutcome(Labelled):
    """How a request to lift a protection ended (保護を解く求めの結果); the open one first."""

    LIFTED = "lifted", "解いた"
    WITHDRAWN = "withdrawn", "取り下げた"
    REFUSED = "refused", "認めなかった"


class GroupKind(Labelled):
    """How people came together (同行者)."""

    HOUSEHOLD = "household", "世帯"
    FACILITY = "facility", "施設"
    DORMITORY = "dormitory", "寮"
    BUS = "bus", "バス・団体"
    ALONE = "alone", "ひとり"


STAY_KEYS: Mapping[str, StayKind] = {
    "S": StayKind.SHELTER,
    "C": StayKind.CAR,
    "H": StayKind.HOME,
    "V": StayKind.VISIT,
    "Z": StayKind.TENT,
}
LEAVING_KEYS: Mapping[str, LeavingReason] = {
    "1": LeavingReason.HOME,
    "2": LeavingReason.RELATIVES,
    "3": LeavingReason.OTHER_SHELTER,
    "4": LeavingReason.HOSPITAL,
    "5": LeavingReason.FACILITY,
    "6": LeavingReason.TEMPORARY_HOUSING,
    "7": LeavingReason.OUTSIDE,
    "8": LeavingReason.OTHER,
    "9": LeavingReason.NOT_TOLD,
}
UNTRACED = frozenset({LeavingReason.NOT_TOLD, LeavingReason.ROLL_CALL})
AWAY = frozenset({PresenceKind.OUT, PresenceKind.OVERNIGHT})
SIGHTINGS = frozenset(PresenceKind) - {PresenceKind.ABSENT}
"""What shows that the person was there at that time."""
SLEEPING = frozenset({StayKind.SHELTER, StayKind.CAR, StayKind.TENT})
"""Kinds that make a person one of those staying here; the others only come by."""
OUTSIDE = frozenset(StayKind) - SLEEPING - {StayKind.VISIT}
"""Kinds of those who live elsewhere; their shelter is where they fetch goods (避難所の外)."""
TELLING = OUTSIDE - {StayKind.HOME}
"""Kinds that tell where somebody lives whose address may have to be hidden."""


def uncounted(kind: str | None, *, is_elsewhere: bool) -> Uncounted | None:
    """Return why an open stay does not make its person one of those here; None when it does."""
    if is_elsewhere:
        return Uncounted.ELSEWHERE
    if kind in SLEEPING:
        return None
    return Uncounted.VISIT if kind == StayKind.VISIT else Uncounted.OUTSIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody the desk can register: a resident of the register, or a person known already."""

    person_id: UUID
    data: PersonData
    register_number: str | None = None
    household_number: str | None = None
    """Of the household of the register (世帯番号) that a resident belongs to."""
    protection: Protection = Protection.NONE


@dataclass(frozen=True, slots=True)
class RegisterMatch:
    """What comparing somebody with the resident register gave (照合)."""

    link: RegisterLink
    number: str | None = None
    protection: Protection = Protection.NONE


class StaySpan(Protocol):
    """The part of a stay that counting needs."""

    @property
    def kind(self) -> str | None: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def count_id(self) -> object: ...


Span = TypeVar("Span", bound=StaySpan)


class PlacedStay(StaySpan, Protocol):
    """The part of a stay that tells a move."""

    @property
    def id(self) -> UUID: ...
    @property
    def shelter_id(self) -> UUID: ...
    @property
    def reason(self) -> str | None: ...


Placed = TypeVar("Placed", bound=PlacedStay)


def moves(line: Sequence[Placed]) -> dict[UUID, Placed]:
    """Return, by the id of a stay, the stay elsewhere that ended by its beginning (避難所の移動).

    Args:
        line: The stays of one person, oldest first.
    """
    return {
        new.id: old
        for new in line
        for old in line
        if old.id != new.id
        and old.shelter_id != new.shelter_id
        and old.reason is LeavingReason.OTHER_SHELTER
        and old.ended_at == max(new.started_at, old.started_at)
    }


def short_ends(line: Sequence[Placed]) -> dict[UUID, datetime]:
    """Return, by the id of a stay nobody ended in time, when its person was received elsewhere.

    Whoever only came by (立ち寄り) was not received.

    Args:
        line: The stays of one person, oldest first.
    """
    ends: dict[UUID, datetime] = {}
    for old in line:
        later = [
            new.started_at
            for new in line
            if new.shelter_id != old.shelter_id
            and new.kind != StayKind.VISIT
            and (new.started_at, new.id) > (old.started_at, old.id)
            and (old.ended_at is None or new.started_at < old.ended_at)
        ]
        if later:
            ends[old.id] = min(later)
    return ends


@dataclass(frozen=True, slots=True)
class ShortStay:
    """A stay as it counts: until its person was received elsewhere."""

    id: UUID
    person_id: UUID
    kind: str | None
    started_at: datetime
    ended_at: datetime | None
    count_id: UUID | None


@dataclass(frozen=True, slots=True)
class Observation:
    """A head count (点呼) at one time."""

    id: object
    counted_at: datetime
    people: int


@dataclass(frozen=True, slots=True)
class Totals:
    """How many people are somewhere at a time."""

    named: int
    unnamed: int
    in_cars: int = 0
    surplus: int = 0
    """Named people beyond the last head count: somebody left without a word."""

    @property
    def total(self) -> int:
        """Return named and unnamed people; nobody counts twice."""
        return self.named + self.unnamed


def is_here(stay: StaySpan, instant: datetime) -> bool:
    """Tell whether a stay covers an instant and makes the person one of those here."""
    return (
        stay.kind in SLEEPING
        and stay.started_at <= instant
        and (stay.ended_at is None or instant < stay.ended_at)
    )


@dataclass(frozen=True, slots=True)
class Numbers:
    """What of the stays in one shelter is counted."""

    here: int = 0
    in_cars: int = 0
    named_then: int = 0
    named_later: int = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        """Return the numbers of two sets of people together."""
        return Numbers(
            self.here + other.here,
            self.in_cars + other.in_cars,
            self.named_then + other.named_then,
            self.named_later + other.named_later,
        )


def numbers_of(
    stays: Iterable[Span],
    observation: Observation | None,
    instant: datetime,
    person_of: Callable[[Span], object] | None = None,
) -> Numbers:
    """Count the stays in one shelter at an instant.

    Args:
        stays: All stays in the shelter, ended ones too, by arrival.
        observation: The last head count up to the instant, if any.
        instant: The time asked about.
        person_of: Who a stay is of, so that records of one person (同じ人) count once; without
            it every stay is somebody's.
    """
    every = [(person_of(stay) if person_of else n, stay) for n, stay in enumerate(stays)]
    here = {who: stay for who, stay in every if is_here(stay, instant)}
    in_cars = sum(stay.kind is StayKind.CAR for stay in here.values())
    if observation is None:
        return Numbers(len(here), in_cars)
    then = {who for who, stay in every if is_here(stay, observation.counted_at)}
    later = {
        who
        for who, stay in every
        if stay.count_id == observation.id
        and observation.counted_at < stay.started_at <= instant
        and stay.kind in SLEEPING
    }
    return Numbers(len(here), in_cars, len(then), len(later - then))


def totals(
    stays: Iterable[Span],
    observation: Observation | None,
    instant: datetime,
    person_of: Callable[[Span], object] | None = None,
) -> Totals:
    """Return how many people are in one shelter at an instant.

    Unnamed people (氏名なし) are those observed by the last head count minus those named at that
    time, minus those who gave their name later and said that they had been counted (数え済み).

    Args:
        stays: All stays in the shelter, ended ones too, by arrival.
        observation: The last head count up to the instant, if any.
        instant: The time asked about.
        person_of: As in `numbers_of`.
    """
    counted = numbers_of(stays, observation, instant, person_of)
    return totals_of(counted, observation.people if observation else None)


def totals_of(counted: Numbers, observed: int | None) -> Totals:
    """Return the totals from numbers and the people of the last head count, if any."""
    if observed is None:
        return Totals(counted.here, 0, counted.in_cars)
    difference = observed - counted.named_then
    return Totals(
        counted.here,
        max(0, difference - counted.named_later),
        counted.in_cars,
        surplus=max(0, -difference),
    )
