"""Grade ground damage (液状化等の地盤被害): settlement, sinking, mud; first and second survey."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from victim_support.damage.rules import DamageGrade, SurveyOutcome
from victim_support.damage.rules.cases import Case
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.reader import folded
from victim_support.damage.rules.scale import graded
from victim_support.damage.rules.tables import Row
from victim_support.damage.rules.workings import Decision, Workings, shown

GROUND = "地盤被害による判定"
# From the deepest; a depth is reached when the house or the mud comes up to it.
LEVELS = ("床上1m", "床", "基礎の天端下25cm", "なし")
SUNK = ("total", "large_half", "medium_half", "half")
MUD = ("mud_total", "mud_large_half", "mud_half")
SHALLOWER = {"基礎の天端下25cm未満", "基礎の天端下25cmに満たない"}
NONE = len(LEVELS) - 1


def by_ground(case: Case, work: Workings) -> Decision:
    """Return the outcome of the first survey: the heavier of tilt, sinking and mud.

    Raises:
        CaseError: Neither was entered.
    """
    ground, tilt = case.inputs.ground, case.inputs.tilt
    if tilt is None and ground.sunk_to is None and ground.mud_reaches is None:
        raise CaseError("inputs: 傾斜、潜り込み、堆積した土砂のどれかが要ります。")
    found = [
        each
        for each in (_by_mud(case, work), _by_tilt(case, work), _by_sinking(case, work))
        if each is not None
    ]
    if found:
        heaviest = max(found, key=lambda grade: grade.severity)
        return Decision(heaviest, GROUND)
    work.because("地盤被害の判定のどの区分にも当たらない: 通常の調査へ")
    return Decision(SurveyOutcome.UNDECIDED, GROUND)


def by_pattern(case: Case, work: Workings) -> Decision:
    """Return the grade of the second survey (計算方法早見表 ①~⑧).

    Raises:
        CaseError: A value that the pattern needs is missing.
    """
    ground, tilt = case.inputs.ground, case.inputs.tilt or Fraction(0)
    kind = case.structure.value
    limits = work.row("ground_second", f"{kind}_limits")
    level = _level(ground.sunk_to, "whole_house_sunk_to")
    if tilt >= limits.number("tilt_from") or level <= _place(limits.text("sunk_to")):
        work.because("傾斜が 1/20 以上か、床上1m まで潜り込み: 全壊", limits)
        return Decision(DamageGrade.TOTAL, GROUND)
    row = _pattern(work, kind, level, tilt)
    points = _part_points(case, row, limits)
    total = _fixed(case, row) + sum(points, Fraction(0)) + _others(case, limits)
    column = _column(case, row, limits)
    work.because(f"{row.label}: 合計 {shown(total)}", row)
    if "柱" in row.list("surveyed") and column >= limits.number("column_points"):
        work.because(f"柱の部位別損害割合 {shown(column)}: 全壊", limits)
        is_same = graded(total, work).outcome is DamageGrade.TOTAL
        return Decision(DamageGrade.TOTAL, "柱の部位別損害割合", total, is_percent=is_same)
    return graded(min(total, Fraction(100)), work)


def _by_tilt(case: Case, work: Workings) -> DamageGrade | None:
    tilt = case.inputs.tilt
    if tilt is None:
        return None
    if case.inputs.ground.tilts_together is False:
        work.because("基礎と柱が一体で傾いていないので、地盤被害の傾斜では判定しません。")
        return None
    for row in _rows(work, SUNK):
        if tilt >= row.number("tilt_from"):
            work.because(f"不同沈下の傾斜 {row.text('tilt_from')} 以上: {row.label}", row)
            return DamageGrade(row.name)
    return None


def _by_sinking(case: Case, work: Workings) -> DamageGrade | None:
    level = _level(case.inputs.ground.sunk_to, "whole_house_sunk_to")
    return _by_level(level, work, SUNK, "潜り込み")


def _by_mud(case: Case, work: Workings) -> DamageGrade | None:
    ground = case.inputs.ground
    if ground.mud_reaches is None:
        return None
    if not work.has("ground_first", MUD[0]):
        raise CaseError(f"{work.edition}版に、堆積した土砂による判定はありません。")
    level = _level(ground.mud_reaches, "sediment_reaches")
    if not ground.mud_is_even:
        work.because("土砂が住家の内外に一様に堆積していないので、地盤被害では判定しません。")
        return None
    return _by_level(level, work, MUD, "堆積した土砂")


def _by_level(level: int, work: Workings, names: Sequence[str], what: str) -> DamageGrade | None:
    if level == NONE:
        return None
    for row in _rows(work, names):
        if level <= _place(row.text("sunk_to")):
            work.because(f"{what} {row.text('sunk_to')} まで: {row.label}", row)
            return DamageGrade(row.name.removeprefix("mud_"))
    return None


def _rows(work: Workings, names: Sequence[str]) -> Iterator[Row]:
    """Return the rows from the heaviest, only as far as asked: a lighter one may be unknown."""
    for name in names:
        if work.has("ground_first", name):
            yield work.row("ground_first", name)


def _place(name: str) -> int:
    return LEVELS.index(name)


def _level(given: str | None, name: str) -> int:
    if given is None or given in SHALLOWER:
        return NONE
    plain = folded(given).removesuffix("以上").removesuffix("まで")
    if plain not in LEVELS:
        known = "、".join([*LEVELS[:-1], *sorted(SHALLOWER)])
        raise CaseError(f"inputs.{name}: 「{given}」は使えません({known})。")
    return _place(plain)


def _pattern(work: Workings, kind: str, level: int, tilt: Fraction) -> Row:
    for number in range(1, 10):
        row = work.row("ground_second", f"{kind}_{number}")
        if level <= _place(row.text("sunk_to")) and tilt >= row.number("tilt_from"):
            return row
    raise CaseError("inputs: この沈下と傾斜に当たる欄が表にありません。")


def _fixed(case: Case, row: Row) -> Fraction:
    ground, fixed = case.inputs.ground, row.number("fixed")
    if row.has("fixed_even"):
        if ground.is_uneven is None:
            raise CaseError("inputs.uneven_settlement: 不同沈下があるかを入れてください。")
        fixed = fixed if ground.is_uneven else row.number("fixed_even")
    share = row.number("floor_share")
    if not share:
        return fixed
    if ground.first_floor_share is None or not ground.first_floor_share:
        raise CaseError(
            "inputs.first_floor_share_of_total_floor_area: 1階の床面積の割合が要ります。"
        )
    return share * ground.first_floor_share + fixed


def _part_points(case: Case, row: Row, limits: Row) -> list[Fraction]:
    most, given = limits.numbers("points"), case.inputs.ground.part_points
    for name, value in given.items():
        if name not in most:
            raise CaseError(f"inputs.part_points.{name}: 部位は {'、'.join(most)} です。")
        if value > most[name]:
            raise CaseError(f"inputs.part_points.{name}: {shown(most[name])} 点までです。")
    plain = [given.get(name, Fraction(0)) for name in row.list("surveyed") if name != "柱"]
    return [*plain, _column(case, row, limits)]


def _column(case: Case, row: Row, limits: Row) -> Fraction:
    if "柱" not in row.list("surveyed"):
        return Fraction(0)
    added = row.number("column_added") if row.has("column_added") else Fraction(0)
    points = case.inputs.ground.part_points.get("柱", Fraction(0))
    return min(points + added, limits.number("column_most"))


def _others(case: Case, limits: Row) -> Fraction:
    points = case.inputs.ground.other_points
    if points is None:
        raise CaseError("inputs.other_part_points: その他の部位の点数が要ります。なければ 0 です。")
    if points > limits.number("others"):
        raise CaseError(f"inputs.other_part_points: {shown(limits.number('others'))} 点までです。")
    return points
