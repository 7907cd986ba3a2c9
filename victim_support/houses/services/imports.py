"""Import of house ledgers into the reference file, through its own engine."""

import hashlib
from collections.abc import Generator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, BinaryIO, cast

from sqlalchemy import Connection, Table, bindparam, distinct, func, insert, select, update

from victim_support.core import clock
from victim_support.core.csv_io import CsvRow
from victim_support.core.db import Part, db
from victim_support.core.db.bulk import insert_rows
from victim_support.core.db.engine import write_alone
from victim_support.core.mapping import (
    MappingFile,
    Refusal,
    RowRefusedError,
    Suspicions,
    read_table,
)
from victim_support.core.mapping.uploads import Importer, Steps, register
from victim_support.core.steps import result_of
from victim_support.houses.models import House, HouseOccupant, LedgerFile
from victim_support.houses.rules import Likeness
from victim_support.houses.rules.rows import HouseReader, HouseReport, HouseValues, targets
from victim_support.houses.services.matching import match_everybody

_BATCH = 1000
_TABLE = cast("Table", House.__table__)
_OCCUPANTS = cast("Table", HouseOccupant.__table__)


def import_dwellings(stream: BinaryIO, **options: Any) -> HouseReport:
    """Import a ledger at once; everything is as ``import_in_steps`` says."""
    return result_of(import_in_steps(stream, **options))


def import_in_steps(
    stream: BinaryIO,
    *,
    file_name: str,
    imported_by: str,
    mapping: MappingFile | None = None,
    is_dry_run: bool = False,
) -> Generator[int, None, HouseReport]:
    """Import a house ledger (家屋台帳の取り込み), all or nothing, and propose who lives where.

    A known 物件番号 is an update; houses that the file no longer holds stay and are marked.

    Yields:
        How many rows were read, and then how many residents compared, since the step before.

    Raises:
        CsvError: The file cannot be read.
        LayoutError: Its columns are not understood.
        IndividualNumberError: A column passes as individual numbers (個人番号) as a whole.
    """
    table = read_table(stream, targets(), mapping)
    blank = table.report(file_name, is_dry_run=is_dry_run)
    report = HouseReport(blank.file, blank.encoding, blank.layout, is_dry_run, blank.columns)
    reader = HouseReader(table.layout, report.repaired, year=clock.today().year)
    suspicions = Suspicions(table.layout)
    with db.engines["reference"].connect() as connection, connection.begin() as transaction:
        write_alone(connection, Part.REFERENCE)
        work = _Import(connection, report)
        for row in table.rows:
            suspicions.add(row)
            work.take(row, reader)
            if report.rows_read % _BATCH == 0:
                yield _BATCH
        suspicions.stop_if_any()
        work.write()
        work.mark_missing(_note(connection, report, stream, imported_by))
        yield from match_everybody(connection)
        report.linked, report.doubtful = _count_links(connection)
        if is_dry_run:
            transaction.rollback()
    return report


@dataclass(slots=True)
class _Import:
    """One import at work: what is known, what was seen, what waits to be written."""

    connection: Connection
    report: HouseReport
    known: dict[str, bytes] = field(init=False)
    gone: set[str] = field(init=False)
    seen: dict[str, int] = field(default_factory=dict)
    new: list[tuple[Any, ...]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        rows = self.connection.execute(
            select(_TABLE.c.number, _TABLE.c.digest, _TABLE.c.missing_since)
        ).all()
        self.known = {number: digest for number, digest, _gone in rows}
        self.gone = {number for number, _digest, gone in rows if gone is not None}

    def take(self, row: CsvRow, reader: HouseReader) -> None:
        """Read a row and sort it in: new, changed, unchanged or refused."""
        self.report.rows_read += 1
        repairs = len(reader.repaired)
        try:
            values = self._first(reader.read(row))
        except RowRefusedError as error:
            del reader.repaired[repairs:]
            self.report.refused.append(Refusal(row.line, str(error)))
            return
        self.seen[values.number] = row.line
        self.report.placed += values.latitude is not None
        self._sort_in(values)
        if len(self.new) >= _BATCH or len(self.changed) >= _BATCH:
            self.write()

    def _first(self, values: HouseValues) -> HouseValues:
        if values.number in self.seen:
            raise RowRefusedError(f"物件番号が{self.seen[values.number]}行目と同じです")
        return values

    def write(self) -> None:
        """Write what waits."""
        if self.new:
            insert_rows(self.connection, _TABLE, self.new)
        if self.changed:
            by_key = update(_TABLE).where(_TABLE.c.number == bindparam("key"))
            self.connection.execute(by_key, self.changed)
        self.new.clear()
        self.changed.clear()

    def mark_missing(self, file_id: int) -> None:
        """Mark the houses that were not seen, and take the mark off those that are back."""
        mark = update(_TABLE).where(_TABLE.c.number == bindparam("key"))
        newly = self.known.keys() - self.seen.keys() - self.gone
        self.report.missing = len(newly)
        for numbers, since in ((newly, file_id), (self.gone & self.seen.keys(), None)):
            if numbers:
                keys = [{"key": number} for number in numbers]
                self.connection.execute(mark.values(missing_since=since), keys)

    def _sort_in(self, values: HouseValues) -> None:
        digest = values.digest
        before = self.known.get(values.number)
        if before == digest:
            self.report.unchanged += 1
        elif before is None:
            self.report.created += 1
            self.new.append((*values, digest, None))
        else:
            self.report.updated += 1
            self.changed.append(
                values._asdict() | {"digest": digest, "missing_since": None, "key": values.number}
            )


def _note(connection: Connection, report: HouseReport, stream: BinaryIO, imported_by: str) -> int:
    """Note the import, for the list of imports (出どころ)."""
    stream.seek(0)
    noted = connection.execute(
        insert(LedgerFile).values(
            imported_at=clock.now(),
            imported_by=imported_by,
            file_name=report.file,
            file_sha256=hashlib.sha256(stream.read()).hexdigest(),
            encoding=report.encoding,
            layout=report.layout,
            rows_read=report.rows_read,
            created=report.created,
            updated=report.updated,
            unchanged=report.unchanged,
            refused=len(report.refused),
            missing=report.missing,
            report={"columns": [column.note for column in report.columns]},
        )
    )
    key = noted.inserted_primary_key
    return int(key[0]) if key else 0


def _count_links(connection: Connection) -> tuple[int, int]:
    linked = select(func.count(distinct(_OCCUPANTS.c.house_number)))
    plain = (
        select(_OCCUPANTS.c.house_number)
        .group_by(_OCCUPANTS.c.house_number)
        .having(func.count() == 1, func.min(_OCCUPANTS.c.likeness) == Likeness.ADDRESS)
    )
    sure = connection.scalar(select(func.count()).select_from(plain.subquery())) or 0
    everybody = connection.scalar(linked) or 0
    return everybody, everybody - sure


def _steps(
    stream: BytesIO,
    *,
    file_name: str,
    imported_by: str,
    mapping: MappingFile,
    options: dict[str, Any],
    is_dry_run: bool,
) -> Steps:
    report = yield from import_in_steps(
        stream,
        file_name=file_name,
        imported_by=imported_by,
        mapping=mapping,
        is_dry_run=is_dry_run,
    )
    return report


HOUSES = register(Importer("dwellings", "家屋台帳", targets, _steps, "/houses/imports", passes=2))
