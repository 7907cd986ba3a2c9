"""Reads of sheets, of those to be typed twice, and of rosters on paper."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import abort
from sqlalchemy import func, select

from victim_support.core import clock
from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.node import this_node
from victim_support.core.scopes import current_scopes
from victim_support.evacuees.queries import list_group_stays
from victim_support.paper.models import PrintedRoster, RosterFile, SheetCheck, SheetRun, TypedSheet
from victim_support.paper.rules import ROSTER_HOURS, is_sampled, parse_sheet
from victim_support.victims.queries import list_people
from victim_support.victims.rules import PersonData, Protection, Sex


@dataclass(frozen=True, slots=True)
class SheetPeople:
    """The people of a sheet in its order: those who may be shown, and whether that is everybody."""

    people: list[DisclosedPerson]
    is_whole: bool


def next_counter() -> int:
    """Return the first number of this machine's series that is on no sheet yet."""
    newest = db.session.scalar(
        select(func.max(SheetRun.first + SheetRun.count)).where(
            SheetRun.scope == current_scopes().core,
            SheetRun.prefix == this_node().number_prefix,
        )
    )
    return newest or 1


def list_runs(limit: int = 10) -> list[SheetRun]:
    """Return the newest runs of cards first."""
    statement = (
        select(SheetRun)
        .where(SheetRun.scope == current_scopes().core, SheetRun.is_withdrawn.is_(False))
        .order_by(SheetRun.printed_at.desc(), SheetRun.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def get_run(run_id: UUID) -> SheetRun:
    """Return a run of cards or 404."""
    return db.session.get(SheetRun, (current_scopes().core, run_id)) or abort(404)


def find_sheet(number: str) -> TypedSheet | None:
    """Return what was typed from a sheet, the first time it was; at any shelter."""
    statement = (
        select(TypedSheet)
        .where(
            TypedSheet.scope == current_scopes().core,
            TypedSheet.is_withdrawn.is_(False),
            TypedSheet.number == number,
        )
        .order_by(TypedSheet.typed_at, TypedSheet.id)
    )
    return db.session.scalars(statement).first()


def get_sheet(number: str) -> TypedSheet:
    """Return what was typed from a sheet, or 404."""
    return find_sheet(parse_sheet(number) or "") or abort(404)


def list_doubled_sheets() -> list[list[TypedSheet]]:
    """Return the sheets that two machines typed without knowing of each other."""
    twice = (
        select(TypedSheet.number)
        .where(TypedSheet.scope == current_scopes().core, TypedSheet.is_withdrawn.is_(False))
        .group_by(TypedSheet.number)
        .having(func.count() > 1)
    )
    statement = (
        select(TypedSheet)
        .where(
            TypedSheet.scope == current_scopes().core,
            TypedSheet.is_withdrawn.is_(False),
            TypedSheet.number.in_(twice),
        )
        .order_by(TypedSheet.number, TypedSheet.typed_at, TypedSheet.id)
    )
    found: dict[str, list[TypedSheet]] = defaultdict(list)
    for sheet in db.session.scalars(statement):
        found[sheet.number].append(sheet)
    return list(found.values())


def list_due_checks(limit: int = 50) -> list[TypedSheet]:
    """Return the sampled sheets that somebody else than their first typist is to type once more.

    A sheet with anybody protected is none of them: its people are shown to few.
    """
    checked = select(SheetCheck.sheet_id).where(SheetCheck.scope == current_scopes().core)
    statement = (
        select(TypedSheet)
        .where(
            TypedSheet.scope == current_scopes().core,
            TypedSheet.is_withdrawn.is_(False),
            TypedSheet.id.not_in(checked),
        )
        .order_by(TypedSheet.typed_at, TypedSheet.id)
    )
    own = current_actor().id
    found = [
        sheet
        for sheet in db.session.scalars(statement)
        if is_sampled(sheet.number) and sheet.typed_by != own and people_of_sheet(sheet).is_whole
    ]
    return found[:limit]


def people_of_sheet(sheet: TypedSheet) -> SheetPeople:
    """Return the people of a sheet as its viewer may see them, in the order of the sheet."""
    stays = sorted(list_group_stays(sheet.group_id), key=lambda stay: stay.id)
    rows = {person.id: person for person in list_people([stay.person_id for stay in stays])}
    people = [rows[stay.person_id] for stay in stays if stay.person_id in rows]
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    is_open = all(one.protection in {None, Protection.NONE} for one in people)
    return SheetPeople(disclosure.people(people), bool(people) and is_open)


def data_of(person: DisclosedPerson) -> PersonData:
    """Return somebody as they would be typed, to be compared."""
    sex = person.sex if isinstance(person.sex, Sex) else None
    return PersonData(
        name=person.name_received,
        kana=person.kana,
        birth=person.birth,
        sex=sex,
        relation=person.relation,
        phone=person.phone,
    )


def list_rosters(shelter_id: UUID, limit: int = 20) -> list[PrintedRoster]:
    """Return the rosters of a shelter that are on paper, those not yet shredded first."""
    statement = (
        select(PrintedRoster)
        .where(
            PrintedRoster.scope == current_scopes().core,
            PrintedRoster.is_withdrawn.is_(False),
            PrintedRoster.shelter_id == shelter_id,
        )
        .order_by(
            PrintedRoster.shredded_at.is_not(None),
            PrintedRoster.printed_at.desc(),
            PrintedRoster.id,
        )
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def get_roster(roster_id: UUID) -> PrintedRoster:
    """Return a roster on paper or 404."""
    return db.session.get(PrintedRoster, (current_scopes().core, roster_id)) or abort(404)


def last_printed(shelter_id: UUID) -> datetime | None:
    """Return when the roster of a shelter was last printed."""
    return db.session.scalar(
        select(func.max(PrintedRoster.printed_at)).where(
            PrintedRoster.scope == current_scopes().core,
            PrintedRoster.is_withdrawn.is_(False),
            PrintedRoster.shelter_id == shelter_id,
        )
    )


def is_roster_due(shelter_id: UUID) -> bool:
    """Say whether the roster on paper is older than a power failure would allow."""
    last = last_printed(shelter_id)
    return last is None or clock.now() - last > timedelta(hours=ROSTER_HOURS)


def find_roster_file(sha256: str) -> RosterFile | None:
    """Return the import of this very file, if it was imported before."""
    statement = (
        select(RosterFile)
        .where(
            RosterFile.scope == current_scopes().core,
            RosterFile.is_withdrawn.is_(False),
            RosterFile.sha256 == sha256,
        )
        .order_by(RosterFile.imported_at)
    )
    return db.session.scalars(statement).first()


def list_roster_files(limit: int = 20) -> list[RosterFile]:
    """Return the rosters that were taken in, the newest first."""
    statement = (
        select(RosterFile)
        .where(RosterFile.scope == current_scopes().core, RosterFile.is_withdrawn.is_(False))
        .order_by(RosterFile.imported_at.desc(), RosterFile.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))
