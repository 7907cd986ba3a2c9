"""Pages of the counter: the queue."""

from victim_support.counter.views import queue
from victim_support.counter.views.blueprint import bp

__all__ = ["bp", "queue"]
