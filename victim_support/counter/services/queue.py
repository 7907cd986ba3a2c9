"""Writes of the queue: slips printed and handed out, the next number called, who came."""

from dataclasses import dataclass
from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.ids import natural_id
from victim_support.core.scopes import current_scopes
from victim_support.counter.models import QueueCall, QueueDay
from victim_support.counter.queries.queue import Queue, get_queue
from victim_support.counter.rules.queue import CallOutcome


class QueueError(Exception):
    """Something the desk can read and act on."""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """How the office expects a day to go."""

    handed_to: int | None = None
    opens_at: str = ""
    per_hour: int | None = None
    district: str = ""


def plan_day(data: DayPlan) -> QueueDay:
    """Write down how the day goes, and which number was handed out last.

    Raises:
        QueueError: A number below the last called one, or beyond the printed ones.
    """
    queue = get_queue()
    plan = _plan_of(queue)
    if data.handed_to is not None:
        printed = plan.printed_to or 0
        if data.handed_to < queue.last_called:
            raise QueueError(f"もう {queue.text(queue.last_called)} まで呼んでいます。")
        if printed and data.handed_to > printed:
            raise QueueError(f"印刷したのは {queue.text(printed)} までです。")
        plan.handed_to = data.handed_to
    plan.opens_at, plan.district = data.opens_at or None, data.district or None
    plan.per_hour = data.per_hour
    return plan


def hand_one_out() -> int:
    """Hand the next number out by word of mouth or by pen, and return it (一つずつ出す)."""
    queue = get_queue()
    plan = _plan_of(queue)
    plan.handed_to = queue.handed_to + 1
    return plan.handed_to


def print_stock(count: int) -> tuple[int, int]:
    """Reserve the next slips of today for printing; return the first and the last number."""
    queue = get_queue()
    plan = _plan_of(queue)
    first = max(plan.printed_to or 0, queue.handed_to) + 1
    plan.printed_to = first + count - 1
    return first, plan.printed_to


def call_next(*, window: str, by: UUID | None) -> QueueCall:
    """Call the next number to a window (次の方を呼ぶ); whom the window had before has come.

    Raises:
        QueueError: Nobody waits.
    """
    queue = get_queue()
    if queue.waiting <= 0:
        raise QueueError("待っている番号はありません。配った最後の番号を確かめてください。")
    for call in queue.at_windows:
        if call.window == window and call.outcome is None:
            settle_call(call, CallOutcome.CAME)
    return _call(queue, queue.last_called + 1, window, by)


def settle_call(call: QueueCall, outcome: CallOutcome) -> None:
    """Write down whether somebody came to a called number; who was absent may come later."""
    call.outcome, call.settled_at = outcome, clock.now()


def _call(queue: Queue, number: int, window: str, by: UUID | None) -> QueueCall:
    scopes = current_scopes()
    key = f"{scopes.core}/{queue.day:%Y%m%d}/{queue.series}/{number}"
    call = QueueCall(
        scope=scopes.core,
        id=natural_id("queue-call", scopes.municipality, key),
        day=queue.day,
        series=queue.series,
        number=number,
        window=window,
        called_at=clock.now(),
        called_by=by,
    )
    db.session.add(call)
    db.session.flush()
    return call


def _plan_of(queue: Queue) -> QueueDay:
    if queue.plan is not None:
        return queue.plan
    scopes = current_scopes()
    key = f"{scopes.core}/{queue.day:%Y%m%d}/{queue.series}"
    plan = QueueDay(
        scope=scopes.core,
        id=natural_id("queue-day", scopes.municipality, key),
        day=queue.day,
        series=queue.series,
    )
    db.session.add(plan)
    db.session.flush()
    return plan
