"""What accounts leave for a person to look at (要確認)."""

from flask import url_for

from victim_support.accounts.queries import list_emergencies
from victim_support.core.tasks import Task, TaskKind


def _used_emergencies() -> list[Task]:
    """Return the emergency accounts that were used and not looked at yet."""
    return [
        Task(url_for("accounts.emergencies"), each.used_at, words=f"理由「{each.reason}」")
        for each in list_emergencies()
        if each.used_at and not each.reviewed_at
    ]


KINDS = (
    TaskKind(
        "emergencies",
        "緊急用の利用者が使われました",
        "だれが何のために使ったかを確かめ、記録を見て、利用を止めてください。",
        "account.manage_any",
        _used_emergencies,
    ),
)
