"""Decisions that two records are one person, or two; each can be taken back by another one."""

from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db
from victim_support.core.scopes import current_scopes
from victim_support.victims.links import find_link
from victim_support.victims.models import PersonLink, link_id_of
from victim_support.victims.rules import LinkDecision, Protection
from victim_support.victims.services.sealing import person_rows


class SamePersonTwiceError(Exception):
    """A record was compared with itself."""


def link_people(
    one: UUID, other: UUID, decision: LinkDecision, *, reason: str, by: UUID | None
) -> PersonLink:
    """Keep that two records are one person (同じ人) or two (別の人), and why.

    A decision about somebody protected is sealed: it would tell whom she is like.

    Raises:
        SamePersonTwiceError: Both are one record.
    """
    if one == other:
        raise SamePersonTwiceError
    link = _row(one, other)
    link.first_id, link.second_id = sorted((one, other))
    link.decision = decision
    link.reason = reason
    link.decided_by = by
    link.decided_at = clock.now()
    link.is_withdrawn = False
    db.session.flush()
    return link


def unlink_people(one: UUID, other: UUID) -> PersonLink | None:
    """Take a decision back; the two records are a question again. Return what was taken back."""
    link = find_link(one, other)
    if link is not None:
        link.is_withdrawn = True
        db.session.flush()
    return link


def _row(one: UUID, other: UUID) -> PersonLink:
    scopes = current_scopes()
    link_id = link_id_of(one, other)
    scope = scopes.sealed if _is_protected(one) or _is_protected(other) else scopes.core
    row = db.session.get(PersonLink, (scope, link_id))
    if row is None:
        row = PersonLink(scope=scope, id=link_id)
        db.session.add(row)
    return row


def _is_protected(person_id: UUID) -> bool:
    rows = person_rows(person_id)
    return any(row.protection not in {None, Protection.NONE} for row in rows)
