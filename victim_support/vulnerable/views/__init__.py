"""Pages of needs, of the support register and of block lists."""

from victim_support.vulnerable.views import blocks, entries, needs, publications, support
from victim_support.vulnerable.views.blueprint import bp
from victim_support.vulnerable.views.imports import support_bp

__all__ = ["blocks", "bp", "entries", "needs", "publications", "support", "support_bp"]
