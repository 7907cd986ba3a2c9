"""Needs in detail (配慮のくわしい記録): kinds, who may see which, and what is counted."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Protocol

from victim_support.core.japanese.dates import BirthValue, Precision
from victim_support.victims.rules import Labelled, NeedKind


class NeedGroup(Labelled):
    """Needs that the same people may see (配慮の分け方)."""

    MEALS = "meals", "食事"
    LIVING = "living", "生活・ことば"
    HEALTH = "health", "医療・介護・障害"


class DetailKind(Labelled):
    """What a need in detail is about (配慮の種類)."""

    ALLERGY = "allergy", "食物アレルギー"
    TEXTURE = "texture", "食べやすい形"
    MILK = "milk", "ミルク"
    BABY_FOOD = "baby_food", "離乳食"
    FAITH = "faith", "食べないもの(信仰・考え)"
    DIET = "diet", "治療の食事"
    LANGUAGE = "language", "ことば"
    INTERPRETER = "interpreter", "伝え方・通訳"
    ACCESS = "access", "動き・場所"
    DIAPER = "diaper", "おむつ"
    PREGNANCY = "pregnancy", "妊産婦"
    CARE_LEVEL = "care_level", "要介護度"
    DISABILITY = "disability", "障害・難病"
    MEDICAL_CARE = "medical_care", "医療的ケア・機器"
    MEDICATION = "medication", "服薬"


GROUPS: Mapping[NeedGroup, tuple[DetailKind, ...]] = {
    NeedGroup.MEALS: (
        DetailKind.ALLERGY,
        DetailKind.TEXTURE,
        DetailKind.MILK,
        DetailKind.BABY_FOOD,
        DetailKind.FAITH,
        DetailKind.DIET,
    ),
    NeedGroup.LIVING: (
        DetailKind.ACCESS,
        DetailKind.LANGUAGE,
        DetailKind.INTERPRETER,
        DetailKind.DIAPER,
    ),
    NeedGroup.HEALTH: (
        DetailKind.PREGNANCY,
        DetailKind.CARE_LEVEL,
        DetailKind.DISABILITY,
        DetailKind.MEDICAL_CARE,
        DetailKind.MEDICATION,
    ),
}
PERMISSIONS: Mapping[NeedGroup, str] = {
    NeedGroup.MEALS: "needs.meals",
    NeedGroup.LIVING: "needs.living",
    NeedGroup.HEALTH: "needs.health",
}
"""The permission that opens each group; who has it stands in permissions.toml alone."""
URGENT: Mapping[DetailKind, NeedKind] = {
    DetailKind.ALLERGY: NeedKind.FOOD,
    DetailKind.MILK: NeedKind.INFANT,
    DetailKind.BABY_FOOD: NeedKind.INFANT,
    DetailKind.LANGUAGE: NeedKind.LANGUAGE,
    DetailKind.INTERPRETER: NeedKind.LANGUAGE,
    DetailKind.ACCESS: NeedKind.CARE,
    DetailKind.PREGNANCY: NeedKind.PREGNANT,
    DetailKind.CARE_LEVEL: NeedKind.CARE,
    DetailKind.MEDICAL_CARE: NeedKind.MEDICAL,
    DetailKind.MEDICATION: NeedKind.MEDICAL,
}
"""The urgent mark of the desk that a detail brings along, so that every list shows it."""
DAY_LABELS: Mapping[DetailKind, str] = {
    DetailKind.PREGNANCY: "出産予定日",
    DetailKind.MEDICATION: "薬がなくなる日",
}
INFANT_BANDS: tuple[tuple[int, int, str], ...] = (
    (0, 5, "0～5か月"),
    (6, 8, "6～8か月"),
    (9, 11, "9～11か月"),
    (12, 17, "1歳～1歳5か月"),
    (18, 35, "1歳6か月～2歳"),
)
"""Months from, to, and what they are called: who drinks milk, who begins to eat, who eats along."""
INFANT_YEARS = 3
BETWEEN = "／"
"""Stands between the notes of several desks."""
MONTHS_UNKNOWN = "月齢不明(3歳未満)"


class DetailSpan(Protocol):
    """The part of a need in detail that counting needs."""

    @property
    def kind(self) -> str | None: ...
    @property
    def value(self) -> str | None: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Free:
    """What is written beside the ticks of one kind; notes of several desks stand in one line."""

    note: str = ""
    day: date | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is written."""
        return self == Free()

    @classmethod
    def of(cls, told: Sequence["Free"]) -> "Free":
        """Put together what several desks wrote; nothing of it is left out."""
        notes = dict.fromkeys(one.note for one in told if one.note)
        return cls(BETWEEN.join(notes), min((one.day for one in told if one.day), default=None))

    def holds(self, part: "Free") -> bool:
        """Tell whether a page that showed this showed a part of it, too."""
        if part.note:
            return f"{BETWEEN}{part.note}{BETWEEN}" in f"{BETWEEN}{self.note}{BETWEEN}"
        return part.day == self.day


@dataclass(frozen=True, slots=True)
class KindState:
    """What is known of one kind of one person: the ticks, and what is written beside them."""

    values: frozenset[str] = frozenset()
    free: Free = Free()

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing of this kind."""
        return self == KindState()


def group_of(kind: DetailKind) -> NeedGroup:
    """Return the group that decides who may see a kind."""
    return next(group for group, kinds in GROUPS.items() if kind in kinds)


def options_of(kind: DetailKind) -> Mapping[str, str]:
    """Return what can be ticked under a kind: stored value → word."""
    options: Mapping[str, str] = _table()["options"].get(kind.value, {})
    return options


def word_of(kind: DetailKind, value: str) -> str:
    """Return the word of a ticked value; one of a newer version says so."""
    return options_of(kind).get(value, "不明（新しい版）")


def holds_at(detail: DetailSpan, instant: datetime) -> bool:
    """Tell whether a need was known and not over at an instant."""
    return detail.occurred_at <= instant and (detail.ended_at is None or instant < detail.ended_at)


def infant_band(birth: BirthValue, day: date) -> str | None:
    """Return what infants of that age are called in a report, None for everybody else.

    Args:
        birth: What is known of the birth.
        day: The day that is asked about.
    """
    if birth.precision is Precision.DAY and birth.date is not None:
        months = _months_between(birth.date, day)
    elif birth.months is not None:
        months = (birth.age or 0) * 12 + birth.months
    else:
        is_infant = birth.age is not None and birth.age < INFANT_YEARS
        return MONTHS_UNKNOWN if is_infant else None
    return next((word for low, high, word in INFANT_BANDS if low <= months <= high), None)


def _months_between(born: date, day: date) -> int:
    """Return whole months, below zero when the birth lies ahead."""
    return (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)


def urgent_kinds(kinds: Iterable[DetailKind]) -> list[NeedKind]:
    """Return the urgent marks that go with kinds of needs, each once."""
    return list(dict.fromkeys(URGENT[kind] for kind in kinds if kind in URGENT))


def kinds_of(groups: Iterable[NeedGroup]) -> Sequence[DetailKind]:
    """Return the kinds of groups in the order of the pages."""
    wanted = set(groups)
    return [kind for group, kinds in GROUPS.items() if group in wanted for kind in kinds]


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    source = resources.files("victim_support.vulnerable") / "tables" / "needs.toml"
    return tomllib.loads(source.read_text("utf-8"))
