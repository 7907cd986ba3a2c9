"""Whether a shelter was open at a moment, from what was ever said of its operation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from victim_support.shelters.rules.vocabulary import HeadCountSource, OperationStatus


@dataclass(frozen=True, slots=True)
class Phase:
    """What was said of a shelter's operation (開設状況) at one time, with its two moments."""

    status: OperationStatus | str | None
    opened_at: datetime | None
    closed_at: datetime | None

    def status_on(self, instant: datetime) -> OperationStatus | str:
        """Return the status at an instant that is not before the opening."""
        if self.closed_at is not None and instant >= self.closed_at:
            return OperationStatus.CLOSED
        if self.status is OperationStatus.CLOSED and self.closed_at is not None:
            return OperationStatus.OPEN
        return self.status or OperationStatus.UNKNOWN


NEVER = Phase(OperationStatus.NOT_OPENED, None, None)


def status_at(phases: Sequence[Phase], instant: datetime) -> tuple[OperationStatus | str, Phase]:
    """Return the status at an instant, and the opening it belongs to.

    What was said last holds; an earlier opening counts only where a closing ended it, for any
    other earlier word was put right since.

    Args:
        phases: What was said, oldest first.
        instant: The moment asked about.
    """
    ended = [phase for phase in phases[:-1] if phase.opened_at and phase.closed_at]
    for phase in [*phases[-1:], *reversed(ended)]:
        if phase.opened_at is None or phase.opened_at <= instant:
            return phase.status_on(instant), phase
    return OperationStatus.NOT_OPENED, NEVER


def status_by_count(source: HeadCountSource | str | None, people: int | None) -> OperationStatus:
    """Return what a head count says of a shelter of which nobody said whether it is open."""
    if source is HeadCountSource.DELISTED:
        return OperationStatus.CLOSED
    if source is HeadCountSource.IMPORT:  # such lists are of open shelters
        return OperationStatus.OPEN
    return OperationStatus.UNKNOWN if people else OperationStatus.NOT_OPENED
