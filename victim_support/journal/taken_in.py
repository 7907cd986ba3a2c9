"""Who looks at the records after operations of other machines were taken in (同期のあと).

Two machines may each be right alone and leave something together that a rule forbids, such as an
address in the open scope of somebody who is protected by now. Whoever holds the records puts that
right in a transaction of its own. Every machine that holds them does, so followers write only what
follows from the records, the same on each, and find nothing to do the second time.
"""

from collections.abc import Callable

_Follower = Callable[[], None]
_followers: list[_Follower] = []


def after_exchange(follower: _Follower) -> _Follower:
    """Call a function after every exchange, under the scopes of each disaster.

    It runs outside of transactions, as the program itself, and must be cheap when nothing is to
    be done. A machine that may not hold what is sealed does not run it.
    """
    _followers.append(follower)
    return follower


def tell_taken_in() -> None:
    """Let every follower look at the records of the current disaster."""
    for follow in _followers:
        follow()
