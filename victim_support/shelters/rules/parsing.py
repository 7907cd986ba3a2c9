"""A whole shelter list: every row becomes a record or a refusal, none gets lost."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from victim_support.shelters.rules.cells import clean, is_blank_mark, whole
from victim_support.shelters.rules.columns import HAZARD_COLUMNS, Column, Layout, find_layout, fold
from victim_support.shelters.rules.reading import RowReader, fields_given
from victim_support.shelters.rules.records import (
    BLANK,
    Notes,
    ParsedFile,
    RawTable,
    Refusal,
    Repair,
    ShelterRecord,
)
from victim_support.shelters.rules.slips import SlipFinder

_TOTALS = {"合計", "計", "小計", "総計", "総合計", "合計人数"}
Row = list[str]


def parse(
    raw: RawTable,
    municipality: str,
    as_of: datetime | None = None,
    until: datetime | None = None,
) -> ParsedFile:
    """Read a list of shelters.

    Args:
        raw: Decoded cells.
        municipality: 6-digit code for rows that name no municipality.
        as_of: Time of head counts in a list that does not say it.
        until: The latest time that a time without its year can be.

    Raises:
        UnknownLayoutError: The file is no list of shelters.
    """
    layout, table = find_layout(raw)
    rows = [[clean(value) for value in row.cells] for row in table.rows]
    layout = layout.widened(_usual_width(rows))
    finder = SlipFinder(layout.columns)
    finder.learn(rows)
    reader = _reader(layout, rows, municipality, (as_of, until))
    records: list[ShelterRecord] = []
    repaired: list[Repair] = []
    refused: list[Refusal] = []
    for raw_row, row in zip(table.rows, rows, strict=True):
        notes = Notes(raw_row.number)
        problem = raw_row.problem
        result = (
            Refusal(raw_row.number, problem) if problem else _read_row(finder, reader, row, notes)
        )
        if isinstance(result, Refusal):
            refused.append(result)
        else:
            records.append(result)
            repaired.extend(notes.repairs)
    return ParsedFile(
        rows_read=len(rows),
        records=tuple(records),
        repaired=tuple(repaired),
        refused=tuple(refused),
        is_open_list=layout.is_open_list,
        unknown_columns=layout.unknown,
    )


def _read_row(
    finder: SlipFinder, reader: RowReader, row: Row, notes: Notes
) -> ShelterRecord | Refusal:
    if all(is_blank_mark(value) for value in row if value):
        return Refusal(notes.row, BLANK)
    if _is_header(reader.layout, [value for value in row if value]):
        return Refusal(notes.row, "見出しの繰り返し")
    right = finder.put_right(row)
    _note_moves(reader.layout, row, right, notes)
    record = reader.read(right, notes)
    if not record.name:
        return Refusal(notes.row, "名称がない")
    if record.name in _TOTALS:
        return Refusal(notes.row, "合計の行")
    return record


def _is_header(layout: Layout, values: Sequence[str]) -> bool:
    names = [name for name in layout.header if name.strip()]
    pairs = zip(values, names, strict=False)
    return len(values) == len(names) and all(fold(one) == fold(other) for one, other in pairs)


def _note_moves(layout: Layout, row: Sequence[str], right: Sequence[str], notes: Notes) -> None:
    """Note every cell that is another one after the columns were put right."""
    before = [*row, *[""] * (len(right) - len(row))]
    moved = [index for index, now in enumerate(right) if before[index] != now]
    for index in moved:
        why = "ほかの列からずれていた値を戻した" if right[index] else "この列の値ではないため移した"
        if layout.columns[index] in HAZARD_COLUMNS:
            why += "（原本と照合すること）"
        notes.put_right(layout.header[index], before[index], right[index], why)
    if moved and moved[0] > 0 and layout.columns[moved[0] - 1] in HAZARD_COLUMNS:
        # the comma may be missing among the marks themselves, which all look alike
        why = "すぐ右の値がずれていたので、災害の印もずれているおそれがある（原本と照合すること）"
        notes.put_right(Column.HAZARDS.value, "", "", why)
    for value in row[len(right) :]:
        if value and not any(value in kept for kept in right):
            notes.put_right("見出しのない列", value, "", "どの列の値か決められないため入れていない")


def _reader(
    layout: Layout,
    rows: Sequence[Row],
    municipality: str,
    times: tuple[datetime | None, datetime | None],
) -> RowReader:
    as_of, until = times
    return RowReader(
        layout=layout,
        places=layout.places(),
        municipality=municipality,
        given=fields_given(layout),
        numbers_are_ids=_numbers_are_ids(layout, rows),
        id_width=_id_width(layout, rows),
        as_of=as_of,
        until=until,
    )


def _numbers_are_ids(layout: Layout, rows: Sequence[Row]) -> bool:
    """Tell whether NO is the municipal ID, as in the older 推奨データセット."""
    if layout.has(Column.COMMON_ID) or layout.has(Column.MUNICIPAL_ID) or layout.is_open_list:
        return False
    if not (layout.has(Column.PUBLISHER_CODE) or layout.has(Column.CITY_CODE)):
        return False
    numbers = _column(layout, rows, Column.NUMBER)
    return bool(numbers) and max(Counter(numbers).values()) == 1


def _id_width(layout: Layout, rows: Sequence[Row]) -> int:
    """Return the common width of digit IDs, if some of them still show their leading zeros."""
    ids = [whole(value) for value in _column(layout, rows, Column.MUNICIPAL_ID)]
    digits = [value for value in ids if value.isdigit()]
    with_zero = {len(value) for value in digits if value.startswith("0") and len(value) > 1}
    widest = max((len(value) for value in digits), default=0)
    return widest if with_zero == {widest} else 0


def _usual_width(rows: Sequence[Row]) -> int:
    """Return how many cells most rows have, without the empty ones at their ends."""
    widths = [max(index for index, value in enumerate(row, 1) if value) for row in rows if any(row)]
    return Counter(widths).most_common(1)[0][0] if widths else 0


def _column(layout: Layout, rows: Sequence[Row], column: Column) -> list[str]:
    if not layout.has(column):
        return []
    index = layout.columns.index(column)
    return [row[index] for row in rows if index < len(row) and row[index]]
