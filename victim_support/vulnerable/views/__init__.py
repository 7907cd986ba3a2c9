"""Pages of needs, of the support register and of block lists."""

from victim_support.vulnerable.views import needs
from victim_support.vulnerable.views.blueprint import bp

__all__ = ["bp", "needs"]
