"""Writes of the resident register: imports, and files on their way in."""

from victim_support.residents.services.handing import hand_out, take_in, wipe
from victim_support.residents.services.imports import import_residents, on_import
from victim_support.residents.services.uploads import RESIDENTS

__all__ = ["RESIDENTS", "hand_out", "import_residents", "on_import", "take_in", "wipe"]
