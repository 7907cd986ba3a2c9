"""How far applications for certificates are (罹災証明書の交付の状況), counted from facts."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

AGES = ((7, "7日以内"), (14, "8～14日"), (30, "15～30日"), (None, "31日以上"))
UNKNOWN = "不明"
_JAPAN, _DAY = ZoneInfo("Asia/Tokyo"), timedelta(days=1)
_TOWN = re.compile(r"^\D*?(?:[一二三四五六七八九十]+丁目|(?=\d)|$)")


@dataclass(frozen=True, slots=True)
class AppliedCase:
    """One application as of a moment: what of it had been done by then."""

    received_at: datetime
    district: str
    structure: str
    is_surveyed: bool
    grade: str | None
    is_again: bool
    """Whether one more survey was asked for, or made (再調査)."""
    judged_at: datetime | None = None
    issued_at: datetime | None = None

    @property
    def is_issued(self) -> bool:
        """Tell whether it has its paper."""
        return self.issued_at is not None


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """Counts of one district, grade or structure."""

    label: str
    applied: int
    again: int
    surveyed: int
    judged: int
    issued: int

    @property
    def issued_percent(self) -> float | None:
        """Return how many of 100 applications have their paper (交付率); None without any."""
        return round(100 * self.issued / self.applied, 1) if self.applied else None


def district_of(address: str) -> str:
    """Return the town of an address, without its numbers (町・字)."""
    found = _TOWN.match(address.strip())
    town = found[0].strip() if found else ""
    return re.sub(r"[一二三四五六七八九十]+丁目$", "", town) or UNKNOWN


def line_of(label: str, cases: Iterable[AppliedCase]) -> ProgressLine:
    """Return the counts of some cases."""
    listed = list(cases)
    return ProgressLine(
        label=label,
        applied=len(listed),
        again=sum(case.is_again for case in listed),
        surveyed=sum(case.is_surveyed for case in listed),
        judged=sum(case.grade is not None for case in listed),
        issued=sum(case.is_issued for case in listed),
    )


def lines_by(cases: Iterable[AppliedCase], key: Callable[[AppliedCase], str]) -> list[ProgressLine]:
    """Return a line for each value of a key, most applications first."""
    of_key: dict[str, list[AppliedCase]] = {}
    for case in cases:
        of_key.setdefault(key(case), []).append(case)
    lines = [line_of(label, listed) for label, listed in of_key.items()]
    return sorted(lines, key=lambda line: (-line.applied, line.label))


def by_day(
    moments: Iterable[datetime | None], begin: datetime | None, end: datetime
) -> list[tuple[datetime, int]]:
    """Return how many had happened by the end of each day (日ごとの累計), the last at ``end``."""
    known = sorted(moment for moment in moments if moment is not None)
    if begin is None:
        return []
    midnight = begin.astimezone(_JAPAN).replace(hour=0, minute=0, second=0, microsecond=0)
    marks = [midnight]
    while marks[-1] + _DAY < end:
        marks.append(marks[-1] + _DAY)
    return [(mark, bisect_right(known, mark)) for mark in (*marks, end)]


def open_by_age(cases: Iterable[AppliedCase], now: datetime) -> list[tuple[str, int]]:
    """Return how many applications wait for their judgement, by how long they have waited."""
    counted: Counter[str] = Counter()
    for case in cases:
        if case.grade is None:
            days = (now - case.received_at).days
            counted[next(label for most, label in AGES if most is None or days <= most)] += 1
    return [(label, counted[label]) for _, label in AGES]
