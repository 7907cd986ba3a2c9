"""What waits for a decision: names that somebody wants to publish."""

from flask import url_for

from victim_support.core.access import current_actor
from victim_support.core.tasks import Task, TaskKind
from victim_support.vulnerable.queries.publications import list_publications
from victim_support.vulnerable.rules.blocks import may_decide


def _waiting() -> list[Task]:
    """Return the requests of somebody else that nobody has decided."""
    by = current_actor().id
    return [
        Task(
            url_for("vulnerable.publication", publication_id=one.id),
            one.requested_at,
            words=f"{len(one.person_ids or ())}人",
        )
        for one in list_publications()
        if one.outcome is None and may_decide(requested_by=one.requested_by, decided_by=by)
    ]


KINDS = (
    TaskKind(
        "publications",
        "氏名の公表の求め",
        "求めた人とは別の人が、一人ずつ確かめて決めてください。",
        "block.publish",
        _waiting,
    ),
)
