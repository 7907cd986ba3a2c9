"""Work that goes on in steps: a generator whose return value is the result."""

from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Step = TypeVar("Step")
Result = TypeVar("Result")


def result_of(
    steps: Generator[Step, None, Result], tell: Callable[[Step], object] | None = None
) -> Result:
    """Go through steps to their end; return the result.

    Args:
        steps: The work.
        tell: Called with each step, to say how far it is.
    """
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result
        if tell is not None:
            tell(step)


def portions(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield items in lists of a size, the last one of what is left."""
    remaining = iter(items)
    while portion := list(islice(remaining, size)):
        yield portion
