"""How old this machine's knowledge of protected people (支援措置) is.

Somebody may have been protected elsewhere since this machine last heard from the headquarters. The
exchange says when that was; a machine of its own, and the headquarters, know everything there is.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from victim_support.core import clock
from victim_support.core.limits import PROTECTION_HOURS, limit

OLD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """When the word on protected people came last (保護の情報の時点)."""

    depends: bool = False
    """Whether it comes from a headquarters elsewhere."""
    heard_at: datetime | None = None
    holds_for: timedelta = OLD
    """How long it is good, as the municipality has set it."""

    @property
    def is_old(self) -> bool:
        """Tell whether a paper with an address needs a call to the headquarters first."""
        return self.is_old_beside(None)

    def is_old_beside(self, called_at: datetime | None) -> bool:
        """Tell the same where somebody made sure by another way at a moment."""
        if not self.depends:
            return False
        known = [at for at in (self.heard_at, called_at) if at is not None]
        return not known or clock.now() - max(known) > self.holds_for


_sources: list[Callable[[], Knowledge]] = []


def set_source(source: Callable[[], Knowledge]) -> None:
    """Let the exchange say how old the knowledge is."""
    _sources[:] = [source]


def knowledge() -> Knowledge:
    """Return how old the knowledge of this machine is."""
    known = next((source() for source in _sources), Knowledge())
    if not known.depends:
        return known
    return replace(known, holds_for=timedelta(hours=limit(PROTECTION_HOURS)))
