"""Pages of damage: applications and judgements, and what is decided by the list."""

from victim_support.damage.views import approvals, desk, dwellings, tables, weeks, worksheets
from victim_support.damage.views.blueprint import bp

__all__ = ["approvals", "bp", "desk", "dwellings", "tables", "weeks", "worksheets"]
