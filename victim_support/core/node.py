"""This machine: its identity in the journal and the series of its document numbers."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core import clock
from victim_support.core.db import Base, db
from victim_support.core.ids import new_id

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # base 32 without the look-alikes I, L, O, U
PREFIX_LENGTH = 2
PROVISIONAL_LENGTH = 4


class NodePrefixError(ValueError):
    """A number prefix is not two characters of the alphabet."""


class NodeMissingError(Exception):
    """The instance has no node yet; ``init`` creates it."""


class Node(Base):
    """One life (incarnation) of this machine; the newest one writes."""

    __tablename__ = "nodes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    incarnation: Mapped[int] = mapped_column(unique=True)
    number_prefix: Mapped[str]
    is_provisional: Mapped[bool]
    created_at: Mapped[datetime]


@dataclass(frozen=True)
class NodeIdentity:
    """Who writes: a new incarnation has a new id, so its sequence numbers start anew."""

    id: UUID
    incarnation: int
    number_prefix: str
    is_provisional: bool


def create_node(prefix: str | None = None) -> NodeIdentity:
    """Create the identity of this machine, or its next incarnation; inside ``transaction()``.

    Args:
        prefix: Two characters from the kit label. Without it the node numbers its documents in a
            provisional series of four random characters, which is kept for ever.

    Raises:
        NodePrefixError: The prefix is not two characters of the alphabet.
    """
    if prefix is not None and (len(prefix) != PREFIX_LENGTH or not set(prefix) <= set(ALPHABET)):
        raise NodePrefixError(prefix)
    last = _newest()
    series = "".join(secrets.choice(ALPHABET) for _ in range(PROVISIONAL_LENGTH))
    node = Node(
        id=new_id(),
        incarnation=last.incarnation + 1 if last else 1,
        number_prefix=prefix or series,
        is_provisional=prefix is None,
        created_at=clock.now(),
    )
    db.session.add(node)
    db.session.flush()
    return NodeIdentity(node.id, node.incarnation, node.number_prefix, node.is_provisional)


def this_node() -> NodeIdentity:
    """Return the identity this machine writes with.

    Raises:
        NodeMissingError: The instance was not created by ``init``.
    """
    node = _newest()
    if node is None:
        raise NodeMissingError
    return node


def _newest() -> NodeIdentity | None:
    columns = (Node.id, Node.incarnation, Node.number_prefix, Node.is_provisional)
    statement = select(*columns).order_by(Node.incarnation.desc()).limit(1)
    row = db.session.connection().execute(statement).first()
    return NodeIdentity(*row) if row else None
