"""Pages of goods and meals."""

from victim_support.supplies.views.blueprint import bp

__all__ = ["bp"]
