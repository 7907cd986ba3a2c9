"""Writes of the office's settings."""

from collections.abc import Mapping
from typing import Any

from victim_support.core.settings import put_setting, setting


def change_settings(values: Mapping[str, Any]) -> int:
    """Keep the settings (設定) that differ from what is kept; return how many."""
    changed = {key: value for key, value in values.items() if setting(key) != value}
    for key, value in changed.items():
        put_setting(key=key, value=value)
    return len(changed)
