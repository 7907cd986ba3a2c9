"""The ledger of applications (受付簿): how far each is."""

from datetime import datetime

from victim_support.victims.rules import Labelled

DAYS = (7, 14, 30)
"""After how many days an application is looked for among those that wait."""


class LedgerState(Labelled):
    """How far an application is (申請の状態)."""

    WAITING = "waiting", "判定待ち"
    JUDGED = "judged", "判定済・未交付"
    ISSUED = "issued", "交付済"


def ledger_state(*, is_judged: bool, is_issued: bool) -> LedgerState:
    """Return how far an application is; a paper that was issued says it all."""
    if is_issued:
        return LedgerState.ISSUED
    return LedgerState.JUDGED if is_judged else LedgerState.WAITING


def days_waited(received_at: datetime, now: datetime) -> int:
    """Return for how many whole days an application has been here."""
    return max(0, (now - received_at).days)
