"""Keep blocks (確認する区域), and let two people decide that names are published."""

from collections.abc import Collection, Sequence
from uuid import UUID

from victim_support.core import clock
from victim_support.core.actor import current_actor_id
from victim_support.core.db import db
from victim_support.core.ids import new_id
from victim_support.core.scopes import current_scopes
from victim_support.vulnerable.models import Block, Publication
from victim_support.vulnerable.rules.blocks import (
    PublicationOutcome,
    PublicationPolicy,
    may_decide,
)


class OwnRequestError(Exception):
    """Somebody would decide on their own request."""

    message = "自分の求めは、自分では決められません。ほかの人が確かめます。"


def save_block(
    *,
    name: str,
    town: str,
    first: str,
    last: str,
    corners: Sequence[Sequence[float]],
) -> Block:
    """Keep an area: a town with a range of 番地, a polygon on the map, or both together."""
    block = Block(
        scope=current_scopes().core,
        id=new_id(),
        name=name,
        town=town or None,
        first=first or None,
        last=last or None,
        corners=[list(corner) for corner in corners] or None,
        drawn_at=clock.now(),
    )
    db.session.add(block)
    return block


def drop_block(block: Block) -> None:
    """Take an area off the list; what was found of its people stays."""
    block.is_withdrawn = True


def request_publication(
    block: Block, *, policy: PublicationPolicy, person_ids: Collection[UUID], reason: str
) -> Publication:
    """Ask that names of a block are published; nothing is until somebody else agrees."""
    publication = Publication(
        scope=current_scopes().core,
        id=new_id(),
        block_id=block.id,
        policy=policy,
        person_ids=sorted(str(each) for each in person_ids),
        reason=reason,
        requested_by=current_actor_id(),
        requested_at=clock.now(),
    )
    db.session.add(publication)
    return publication


def decide_publication(publication: Publication, outcome: PublicationOutcome) -> None:
    """Decide on a request to publish: somebody else than who asked.

    Raises:
        OwnRequestError: It is the own request.
    """
    actor = current_actor_id()
    if not may_decide(requested_by=publication.requested_by, decided_by=actor):
        raise OwnRequestError
    publication.outcome = outcome
    publication.decided_by = actor
    publication.decided_at = clock.now()
