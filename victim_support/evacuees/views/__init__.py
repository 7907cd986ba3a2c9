"""Pages of reception: home, desk, leaving, rosters, persons, map."""

from victim_support.evacuees.views import (
    deciding,
    desk,
    groups,
    home,
    households,
    leaving,
    persons,
    protection,
    roll_call,
    rosters,
    shelter_map,
)
from victim_support.evacuees.views.blueprint import bp

__all__ = [
    "bp",
    "deciding",
    "desk",
    "groups",
    "home",
    "households",
    "leaving",
    "persons",
    "protection",
    "roll_call",
    "rosters",
    "shelter_map",
]
