"""How often one phone, and all together, may ask: what is beyond waits a little."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from threading import Lock

MOST_ADDRESSES = 4000


@dataclass
class Pace:
    """At most so many in so many seconds, for each address; old addresses are forgotten first."""

    most: int
    seconds: float
    _seen: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def admits(self, address: str, now: float) -> bool:
        """Count one, and tell whether it may pass.

        Args:
            address: Of the phone; one word for all phones together.
            now: Seconds of a clock that only goes forward.
        """
        with self._lock:
            times = self._seen.setdefault(address, deque())
            self._seen.move_to_end(address)
            while times and times[0] <= now - self.seconds:
                times.popleft()
            if len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
            if len(times) >= self.most:
                return False
            times.append(now)
            return True
