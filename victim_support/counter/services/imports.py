"""Import of applications that came on paper or online, a few rows in each transaction."""

from collections.abc import Generator, Iterator
from io import BytesIO
from typing import Any

from victim_support.core import clock
from victim_support.core.actor import current_actor_id
from victim_support.core.db import db, transaction
from victim_support.core.mapping import (
    ImportReport,
    MappingFile,
    ReadTable,
    Refusal,
    RowRefusedError,
    Suspicions,
    read_table,
)
from victim_support.core.mapping.uploads import Importer, Steps, register
from victim_support.core.steps import portions
from victim_support.counter.rules.filed import FiledReader, FiledRow, targets
from victim_support.counter.services.filed import take_in
from victim_support.damage.rules.applying import ApplicationSource

BATCH = 20
REASON = "紙・オンラインの申請の取り込み"
Line = tuple[int, FiledRow]


def import_in_steps(
    stream: BytesIO,
    *,
    file_name: str,
    source: ApplicationSource = ApplicationSource.ONLINE,
    mapping: MappingFile | None = None,
    is_dry_run: bool = False,
) -> Generator[int, None, ImportReport]:
    """Take applications in from a table; a row known already is an update, never a second one.

    A broken row is refused and the rest goes in. What was taken in before an end by force stays;
    the same file again completes it.

    Args:
        stream: The file.
        file_name: Its name, for the report.
        source: Whether the applications came on paper or online.
        mapping: What the columns are, where headers do not say it.
        is_dry_run: Read and count only, write nothing.

    Yields:
        How many rows were read since the step before.

    Raises:
        CsvError: The file is not readable text.
        LayoutError: Its columns are not understood.
        IndividualNumberError: A column passes as individual numbers (個人番号) as a whole.
    """
    table = read_table(stream, targets(), mapping)
    report = table.report(file_name, is_dry_run=is_dry_run)
    seen: dict[str, int] = {}
    for lines in portions(_read(table, report, source, seen), BATCH):
        if is_dry_run:
            _sort_in(lines, report)
            db.session.rollback()
        else:
            with transaction(reason=REASON):
                _sort_in(lines, report)
            db.session.remove()
        yield len(lines)
    return report


def _steps(
    stream: BytesIO,
    *,
    file_name: str,
    imported_by: str,
    mapping: MappingFile,
    options: dict[str, Any],
    is_dry_run: bool,
) -> Steps:
    source = options.get("source") or ApplicationSource.ONLINE
    report = yield from import_in_steps(
        stream,
        file_name=file_name,
        source=ApplicationSource(source),
        mapping=mapping,
        is_dry_run=is_dry_run,
    )
    return report


APPLICATIONS = register(
    Importer("applications", "紙・オンラインの申請", targets, _steps, "/counter/imports")
)


def _sort_in(lines: list[Line], report: ImportReport) -> None:
    for _number, row in lines:
        taken = take_in(row, by=current_actor_id(), is_dry_run=report.is_dry_run)
        setattr(report, taken, getattr(report, taken) + 1)


def _read(
    table: ReadTable, report: ImportReport, source: ApplicationSource, seen: dict[str, int]
) -> Iterator[Line]:
    """Yield the rows that can be read; what is refused is noted."""
    reader = FiledReader(table.layout, report.repaired, source=source, today=clock.today())
    suspicions = Suspicions(table.layout)
    for row in table.rows:
        report.rows_read += 1
        repairs = len(reader.repaired)
        suspicions.add(row)
        try:
            found = _first(reader.read(row), seen)
        except RowRefusedError as error:
            del reader.repaired[repairs:]
            report.refused.append(Refusal(row.line, str(error)))
            continue
        seen[found.key] = row.line
        yield row.line, found
    suspicions.stop_if_any()


def _first(row: FiledRow, seen: dict[str, int]) -> FiledRow:
    if row.key in seen:
        raise RowRefusedError(f"{seen[row.key]}行目と同じ申請です")
    return row
