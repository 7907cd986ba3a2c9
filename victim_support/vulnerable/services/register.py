"""Take the support register in (避難行動要支援者名簿), a few lines in each transaction."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import UUID

from victim_support.core import clock
from victim_support.core.csv_io import CsvRow
from victim_support.core.db import db, transaction
from victim_support.core.mapping import (
    MappingFile,
    Refusal,
    RowRefusedError,
    Suspicions,
    read_table,
)
from victim_support.core.mapping.uploads import Importer, Steps, register
from victim_support.core.steps import portions
from victim_support.residents.rules.coverage import Coverage
from victim_support.victims.rules import Protection
from victim_support.vulnerable.queries.register import list_edited, list_entries
from victim_support.vulnerable.rules.register import Consent, EntryData
from victim_support.vulnerable.rules.report import SupportReport
from victim_support.vulnerable.rules.rows import EntryReader, targets
from victim_support.vulnerable.services.entries import same_person_key
from victim_support.vulnerable.services.lines import (
    assign,
    id_of,
    in_register,
    level_of,
    person_of_line,
    rows_of,
    values_of,
)

BATCH = 40
REASON = "避難行動要支援者名簿の取り込み"
Line = tuple[int, EntryData]


def import_in_steps(
    stream: BytesIO,
    *,
    file_name: str,
    mapping: MappingFile | None = None,
    coverage: Coverage | None = None,
    is_dry_run: bool = False,
) -> Generator[int, None, SupportReport]:
    """Take in a support register; a line known already is an update, never a second line.

    A broken row is refused and the rest goes in. Lines that a full file no longer holds are
    withdrawn. What was taken in before an end by force stays; the same file again completes it.

    Args:
        stream: The file.
        file_name: Its name, for the report.
        mapping: What the columns are, where headers do not say it.
        coverage: Whether the file holds everybody; only then what is missing is withdrawn.
        is_dry_run: Read and count only, write nothing.

    Yields:
        How many rows were read since the step before.

    Raises:
        CsvError: The file is not readable text.
        LayoutError: Its columns are not understood.
        IndividualNumberError: A column passes as individual numbers (個人番号) as a whole.
    """
    table = read_table(stream, targets(), mapping)
    blank = table.report(file_name, is_dry_run=is_dry_run)
    report = SupportReport(
        blank.file, blank.encoding, blank.layout, is_dry_run, blank.columns, repaired=blank.repaired
    )
    work = _Import(report)
    work.learn()
    reader = EntryReader(table.layout, report.repaired, today=clock.today())
    read = _read(table.rows, reader, report, Suspicions(table.layout))
    for lines in portions(read, BATCH):
        work.take(lines)
        yield len(lines)
    work.end(is_full=coverage is Coverage.FULL)
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
    coverage = options.get("coverage")
    report = yield from import_in_steps(
        stream,
        file_name=file_name,
        mapping=mapping,
        coverage=Coverage(coverage) if coverage else None,
        is_dry_run=is_dry_run,
    )
    return report


SUPPORT = register(Importer("support", REASON[:-5], targets, _steps, "/support/imports"))


@dataclass(slots=True)
class _Import:
    """One import at work: what is known, what was seen."""

    report: SupportReport
    known: set[UUID] = field(default_factory=set)
    edited: dict[UUID, tuple[str, object]] = field(default_factory=dict)
    """Lines that somebody wrote, corrected or took off by hand, by whom they are about."""
    seen: dict[UUID, int] = field(default_factory=dict)

    def learn(self) -> None:
        """Take in which lines are there."""
        self.known = {entry.id for entry in list_entries()}
        self.edited = {
            entry.id: same_person_key(entry.name, entry.birth_date) for entry in list_edited()
        }
        self.report.known = len(self.known)
        db.session.remove()

    def take(self, lines: Iterable[Line]) -> None:
        """Sort lines in, and write them unless it is a trial."""
        if self.report.is_dry_run:
            self._sort_in(lines)
            db.session.rollback()
            return
        with transaction(reason=REASON):
            self._sort_in(lines)

    def end(self, *, is_full: bool) -> None:
        """Count what is missing, and withdraw it when the file holds everybody."""
        missing = sorted(self.known - self.seen.keys() - self.edited.keys())
        self.report.missing = len(missing)
        if is_full and missing and not self.report.is_dry_run:
            with transaction(reason=REASON):
                for entry_id in missing:
                    for row in rows_of(entry_id):
                        row.is_withdrawn = True

    def _sort_in(self, lines: Iterable[Line]) -> None:
        for number, data in lines:
            entry_id = self._line_of(data)
            if entry_id in self.seen:
                why = f"{self.seen[entry_id]}行目と同じ人です"
                self.report.refused.append(Refusal(number, why))
                continue
            self.seen[entry_id] = number
            self._count(data)
            if entry_id in self.edited:
                self._keep(entry_id, data)
                continue
            _write(entry_id, data, self.report, is_new=entry_id not in self.known)

    def _line_of(self, data: EntryData) -> UUID:
        """Return the line of a row: the one written by hand of the same person comes first."""
        entry_id, key = id_of(data), same_person_key(data.name, data.birth.date)
        if entry_id in self.known or data.birth.date is None:
            return entry_id
        return next((edited for edited, whose in self.edited.items() if whose == key), entry_id)

    def _keep(self, entry_id: UUID, data: EntryData) -> None:
        """Leave a line alone that was corrected by hand; a protection that the file tells holds."""
        self.report.unchanged += 1
        self.report.kept += 1
        number, found = in_register(data)
        level = level_of(data, found, person_of_line(number, entry_id))
        self.report.protected += level is not Protection.NONE
        self.report.matched += number is not None
        is_there = any(not row.is_withdrawn for row in rows_of(entry_id))
        if is_there and level is not Protection.NONE:
            assign(entry_id, {"protection": level}, is_dry_run=self.report.is_dry_run)

    def _count(self, data: EntryData) -> None:
        self.report.agreed += data.consent is Consent.YES
        self.report.unasked += data.consent is Consent.UNKNOWN
        self.report.refused_consent += data.consent is Consent.NO
        self.report.placed += data.latitude is not None


def _read(
    rows: Iterable[CsvRow], reader: EntryReader, report: SupportReport, suspicions: Suspicions
) -> Iterator[Line]:
    """Yield the lines that can be read; what is refused is noted."""
    for row in rows:
        report.rows_read += 1
        repairs = len(reader.repaired)
        suspicions.add(row)
        try:
            data = reader.read(row)
        except RowRefusedError as error:
            del reader.repaired[repairs:]
            report.refused.append(Refusal(row.line, str(error)))
            continue
        yield row.line, data
    suspicions.stop_if_any()


def _write(entry_id: UUID, data: EntryData, report: SupportReport, *, is_new: bool) -> None:
    number, found = in_register(data)
    person_id = person_of_line(number, entry_id)
    level = level_of(data, found, person_id)
    report.protected += level is not Protection.NONE
    report.matched += number is not None
    values = values_of(data, number, person_id) | {"protection": level}
    changed = assign(entry_id, values, is_dry_run=True)
    if changed and not report.is_dry_run:
        assign(entry_id, values | {"received_at": clock.now()})
    report.created += is_new
    report.updated += changed and not is_new
    report.unchanged += not changed and not is_new
