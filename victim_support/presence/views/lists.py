"""Who was not seen for days, who lives outside a shelter, and where somebody lives now."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import requires
from victim_support.core.context import current_context
from victim_support.core.db import transaction
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.reads import log_read
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import list_open_stays, list_whereabouts
from victim_support.evacuees.rules import OUTSIDE, StayKind
from victim_support.evacuees.services import Place, change_place
from victim_support.presence import queries
from victim_support.presence.forms import MoveForm
from victim_support.presence.views.blueprint import bp, open_person
from victim_support.shelters.queries import find_shelter, list_shelters

DAYS = (1, 2, 3, 5, 7, 14)
USUAL = 2


@bp.get("/not-seen")
@requires("stay.record")
def not_seen() -> str:
    asked = request.args.get("days", type=int)
    days = asked if asked in DAYS else USUAL
    place = current_context().shelter_id
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    found = queries.list_not_seen(days, disclosure, shelter_id=place)
    log_read("roster.not_seen", [one.person.id for one in found], "見かけない方")
    return render_template(
        "presence/not_seen.html", found=found, days=days, choices=DAYS, place_name=_name_of(place)
    )


@bp.get("/outside")
@requires("stay.record")
def outside() -> str:
    place = current_context().shelter_id
    found = queries.list_outside(view(Audience.DESK, Purpose.PRESENCE), shelter_id=place)
    log_read("roster.outside", [one.person.id for one in found], "避難所の外の方")
    kind = request.args.get("kind", "")
    told = [one for one in found if one.has_place]
    chosen = [one for one in told if one.stay.kind == kind] if kind in set(OUTSIDE) else found
    counts = {k: sum(one.stay.kind is k for one in told) for k in StayKind if k in OUTSIDE}
    return render_template(
        "presence/outside.html",
        found=chosen,
        counts={k: count for k, count in counts.items() if count},
        total=len(found),
        kind=kind,
        places={shelter.id: shelter.name for shelter in list_shelters()},
        place_name=_name_of(place),
    )


@bp.get("/persons/<uuid:person_id>/place")
@requires("person.edit")
def move(person_id: UUID) -> str:
    stay, shown = _open(person_id)
    told = list_whereabouts([stay.id]).get(stay.id)
    form = _form(
        formdata=None,
        kind=stay.kind,
        shelter=str(stay.shelter_id),
        place=told.place if told else None,
        plate=told.plate if told else None,
        companions=told.people if told else None,
        phone=told.phone if told else None,
    )
    return _page(shown, form)


@bp.post("/persons/<uuid:person_id>/place")
@requires("person.edit")
def record_move(person_id: UUID) -> ResponseReturnValue:
    with transaction(reason="いる所の変更"):
        form = _form()
        location = idempotency.find(form.idempotency_key.data)
        if not location:
            stay, shown = _open(person_id)
            if not form.validate_on_submit():
                return _page(shown, form), 422
            kind, place = StayKind(form.kind.data), _place_of(form)
            change_place(stay, kind=kind, shelter_id=UUID(form.shelter.data), place=place)
            location = url_for("evacuees.person", person_id=person_id)
            idempotency.remember(form.idempotency_key.data, location)
    flash("いる所を記録しました。", "success")
    return redirect(location, 303)


def _open(person_id: UUID) -> tuple[Stay, DisclosedPerson]:
    """Return the open stay of somebody whose place and address the viewer may know, or 404."""
    row, shown = open_person(person_id)
    if not view(Audience.DESK, Purpose.PRESENCE).shows_address(row):
        abort(404)
    stays = list_open_stays([person_id]).get(person_id, [])
    return (stays[-1] if stays else abort(404)), shown


def _form(**values: object) -> MoveForm:
    form = MoveForm(**values)
    form.shelter.choices = [(str(one.id), one.name) for one in list_shelters()]
    return form


def _place_of(form: MoveForm) -> Place:
    return Place(
        place=form.place.data or "",
        plate=form.plate.data or "",
        people=form.companions.data,
        phone=form.phone.data or "",
    )


def _page(shown: DisclosedPerson, form: MoveForm) -> str:
    log_read("person.place", [shown.id], "いる所")
    return render_template("presence/move.html", person=shown, form=form)


def _name_of(place: UUID | None) -> str:
    shelter = find_shelter(place)
    return shelter.name if shelter else "すべての避難所"
