"""Read what was marked on a survey sheet (調査票)."""

from collections.abc import Callable
from fractions import Fraction

from victim_support.damage.rules.cases import Mark, Parts, SheetInputs
from victim_support.damage.rules.reader import Reader, flag, named, number

BAND = "band_upper_percent"
AREA_BAND = "area_band_upper_percent"
# What the names of the file mean on the sheets without floors.
PART_MARKS = {
    "wall_marks": "壁(外壁)",
    "roof_marks": "屋根",
    "outer_wall_marks": "外壁",
    "column_marks": "柱(又は梁)",
    "miscellaneous_wall_marks": "雑壁・仕上等",
}
MAIN_POINTS = {
    "equipment_points": "設備等",
    "equipment_points_main_floor": "設備",
    "foundation_points": "基礎",
}
OTHER_POINTS = {"equipment_points_other_floor": "設備"}
POINTS = number(0, 100)
SHEET_NAMES = frozenset(
    {
        *PART_MARKS, "main_floor_marks", "other_floor_marks", "sheet_points", "equipment_points",
        "foundation_loss_rate_band_upper_percent", "equipment_points_main_floor",
        "equipment_points_other_floor", "foundation_points",
    }
)  # fmt: skip

MarkReader = Callable[[object, str], tuple[Mark, ...]]


def read_sheet(
    reader: Reader, kind: str | None, read_marks: Callable[..., MarkReader]
) -> SheetInputs:
    """Return what was marked; ``kind`` is A, B or C in the first earthquake survey."""
    one = read_marks(BAND, AREA_BAND)
    marks: dict[str, tuple[Mark, ...]] = {}
    for name, part in PART_MARKS.items():
        found = reader.optional(name, one)
        if found is not None:
            marks[part] = found
    floors = reader.optional("main_floor_marks", named(one))
    others: Parts | None = reader.optional("other_floor_marks", named(one))
    return SheetInputs(
        kind=kind,
        marks={**marks, **(floors or {})},
        other_marks=others,
        foundation_band=reader.optional("foundation_loss_rate_band_upper_percent", POINTS),
        pictures=reader.optional("sheet_points", named(POINTS)),
        points=_points(reader, MAIN_POINTS),
        other_points=_points(reader, OTHER_POINTS),
        has_mud=reader.optional("mud_under_floor", flag),
    )


def _points(reader: Reader, names: dict[str, str]) -> dict[str, Fraction]:
    found = {part: reader.optional(name, POINTS) for name, part in names.items()}
    return {part: value for part, value in found.items() if value is not None}
