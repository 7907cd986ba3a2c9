"""What a kind of table may hold: its columns, their headers, fixed layouts, meanings of codes.

``tables/columns.toml`` of a slice::

    source = "..."                       # where the headers come from
    kind = "dwellings"                   # the name that saved profiles are kept under
    required = [["number"], ["address"]] # of each group one column must be there
    identifiers = ["number"]             # numbers of the office, which may have twelve digits
    [fields.number]
    label = "物件番号"
    headers = ["物件番号", "家屋番号"]     # compared without width, spaces, brackets and marks
    [values.structure]                   # what codes mean; a mapping may add to them
    "01" = "木造"
    [layouts.64]                         # optional: tables without a header, known by their width
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

_MARKS = re.compile(r"[\s()\[\]{}<>「」『』【】・:_\-/.、,'\"]+")


@dataclass(frozen=True)
class Targets:
    """The target columns of one kind of table."""

    kind: str
    required: tuple[tuple[str, ...], ...]
    fields: Mapping[str, Mapping[str, Any]]
    layouts: Mapping[str, Mapping[str, Any]]
    values: Mapping[str, Mapping[str, str]]
    identifiers: tuple[str, ...] = ()

    @cached_property
    def labels(self) -> dict[str, str]:
        """Return the Japanese label of each field."""
        return {name: entry["label"] for name, entry in self.fields.items()}

    @cached_property
    def headings(self) -> list[tuple[str, list[str]]]:
        """Return what each field is called, and the headers it is understood by."""
        return [(entry["label"], entry["headers"]) for entry in self.fields.values()]

    @cached_property
    def _synonyms(self) -> dict[str, list[str]]:
        return {
            name: [header_key(header) for header in entry["headers"]]
            for name, entry in self.fields.items()
        }

    def by_header(self, row: Sequence[str]) -> dict[str, int]:
        """Return the position of each field that the headers of a row name.

        Of several headers of one field (整理番号 and 宛名番号) the one named first in the table
        counts, then the first in the row.
        """
        at: dict[str, int] = {}
        for position, header in enumerate(row):
            if not is_never_read(header):
                at.setdefault(header_key(header), position)
        named = (
            (name, next(filter(at.__contains__, keys), None))
            for name, keys in self._synonyms.items()
        )
        return {name: at[key] for name, key in named if key is not None}

    def lacking(self, names: Mapping[str, int]) -> list[str]:
        """Return the first field of each required group of which no column is there."""
        return [group[0] for group in self.required if not set(group) & set(names)]


def header_key(header: str) -> str:
    """Return what headers are compared by; the unit of an area (㎡) says nothing more."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", header)).upper().removesuffix("M2")


def is_never_read(header: str) -> bool:
    """Say whether a column is skipped by its name: 個人番号, 住民票コード, 本籍, 筆頭者."""
    key = header_key(header)
    words, allowed = _never_read()
    return key not in allowed and any(word in key for word in words)


@cache
def load_targets(package: str) -> Targets:
    """Return the targets of a slice, from its ``tables/columns.toml``."""
    source = resources.files(package) / "tables" / "columns.toml"
    table = tomllib.loads(source.read_text("utf-8"))
    return Targets(
        kind=table["kind"],
        required=tuple(tuple(group) for group in table["required"]),
        fields=table["fields"],
        layouts=table.get("layouts", {}),
        values=table.get("values", {}),
        identifiers=tuple(table.get("identifiers", ())),
    )


@cache
def _never_read() -> tuple[tuple[str, ...], frozenset[str]]:
    source = resources.files("victim_support.core.mapping") / "tables" / "never_read.toml"
    table = tomllib.loads(source.read_text("utf-8"))
    return tuple(map(header_key, table["words"])), frozenset(map(header_key, table["allowed"]))
