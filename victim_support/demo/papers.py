"""Papers of the invented disaster: some issued at the counter, some in one go, some told of."""

from collections.abc import Sequence

from victim_support.batches import queries, services
from victim_support.batches.rules import HandlingKind, NoticeWay
from victim_support.certificates.queries import Paper
from victim_support.certificates.rules import PaperKind
from victim_support.core import clock
from victim_support.core.actor import current_actor_id
from victim_support.core.db import db, transaction

IN_BULK, NOTIFIED, COLLECTED = 10, 4, 2
HOW = ((NoticeWay.PHONE, ""), (NoticeWay.PHONE, "留守番電話"), (NoticeWay.VISIT, "避難所で"))


def issue_in_bulk() -> None:
    """Issue the papers of the last streets in one go, and tell a few of those whose they are."""
    by = current_actor_id()
    found = queries.list_candidates(PaperKind.RISAI).candidates[-IN_BULK:]
    words = "、".join(dict.fromkeys(one.town for one in found))
    db.session.rollback()
    with transaction(reason="罹災証明書の一括発行"):
        wanted = services.Wanted(PaperKind.RISAI, words, len(found), is_mailed=True)
        batch_id = services.start_batch(wanted, by=by).id
    at, ids = 0, [one.application_id for one in found]
    while at < len(ids):
        with transaction(reason="罹災証明書の一括発行"):
            at = services.issue_some(batch_id, ids, at, by=by)
    with transaction(reason="証明書の引渡し"):
        _tell([one.paper for one in queries.open_batch(batch_id).printable[:NOTIFIED]])


def _tell(papers: Sequence[Paper]) -> None:
    today, by = clock.today(), current_actor_id()
    for place, paper in enumerate(papers):
        way, note = HOW[place % len(HOW)]
        told = services.Handling(HandlingKind.NOTIFIED, today, way, note)
        services.record_handling(paper, told, by=by)
    for paper in papers[-COLLECTED:]:
        given = services.Handling(HandlingKind.COLLECTED, today)
        services.record_handling(paper, given, by=by)
