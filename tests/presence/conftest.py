"""Desks in the invented town of reception."""

from tests.evacuees.conftest import desk, guardian, manager, shelters

__all__ = ["desk", "guardian", "manager", "shelters"]
