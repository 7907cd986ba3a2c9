"""Reads of the office's settings and of this machine."""

from dataclasses import dataclass
from typing import Any

from victim_support.core.context import municipality
from victim_support.core.node import this_node
from victim_support.core.settings import setting


@dataclass(frozen=True, slots=True)
class Machine:
    """What a label on this laptop would say."""

    municipality: str
    number_prefix: str
    is_provisional: bool


def get_machine() -> Machine:
    """Return municipality code and number series of this machine."""
    node = this_node()
    return Machine(municipality(), node.number_prefix, node.is_provisional)


def get_settings(keys: dict[str, str]) -> dict[str, Any]:
    """Return the settings that are kept, by field name."""
    found = {name: setting(key) for name, key in keys.items()}
    return {name: value for name, value in found.items() if value is not None}
