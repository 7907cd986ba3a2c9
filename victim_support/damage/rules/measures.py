"""Numbers from what was measured: loss rates of parts, cells of the sheet, weights of floors."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import floor

from victim_support.damage.rules.cases import HUNDRED, Columns, Foundation, Mark
from victim_support.damage.rules.errors import CaseError
from victim_support.damage.rules.tables import Row
from victim_support.damage.rules.workings import shown

HALF = Fraction(1, 2)


def half_up(value: Fraction) -> Fraction:
    """Round as the survey sheets do: 0.5 goes up (四捨五入)."""
    return Fraction(floor(value + HALF))


def loss_rate(marks: Iterable[Mark], part: str, degrees: Mapping[str, Fraction]) -> Fraction:
    """Return the loss rate of a part in percent: Σ (degree × share of the part).

    Raises:
        CaseError: The shares are more than the whole part.
    """
    seen = tuple(marks)
    _within_hundred(seen, part)
    return sum((degrees[mark.degree] * mark.percent for mark in seen), Fraction(0)) / HUNDRED


def sheet_points(
    marks: Iterable[Mark], part: str, weight: Fraction, degrees: Row, bands: Row
) -> Fraction:
    """Return the points of a part on the sheet: the marked cells, each rounded, at most all.

    Raises:
        CaseError: A band is not on the sheet, or the bands are more than the whole part.
    """
    seen, edges = tuple(marks), [Fraction(str(edge)) for edge in bands.list("upper_percent")]
    for mark in seen:
        if mark.percent not in edges:
            known = "、".join(shown(edge) for edge in edges)
            raise CaseError(f"{part}: 区分 {shown(mark.percent)} % は調査票にありません({known})。")
    _within_hundred(seen, part)
    of = degrees.numbers("percent")
    cells = [half_up(weight * of[mark.degree] * mark.percent / HUNDRED**2) for mark in seen]
    return min(weight, sum(cells, Fraction(0)))


def column_rate(columns: Columns, degrees: Mapping[str, Fraction]) -> Fraction | None:
    """Return the loss rate of columns counted one by one, of those seen.

    Returns:
        None when no more than half of the columns were seen: then the outer wall stands for
        them (運用指針 令和7年7月 第1編 木造 2).
    """
    if columns.seen * 2 <= columns.total:
        return None
    loss = sum((degrees[degree] * count for degree, count in columns.damaged), Fraction(0))
    return loss / columns.seen


def foundation_rate(foundation: Foundation, lengths: Row) -> Fraction:
    """Return the loss rate of the foundation (基礎) in percent, without mud under the floor.

    Raises:
        CaseError: The lengths or stones contradict themselves, or the outer length is missing.
    """
    if foundation.loss_percent is not None:
        return foundation.loss_percent
    if foundation.total_stones is not None and foundation.damaged_stones is not None:
        if foundation.damaged_stones > foundation.total_stones:
            raise CaseError("基礎: 損傷した束石の数が、全部の数を超えています。")
        return HUNDRED * foundation.damaged_stones / foundation.total_stones
    damaged = damaged_length(foundation, lengths)
    if not foundation.perimeter_m:
        if damaged:
            raise CaseError("基礎: 外周の長さ(outer_perimeter_length_m)が要ります。")
        return Fraction(0)
    if damaged > foundation.perimeter_m:
        raise CaseError("基礎: 損傷した長さが、外周の長さを超えています。")
    return HUNDRED * damaged / foundation.perimeter_m


def damaged_length(foundation: Foundation, lengths: Row) -> Fraction:
    """Return the damaged length of the foundation in metres.

    A crack of 0.3 mm or more, or a spall, counts as 1 m; several within 1 m of each other as the
    distance between the outer ones with 0.5 m on each side; an uneven top, a shift or a wash-out
    as its whole length (運用指針 令和7年7月 第1編 木造 1-3).
    """
    if foundation.damaged_m is not None:
        return foundation.damaged_m
    single = foundation.crack_count * lengths.number("crack_m")
    groups = _grouped(foundation.crack_positions_m, lengths.number("joined_within_m"))
    margin = 2 * lengths.number("margin_m")
    joined = sum((group[-1] - group[0] + margin for group in groups), Fraction(0))
    return single + joined + sum(foundation.affected_m, Fraction(0))


def _grouped(positions: Iterable[Fraction], within: Fraction) -> list[list[Fraction]]:
    groups: list[list[Fraction]] = []
    for position in sorted(positions):
        if groups and position - groups[-1][-1] <= within:
            groups[-1].append(position)
        else:
            groups.append([position])
    return groups


def _within_hundred(marks: tuple[Mark, ...], part: str) -> None:
    total = sum((mark.percent for mark in marks), Fraction(0))
    if total > HUNDRED:
        raise CaseError(f"{part}: 割合の合計 {shown(total)} % が 100 % を超えています。")
