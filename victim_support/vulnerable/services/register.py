"""Take the support register in (避難行動要支援者名簿), a few lines in each transaction."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import UUID

from victim_support.core import clock
from victim_support.core.csv_io import CsvRow
from victim_support.core.db import db, transaction
from victim_support.core.ids import natural_id
from victim_support.core.japanese.fold import fold_kanji
from victim_support.core.japanese.names import display_name
from victim_support.core.mapping import (
    MappingFile,
    Refusal,
    RowRefusedError,
    Suspicions,
    read_table,
)
from victim_support.core.mapping.uploads import Importer, Steps, register
from victim_support.core.scopes import current_scopes
from victim_support.core.steps import portions
from victim_support.evacuees.queries.finding import match_register
from victim_support.residents.queries import find_resident
from victim_support.residents.rules.coverage import Coverage
from victim_support.victims.models import person_id_of
from victim_support.victims.queries import find_person, list_linked
from victim_support.victims.rules import PersonData, Protection
from victim_support.victims.services import move_to_sealed
from victim_support.vulnerable.models import SupportEntry
from victim_support.vulnerable.queries.register import list_entries
from victim_support.vulnerable.rules.register import Consent, EntryData
from victim_support.vulnerable.rules.report import SupportReport
from victim_support.vulnerable.rules.rows import EntryReader, targets
from victim_support.vulnerable.rules.streets import street_of

BATCH = 40
REASON = "避難行動要支援者名簿の取り込み"
PLAIN = (
    "number",
    "name",
    "kana",
    "sex",
    "address",
    "postal_code",
    "district",
    "phone",
    "reasons",
    "consent",
    "consent_on",
    "latitude",
    "longitude",
    "note",
    "plan",
    "plan_on",
    "supporters",
    "destination",
    "route",
)
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
    known: dict[UUID, SupportEntry | None] = field(default_factory=dict)
    seen: dict[UUID, int] = field(default_factory=dict)

    def learn(self) -> None:
        """Take in which lines are there."""
        self.known = dict.fromkeys(entry.id for entry in list_entries())
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
        missing = [entry_id for entry_id in self.known if entry_id not in self.seen]
        self.report.missing = len(missing)
        if is_full and missing and not self.report.is_dry_run:
            with transaction(reason=REASON):
                for entry_id in missing:
                    for row in _rows(entry_id):
                        row.is_withdrawn = True

    def _sort_in(self, lines: Iterable[Line]) -> None:
        for number, data in lines:
            entry_id = _id_of(data)
            if entry_id in self.seen:
                why = f"{self.seen[entry_id]}行目と同じ人です"
                self.report.refused.append(Refusal(number, why))
                continue
            self.seen[entry_id] = number
            self._count(data)
            _write(entry_id, data, self.report, is_new=entry_id not in self.known)

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


def _id_of(data: EntryData) -> UUID:
    """Return the id of a line, the same on every machine: by its number, else by the person."""
    born = f"{data.birth.date:%Y%m%d}" if data.birth.date else ""
    street = street_of(data.address)
    name = fold_kanji("".join(data.name.split()))
    key = (
        (data.register_number and f"r{data.register_number}")
        or (data.number and f"n{data.number}")
        or f"p{name}/{born}/{street}"
    )
    return natural_id("support-entry", current_scopes().municipality, key)


def _write(entry_id: UUID, data: EntryData, report: SupportReport, *, is_new: bool) -> None:
    number, found_protection = _in_register(data)
    person_id = _person_id(number, entry_id)
    person = find_person(person_id)
    told = person.protection if person is not None else Protection.NONE
    is_protected = (
        data.is_protected
        or found_protection is not Protection.NONE
        or told not in {None, Protection.NONE}
    )
    report.protected += is_protected
    report.matched += number is not None
    values = {name: getattr(data, name) or None for name in PLAIN} | {
        "person_id": person_id,
        "register_number": number,
        "name_display": display_name(data.name).text,
        "birth_date": data.birth.date,
        "protection": Protection.HIDE_PRESENCE if is_protected else Protection.NONE,
        "is_withdrawn": False,
    }
    changed = _assign(entry_id, values, is_dry_run=report.is_dry_run)
    report.created += is_new
    report.updated += changed and not is_new
    report.unchanged += not changed and not is_new


def _in_register(data: EntryData) -> tuple[str | None, Protection]:
    """Return the 宛名番号 of the resident that a line is about, and how the register protects."""
    if data.register_number:
        resident = find_resident(data.register_number)
        level = Protection(resident.protection) if resident else Protection.NONE
        return data.register_number, level
    match = match_register(
        PersonData(name=data.name, kana=data.kana, birth=data.birth, sex=data.sex)
    )
    return match.number, match.protection


def _person_id(number: str | None, entry_id: UUID) -> UUID:
    """Return the id the person has in the ledger, or would have."""
    if number is None:
        return entry_id
    linked = list_linked([number]).get(number)
    return linked.id if linked else person_id_of(number)


def _assign(entry_id: UUID, values: dict[str, Any], *, is_dry_run: bool) -> bool:
    """Write a line where it may lie; tell whether anything differs from what is there."""
    scopes = current_scopes()
    rows = {row.scope: row for row in _rows(entry_id)}
    was_sealed = scopes.sealed in rows and not rows[scopes.sealed].is_withdrawn
    is_sealed = was_sealed or values["protection"] is not Protection.NONE
    if is_sealed:
        values = values | {"protection": Protection.HIDE_PRESENCE}
    scope = scopes.sealed if is_sealed else scopes.core
    row = rows.get(scope)
    changed = row is None or any(getattr(row, name) != value for name, value in values.items())
    if is_dry_run or not changed:
        return changed
    if row is None:
        row = SupportEntry(scope=scope, id=entry_id)
        db.session.add(row)
    for name, value in (values | {"received_at": clock.now()}).items():
        if getattr(row, name) != value:
            setattr(row, name, value)
    if is_sealed and scopes.core in rows:
        move_to_sealed(rows[scopes.core])
    return True


def _rows(entry_id: UUID) -> list[SupportEntry]:
    scopes = current_scopes()
    found = [
        db.session.get(SupportEntry, (scope, entry_id)) for scope in (scopes.core, scopes.sealed)
    ]
    return [row for row in found if row is not None]
