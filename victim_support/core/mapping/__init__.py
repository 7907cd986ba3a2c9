"""The one importer of tables that others made: which column is what, what is put right and not.

A slice says in ``tables/columns.toml`` which targets it knows (see :mod:`.targets`), reads rows
with a subclass of :class:`CellReader`, and fills an :class:`ImportReport` with every row counted::

    class _Reader(CellReader):
        def read(self, row: CsvRow) -> House:
            self.check(row)                       # raises RowRefusedError: blank, broken, too short
            get = self.cells(row.cells)           # target name -> text, without blanks around
            floors = self.whole(row.line, get, "floors")
            return House(number=get["number"], floors=floors)

    table = read_table(stream, load_targets("victim_support.houses"), mapping)
    reader = _Reader(table.layout, table.report(file_name, is_dry_run=True).repaired)

CSV (UTF-8, CP932) and Excel (.xlsx) are read alike, row by row. Columns of 個人番号, 住民票コード,
本籍 and 筆頭者 are never read, in no kind of table. What somebody said about the columns of a file
can be kept under a name for all machines (:mod:`.profiles`); :mod:`.uploads` and :mod:`.pages` are
the way over the screen: upload, choose columns, preview, import. This package itself is pure.
"""

from victim_support.core.mapping.errors import (
    ImportFileError,
    IndividualNumberError,
    LayoutError,
    RowRefusedError,
)
from victim_support.core.mapping.layouts import (
    ColumnUse,
    Layout,
    MappingFile,
    find_layout,
    read_mapping_file,
)
from victim_support.core.mapping.report import ImportReport, Refusal, Repair
from victim_support.core.mapping.rows import CellReader, Cells
from victim_support.core.mapping.sources import ReadTable, read_table
from victim_support.core.mapping.suspicion import Suspicions
from victim_support.core.mapping.targets import Targets, load_targets

__all__ = [
    "CellReader",
    "Cells",
    "ColumnUse",
    "ImportFileError",
    "ImportReport",
    "IndividualNumberError",
    "Layout",
    "LayoutError",
    "MappingFile",
    "ReadTable",
    "Refusal",
    "Repair",
    "RowRefusedError",
    "Suspicions",
    "Targets",
    "find_layout",
    "load_targets",
    "read_mapping_file",
    "read_table",
]
