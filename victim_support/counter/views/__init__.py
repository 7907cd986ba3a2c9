"""Pages of the counter: the queue, applications that came in files."""

from victim_support.counter.views import filed, queue
from victim_support.counter.views.blueprint import bp

__all__ = ["bp", "filed", "queue"]
