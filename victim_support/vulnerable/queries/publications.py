"""Lists of names to be published (氏名の公表): who may be on them now, by the town's policy."""

from collections.abc import Collection, Sequence
from uuid import UUID

from flask import abort
from sqlalchemy import select

from victim_support.core.db import db
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.scopes import current_scopes
from victim_support.core.settings import setting
from victim_support.victims.queries import get_answer_form, list_given
from victim_support.vulnerable.models import Block, Publication
from victim_support.vulnerable.queries.blocks import BlockLine, get_block, list_block
from victim_support.vulnerable.rules.blocks import (
    POLICY_SETTING,
    PublicationOutcome,
    PublicationPolicy,
    may_be_published,
)


def get_policy() -> PublicationPolicy:
    """Return the town's policy; off until it has decided, and for a value of a newer version."""
    kept = setting(POLICY_SETTING)
    return PublicationPolicy(kept) if kept in set(PublicationPolicy) else PublicationPolicy.OFF


def list_publishable(block: Block, policy: PublicationPolicy) -> list[BlockLine]:
    """Return the people of a block whose names may be published; never anybody protected."""
    if policy is PublicationPolicy.OFF:
        return []
    return _allowed(list_block(block, view(Audience.FILE, Purpose.RECORD)).lines, policy)


def list_published(publication: Publication) -> list[BlockLine]:
    """Return who is on an approved list now: without those found, protected or refused since."""
    if publication.outcome is not PublicationOutcome.APPROVED or publication.block_id is None:
        return []
    policy = publication.policy
    if not isinstance(policy, PublicationPolicy) or get_policy() is PublicationPolicy.OFF:
        return []
    ids = set(publication.person_ids or ())
    lines = list_publishable(get_block(publication.block_id), policy)
    return [line for line in lines if str(line.person_id) in ids]


def list_publications(block_id: UUID | None = None) -> list[Publication]:
    """Return requests to publish, newest first, of one block or of all."""
    statement = select(Publication).where(
        Publication.scope == current_scopes().core, Publication.is_withdrawn.is_(False)
    )
    if block_id is not None:
        statement = statement.where(Publication.block_id == block_id)
    ordered = statement.order_by(Publication.requested_at.desc(), Publication.id)
    return list(db.session.scalars(ordered))


def get_publication(publication_id: UUID) -> Publication:
    """Return a request to publish, or 404."""
    row = db.session.get(Publication, (current_scopes().core, publication_id))
    return abort(404) if row is None or row.is_withdrawn else row


def _allowed(lines: Sequence[BlockLine], policy: PublicationPolicy) -> list[BlockLine]:
    answers = list_given(_ids(lines), get_answer_form().edition)
    return [
        line
        for line in lines
        if may_be_published(line.standing, answers.get(line.person_id, ()), policy)
    ]


def _ids(lines: Collection[BlockLine]) -> list[UUID]:
    return [line.person_id for line in lines]
