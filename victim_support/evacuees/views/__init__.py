"""Pages of reception: home, desk, leaving, rosters, persons, map."""

from victim_support.evacuees.views import (
    bounds,
    deciding,
    desk,
    groups,
    home,
    households,
    leaving,
    persons,
    phones,
    protection,
    roll_call,
    rosters,
    shelter_map,
)
from victim_support.evacuees.views.blueprint import bp

__all__ = [
    "bounds",
    "bp",
    "deciding",
    "desk",
    "groups",
    "home",
    "households",
    "leaving",
    "persons",
    "phones",
    "protection",
    "roll_call",
    "rosters",
    "shelter_map",
]
