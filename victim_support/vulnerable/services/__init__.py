"""Writes of needs, of the support register and of block lists."""

from victim_support.vulnerable.services.details import change_details
from victim_support.vulnerable.services.protection import find_open_details, seal_vulnerable

__all__ = ["change_details", "find_open_details", "seal_vulnerable"]
