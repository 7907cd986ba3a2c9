"""Who hears that a person is protected now (支援措置), to seal what else tells of her."""

from collections.abc import Callable
from uuid import UUID

_Follower = Callable[[UUID], None]
_followers: list[_Follower] = []


def on_protected(follower: _Follower) -> _Follower:
    """Call a function with the id of everybody who is protected, in the same transaction.

    For domains above this one, which hold records of her that this one must not know. Followers
    run in the order in which they were given and find nothing to do when she was protected before.
    """
    _followers.append(follower)
    return follower


def tell_protected(person_id: UUID) -> None:
    """Let every follower seal what it holds of somebody."""
    for follow in _followers:
        follow(person_id)
