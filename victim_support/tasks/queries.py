"""What waits for the actor's decision, over all slices."""

from dataclasses import dataclass

from victim_support.accounts.tasks import KINDS as ACCOUNTS
from victim_support.certificates.tasks import KINDS as CERTIFICATES
from victim_support.conflicts.tasks import KINDS as CONFLICTS
from victim_support.core.access import current_actor
from victim_support.core.tasks import Task, TaskKind
from victim_support.counter.tasks import KINDS as COUNTER
from victim_support.damage.tasks import KINDS as DAMAGE
from victim_support.evacuees.tasks import KINDS as EVACUEES
from victim_support.paper.tasks import KINDS as PAPER
from victim_support.reports.tasks import KINDS as REPORTS
from victim_support.survey.tasks import KINDS as SURVEY
from victim_support.sync.tasks import KINDS as SYNC
from victim_support.vulnerable.tasks import KINDS as VULNERABLE

KINDS: tuple[TaskKind, ...] = (
    *ACCOUNTS,
    *CONFLICTS,
    *SYNC,
    *CERTIFICATES,
    *COUNTER,
    *EVACUEES,
    *VULNERABLE,
    *DAMAGE,
    *SURVEY,
    *PAPER,
    *REPORTS,
)
"""Every kind there is, in the order of urgency; a new slice adds its own here."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """All tasks of one kind, the oldest first."""

    kind: TaskKind
    tasks: list[Task]


def list_waiting() -> list[Waiting]:
    """Return the kinds the actor may decide, with their tasks; kinds without tasks, too."""
    actor = current_actor()
    return [
        Waiting(kind, sorted(kind.find(), key=_age)) for kind in KINDS if actor.may(kind.permission)
    ]


def _age(task: Task) -> tuple[float, str]:
    return task.since.timestamp() if task.since else 0.0, task.url
