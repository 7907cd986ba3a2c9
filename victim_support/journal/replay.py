"""Read the intake logs of several processes as one: what is noted, and what has to be applied.

Each process notes in the order of its own commits, so groups of one chain lie in several files.
One that comes before its predecessor waits for it.
"""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import Connection

from victim_support.journal.apply import apply_ops
from victim_support.journal.codec import OpRecord
from victim_support.journal.store import read_heads

ChainKey = tuple[str, UUID]
_AT_ONCE = 2000


class Noted:
    """Which operations of each chain are noted, whatever order they came in."""

    def __init__(self) -> None:
        self.end: dict[ChainKey, int] = {}  # everything up to here
        self._beyond: dict[ChainKey, set[int]] = defaultdict(set)

    def add(self, group: list[OpRecord]) -> None:
        """Count the operations of one transaction."""
        for op in group:
            key = op.scope, op.node
            end, beyond = self.end.get(key, 0), self._beyond[key]
            if op.seq > end:
                beyond.add(op.seq)
            while end + 1 in beyond:
                end += 1
                beyond.discard(end)
            self.end[key] = end

    def has(self, op: OpRecord) -> bool:
        """Tell whether an operation is noted."""
        key = op.scope, op.node
        return op.seq <= self.end.get(key, 0) or op.seq in self._beyond[key]


class Replay:
    """Applies to the database what is noted and not there."""

    def __init__(self, connection: Connection) -> None:
        self.noted = Noted()
        self._connection = connection
        self._heads = {key: head.seq for key, head in read_heads(connection).items()}
        self._ready: list[OpRecord] = []
        self._waiting: list[list[OpRecord]] = []
        self._applied = 0

    def add(self, group: list[OpRecord]) -> None:
        """Take the operations of one transaction."""
        self.noted.add(group)
        if all(op.seq <= self._heads.get((op.scope, op.node), 0) for op in group):
            return
        self._waiting.append(group)
        self._move()
        if len(self._ready) >= _AT_ONCE:
            self._apply()

    def finish(self) -> int:
        """Apply the rest and return how many operations were new.

        Raises:
            BrokenChainError: Something is missing, or it is the past of another machine.
        """
        self._ready += [op for group in self._waiting for op in group]
        self._apply()
        return self._applied

    def _move(self) -> None:
        """Take every group that waits for nothing any more."""
        is_moving = True
        while is_moving:
            still = [group for group in self._waiting if not self._take(group)]
            is_moving = len(still) < len(self._waiting)
            self._waiting = still

    def _take(self, group: list[OpRecord]) -> bool:
        heads = dict(self._heads)
        for op in sorted(group, key=lambda op: op.seq):
            head = heads.get((op.scope, op.node), 0)
            if op.seq > head + 1:
                return False
            heads[op.scope, op.node] = max(head, op.seq)
        self._heads = heads
        self._ready += group
        return True

    def _apply(self) -> None:
        self._applied += apply_ops(self._connection, self._ready).count
        self._ready = []
