"""What every table must say, checked when the program starts."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from victim_support.core.tables import Table, TableError
from victim_support.damage.rules import DamageGrade, SurveyOutcome

Values = Mapping[str, Any]
RowCheck = Callable[[str, Values], Iterable[tuple[str, str]]]
OUTCOMES = {*(each.value for each in DamageGrade), *(each.value for each in SurveyOutcome)}
# The keys of every row: a key that ends in "?" may be missing; a row may take part in the
# calculation only when all the others are there.
NUMBERS = {
    "grades": ("from_percent?", "from_floor_area_percent?"),
    "tilt": ("total_from", "counts_from", "points", "pile_settlement_cm?"),
    "loss_limit": ("percent",),
    "floors": ("main", "other"),
    "foundation": ("crack_m?", "margin_m?", "joined_within_m?", "added_percent?"),
    "earthquake_sheets": (
        "roof_percent?", "wall_percent?", "opening_percent?", "opening_places?", "tilt_from?",
    ),
    "flood_depth": ("storeys?", "corners?", "from_m?"),
    "ground_first": ("tilt_from?",),
    "ground_second": (
        "tilt_from", "floor_share?", "fixed?", "fixed_even?", "column_points?", "column_most?",
        "column_added?", "others?",
    ),
}  # fmt: skip
OTHERS = {
    "guideline": ("name", "names"),
    "degrees": ("percent?", "upper_percent?"),
    "grades": ("outcome?",),
    "weights": ("parts",),
    "tilt": ("replaces", "at_least_half"),
    "loss_limit": ("parts", "sheet_points"),
    "appearance": ("findings",),
    "equipment": ("limits",),
    "earthquake_sheets": ("parts?",),
    "flood_depth": ("outcomes?", "below_floor?", "force?", "no_force?"),
    "wind_exterior": ("parts",),
    "ground_first": ("sunk_to",),
    "ground_second": ("sunk_to", "surveyed?", "column?", "points?"),
}
COMMON = {"label", "confirmed", "unknown", "source"}
FLAGS = {"confirmed", "unknown", "at_least_half"}
LISTS = {
    "names", "upper_percent", "replaces", "findings", "outcomes", "surveyed"
}  # fmt: skip


def _check(name: str, more: RowCheck | None = None) -> Callable[[Table], None]:
    numbers, others = NUMBERS.get(name, ()), OTHERS.get(name, ())

    def check(table: Table) -> None:
        for edition in table.editions:
            for row, values in edition.rows.items():
                problems = [*_keys(values, (*numbers, *others))]
                problems += [*_numbers(values, numbers)]
                problems += [] if problems or more is None else [*more(row, values)]
                for key, problem in problems:
                    message = f"{table.name}: {row} の {key}: {problem}"
                    raise TableError(message, edition=edition.position, row=row, key=key)

    return check


def _keys(values: Values, keys: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    if values.get("unknown"):
        return
    known = {key.rstrip("?") for key in keys} | COMMON
    for key in keys:
        if not key.endswith("?") and key not in values:
            yield key, "値がありません"
    for key in values.keys() - known:
        yield key, "知らない項目です"
    yield from _shapes(values)


def _shapes(values: Values) -> Iterable[tuple[str, str]]:
    for key, value in values.items():
        if key in LISTS and not isinstance(value, list):
            yield key, "[ ] で並べてください"
        if key in FLAGS and not isinstance(value, bool):
            yield key, "true か false で書いてください"
        if isinstance(value, Mapping):
            numbers = [each for one in value.values() for each in _listed(one)]
            if not all(_is_number(each) for each in numbers):
                yield key, "0以上の数を並べてください"


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _numbers(values: Values, keys: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    for key in (each.rstrip("?") for each in keys):
        for one in _listed(values.get(key, 0)):
            if not _is_number(one):
                yield key, f"{one!r} は0以上の数ではありません"


def _is_number(value: object) -> bool:
    if isinstance(value, bool):
        return False
    try:
        return Fraction(str(value)) >= 0
    except (ValueError, ZeroDivisionError):
        return False


def _guideline(_: str, values: Values) -> Iterable[tuple[str, str]]:
    if not values["name"]:
        yield "name", "版の名前がありません"


def _grades(row: str, values: Values) -> Iterable[tuple[str, str]]:
    if row == "below":
        if values.get("outcome") not in OUTCOMES:
            yield "outcome", f"{values.get('outcome')!r} は結果の名前ではありません"
    elif row not in OUTCOMES:
        yield "label", "行の名前は結果の名前にしてください"
    elif "from_percent" not in values:
        yield "from_percent", "値がありません"


def _weights(_: str, values: Values) -> Iterable[tuple[str, str]]:
    parts = values["parts"]
    if not isinstance(parts, Mapping):
        yield "parts", "部位と数を並べてください"
    elif sum(Fraction(str(each)) for each in parts.values()) != 100:
        yield "parts", "合わせて 100 ではありません"


def _degrees(row: str, values: Values) -> Iterable[tuple[str, str]]:
    if row == "degrees":
        percent = values.get("percent")
        if not isinstance(percent, Mapping) or list(percent) != ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ"]:
            yield "percent", "Ⅰ～Ⅴ を順に並べてください"
        elif sorted(percent.values()) != list(percent.values()):
            yield "percent", "重いほど大きくしてください"


def _tilt(_: str, values: Values) -> Iterable[tuple[str, str]]:
    if Fraction(str(values["counts_from"])) > Fraction(str(values["total_from"])):
        yield "counts_from", "total_from より大きくはできません"


def _depths(row: str, values: Values) -> Iterable[tuple[str, str]]:
    if row == "area":
        words = [values.get("force"), values.get("no_force")]
    elif row == "houses":
        words = []
    else:
        steps, words = values.get("from_m", []), [*values.get("outcomes", [])]
        if not steps or len(steps) != len(words) or sorted(steps, reverse=True) != steps:
            yield "from_m", "outcomes と同じ数の深さを、深いほうから並べてください"
        words.append(values.get("below_floor"))
    for word in words:
        if word not in OUTCOMES:
            yield "outcomes", f"{word!r} は結果の名前ではありません"


CHECKS: dict[str, Callable[[Table], None]] = {
    "guideline": _check("guideline", _guideline),
    "grades": _check("grades", _grades),
    "degrees": _check("degrees", _degrees),
    "weights": _check("weights", _weights),
    "tilt": _check("tilt", _tilt),
    "loss_limit": _check("loss_limit"),
    "appearance": _check("appearance"),
    "floors": _check("floors"),
    "foundation": _check("foundation"),
    "equipment": _check("equipment"),
    "earthquake_sheets": _check("earthquake_sheets"),
    "flood_depth": _check("flood_depth", _depths),
    "wind_exterior": _check("wind_exterior"),
    "ground_first": _check("ground_first"),
    "ground_second": _check("ground_second"),
}
