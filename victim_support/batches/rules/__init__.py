"""Words and rules of papers for many: barcode, window envelope, where a paper is."""

from victim_support.batches.rules.barcode import address_number, barcode, bars_of, check_of
from victim_support.batches.rules.envelope import CLEAR, FOLDS, Window
from victim_support.batches.rules.handling import (
    Act,
    BatchOutcome,
    Custody,
    HandlingKind,
    NoticeWay,
    custody_of,
)

__all__ = [
    "CLEAR",
    "FOLDS",
    "Act",
    "BatchOutcome",
    "Custody",
    "HandlingKind",
    "NoticeWay",
    "Window",
    "address_number",
    "barcode",
    "bars_of",
    "check_of",
    "custody_of",
]
