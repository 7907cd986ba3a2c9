"""Read CSV files as offices send them, and write CSV files that any program may open."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from victim_support.core.japanese.fold import is_selector

Encoding = Literal["utf-8-sig", "cp932"]

_CHUNK = 1 << 20
_LONGEST_RECORD = 50  # lines; a quote that stays open longer is a broken row
_NEVER_IN_CP932 = ("\x80", "\xa0", "\uf8f0", "\uf8f1", "\uf8f2", "\uf8f3")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_QUOTED = re.compile('"[^"]*"')
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class CsvError(ValueError):
    """A file that cannot be read as CSV; the message is for the desk, in Japanese."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One record of a file: the line it starts on, its cells, and why it is broken, if it is."""

    line: int
    cells: list[str]
    problem: str | None = None
    broken: tuple[tuple[int, str], ...] = ()
    """Cells of a spreadsheet without a value to use: position from 0, and why."""

    @property
    def is_blank(self) -> bool:
        """Say whether no cell holds anything (空行)."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Unwritable:
    """A cell that lost characters because the encoding has none for them (CP932)."""

    row: int
    column: int
    text: str
    written: str


def sniff_encoding(stream: BinaryIO) -> str:
    """Return the encoding of a stream: by its BOM, else UTF-8 if it all is, else CP932.

    CP932 is the form of Shift_JIS with vendor characters (髙, 﨑, ①). The stream is rewound.

    Raises:
        CsvError: It is neither, or holds characters that an earlier conversion lost.
    """
    stream.seek(0)
    start = stream.read(4)
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            _check(stream, encoding)
            return encoding
    try:
        _check(stream, "utf-8")
    except UnicodeDecodeError:
        _check(stream, "cp932")
        return "cp932"
    return "utf-8"


def read_csv(source: Path | BinaryIO, encoding: str | None = None) -> Iterator[CsvRow]:
    """Yield the records of a file; a broken one comes with its problem, and the rest goes on.

    Raises:
        CsvError: The file is not readable text.
    """
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield from read_csv(stream, encoding)
        return
    known = encoding or sniff_encoding(source)
    source.seek(0)
    text = io.TextIOWrapper(source, encoding=known, newline="")
    try:
        yield from _rows(text)
    finally:
        with suppress(ValueError):  # the caller closed the stream before the last row
            text.detach()


def write_csv(
    rows: Iterable[Sequence[object]], encoding: Encoding = "utf-8-sig"
) -> tuple[bytes, list[Unwritable]]:
    """Return rows as CSV (RFC 4180, everything quoted) and what the encoding could not hold.

    A text that a spreadsheet would run as a formula gets an apostrophe in front. Leading zeros
    stay. A character that CP932 lacks becomes 〓, one of a variant its common shape; both are
    listed, never dropped in silence.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    lost: list[Unwritable] = []
    for number, row in enumerate(rows, start=1):
        cells = [_safe(value) for value in row]
        if encoding == "cp932":
            cells, missing = _fit(cells, number)
            lost += missing
        writer.writerow(cells)
    return buffer.getvalue().encode(encoding), lost


def _check(stream: BinaryIO, encoding: str) -> None:
    """Decode the whole stream once, strictly, and rewind it."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    try:
        while chunk := stream.read(_CHUNK):
            text = decoder.decode(chunk)
            _refuse_lost_characters(text, encoding, lines)
            lines += text.count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            raise
        raise CsvError(_unreadable(lines + error.object[: error.start].count(b"\n"))) from None
    finally:
        stream.seek(0)


def _refuse_lost_characters(text: str, encoding: str, lines: int) -> None:
    lost = _NEVER_IN_CP932 if encoding == "cp932" else ("\ufffd",)
    found = [position for position in map(text.find, lost) if position >= 0]
    if found:
        raise CsvError(_unreadable(lines + text.count("\n", 0, min(found))))


def _unreadable(line: int) -> str:
    return (
        f"{line}行目に読めない文字があります。"
        "もとの表から、文字コードを UTF-8 か Shift_JIS(CP932)にして保存し直してください。"
    )


def _rows(text: Iterable[str]) -> Iterator[CsvRow]:
    delimiter = ","
    for line, record, problem in _records(text):
        if line == 1:
            delimiter = max(",\t;", key=_QUOTED.sub("", record).count)
        if problem is not None:
            yield CsvRow(line, record.rstrip("\r\n").split(delimiter), problem)
            continue
        try:
            cells = next(csv.reader([record], delimiter=delimiter), [])
        except csv.Error:
            yield CsvRow(line, [record.rstrip("\r\n")], "CSV として読めない行です")
            continue
        yield CsvRow(line, cells)


def _records(lines: Iterable[str]) -> Iterator[tuple[int, str, str | None]]:
    """Yield (first line, text, problem) of each record; a record may run over several lines.

    A quote that is never closed would swallow the rest of the file: after a while the first
    line is given up as broken, and reading goes on with the second.
    """
    waiting: list[str] = []
    start = 1
    for number, line in enumerate(lines, start=1):
        if not waiting:
            if line.count('"') % 2 == 0:
                yield number, line, None
                continue
            start = number
        waiting.append(line)
        if len(waiting) > 1 and line.count('"') % 2:
            yield start, "".join(waiting), None
            waiting = []
        elif len(waiting) > _LONGEST_RECORD:
            yield from _give_up(waiting, start)
            waiting = []
    yield from _give_up(waiting, start)


def _give_up(lines: list[str], start: int) -> Iterator[tuple[int, str, str | None]]:
    for number, line in enumerate(lines, start=start):
        problem = '引用符 " が閉じていません' if line.count('"') % 2 else None
        yield number, line, problem


def _safe(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA_STARTS) else text


def _fit(cells: list[str], row: int) -> tuple[list[str], list[Unwritable]]:
    fitted: list[str] = []
    lost: list[Unwritable] = []
    for column, text in enumerate(cells, start=1):
        written, is_whole = _as_cp932(text)
        if not is_whole:
            lost.append(Unwritable(row, column, text, written))
        fitted.append(written)
    return fitted, lost


def _as_cp932(text: str) -> tuple[str, bool]:
    """Return a text as CP932 holds it, and whether that is all of it.

    Of a variant (異体字セレクタ) the character stays without its selector: one 〓 for something
    that nobody sees would only make the name longer.
    """
    same = text.translate(_SAME_IN_CP932)
    if _is_cp932(same):
        return same, True
    fitted = "".join(_character_as_cp932(character) for character in same)
    return fitted, False


_SAME_IN_CP932 = str.maketrans("〜−‖—¢£¬", "～－∥―￠￡￢")


def _character_as_cp932(character: str) -> str:
    if _is_cp932(character):
        return character
    return "" if is_selector(character) else "〓"


def _is_cp932(text: str) -> bool:
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
