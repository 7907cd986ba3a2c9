"""Reads of the queue: the slips of today, who was called where, how long the wait is."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.node import this_node
from victim_support.core.scopes import current_scopes
from victim_support.counter.models import QueueCall, QueueDay
from victim_support.counter.rules.queue import PER_HOUR, CallOutcome, slip_number, wait_minutes

DAYS = 7


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue of one day at one machine."""

    day: date
    series: str
    plan: QueueDay | None
    calls: list[QueueCall]

    @property
    def last_called(self) -> int:
        """Return the highest number that was called, 0 before the first."""
        return max((call.number for call in self.calls), default=0)

    @property
    def handed_to(self) -> int:
        """Return the last number handed out; never below what was called."""
        return max((self.plan.handed_to or 0) if self.plan else 0, self.last_called)

    @property
    def per_hour(self) -> int:
        """Return how many are served in an hour by all windows."""
        return (self.plan.per_hour if self.plan else None) or PER_HOUR

    @property
    def waiting(self) -> int:
        """Return how many hold a number that was not called."""
        return self.handed_to - self.last_called

    @property
    def wait(self) -> int:
        """Return how long whoever comes now waits, in minutes."""
        return wait_minutes(self.waiting, per_hour=self.per_hour)

    @property
    def absent(self) -> list[QueueCall]:
        """Return the numbers that nobody answered to; they may still come."""
        return [call for call in self.calls if call.outcome == CallOutcome.ABSENT]

    @property
    def at_windows(self) -> list[QueueCall]:
        """Return the newest call of each window, unless nobody came."""
        newest = {call.window or "": call for call in self.calls}
        found = [call for call in newest.values() if call.outcome != CallOutcome.ABSENT]
        return sorted(found, key=lambda call: call.window or "")

    def text(self, number: int) -> str:
        """Return a number as it is called."""
        return slip_number(self.series, number)


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """How much a day brought."""

    day: date
    handed: int
    called: int
    absent: int


def get_queue(day: date | None = None) -> Queue:
    """Return the queue of a day at this machine, today's when left out."""
    day, series = day or clock.today(), this_node().number_prefix
    plans = select(QueueDay).where(
        QueueDay.scope == current_scopes().core,
        QueueDay.is_withdrawn.is_(False),
        QueueDay.day == day,
        QueueDay.series == series,
    )
    calls = [call for call in _calls(day, day) if call.series == series]
    return Queue(day, series, db.session.scalars(plans.order_by(QueueDay.id)).first(), calls)


def get_call(call_id: UUID) -> QueueCall:
    """Return a call, or 404."""
    call = db.session.get(QueueCall, (current_scopes().core, call_id))
    return abort(404) if call is None or call.is_withdrawn else call


def last_window(staff_id: UUID | None) -> str:
    """Return the window to which somebody called last, so that it need not be typed again."""
    mine = [call for call in get_queue().calls if call.called_by == staff_id]
    return (mine[-1].window or "") if mine else ""


def list_calls(day: date) -> list[QueueCall]:
    """Return what was called on a day at all machines, as it was called."""
    return _calls(day, day)


def list_loads() -> list[QueueLoad]:
    """Return what the last days brought at all machines, the newest first."""
    today = clock.today()
    calls: dict[date, list[QueueCall]] = defaultdict(list)
    for call in _calls(today - timedelta(days=DAYS - 1), today):
        calls[call.day].append(call)
    plans = select(QueueDay).where(
        QueueDay.scope == current_scopes().core,
        QueueDay.is_withdrawn.is_(False),
        QueueDay.day > today - timedelta(days=DAYS),
    )
    handed: dict[date, int] = defaultdict(int)
    for plan in db.session.scalars(plans.order_by(QueueDay.day, QueueDay.series)):
        own = [call.number for call in calls[plan.day] if call.series == plan.series]
        handed[plan.day] += max([plan.handed_to or 0, *own])
    return [
        QueueLoad(
            day,
            handed[day],
            len(calls[day]),
            sum(call.outcome == CallOutcome.ABSENT for call in calls[day]),
        )
        for day in sorted({*calls, *handed}, reverse=True)
    ]


def _calls(first: date, last: date) -> list[QueueCall]:
    statement = (
        select(QueueCall)
        .where(
            QueueCall.scope == current_scopes().core,
            QueueCall.is_withdrawn.is_(False),
            QueueCall.day.between(first, last),
        )
        .order_by(QueueCall.day, QueueCall.called_at, QueueCall.number, QueueCall.id)
    )
    return list(db.session.scalars(statement))
