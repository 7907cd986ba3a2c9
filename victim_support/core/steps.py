"""Work that goes on in steps: a generator whose return value is the result."""

from collections.abc import Callable, Generator
from typing import TypeVar

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
