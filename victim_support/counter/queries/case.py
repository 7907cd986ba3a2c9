"""One case on one screen: dwelling, who lived there and owns it, papers, judgement, what lacks.

Nothing of neighbours is read but where houses stand, and nothing of another household of the
same dwelling.
"""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from victim_support.certificates.queries import Case, get_case
from victim_support.core.access import current_actor
from victim_support.core.db import db
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.japanese.addresses import address_key
from victim_support.core.maps import TileSet, list_tile_sets
from victim_support.core.scopes import current_scopes
from victim_support.counter.models import FiledAttachment
from victim_support.counter.queries.filed import list_papers_of
from victim_support.counter.queries.regrades import Regrade, find_regrade
from victim_support.counter.rules.plan import Plan, degrees_around, draw_plan
from victim_support.damage.models import Application, ApplicationMember, Dwelling
from victim_support.damage.photos import ShownPhoto, list_photos
from victim_support.damage.queries import (
    in_force_policy,
    list_applications_for,
    list_judgements,
    list_members,
)
from victim_support.damage.rules import InForcePolicy, RequestedPaper
from victim_support.damage.rules.applying import parts_of
from victim_support.damage.weeks import expected_words
from victim_support.houses.models import House
from victim_support.houses.queries import OpenedHouse, open_house
from victim_support.survey.models import SurveyVisit
from victim_support.survey.queries import list_requests
from victim_support.victims.queries import list_people

FOLDER = "maps"
HOUSES = 300
PHOTOS = 6


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything that the counter looks at before the sample is turned to the applicant."""

    case: Case
    applicant: str
    members: list[tuple[DisclosedPerson, ApplicationMember]]
    parts: list[str]
    missing: list[str]
    """What the application lacks, in words: identity, consents."""
    house: OpenedHouse | None
    plan: Plan | None
    tiles: TileSet | None
    photos: list[ShownPhoto]
    papers: list[list[FiledAttachment]]
    """What came with an online application beside photographs, each by its pages."""
    others: int
    """How many other households applied for the same dwelling, as far as the clerk may see."""
    rounds: int
    expected: str
    regrade: Regrade | None
    requests: list[SurveyVisit]
    """The further surveys that the household asked for (再調査の申出)."""
    policy: InForcePolicy


def find_screen(application: Application) -> Screen | None:
    """Return the screen of an application, None when its head may not be shown."""
    case = get_case(application)
    if case is None:
        return None
    disclosure = view(Audience.COUNTER, Purpose.RECORD)
    rows = list_members(application)
    people = {one.id: one for one in disclosure.people(list_people([r.person_id for r in rows]))}
    tiles = next(iter(list_tile_sets(Path(current_app.instance_path) / FOLDER)), None)
    dwelling = case.dwelling
    house = _house_of(dwelling)
    return Screen(
        case=case,
        applicant=_applicant(application, disclosure.people(list_people(_ids(application)))),
        members=[(people[row.person_id], row) for row in rows if row.person_id in people],
        parts=[part.label for part in parts_of(application.damaged_parts)],
        missing=application.open_points,
        house=house if current_actor().may("house.read") else None,
        plan=_plan_of(dwelling, house, tiles),
        tiles=tiles,
        photos=list_photos(dwelling.id)[:PHOTOS],
        papers=list_papers_of(application.id) if current_actor().may("damage.apply") else [],
        others=_others(application),
        rounds=len(list_judgements(dwelling.id)),
        expected=expected_words(dwelling.address),
        regrade=find_regrade(application.id),
        requests=list_requests(application.id),
        policy=in_force_policy(),
    )


def _others(application: Application) -> int:
    there = list_applications_for(application.dwelling_id)
    lived = {one.household_id for one in there if one.requested != RequestedPaper.OWNER}
    return len(lived - {application.household_id})


def _ids(application: Application) -> list[UUID]:
    return [application.applicant_person_id] if application.applicant_person_id else []


def _applicant(application: Application, people: list[DisclosedPerson]) -> str:
    return people[0].name if people else application.applicant_name or ""


def _house_of(dwelling: Dwelling) -> OpenedHouse | None:
    """Return the house of the ledger that a dwelling is, None when there is none or several."""
    if dwelling.house_register_number:
        known = db.session.get(House, dwelling.house_register_number)
        return open_house(known.number) if known else None
    key = address_key(dwelling.address)
    if not key:
        return None
    statement = (
        select(House.number)
        .where(House.address_key == key, House.missing_since.is_(None))
        .order_by(House.number)
        .limit(2)
    )
    numbers = list(db.session.scalars(statement))
    return open_house(numbers[0]) if len(numbers) == 1 else None


def _plan_of(dwelling: Dwelling, house: OpenedHouse | None, tiles: TileSet | None) -> Plan | None:
    """Return the drawing around the dwelling, else around its house of the ledger."""
    places = [(dwelling.latitude, dwelling.longitude)]
    places += [(house.house.latitude, house.house.longitude)] if house else []
    known = [(north, east) for north, east in places if north is not None and east is not None]
    if not known:
        return None
    middle = known[0]
    zooms = range(tiles.min_zoom, tiles.max_zoom + 1) if tiles else None
    return draw_plan(middle, _points_near(middle), tile_zooms=zooms)


def _points_near(middle: tuple[float, float]) -> list[tuple[float, float]]:
    """Return where houses and dwellings stand around a place; nothing else of them."""
    north, east = degrees_around(middle)
    found: list[tuple[float, float]] = []
    own = Dwelling.scope == current_scopes().base
    for model, condition in ((House, House.missing_since.is_(None)), (Dwelling, own)):
        statement = (
            select(model.latitude, model.longitude)
            .where(
                condition,
                model.latitude.between(middle[0] - north, middle[0] + north),
                model.longitude.between(middle[1] - east, middle[1] + east),
            )
            .order_by(model.latitude, model.longitude)
            .limit(HOUSES)
        )
        found += [(row[0] or 0.0, row[1] or 0.0) for row in db.session.execute(statement)]
    return found
