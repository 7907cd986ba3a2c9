"""Open a table of any kind that offices send, as rows with a known layout."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO

from victim_support.core.csv_io import CsvError, CsvRow, read_csv, sniff_encoding
from victim_support.core.mapping.layouts import LOOKED_AT, Layout, MappingFile, find_layout
from victim_support.core.mapping.report import ImportReport
from victim_support.core.mapping.targets import Targets
from victim_support.core.mapping.workbooks import read_sheet

EXCEL = "Excel"
_ZIP = b"PK\x03\x04"
_OTHER_FILES = {
    b"\xd0\xcf\x11\xe0": "古い形のExcel(.xls)か、パスワードの付いたファイルです。パスワードを外し、"
    ".xlsx か「CSV UTF-8」で保存し直してください。",
    b"%PDF": "PDFのファイルです。もとの表をCSVかExcel(.xlsx)でもらってください。",
}


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table whose columns nobody has looked at: its first rows, and all of them."""

    encoding: str
    first: Sequence[CsvRow]
    rows: Iterator[CsvRow]


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table whose columns are understood; `rows` are the data alone."""

    encoding: str
    layout: Layout
    rows: Iterator[CsvRow]

    def report(self, file_name: str, *, is_dry_run: bool) -> ImportReport:
        """Return an empty report about this table."""
        layout = self.layout
        return ImportReport(file_name, self.encoding, layout.name, is_dry_run, layout.columns)


def open_table(stream: BinaryIO, mapping: MappingFile | None = None) -> RawTable:
    """Return the rows of a CSV file or an Excel sheet; which it is, the content says.

    Raises:
        CsvError: It is neither, or cannot be read.
    """
    wanted = mapping or MappingFile()
    stream.seek(0)
    start = stream.read(8)
    stream.seek(0)
    for signature, message in _OTHER_FILES.items():
        if start.startswith(signature):
            raise CsvError(message)
    is_sheet = start.startswith(_ZIP)
    encoding = EXCEL if is_sheet else wanted.encoding or sniff_encoding(stream)
    rows = read_sheet(stream, wanted.sheet) if is_sheet else read_csv(stream, encoding)
    first = list(islice(rows, LOOKED_AT))
    if not first:
        raise CsvError("ファイルが空です。")
    if is_sheet:  # a sheet has no cells at the end of a short row
        width = max((len(row.cells) for row in first), default=0)
        first = [_padded(row, width) for row in first]
        rows = (_padded(row, width) for row in rows)
    return RawTable(encoding, first, chain(first, rows))


def read_table(stream: BinaryIO, targets: Targets, mapping: MappingFile | None = None) -> ReadTable:
    """Return the data of a table and where each target stands.

    Raises:
        CsvError: The file cannot be read.
        LayoutError: Its columns are not understood.
    """
    raw = open_table(stream, mapping)
    layout = find_layout(targets, [row.cells for row in raw.first] or [[]], mapping)
    for _above in islice(raw.rows, layout.header_row):
        pass
    return ReadTable(raw.encoding, layout, raw.rows)


def _padded(row: CsvRow, width: int) -> CsvRow:
    missing = width - len(row.cells)
    if missing <= 0:
        return row
    return CsvRow(row.line, [*row.cells, *[""] * missing], row.problem, row.broken)
