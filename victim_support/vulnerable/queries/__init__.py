"""Reads of needs, of the support register (避難行動要支援者名簿) and of block lists."""

from victim_support.vulnerable.queries.counts import (
    NeedCount,
    ShelterNeeds,
    count_needs,
)
from victim_support.vulnerable.queries.details import (
    DisclosedDetail,
    NeedsView,
    list_states,
    needs_view,
)

__all__ = [
    "DisclosedDetail",
    "NeedCount",
    "NeedsView",
    "ShelterNeeds",
    "count_needs",
    "list_states",
    "needs_view",
]
