"""This machine: its identity in the journal and the series of its document numbers."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import false, select
from sqlalchemy.orm import Mapped, mapped_column

from victim_support.core import clock
from victim_support.core.db import Base, db
from victim_support.core.ids import new_id
from victim_support.core.letters import ALPHABET

PREFIX_LENGTH = 2
PROVISIONAL_LENGTH = 4
_WRONG_PREFIX = f"番号の頭文字は {ALPHABET} のうち{PREFIX_LENGTH}文字です: {{}}"

_names: list[Callable[[UUID], str | None]] = []


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
    # Another life of the same disk image may draw the same numbers: none until enrolled again.
    is_suspended: Mapped[bool] = mapped_column(default=False, server_default=false())


_NEWEST = (
    select(
        Node.id,
        Node.incarnation,
        Node.number_prefix,
        Node.is_provisional,
        Node.is_suspended,
    )
    .order_by(Node.incarnation.desc())
    .limit(1)
)


@dataclass(frozen=True)
class NodeIdentity:
    """Who writes: a new incarnation has a new id, so its sequence numbers start anew."""

    id: UUID
    incarnation: int
    number_prefix: str
    is_provisional: bool
    is_suspended: bool = False


def create_node(prefix: str | None = None, *, is_suspended: bool = False) -> NodeIdentity:
    """Create the identity of this machine, or its next incarnation; inside ``transaction()``.

    Args:
        prefix: Two characters from the kit label. Without it the node numbers its documents in a
            provisional series of four random characters, which is kept for ever.
        is_suspended: No number may be drawn before the headquarters has enrolled this life.

    Raises:
        NodePrefixError: The prefix is not two characters of the alphabet.
    """
    if prefix is not None and not is_prefix(prefix):
        raise NodePrefixError(_WRONG_PREFIX.format(prefix))
    last = _newest()
    series = "".join(secrets.choice(ALPHABET) for _ in range(PROVISIONAL_LENGTH))
    node = Node(
        id=new_id(),
        incarnation=last.incarnation + 1 if last else 1,
        number_prefix=prefix or series,
        is_provisional=prefix is None,
        created_at=clock.now(),
        is_suspended=is_suspended,
    )
    db.session.add(node)
    db.session.flush()
    return this_node()


def this_node() -> NodeIdentity:
    """Return the identity this machine writes with.

    Raises:
        NodeMissingError: The instance was not created by ``init``.
    """
    node = _newest()
    if node is None:
        raise NodeMissingError
    return node


def is_prefix(text: str) -> bool:
    """Tell whether a text can be the prefix of a machine's numbers."""
    return len(text) == PREFIX_LENGTH and set(text) <= set(ALPHABET)


def may_draw_numbers() -> bool:
    """Tell whether this machine may print new numbers: not while another life may draw the same."""
    return not this_node().is_suspended


def suspend_numbers() -> None:
    """Draw no number until the headquarters has enrolled this machine; in ``transaction()``."""
    db.session.get_one(Node, this_node().id).is_suspended = True
    db.session.flush()


def take_prefix(prefix: str) -> None:
    """Number the papers from now on as the headquarters has granted; in ``transaction()``.

    Whoever may not draw numbers of a series may not after it was granted once more, either.

    Raises:
        NodePrefixError: The prefix is not two characters of the alphabet.
    """
    if not is_prefix(prefix):
        raise NodePrefixError(_WRONG_PREFIX.format(prefix))
    node = db.session.get_one(Node, this_node().id)
    node.is_suspended = node.is_suspended and prefix == node.number_prefix
    node.number_prefix, node.is_provisional = prefix, False
    db.session.flush()


def list_lives() -> list[UUID]:
    """Return the ids of all lives of this machine, the present one last."""
    statement = select(Node.id).order_by(Node.incarnation)
    return list(db.session.connection().scalars(statement))


def set_machine_names(names: Callable[[UUID], str | None]) -> None:
    """Let the exchange say how other machines are called."""
    _names[:] = [names]


def name_of_machine(node: UUID) -> str | None:
    """Return how another machine is called; None for this one and for an unknown one."""
    if node in list_lives():
        return None
    return next((name for names in _names if (name := names(node))), None)


def _newest() -> NodeIdentity | None:
    row = db.session.connection().execute(_NEWEST).first()
    return NodeIdentity(*row) if row else None
