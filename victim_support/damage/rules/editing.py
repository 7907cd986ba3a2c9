"""Rows of the tables as fields of a form: every value by its place, and back again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from victim_support.core.tables import Edition, Table
from victim_support.damage.rules import DamageGrade, SurveyOutcome

HIDDEN = {"label", "confirmed", "unknown", "source", "name", "names"}
YES, NO = "はい", "いいえ"
OUTCOMES: dict[str, str] = {
    **{each.value: each.label for each in DamageGrade},
    **{each.value: each.label for each in SurveyOutcome},
}
LABELS = {
    "added_percent": "加える割合(%)",
    "at_least_half": "少なくとも半壊とする",
    "below_floor": "床下浸水の結果",
    "column": "柱の部位",
    "column_added": "柱に加える点数",
    "column_most": "柱の点数の上限",
    "column_points": "全壊とする柱の点数",
    "corners": "四隅の住家の数",
    "counts_from": "傾斜を数える値(以上)",
    "crack_m": "ひび割れ1か所の長さ(m)",
    "findings": "外観",
    "fixed": "点数",
    "fixed_even": "不同沈下がないときの点数",
    "floor_share": "1階の割合にかける点数",
    "force": "外力があるときの結果",
    "from_floor_area_percent": "延床面積の割合(%以上)",
    "from_m": "浸水深(m以上)",
    "from_percent": "損害割合(%以上)",
    "joined_within_m": "続くとみなす間隔(m)",
    "limits": "上限(%)",
    "main": "主たる居住階の係数",
    "margin_m": "両側に足す長さ(m)",
    "no_force": "外力がないときの結果",
    "opening_percent": "建具の割合(%以上)",
    "opening_places": "建具の箇所(以上)",
    "other": "その他の階の係数",
    "others": "その他の部位の点数の上限",
    "outcome": "結果",
    "outcomes": "結果",
    "parts": "部位",
    "percent": "割合(%)",
    "pile_settlement_cm": "基礎ぐいの最大沈下量(cm以上)",
    "points": "点数",
    "replaces": "置きかえる部位",
    "roof_percent": "屋根の割合(%以上)",
    "sheet_points": "調査票の点数(以上)",
    "storeys": "階数(まで)",
    "sunk_to": "沈下・堆積の深さ",
    "surveyed": "調査した点数を使う部位",
    "tilt_from": "傾斜(以上)",
    "total_from": "全壊とする傾斜(以上)",
    "upper_percent": "区分の上端(%)",
    "wall_percent": "外壁の割合(%以上)",
}
Path = tuple[str, ...]


class CellError(ValueError):
    """A value was not typed in the form of its place; the message is for the screen."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row: where it stands, what it is called, what it is now."""

    path: Path
    label: str
    text: str


def cells(values: Mapping[str, Any]) -> list[Cell]:
    """Return the values of a row, one by one, as a person reads them."""
    return [
        Cell(path, " ".join((LABELS.get(path[0], path[0]), *path[1:])), _text(value))
        for path, value in _leaves(values)
    ]


def shape_of(table: Table, edition: Edition, row: str) -> Mapping[str, Any]:
    """Return a row whose values show the form of an unknown one: of earlier, else a neighbour."""
    same = [each.rows.get(row) for each in reversed(table.editions) if each is not edition]
    for values in (edition.rows[row], *same, *edition.rows.values()):
        if values and not values.get("unknown") and any(_leaves(values)):
            return values
    return {}


def typed(shape: Mapping[str, Any], texts: Sequence[str]) -> dict[str, Any]:
    """Return the values of a row from what was typed for the cells of its shape.

    Raises:
        CellError: A text does not fit its place.
    """
    found: dict[str, Any] = {}
    for (path, value), text in zip(_leaves(shape), texts, strict=True):
        if not text.strip():
            continue
        place = found
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = _read(value, text.strip())
    return found


def _leaves(values: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    for name, value in values.items():
        if not path and name in HIDDEN:
            continue
        if isinstance(value, Mapping):
            yield from _leaves(value, (*path, name))
        else:
            yield (*path, name), value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return "、".join(_text(each) for each in value)
    return OUTCOMES.get(str(value), str(value))


def _read(like: Any, text: str) -> Any:
    if isinstance(like, bool):
        if text not in {YES, NO}:
            raise CellError(f"「{YES}」か「{NO}」で入れてください。")
        return text == YES
    if isinstance(like, list):
        parts = [part for part in text.replace(",", "、").split("、") if part.strip()]
        return [_read(like[0] if like else "", part.strip()) for part in parts]
    if str(like) in OUTCOMES:
        return _outcome(text)
    return _number(text) if _is_number(like) else text


def _outcome(text: str) -> str:
    found = next((word for word, label in OUTCOMES.items() if label == text), None)
    if found is None:
        raise CellError(f"結果は {'、'.join(OUTCOMES.values())} のどれかにしてください。")
    return found


def _is_number(value: Any) -> bool:
    try:
        Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return False
    return True


def _number(text: str) -> int | float | str:
    """Return a number as the tables write it: whole, decimal, or a share such as 1/60."""
    try:
        exact = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise CellError("数か、1/60 のような割合で入れてください。") from None
    if "/" in text:
        return text
    return int(exact) if exact.denominator == 1 else float(text)
