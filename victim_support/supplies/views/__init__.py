"""Pages of goods and meals."""

from victim_support.supplies.views import handouts, items, meals, papers, requests, stock, transport
from victim_support.supplies.views.blueprint import bp

__all__ = ["bp", "handouts", "items", "meals", "papers", "requests", "stock", "transport"]
