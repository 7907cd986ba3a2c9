"""Which column of a table is what: by a named layout, by its headers, by what somebody said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from victim_support.core.mapping.errors import LayoutError
from victim_support.core.mapping.targets import Targets, header_key, is_never_read

LOOKED_AT = 10
"""First rows of a table among which its header is looked for; above it stand titles."""
_FEWEST_HEADERS = 3
_HEADERS_NAMED = 5  # in a message


class MappingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody said about the columns of a table (対応表); as a file, TOML or JSON.

    `columns` gives a header or a column number (from 1) for a field; `values` what a code means;
    `confirmed` the fields whose twelve digits were checked to be no individual numbers. With
    `is_exact` only these columns are read, whatever the other headers say. `header_row` counts
    from 1; 0 means that there is no header.
    """

    layout: str | None = None
    header: bool | None = None
    header_row: int | None = None
    encoding: str | None = None
    sheet: str | None = None
    columns: dict[str, str | int] = {}
    values: dict[str, dict[str, str]] = {}
    confirmed: list[str] = []
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """One column of a file in the preview: its header, what it is read as, or why it is not."""

    position: int
    header: str
    field: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each field stands in a row (positions from 0), and what its values mean."""

    targets: Targets
    name: str
    width: int
    header_row: int
    """The row of the header, from 1; 0 when there is none. Data begins below."""
    positions: Mapping[str, int]
    values: Mapping[str, Mapping[str, str]]
    columns: list[ColumnUse] = field(default_factory=list)
    confirmed: frozenset[str] = frozenset()

    @property
    def has_header(self) -> bool:
        """Say whether the columns have headers."""
        return self.header_row > 0


def read_mapping_file(content: bytes, name: str, targets: Targets) -> MappingFile:
    """Read a mapping file, TOML or JSON by its name.

    Raises:
        LayoutError: It is not one.
    """
    decode = msgspec.json.decode if name.lower().endswith(".json") else msgspec.toml.decode
    try:
        mapping = decode(content, type=MappingFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LayoutError(f"対応表を読めません: {error}") from error
    unknown = [name for name in (*mapping.columns, *mapping.values) if name not in targets.labels]
    if unknown:
        raise LayoutError(
            f"対応表の項目名がありません: {'、'.join(unknown)}。"
            f"使えるのは {'、'.join(targets.labels)}"
        )
    return mapping


def find_layout(
    targets: Targets, first_rows: Sequence[Sequence[str]], mapping: MappingFile | None = None
) -> Layout:
    """Return the layout of a table from its first rows and, if there is one, the mapping.

    Raises:
        LayoutError: A required column is not there.
    """
    wanted = mapping or MappingFile()
    named = _named_layout(targets, wanted.layout)
    header_row = 0 if named else _header_row(targets, first_rows, wanted)
    first = first_rows[max(header_row - 1, 0)] if first_rows else []
    if named is None and not header_row and not wanted.columns:
        named = _layout_by_width(targets, len(first))
    headers = [cell.strip() for cell in first] if header_row else []
    positions = {} if wanted.is_exact else targets.by_header(headers)
    if named is not None:
        positions = {name: position - 1 for name, position in named["fields"].items()}
    positions |= {name: _position(at, headers) for name, at in wanted.columns.items()}
    width = named["columns"] if named else len(first)
    never = {position - 1 for position in named["never_read"]} if named else set()
    never |= {position for position, header in enumerate(headers) if is_never_read(header)}
    _check(targets, positions, never, width)
    return Layout(
        targets=targets,
        name=named["label"] if named else "見出しのある表" if header_row else "対応表による表",
        width=width,
        header_row=header_row,
        positions=positions,
        values=_values(targets, wanted.values),
        columns=list(_uses(targets, width, headers, positions, never)),
        confirmed=frozenset(wanted.confirmed),
    )


def guess_header_row(targets: Targets, first_rows: Sequence[Sequence[str]]) -> int:
    """Return the row that is most like a header, from 1; 0 when none is."""
    scores = [_understood(targets, row) for row in first_rows[:LOOKED_AT]]
    best = max(scores, default=0)
    at = scores.index(best) if scores else 0
    is_whole = bool(scores) and not targets.lacking(targets.by_header(first_rows[at]))
    return at + 1 if best and (best >= _FEWEST_HEADERS or is_whole) else 0


def _header_row(targets: Targets, first_rows: Sequence[Sequence[str]], wanted: MappingFile) -> int:
    if wanted.header_row is not None:
        return min(wanted.header_row, len(first_rows))
    if wanted.header is not None:
        return int(wanted.header)
    named = {header_key(at) for at in wanted.columns.values() if isinstance(at, str)}
    for number, row in enumerate(first_rows[:LOOKED_AT], start=1):
        if named and named <= set(map(header_key, row)):
            return number
    return guess_header_row(targets, first_rows)


def _understood(targets: Targets, row: Sequence[str]) -> int:
    return len(targets.by_header(row)) + sum(map(is_never_read, row))


def _named_layout(targets: Targets, name: str | None) -> Mapping[str, Any] | None:
    if name is None:
        return None
    if name not in targets.layouts:
        raise LayoutError(
            f"レイアウト {name} はありません。使えるのは {'、'.join(targets.layouts)}"
        )
    return targets.layouts[name]


def _layout_by_width(targets: Targets, width: int) -> Mapping[str, Any] | None:
    layouts = targets.layouts.values()
    return next((layout for layout in layouts if layout["columns"] == width), None)


def _position(at: str | int, headers: Sequence[str]) -> int:
    if isinstance(at, int):
        return at - 1
    keys = [header_key(header) for header in headers]
    if header_key(at) not in keys:
        raise LayoutError(f"対応表の列「{at}」が見出しにありません。")
    return keys.index(header_key(at))


def _check(
    targets: Targets, positions: Mapping[str, int], never: Iterable[int], width: int
) -> None:
    labels = targets.labels
    forbidden = [labels[name] for name, position in positions.items() if position in set(never)]
    if forbidden:
        raise LayoutError(
            f"{'、'.join(forbidden)}に、個人番号・住民票コード・本籍・筆頭者の列は使えません。"
        )
    outside = [labels[name] for name, position in positions.items() if not 0 <= position < width]
    if outside:
        raise LayoutError(f"{'、'.join(outside)}の列が表の外です(表は{width}列)。")
    if lacking := targets.lacking(positions):
        raise _lacking(targets, lacking)


def _lacking(targets: Targets, names: Sequence[str]) -> LayoutError:
    """Say which columns are needed and what their headers may be."""
    fields = targets.fields
    known = "".join(
        f"{fields[name]['label']}の見出しは「{'」「'.join(fields[name]['headers'][:_HEADERS_NAMED])}」"
        "などがわかります。"
        for name in names
    )
    return LayoutError(
        f"{'と'.join(fields[name]['label'] for name in names)}の列がわかりません。{known}",
        on_screen="下の表で、どの列が何かを選んでください。",
        in_command="表の見出しを直すか、対応表を --mapping FILE で付けてください。",
    )


def _uses(
    targets: Targets,
    width: int,
    headers: Sequence[str],
    positions: Mapping[str, int],
    never: Iterable[int],
) -> Iterable[ColumnUse]:
    fields = {position: name for name, position in positions.items()}
    skipped = set(never)
    for position in range(width):
        header = headers[position] if position < len(headers) else ""
        name = fields.get(position)
        note = "使いません"
        if position in skipped:
            note = "読みません"
        elif name:
            note = targets.labels[name]
        yield ColumnUse(position + 1, header, name, note)


def _values(targets: Targets, own: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {name: dict(each) for name, each in targets.values.items()}
    for name, meanings in own.items():
        table[name] = table.get(name, {}) | dict(meanings)
    return table
