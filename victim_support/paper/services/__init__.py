"""Writes of paper: cards printed and typed in, checks, rosters printed and taken in."""

from victim_support.paper.services.checks import record_check
from victim_support.paper.services.imports import ROSTERS
from victim_support.paper.services.rosters import record_print, record_shredding, record_taking
from victim_support.paper.services.sheets import Absent, Card, register_card, start_run

__all__ = [
    "ROSTERS",
    "Absent",
    "Card",
    "record_check",
    "record_print",
    "record_shredding",
    "record_taking",
    "register_card",
    "start_run",
]
