"""Pages of reports, by subject."""

from victim_support.reports.views import damage, handover, progress, relief, situation, telephone
from victim_support.reports.views.blueprint import bp

__all__ = ["bp", "damage", "handover", "progress", "relief", "situation", "telephone"]
