"""Pages of reception: home, desk, leaving, rosters, persons, map."""

from victim_support.evacuees.views import desk, home
from victim_support.evacuees.views.blueprint import bp

__all__ = ["bp", "desk", "home"]
