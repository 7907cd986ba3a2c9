"""Pages of papers for many: bulk issues, who has the papers, the window envelope."""

from victim_support.batches.views import batches, envelope, holding
from victim_support.batches.views.blueprint import bp

__all__ = ["batches", "bp", "envelope", "holding"]
