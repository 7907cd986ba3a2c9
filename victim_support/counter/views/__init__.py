"""Pages of the counter: the queue, filed applications, one case, changed grades."""

from victim_support.counter.views import attachments, case, filed, ledger, queue, regrades
from victim_support.counter.views.blueprint import bp

__all__ = ["attachments", "bp", "case", "filed", "ledger", "queue", "regrades"]
