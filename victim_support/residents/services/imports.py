"""Import of register extracts into the reference file, through its own engine."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any, BinaryIO, cast

from sqlalchemy import Connection, RowMapping, Table, bindparam, insert, select, update

from victim_support.core import clock
from victim_support.core.csv_io import CsvRow, read_csv, sniff_encoding
from victim_support.core.db import db
from victim_support.core.db.bulk import insert_rows
from victim_support.core.japanese.dates import BirthValue, Precision
from victim_support.core.numbers import ColumnSuspicion
from victim_support.core.scopes import current_scopes
from victim_support.core.search import SearchDocument
from victim_support.core.towns import list_towns
from victim_support.residents.models import RegisterExtract, Resident, resident_index
from victim_support.residents.rules.columns import Layout, MappingFile, find_layout, labels
from victim_support.residents.rules.report import ImportReport, Refusal
from victim_support.residents.rules.rows import RowReader, RowRefusedError, Values

_BATCH = 1000
_ROWS_UNDER_SUSPICION = 2000
_HASH_CHUNK = 1 << 20
_STREAMED = {"yield_per": _BATCH}
_TABLE = cast("Table", Resident.__table__)
_followers: list[Callable[[], None]] = []


class IndividualNumberError(ValueError):
    """A column looks like individual numbers (個人番号); nothing was imported."""


def import_residents(
    stream: BinaryIO,
    *,
    file_name: str,
    imported_by: str,
    mapping: MappingFile | None = None,
    today: date | None = None,
    is_dry_run: bool = False,
) -> ImportReport:
    """Import an extract of the resident register (住民基本台帳の抽出), all or nothing.

    A broken row is refused and the rest goes in; a known 宛名番号 is an update; rows that the
    extract no longer holds stay and are marked.

    Args:
        stream: The file, to be read twice.
        file_name: Its name, for the report.
        imported_by: Who imports, for the list of imports.
        mapping: What the columns are, where headers and layouts do not say it.
        today: The day that birth dates are checked on.
        is_dry_run: Read and count only, write nothing.

    Raises:
        CsvError: The file is not readable text.
        LayoutError: Its columns are not understood.
        IndividualNumberError: A column passes as individual numbers (個人番号) as a whole.
    """
    wanted = mapping or MappingFile()
    encoding = wanted.encoding or sniff_encoding(stream)
    rows = read_csv(stream, encoding)
    first = next(rows, CsvRow(1, []))
    layout = find_layout(first.cells, wanted)
    report = ImportReport(file_name, encoding, layout.name, is_dry_run, layout.columns)
    data = rows if layout.has_header else chain((first,), rows)
    engine = db.engines["reference"]
    with engine.connect() as connection, connection.begin() as transaction:
        job = _Import(connection, layout, report, today or clock.today())
        job.read_all(data)
        if is_dry_run:
            transaction.rollback()
        else:
            job.finish(_sha256(stream), imported_by)
    for follow in () if is_dry_run else _followers:
        follow()
    return report


def on_import(follower: Callable[[], None]) -> Callable[[], None]:
    """Call a function after every import, such as one that carries new protections on."""
    _followers.append(follower)
    return follower


@dataclass(slots=True)
class _Import:
    """One import at work: what is known, what was seen, what waits to be written."""

    connection: Connection
    layout: Layout
    report: ImportReport
    today: date
    known: dict[str, bytes] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    new: list[tuple[Any, ...]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    suspicions: dict[str, ColumnSuspicion] = field(default_factory=dict)

    def read_all(self, rows: Iterable[CsvRow]) -> None:
        """Read every row; write as it goes."""
        self.known = self._digests()
        reader = RowReader(self.layout, self.today, self.report.repaired)
        for row in rows:
            self.report.rows_read += 1
            repairs = len(reader.repaired)
            try:
                self._take(row, reader)
            except RowRefusedError as error:
                del reader.repaired[repairs:]
                self.report.refused.append(Refusal(row.line, str(error)))
            if self.report.rows_read <= _ROWS_UNDER_SUSPICION:
                self._suspect(row)
            if len(self.new) >= _BATCH or len(self.changed) >= _BATCH:
                self._write()
        self._stop_if_suspect()
        self._write()
        self.report.missing = len(self.known)

    def finish(self, sha256: str, imported_by: str) -> None:
        """Mark what is missing, note the import, index everybody anew."""
        report = self.report
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
                report={"columns": [column.note for column in report.columns]},
            )
        )
        key = extract.inserted_primary_key
        self._mark_missing(key[0] if key else None)
        self.known.clear()  # the index needs the memory
        self.seen.clear()
        if report.created or report.updated:
            resident_index.rebuild(self.connection, _documents(self.connection))

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

    def _digests(self) -> dict[str, bytes]:
        query = select(_TABLE.c.number, _TABLE.c.digest)
        rows = self.connection.execute(query, execution_options=_STREAMED)
        return {number: digest for number, digest in rows}  # noqa: C416 - dict() asks for keys

    def _mark_missing(self, extract_id: int | None) -> None:
        back = _TABLE.c.missing_since.is_not(None)
        returned = [
            {"key": number}
            for number in self.connection.scalars(select(_TABLE.c.number).where(back))
            if number in self.seen
        ]
        gone = [{"key": number} for number in self.known]
        by_key = _TABLE.c.number == bindparam("key")
        if returned:
            statement = update(_TABLE).where(by_key).values(missing_since=None)
            self.connection.execute(statement, returned)
        if gone:
            statement = update(_TABLE).where(by_key, ~back).values(missing_since=extract_id)
            self.connection.execute(statement, gone)

    def _suspect(self, row: CsvRow) -> None:
        for name, position in self.layout.positions.items():
            if position < len(row.cells) and name not in self.layout.confirmed:
                self.suspicions.setdefault(name, ColumnSuspicion()).add(row.cells[position].strip())
        if self.report.rows_read == _ROWS_UNDER_SUSPICION:
            self._stop_if_suspect()

    def _stop_if_suspect(self) -> None:
        for name, suspicion in self.suspicions.items():
            if suspicion.is_individual_numbers:
                raise IndividualNumberError(
                    f"{self.layout.positions[name] + 1}列目({labels()[name]})の値が、どれも個人番号"
                    "の検査数字に合います。個人番号なら、この列を除いた表を作り直してください。"
                    f'個人番号でないと確かめたときは、対応表に confirmed = ["{name}"] と書くか、'
                    f"--confirm {name} を付けてください。何も取り込んでいません。"
                )


def _documents(connection: Connection) -> Iterator[tuple[str, SearchDocument]]:
    """Yield what each resident is found by, in the order of kana, in which hits will come."""
    columns = [
        _TABLE.c[name]
        for name in (
            "number", "name", "alias", "former_name", "kana", "address", "building", "district",
            "town", "birth_date", "birth_year", "birth_month",
        )
    ]  # fmt: skip
    kana_of = {town.name: town.kana for town in list_towns(current_scopes().municipality)}
    query = select(*columns).order_by(_TABLE.c.kana, _TABLE.c.number)
    for row in connection.execute(query, execution_options=_STREAMED).mappings():
        yield row["number"], _document(row, kana_of.get(row["town"]))


def _document(row: RowMapping, town_kana: str | None) -> SearchDocument:
    names = [row["name"], row["alias"], row["former_name"]]
    birth = BirthValue(
        date=row["birth_date"],
        year=row["birth_year"],
        month=row["birth_month"],
        precision=Precision.DAY,
    )
    return SearchDocument(
        names=[name for name in names if name],
        kanas=[row["kana"]],
        places=[text for text in (row["address"], row["building"], row["district"]) if text],
        place_kanas=[town_kana] if town_kana else [],
        birth=birth,
    )


def _sha256(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(_HASH_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
