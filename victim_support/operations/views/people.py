"""Start from a person (人から始める): find somebody here, then every paper of that person."""

from datetime import datetime
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue

from victim_support.core.access import reads, requires
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.reads import log_read, log_search
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries.movements import Here, list_together
from victim_support.evacuees.queries.presence import find_present
from victim_support.operations import queries, services
from victim_support.operations.forms import (
    AnimalForm,
    KeptForm,
    NightOutForm,
    ParcelForm,
    PlaceForm,
    VehicleForm,
    WishForm,
)
from victim_support.operations.views.blueprint import bp, keep, shelter_id, show, visible_stay
from victim_support.victims.queries import list_people

HITS = 20


@bp.get("/people")
@requires("operation.record")
def people() -> str:
    return show("people", text="", found=None)


@bp.post("/people")
@reads
@requires("operation.record")
def search_people() -> str:
    text = request.form.get("text", "")
    found, total = find_present(text, shelter_id=shelter_id(), limit=HITS)
    log_search(text, total)
    return show("people", text=text, found=[one for one in found if one.is_here])


@bp.post("/person")
@reads
@requires("operation.record")
def person() -> str:
    stay = visible_stay(request.form.get("stay", type=UUID)) or abort(404)
    return person_page(stay, PlaceForm(formdata=None, stay=str(stay.id)))


@bp.post("/person/place")
@requires("operation.record")
def place_person() -> ResponseReturnValue:
    form = PlaceForm()
    kept = keep(form, "区画の割り当て", ".areas", lambda now: _place(form, now))
    return kept or (person_page(visible_stay(form.stay.data) or abort(404), form), 422)


def person_page(stay: Stay, place: PlaceForm) -> str:
    """Return the page of one person with a form for every paper."""
    group = _together(stay)
    log_read("operations.person", [one.person.id for one in group], "避難所運営")
    areas = queries.get_space(stay.shelter_id, view(Audience.DESK, Purpose.PRESENCE)).states
    place.area.choices = [
        ("", "割り当てなし"),
        *((str(one.area.id), _offer(one)) for one in areas),
    ]
    placement = queries.list_placements(stay.shelter_id).get(stay.id)
    if place.area.data is None and placement is not None and placement.area_id:
        place.area.data, place.spot.data = str(placement.area_id), placement.spot
    key = str(stay.id)
    return show(
        "person",
        stay=stay,
        one=group[0],
        group=group,
        areas=areas,
        place=place,
        night=_named(NightOutForm(formdata=None, stay=key), "night"),
        wish=_named(WishForm(formdata=None, stay=key), "wish"),
        animal=_named(AnimalForm(formdata=None, stay=key), "animal"),
        vehicle=_named(VehicleForm(formdata=None, stay=key), "vehicle"),
        parcel=_named(ParcelForm(formdata=None, stay=key), "parcel"),
        transfer=KeptForm(formdata=None),
    )


def chosen_person(stay_id: str | None) -> DisclosedPerson | None:
    """Return whom a form that comes back is about."""
    stay = visible_stay(stay_id)
    if stay is None:
        return None
    subject = next(iter(list_people([stay.person_id])), None)
    return view(Audience.DESK, Purpose.PRESENCE).person(subject)


def _together(stay: Stay) -> list[Here]:
    return list_together(stay, view(Audience.DESK, Purpose.PRESENCE)) or abort(404)


def _place(form: PlaceForm, now: datetime) -> None:
    stay = visible_stay(form.stay.data) or abort(404)
    stays = [one.stay for one in _together(stay)] if form.together.data else [stay]
    area = None
    if form.area.data:
        known = {str(one.id): one for one in queries.list_areas(stay.shelter_id)}
        area = known.get(form.area.data) or abort(404)
    services.place_people(stays=stays, area=area, spot=form.spot.data or "", at=now)


def _named(form: KeptForm, name: str) -> KeptForm:
    """Give the fields of one of several forms on a page ids of their own."""
    for field in form:
        field.id = f"{name}-{field.id}"
    return form


def _offer(state: queries.AreaState) -> str:
    free = state.room.free
    return state.area.name if free is None else f"{state.area.name}（空き {free}人）"
