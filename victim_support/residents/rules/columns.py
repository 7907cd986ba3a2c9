"""Which column of an extract is what: by a named layout, by Japanese headers, by a mapping file."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from victim_support.residents.rules.errors import LayoutError

REQUIRED = ("number",)
_MARKS = re.compile(r"[\s()\[\]{}<>「」『』【】・:_\-/.、,'\"]+")
_FEWEST_HEADERS = 3
_HEADERS_NAMED = 5  # in a message


class MappingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody wrote about the columns of their extract (対応表), as TOML or JSON.

    `columns` gives a header or a column number (from 1) for a field; `values` what a code means;
    `confirmed` the fields whose twelve digits were checked to be no individual numbers.
    """

    layout: str | None = None
    header: bool | None = None
    encoding: str | None = None
    columns: dict[str, str | int] = {}
    values: dict[str, dict[str, str]] = {}
    confirmed: list[str] = []


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

    name: str
    width: int
    has_header: bool
    positions: Mapping[str, int]
    values: Mapping[str, Mapping[str, str]]
    columns: list[ColumnUse] = field(default_factory=list)
    confirmed: frozenset[str] = frozenset()


def read_mapping_file(content: bytes, name: str) -> MappingFile:
    """Read a mapping file, TOML or JSON by its name.

    Raises:
        LayoutError: It is not one.
    """
    decode = msgspec.json.decode if name.lower().endswith(".json") else msgspec.toml.decode
    try:
        mapping = decode(content, type=MappingFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LayoutError(f"対応表を読めません: {error}") from error
    unknown = [name for name in (*mapping.columns, *mapping.values) if name not in labels()]
    if unknown:
        raise LayoutError(
            f"対応表の項目名がありません: {'、'.join(unknown)}。使えるのは {'、'.join(labels())}"
        )
    return mapping


def find_layout(first_row: Sequence[str], mapping: MappingFile | None = None) -> Layout:
    """Return the layout of a file from its first row and, if there is one, the mapping file.

    Raises:
        LayoutError: No column holds the number of a person (宛名番号) and a name.
    """
    wanted = mapping or MappingFile()
    named = _named_layout(wanted.layout)
    by_header = _fields_by_header(first_row)
    has_header = wanted.header
    if has_header is None:
        understood = len(by_header) + sum(map(is_never_read, first_row))
        has_header = named is None and understood >= _FEWEST_HEADERS
    if named is None and not by_header and not wanted.columns:
        named = _layout_by_width(len(first_row))
    headers = [cell.strip() for cell in first_row] if has_header else []
    positions = by_header if has_header else {}
    if named is not None:
        positions = {name: position - 1 for name, position in named["fields"].items()}
    positions |= {name: _position(at, headers) for name, at in wanted.columns.items()}
    width = named["columns"] if named else len(first_row)
    never = {position - 1 for position in named["never_read"]} if named else set()
    never |= {position for position, header in enumerate(headers) if is_never_read(header)}
    _check(positions, never, width)
    return Layout(
        name=named["label"] if named else "見出しのある表" if has_header else "対応表による表",
        width=width,
        has_header=has_header,
        positions=positions,
        values=_values(wanted.values),
        columns=list(_uses(width, headers, positions, never)),
        confirmed=frozenset(wanted.confirmed),
    )


def labels() -> dict[str, str]:
    """Return the Japanese label of each field."""
    return {name: entry["label"] for name, entry in _table()["fields"].items()}


def headings() -> list[tuple[str, list[str]]]:
    """Return what each field is called, and the headers it is understood by."""
    return [(entry["label"], entry["headers"]) for entry in _table()["fields"].values()]


def is_never_read(header: str) -> bool:
    """Say whether a column is skipped by its name: 個人番号, 住民票コード, 本籍, 筆頭者."""
    key = _key(header)
    never = _table()["never_read"]
    if key in map(_key, never["allowed"]):
        return False
    return any(_key(word) in key for word in never["words"])


def _fields_by_header(row: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, header in enumerate(row):
        name = _synonyms().get(_key(header))
        if name is not None and not is_never_read(header):
            found.setdefault(name, position)
    return found


def _named_layout(name: str | None) -> dict[str, Any] | None:
    if name is None:
        return None
    layouts: dict[str, Any] = _table()["layouts"]
    if name not in layouts:
        raise LayoutError(f"レイアウト {name} はありません。使えるのは {'、'.join(layouts)}")
    return layouts[name]  # type: ignore[no-any-return]


def _layout_by_width(width: int) -> dict[str, Any] | None:
    layouts = _table()["layouts"].values()
    return next((layout for layout in layouts if layout["columns"] == width), None)


def _position(at: str | int, headers: Sequence[str]) -> int:
    if isinstance(at, int):
        return at - 1
    keys = [_key(header) for header in headers]
    if _key(at) not in keys:
        raise LayoutError(f"対応表の列「{at}」が見出しにありません。")
    return keys.index(_key(at))


def _check(positions: Mapping[str, int], never: Iterable[int], width: int) -> None:
    forbidden = [labels()[name] for name, position in positions.items() if position in set(never)]
    if forbidden:
        raise LayoutError(
            f"{'、'.join(forbidden)}に、個人番号・住民票コード・本籍・筆頭者の列は使えません。"
        )
    outside = [labels()[name] for name, position in positions.items() if not 0 <= position < width]
    if outside:
        raise LayoutError(f"{'、'.join(outside)}の列が表の外です(表は{width}列)。")
    lacking = [name for name in REQUIRED if name not in positions]
    if not {"name", "family_name"} & set(positions):
        lacking.append("name")
    if lacking:
        raise _lacking(lacking)


def _lacking(names: Sequence[str]) -> LayoutError:
    """Say which columns are needed and what their headers may be."""
    fields = _table()["fields"]
    known = "".join(
        f"{fields[name]['label']}の見出しは「{'」「'.join(fields[name]['headers'][:_HEADERS_NAMED])}」"
        "などがわかります。"
        for name in names
    )
    return LayoutError(
        f"{'と'.join(fields[name]['label'] for name in names)}の列がわかりません。{known}",
        on_screen="表の見出しを直すか、どの列が何かを書いた対応表を「対応表」の欄で選んでください。",
        in_command="表の見出しを直すか、対応表を --mapping FILE で付けてください。",
    )


def _uses(
    width: int, headers: Sequence[str], positions: Mapping[str, int], never: Iterable[int]
) -> Iterable[ColumnUse]:
    fields = {position: name for name, position in positions.items()}
    skipped = set(never)
    for position in range(width):
        header = headers[position] if position < len(headers) else ""
        name = fields.get(position)
        note = "読みません" if position in skipped else labels()[name] if name else "使いません"
        yield ColumnUse(position + 1, header, name, note)


def _values(own: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {name: dict(v) for name, v in _table()["values"].items()}
    for name, meanings in own.items():
        table[name] = table.get(name, {}) | dict(meanings)
    return table


@cache
def _synonyms() -> dict[str, str]:
    return {
        _key(header): name
        for name, entry in _table()["fields"].items()
        for header in entry["headers"]
    }


def _key(header: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", header)).upper()


@cache
def _table() -> dict[str, Any]:
    source = resources.files("victim_support.residents") / "tables" / "columns.toml"
    return tomllib.loads(source.read_text("utf-8"))
