"""Pages of presence: reading cards, giving them, who was not seen, who lives outside, calls."""

from victim_support.presence.views import giving, lists, paging, scans
from victim_support.presence.views.blueprint import bp

__all__ = ["bp", "giving", "lists", "paging", "scans"]
