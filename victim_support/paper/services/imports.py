"""Rosters that others kept (他の様式の名簿), taken in household by household."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from victim_support.core import clock
from victim_support.core.db import db, transaction
from victim_support.core.ids import new_id
from victim_support.core.mapping import (
    ImportFileError,
    ImportReport,
    MappingFile,
    Refusal,
    RowRefusedError,
    Suspicions,
    read_table,
)
from victim_support.core.mapping.uploads import Importer, Steps, register
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import find_head_count, list_shelter_stays
from victim_support.evacuees.queries.finding import match_all
from victim_support.evacuees.rules import LeavingReason
from victim_support.evacuees.services import (
    Asked,
    Details,
    Reception,
    leave,
    register_new_household,
)
from victim_support.paper.models import RosterFile
from victim_support.paper.queries import find_roster_file
from victim_support.paper.rules.rosters import (
    Leaving,
    RosterPerson,
    RosterReader,
    households,
    person_key,
    targets,
)
from victim_support.victims.models import Person
from victim_support.victims.queries import list_people
from victim_support.victims.rules import PersonData, Protection

_BATCH = 100


class RosterTwiceError(ImportFileError):
    """This very file was taken in before."""


@dataclass(slots=True)
class _Import:
    """One roster at work."""

    report: ImportReport
    known: set[tuple[str, str, str]]
    known_ever: set[tuple[str, str, str]]
    people: list[RosterPerson] = field(default_factory=list)

    def take(self, person: RosterPerson) -> None:
        """Sort a row in: new, or known; who is said to have left may have done so long ago."""
        known = self.known_ever if person.leaving else self.known
        if person.same_as in known:
            self.report.unchanged += 1
        else:
            self.known.add(person.same_as)
            self.known_ever.add(person.same_as)
            self.report.created += 1
            self.people.append(person)


def _steps(
    stream: BytesIO,
    *,
    file_name: str,
    imported_by: str,
    mapping: MappingFile,
    options: dict[str, Any],
    is_dry_run: bool,
) -> Steps:
    """Read a roster; then register its households, each in a transaction of its own.

    A roster whose import was cut off goes on when it is imported again: who is here already is
    left alone.
    """
    table = read_table(stream, targets(), mapping)
    report = table.report(file_name, is_dry_run=is_dry_run)
    shelter_id = UUID(options["shelter_id"]) if options.get("shelter_id") else None
    work = _Import(report, _known_at(shelter_id, is_open=True), _known_at(shelter_id))
    until = datetime.fromisoformat(options["at"]) if options.get("at") else clock.now()
    reader = RosterReader(table.layout, report.repaired, today=clock.today(), until=until)
    suspicions = Suspicions(table.layout)
    for row in table.rows:
        report.rows_read += 1
        repairs = len(reader.repaired)
        suspicions.add(row)
        try:
            work.take(reader.read(row))
        except RowRefusedError as error:
            del reader.repaired[repairs:]
            report.refused.append(Refusal(row.line, str(error)))
        if report.rows_read % _BATCH == 0:
            yield _BATCH
    suspicions.stop_if_any()
    if not is_dry_run and shelter_id is not None:
        yield from _register(work, stream, shelter_id, options, imported_by)
    return report


ROSTERS = register(Importer("rosters", "他の様式の名簿", targets, _steps, "/paper/imports"))


def _register(
    work: _Import, stream: BytesIO, shelter_id: UUID, options: dict[str, Any], imported_by: str
) -> Iterator[int]:
    digest = hashlib.sha256(stream.getvalue()).hexdigest()
    at = datetime.fromisoformat(options["at"])
    with transaction(reason="他の様式の名簿の取り込み"):
        if not work.people and find_roster_file(digest):
            raise RosterTwiceError("このファイルは、もう取り込んであります。何もしていません。")
        file = RosterFile(
            scope=current_scopes().core,
            id=new_id(),
            shelter_id=shelter_id,
            file_name=work.report.file,
            sha256=digest,
            made_by=options.get("made_by", ""),
            imported_at=clock.now(),
            imported_by=imported_by,
        )
        db.session.add(file)
    for household in households(work.people):
        _register_household(household, shelter_id, at, is_counted=bool(options.get("counted")))
        yield len(household)


def _register_household(
    household: Sequence[RosterPerson], shelter_id: UUID, at: datetime, *, is_counted: bool
) -> None:
    """Register one household; several rows of a roster without relations are no family."""
    with transaction(reason="他の様式の名簿の取り込み"):
        count = find_head_count(shelter_id, clock.now()) if is_counted else None
        first = min((one.arrived for one in household if one.arrived), default=at)
        arrival = register_new_household(
            reception=Reception(
                shelter_id=shelter_id, at=first, count_id=count.id if count else None
            ),
            members=match_all(one.data for one in household),
            details=Details(typed=[Asked(needs=one.needs) for one in household]),
        )
        for one, stay in zip(household, arrival.stays, strict=True):
            if one.arrived and stay.started_at == first and stay.ended_at is None:
                stay.started_at = one.arrived
            if one.leaving:
                _end(stay, one.leaving, at)
    db.session.remove()


def _end(stay: Stay, leaving: Leaving, at: datetime) -> None:
    """End the stay of somebody who has left (退所); they were in no head count."""
    stay.count_id = None
    if stay.ended_at is None:
        leave(
            stays=[stay],
            at=leaving.at or at,
            reason=LeavingReason.OTHER if leaving.destination else LeavingReason.NOT_TOLD,
            destination=leaving.destination,
            destination_phone=leaving.phone,
        )


def _known_at(shelter_id: UUID | None, *, is_open: bool | None = None) -> set[tuple[str, str, str]]:
    """Return who is or ever was at a shelter, so that a roster that comes again doubles nobody.

    Protected people are not among them: the counts of a report would tell that they are here.
    """
    if shelter_id is None:
        return set()
    stays = list_shelter_stays(shelter_id, is_open=is_open)
    found = {
        _key_of(person)
        for person in list_people([stay.person_id for stay in stays])
        if person.protection in {None, Protection.NONE}
    }
    db.session.remove()
    return found


def _key_of(person: Person) -> tuple[str, str, str]:
    return person_key(
        PersonData(name=person.name or "", kana=person.kana or "", birth=person.birth)
    )
