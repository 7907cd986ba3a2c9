"""Pages of running a shelter."""

from victim_support.operations.views.blueprint import bp

__all__ = ["bp"]
