"""Desks in an invented town, for cards and rosters."""

from tests.evacuees.conftest import desk, guardian, manager, shelters

__all__ = ["desk", "guardian", "manager", "shelters"]
