"""Writes of the house ledger: imports, proposals of who lives where, decisions about them."""

from victim_support.houses.services.imports import HOUSES, import_dwellings
from victim_support.houses.services.links import decide_link

__all__ = ["HOUSES", "decide_link", "import_dwellings"]
