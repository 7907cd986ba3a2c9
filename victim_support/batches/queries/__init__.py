"""Reads of bulk issues: what can be issued, what became of it, who has the papers."""

from victim_support.batches.queries.batches import (
    Blocked,
    Issued,
    OpenedBatch,
    find_item,
    find_open_application,
    get_batch,
    item_id,
    list_batches,
    open_batch,
)
from victim_support.batches.queries.candidates import (
    KINDS,
    Candidate,
    Open,
    chosen,
    count_sealed,
    list_candidates,
)
from victim_support.batches.queries.envelope import WINDOW, find_window
from victim_support.batches.queries.holding import (
    Held,
    Printed,
    custody,
    list_acts,
    list_held,
    list_opened,
    list_printed,
    list_printers,
)

__all__ = [
    "KINDS",
    "WINDOW",
    "Blocked",
    "Candidate",
    "Held",
    "Issued",
    "Open",
    "OpenedBatch",
    "Printed",
    "chosen",
    "count_sealed",
    "custody",
    "find_item",
    "find_open_application",
    "find_window",
    "get_batch",
    "item_id",
    "list_acts",
    "list_batches",
    "list_candidates",
    "list_held",
    "list_opened",
    "list_printed",
    "list_printers",
    "open_batch",
]
