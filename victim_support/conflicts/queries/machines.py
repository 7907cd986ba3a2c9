"""What a machine is called on a page of conflicts, and whether its clock can be believed."""

from dataclasses import dataclass
from uuid import UUID

from victim_support.core.db import db
from victim_support.core.node import list_lives
from victim_support.sync.models import Peer
from victim_support.sync.queries import find_authority, trusted
from victim_support.sync.standing import WRONG_CLOCK, offset_words

HERE = "この端末"


@dataclass(frozen=True, slots=True)
class NodeWords:
    """A machine in words."""

    words: str
    clock: str
    """A warning when its clock was wrong at the last contact; empty otherwise."""


def describe_node(node: UUID) -> NodeWords:
    """Return the name that the headquarters gave a machine, else the end of its id."""
    is_here = node in list_lives()
    peer = db.session.get(Peer, node)
    if peer is None or find_authority() is None:
        return NodeWords(HERE if is_here else f"端末 {node.hex[-4:]}", "")
    name = trusted(peer.certificate).name
    if is_here:
        return NodeWords(f"{name}（{HERE}）", "")
    return NodeWords(name, _clock(peer.clock_offset))


def _clock(offset: float | None) -> str:
    """Say how wrong a clock was."""
    if offset is None or abs(offset) < WRONG_CLOCK:
        return ""
    direction = "進んで" if offset > 0 else "遅れて"
    return f"この端末の時計は{offset_words(offset)}{direction}いました。時刻はめやすです。"
