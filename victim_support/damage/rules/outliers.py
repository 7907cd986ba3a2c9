"""What a judge looks at first in a long list (一覧決裁): judgements that stand out, and why.

The limits are the program's own working rules, not the guideline's: they order a list and decide
nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from victim_support.damage.rules import DamageGrade, JudgementMethod
from victim_support.victims.rules import Labelled

FEWEST_NEIGHBOURS = 3
APART = 2  # grades
_WITHOUT_PHOTOS = JudgementMethod.AREA


class Outlier(Labelled):
    """Why a judgement stands out (目立つところ)."""

    SEVERAL = "several", "承認待ちがほかにもある"
    EARLIER_HEAVIER = "earlier_heavier", "前の回より軽い"
    EARLIER_LIGHTER = "earlier_lighter", "前の回より重い"
    CALCULATION = "calculation", "計算と違う"
    NEIGHBOURS = "neighbours", "近所と違う"
    NO_PHOTO = "no_photo", "写真がない"


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """A judgement with what it is compared to."""

    grade: DamageGrade | None
    method: JudgementMethod | str
    earlier: DamageGrade | None
    calculated: DamageGrade | None
    neighbours: Sequence[DamageGrade]
    photos: int
    others_waiting: int = 0


def outliers_of(case: JudgedCase) -> tuple[Outlier, ...]:
    """Return why a judgement stands out, the weightiest reason first; nothing when it does not."""
    found = {
        Outlier.SEVERAL: case.others_waiting > 0,
        Outlier.EARLIER_HEAVIER: _is_lighter(case.grade, case.earlier),
        Outlier.EARLIER_LIGHTER: _is_lighter(case.earlier, case.grade),
        Outlier.CALCULATION: case.calculated is not None and case.calculated is not case.grade,
        Outlier.NEIGHBOURS: _is_apart(case),
        Outlier.NO_PHOTO: case.method != _WITHOUT_PHOTOS and case.photos == 0,
    }
    return tuple(outlier for outlier, is_there in found.items() if is_there)


def weight_of(outliers: Sequence[Outlier]) -> tuple[int, int]:
    """Return where a judgement stands in the list: by its weightiest reason, then how many."""
    every = list(Outlier)
    return min(map(every.index, outliers), default=len(every)), -len(outliers)


def _is_lighter(one: DamageGrade | None, other: DamageGrade | None) -> bool:
    return one is not None and other is not None and one.severity < other.severity


def _is_apart(case: JudgedCase) -> bool:
    if case.grade is None or len(case.neighbours) < FEWEST_NEIGHBOURS:
        return False
    usual = median_low(grade.severity for grade in case.neighbours)
    return abs(case.grade.severity - usual) >= APART
