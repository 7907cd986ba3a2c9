"""Writes of the office's settings."""

from collections.abc import Collection, Mapping
from typing import Any

from victim_support.certificates.services import seal
from victim_support.core.limits import Limit, limit
from victim_support.core.reads import log_security
from victim_support.core.settings import put_setting, setting
from victim_support.office.queries import list_seal_machines, may_allow_seal


class NotHereError(Exception):
    """What is decided at the headquarters was tried on another machine."""


def change_settings(values: Mapping[str, Any]) -> int:
    """Keep the settings (設定) that differ from what is kept; return how many."""
    changed = {key: value for key, value in values.items() if setting(key) != value}
    for key, value in changed.items():
        put_setting(key=key, value=value)
    return len(changed)


def change_limits(values: Mapping[Limit, int]) -> int:
    """Keep the limits of safety (安全の決まり) that differ; return how many, each is an event."""
    changed = {which: value for which, value in values.items() if limit(which) != value}
    for which, value in changed.items():
        log_security("limit.changed", limit=which.name, before=limit(which), after=value)
        put_setting(key=which.key, value=value)
    return len(changed)


def allow_seal(*, rule: str, nodes: Collection[str]) -> None:
    """Say by which rule which machines print the seal (電子公印); those not known stay out.

    Raises:
        NotHereError: Another machine than the headquarters, once there is one.
    """
    if not may_allow_seal():
        raise NotHereError
    known = [node for node, _ in list_seal_machines() if str(node) in nodes]
    seal.allow_seal(rule=rule.strip(), nodes=known)
