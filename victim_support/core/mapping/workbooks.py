"""Read the sheets of Excel workbooks (.xlsx): values only, row by row, never a formula or macro.

A formula stands for the value that Excel kept beside it. A formula without one, or one that ended
in an error, breaks its cell, and a row whose cell is needed is refused with its place.
"""

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, datetime, time
from typing import Any, BinaryIO

from victim_support.core.csv_io import CsvError, CsvRow

MOST_BYTES = 400_000_000
"""Of all parts unpacked; a sheet of a million rows of 20 cells is about this large."""
MOST_STRINGS = 100_000_000
"""Bytes of the shared strings, which are held in memory."""
MOST_PARTS = 2000
MOST_COLUMNS = 1000
MOST_BLANK_ROWS = 1000
_MOST_DIGITS = 15  # a spreadsheet keeps no more; longer numbers have lost their end
_ZEROS = re.compile("0{2,20}")
_NO_VALUE = "計算式に値が残っていません(Excelで開いて保存し直してください)"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_PIECE = 1 << 20

Broken = tuple[tuple[int, str], ...]


def read_sheet(stream: BinaryIO, name: str | None = None) -> Iterator[CsvRow]:
    """Yield the rows of a sheet with the row numbers that Excel shows.

    Args:
        stream: The workbook.
        name: Which sheet; the first one that is not hidden when left out.

    Raises:
        CsvError: It is no workbook, is too large unpacked, or has no such sheet.
    """
    has_formulas = _inspect(stream)
    try:
        yield from _rows(stream, name, has_formulas=has_formulas)
    except CsvError:
        raise
    except Exception as error:  # a broken workbook fails in as many ways as its library has lines
        raise CsvError(
            "Excelのファイルとして読めません。Excelで開き、「CSV UTF-8」で保存し直してください。"
        ) from error


def list_sheets(stream: BinaryIO) -> list[str]:
    """Return the names of the sheets that are not hidden; nothing when it is no workbook."""
    try:
        with closing(_load(stream, data_only=True)) as book:
            return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except Exception:  # as above
        return []


def _inspect(stream: BinaryIO) -> bool:
    """Refuse what would fill the memory when unpacked; tell whether there are formulas.

    Python unpacks no more of a part than its size in the list says.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            strings = sum(one.file_size for one in parts if "sharedStrings" in one.filename)
            is_large = sum(one.file_size for one in parts) > MOST_BYTES or strings > MOST_STRINGS
            if len(parts) > MOST_PARTS or is_large:
                raise CsvError(
                    "Excelのファイルが大きすぎます。「CSV UTF-8」で保存し直してください。"
                )
            if "xl/workbook.xml" not in archive.namelist():
                raise CsvError(
                    "圧縮ファイルです。中のCSVかExcel(.xlsx)を取り出して選んでください。"
                )
            found = [_has_formulas(archive, one) for one in parts if _is_xml(one)]
            return any(found)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise CsvError("Excelのファイルが壊れています。もう一度もらってください。") from error
    finally:
        stream.seek(0)


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part.filename.endswith((".xml", ".rels"))


def _has_formulas(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Look through a part once: entities are refused, formulas are noted."""
    is_sheet, found, end = "worksheets/" in part.filename, False, b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            text = end + piece
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise CsvError("Excelのファイルに、使えない指定(DOCTYPE)があります。")
            found = found or (is_sheet and _FORMULA.search(text) is not None)
            if not is_sheet:
                return False  # a declaration stands at the beginning
            end = text[-16:]
    return found


def _load(stream: BinaryIO, *, data_only: bool) -> Any:
    import openpyxl  # noqa: PLC0415 - takes 30 MB, and few imports are workbooks

    warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
    stream.seek(0)
    return openpyxl.load_workbook(stream, read_only=True, data_only=data_only, keep_links=False)


def _rows(stream: BinaryIO, name: str | None, *, has_formulas: bool) -> Iterator[CsvRow]:
    with closing(_load(stream, data_only=True)) as book:
        values = _cells_of(_sheet(book, name))
        if not has_formulas:
            yield from _without_end(_read(number, cells) for number, cells in values)
            return
        with closing(_load(stream, data_only=False)) as written:
            formulas = _cells_of(_sheet(written, name))
            pairs = zip(values, formulas, strict=True)
            yield from _without_end(
                _read(number, cells, meant) for (number, cells), (_, meant) in pairs
            )


def _sheet(book: Any, name: str | None) -> Any:
    sheets = {one.title: one for one in book.worksheets}
    if name is not None and name not in sheets:
        raise CsvError(f"「{name}」というシートがありません。あるのは {'、'.join(sheets)}")
    shown = [one for one in book.worksheets if one.sheet_state == "visible"]
    if not sheets:
        raise CsvError("表のシートがありません。")
    sheet = sheets[name] if name is not None else (shown or book.worksheets)[0]
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    return sheet


def _cells_of(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if len(cells) > MOST_COLUMNS:
            raise CsvError(
                f"{number}行目に{MOST_COLUMNS}より多い列があります。"
                "要る表だけを新しいシートに写してください。"
            )
        yield number, cells


def _read(number: int, cells: Iterable[Any], meant: Iterable[Any] | None = None) -> CsvRow:
    texts: list[str] = []
    broken: list[tuple[int, str]] = []
    for position, cell in enumerate(cells):
        texts.append(_text(cell))
        if cell.data_type == "e":
            texts[-1] = ""
            broken.append((position, f"計算のエラーです({cell.value})"))
    for position, cell in enumerate(meant or ()):
        if cell.data_type == "f" and position < len(texts) and not texts[position]:
            broken.append((position, _NO_VALUE))
    while texts and not texts[-1]:
        texts.pop()
    return CsvRow(number, texts, None, tuple(broken))


def _without_end(rows: Iterator[CsvRow]) -> Iterator[CsvRow]:
    """Leave out the empty rows behind a table, which are only coloured or framed."""
    blank: list[CsvRow] = []
    for row in rows:
        if row.is_blank and not row.broken:
            if len(blank) <= MOST_BLANK_ROWS:
                blank.append(row)
            continue
        if len(blank) > MOST_BLANK_ROWS:
            raise CsvError(
                f"{blank[0].line}行目から空行が続き、{row.line}行目にまた値があります。"
                "要る表だけを新しいシートに写してください。"
            )
        yield from blank
        blank.clear()
        yield row


def _text(cell: Any) -> str:
    """Return a value as people read it in the sheet."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, cell)
    return _moment(value)


def _number(value: float, cell: Any) -> str:
    if value != int(value):
        return repr(value)
    whole = int(value)
    if len(str(abs(whole))) > _MOST_DIGITS:
        return f"{value:.5E}"
    text, pattern = str(whole), str(cell.number_format)
    return text.zfill(len(pattern)) if _ZEROS.fullmatch(pattern) else text


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)
