"""What a file says about people it does not hold, and when that must be asked."""

from enum import StrEnum

MANY_MISSING_PERCENT = 10  # chosen here: the moves of a month are far fewer, a part is far more


class Coverage(StrEnum):
    """Whom an extract holds (抽出の範囲)."""

    FULL = "full"
    PARTIAL = "partial"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {Coverage.FULL: "全件の抽出", Coverage.PARTIAL: "一部の追加"}


def is_many(missing: int, known: int) -> bool:
    """Tell whether so many of the register are not in a file that it may be a part of it."""
    return missing * 100 > known * MANY_MISSING_PERCENT
