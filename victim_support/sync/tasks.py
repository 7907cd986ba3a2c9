"""What came from other machines and waits (要確認): put aside, or of a newer version.

Nothing of their content is said: neither a name nor a place.
"""

from collections.abc import Sequence
from itertools import groupby

from flask import url_for

from victim_support.core.tasks import Task, TaskKind
from victim_support.sync.quarantine import Held, count_newer, list_held
from victim_support.sync.services.quarantine import fault_words

REVIEW, MACHINES = "machine.review", "machine.read"


def _held() -> Sequence[Task]:
    """Return one task for each machine and reason: what waits is decided in the order it came."""
    held = sorted(list_held(), key=lambda one: (one.row.node, one.fault))
    return [
        _task(list(several))
        for _, several in groupby(held, key=lambda one: (one.row.node, one.fault))
    ]


def _task(several: Sequence[Held]) -> Task:
    first, count = several[0], sum(one.count for one in several)
    return Task(
        url_for("held.show", row_id=first.row.id) if len(several) == 1 else url_for("held.index"),
        min(one.row.received_at for one in several),
        words=f"「{first.machine}」の記録 {count} 件。{fault_words(first)}",
    )


def _newer() -> Sequence[Task]:
    count = count_newer()
    words = f"この端末より新しい版で書かれた記録 {count} 件"
    return [Task(url_for("exchange.page"), None, words=words)] if count else []


KINDS = (
    TaskKind(
        "held",
        "保留の記録（取り込まずに待っているもの）",
        "書いた人に確かめ、取り込むかどうかを決めてください。決めるのは本部の端末です。",
        REVIEW,
        _held,
    ),
    TaskKind(
        "newer",
        "新しい版を待っている記録",
        "この端末のプログラムを新しくしてください。新しくすると、ひとりでに表示されます。",
        MACHINES,
        _newer,
    ),
)
