"""Import of register extracts into the reference file, through its own engine."""

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO, cast

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from victim_support.core import clock
from victim_support.core.csv_io import CsvRow
from victim_support.core.db import Part, db
from victim_support.core.db.bulk import insert_rows
from victim_support.core.db.engine import write_alone
from victim_support.core.mapping import (
    Layout,
    MappingFile,
    Refusal,
    RowRefusedError,
    Suspicions,
    read_table,
)
from victim_support.core.steps import result_of
from victim_support.residents.models import RegisterExtract, Resident
from victim_support.residents.rules.columns import targets
from victim_support.residents.rules.coverage import Coverage
from victim_support.residents.rules.errors import ManyMissingError
from victim_support.residents.rules.report import RegisterReport
from victim_support.residents.rules.rows import RowReader, Values
from victim_support.residents.services.indexing import index_everybody

_BATCH = 1000
_HASH_CHUNK = 1 << 20
_STREAMED = {"yield_per": _BATCH}
_TABLE = cast("Table", Resident.__table__)
_followers: list[Callable[[], None]] = []


def import_residents(stream: BinaryIO, **options: Any) -> RegisterReport:
    """Import an extract at once; everything is as ``import_in_steps`` says."""
    return result_of(import_in_steps(stream, **options))


def import_in_steps(
    stream: BinaryIO,
    *,
    file_name: str,
    imported_by: str,
    mapping: MappingFile | None = None,
    coverage: Coverage | None = None,
    today: date | None = None,
    is_dry_run: bool = False,
) -> Generator[int, None, RegisterReport]:
    """Import an extract of the resident register (住民基本台帳の抽出), all or nothing.

    A broken row is refused and the rest goes in; a known 宛名番号 is an update; rows that a full
    extract no longer holds stay and are marked. Closing the generator leaves all as it was.

    Args:
        stream: The file, to be read twice.
        file_name: Its name, for the report.
        imported_by: Who imports, for the list of imports.
        mapping: What the columns are, where headers and layouts do not say it.
        coverage: Whether it holds everybody; a partial file marks nobody as missing. Without it,
            it is full unless more than a tenth of the register would be missing.
        today: The day that birth dates are checked on.
        is_dry_run: Read and count only, write nothing.

    Yields:
        How many rows were read, and then indexed, since the step before.

    Raises:
        CsvError: The file is not readable text.
        LayoutError: Its columns are not understood.
        IndividualNumberError: A column passes as individual numbers (個人番号) as a whole.
        ManyMissingError: It may be a part, and nobody said whether it is.
    """
    table = read_table(stream, targets(), mapping)
    blank = table.report(file_name, is_dry_run=is_dry_run)
    report = RegisterReport(
        blank.file, blank.encoding, blank.layout, is_dry_run, blank.columns, coverage=coverage
    )
    with db.engines["reference"].connect() as connection, connection.begin() as transaction:
        write_alone(connection, Part.REFERENCE)
        job = _Import(connection, table.layout, report, today or clock.today())
        yield from job.read_all(table.rows)
        if is_dry_run:
            transaction.rollback()
        else:
            yield from job.finish(_sha256(stream), imported_by)
    if not is_dry_run:
        tell_followers()
    return report


def on_import(follower: Callable[[], None]) -> Callable[[], None]:
    """Call a function after every import, such as one that carries new protections on."""
    _followers.append(follower)
    return follower


def tell_followers() -> None:
    """Call what follows an import, after its end."""
    for follow in _followers:
        follow()


@dataclass(slots=True)
class _Import:
    """One import at work: what is known, what was seen, what waits to be written."""

    connection: Connection
    layout: Layout
    report: RegisterReport
    today: date
    known: dict[str, bytes] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)  # missing since an earlier extract
    seen: dict[str, int] = field(default_factory=dict)
    new: list[tuple[Any, ...]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)

    def read_all(self, rows: Iterable[CsvRow]) -> Iterator[int]:
        """Read every row; write as it goes."""
        self._learn()
        reader = RowReader(self.layout, self.report.repaired, today=self.today)
        suspicions = Suspicions(self.layout)
        for row in rows:
            self.report.rows_read += 1
            repairs = len(reader.repaired)
            try:
                self._take(row, reader)
            except RowRefusedError as error:
                del reader.repaired[repairs:]
                self.report.refused.append(Refusal(row.line, str(error)))
            suspicions.add(row)
            if len(self.new) >= _BATCH or len(self.changed) >= _BATCH:
                self._write()
            if self.report.rows_read % _BATCH == 0:
                yield _BATCH
        suspicions.stop_if_any()
        self._write()
        self.report.missing = len(self.known.keys() - self.gone)

    def finish(self, sha256: str, imported_by: str) -> Iterator[int]:
        """Mark what is missing, note the import, index everybody anew."""
        report = self.report
        if report.coverage is None and report.lacks_many:
            raise ManyMissingError(report.missing, report.known)
        if report.coverage is Coverage.PARTIAL:
            self.known.clear()
            report.missing = 0
        extract = self.connection.execute(
            insert(RegisterExtract).values(
                imported_at=clock.now(),
                imported_by=imported_by,
                file_name=report.file,
                file_sha256=sha256,
                encoding=report.encoding,
                layout=report.layout,
                rows_read=report.rows_read,
                created=report.created,
                updated=report.updated,
                unchanged=report.unchanged,
                refused=len(report.refused),
                missing=report.missing,
                report={
                    "columns": [column.note for column in report.columns],
                    "coverage": report.coverage or Coverage.FULL,
                },
            )
        )
        key = extract.inserted_primary_key
        self._mark_missing(key[0] if key else None)
        self.known.clear()  # the index needs the memory
        self.seen.clear()
        if report.created or report.updated:
            yield from index_everybody(self.connection)

    def _take(self, row: CsvRow, reader: RowReader) -> None:
        values = reader.read(row)
        if values.number in self.seen:
            raise RowRefusedError(f"宛名番号が{self.seen[values.number]}行目と同じです")
        self.seen[values.number] = row.line
        self.report.with_gaiji += values.has_gaiji
        self.report.protected += values.is_protected
        self._sort_in(values)

    def _sort_in(self, values: Values) -> None:
        digest = values.digest
        before = self.known.pop(values.number, None)
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

    def _write(self) -> None:
        if not self.report.is_dry_run:
            if self.new:
                insert_rows(self.connection, _TABLE, self.new)
            if self.changed:
                by_key = update(_TABLE).where(_TABLE.c.number == bindparam("key"))
                self.connection.execute(by_key, self.changed)
        self.new.clear()
        self.changed.clear()

    def _learn(self) -> None:
        """Take in the register as it is."""
        query = select(_TABLE.c.number, _TABLE.c.digest, _TABLE.c.missing_since)
        for number, digest, gone in self.connection.execute(query, execution_options=_STREAMED):
            self.known[number] = digest
            if gone is not None:
                self.gone.add(number)
        self.report.known = len(self.known) - len(self.gone)

    def _mark_missing(self, extract_id: int | None) -> None:
        """Mark those of the register that were not seen, and take the mark off who is back."""
        mark = update(_TABLE).where(_TABLE.c.number == bindparam("key"))
        back = [{"key": number} for number in self.gone & self.seen.keys()]
        newly = [{"key": number} for number in self.known.keys() - self.gone]
        for who, since in ((back, None), (newly, extract_id)):
            if who:
                self.connection.execute(mark.values(missing_since=since), who)


def _sha256(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(_HASH_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
