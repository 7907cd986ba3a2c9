"""Geometry of the board: small lines as coordinates, so that a template only draws."""

from collections.abc import Sequence

SPARK_WIDTH, SPARK_HEIGHT = 100, 20


def spark_path(values: Sequence[int]) -> str:
    """Return the path of a line without words, in a box of 100 × 20."""
    if len(values) < 2:
        return ""
    most, wide = max(*values, 1), SPARK_WIDTH / (len(values) - 1)
    places = [
        (round(n * wide, 1), round(SPARK_HEIGHT - 1 - (SPARK_HEIGHT - 2) * value / most, 1))
        for n, value in enumerate(values)
    ]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)
