"""Who hears that a person is protected now (支援措置), or no more, to move what tells of her."""

from collections.abc import Callable
from uuid import UUID

_Follower = Callable[[UUID], None]
_followers: list[_Follower] = []
_lifted: list[_Follower] = []


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


def on_lifted(follower: _Follower) -> _Follower:
    """Call a function with the id of everybody whose protection is lifted (保護を解いた).

    In the same transaction, after what is hers has returned to the open scope.
    """
    _lifted.append(follower)
    return follower


def tell_lifted(person_id: UUID) -> None:
    """Let every follower open again what it sealed of somebody."""
    for follow in _lifted:
        follow(person_id)
