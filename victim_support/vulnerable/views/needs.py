"""Needs in detail: of one person, of everybody at a shelter, and how many need what."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock, idempotency
from victim_support.core.access import current_actor, requires
from victim_support.core.context import current_context
from victim_support.core.db import transaction
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.reads import log_read
from victim_support.evacuees.queries import list_roster
from victim_support.shelters.queries import get_shelter, list_states
from victim_support.victims.models import Person
from victim_support.victims.queries import find_person, list_needs
from victim_support.vulnerable import queries, services
from victim_support.vulnerable.forms.details import DetailsForm, details_form
from victim_support.vulnerable.rules.needs import GROUPS, NeedGroup
from victim_support.vulnerable.views.blueprint import bp


@bp.get("/needs")
@requires("needs.read")
def needs() -> ResponseReturnValue:
    now = clock.now()
    counts = queries.count_needs(now, has_outside=True)
    own = current_actor().bound_to
    shelters = [
        one.shelter
        for one in list_states()
        if (one.is_open or one.shelter.id in counts) and own in {None, one.shelter.id}
    ]
    return render_template(
        "vulnerable/needs.html",
        shelters=shelters,
        counts=counts,
        groups=_groups(),
        here=current_context().shelter_id,
        shown_at=now,
    )


@bp.get("/needs/<uuid:shelter_id>")
@requires("needs.read")
def shelter_needs(shelter_id: UUID) -> str:
    now, shelter = clock.now(), get_shelter(shelter_id)
    lines = list_roster(shelter_id, view(Audience.DESK, Purpose.PRESENCE)).lines
    details = queries.needs_view().of(line.person for line in lines)
    shown = [line for line in lines if details.get(line.person.id) or line.needs]
    log_read("needs.list", [line.person.id for line in shown], "配慮の一覧")
    return render_template(
        "vulnerable/shelter_needs.html",
        shelter=shelter,
        lines=shown,
        details=details,
        counts=queries.count_needs(now, has_outside=True).get(shelter_id, queries.ShelterNeeds()),
        groups=_groups(),
        shown_at=now,
    )


@bp.get("/persons/<uuid:person_id>/needs")
@requires("needs.read")
def person_needs(person_id: UUID) -> str:
    row, shown = _open(person_id)
    log_read("needs.open", [person_id], "配慮")
    kinds = queries.needs_view().kinds
    return _page(row, shown, details_form(kinds, queries.list_states([row.id]).get(row.id, {})))


@bp.post("/persons/<uuid:person_id>/needs/details")
@requires("needs.record")
def change_needs(person_id: UUID) -> ResponseReturnValue:
    form = details_form(queries.needs_view().kinds)
    with transaction(reason="配慮のくわしい記録"):
        row, shown = _open(person_id)
        location = idempotency.find(form.idempotency_key.data)
        if location is None and form.validate_on_submit():
            services.change_details(
                row,
                shown=form.states_shown(),
                wanted=form.states(),
                told_by=form.told_by.data,
            )
            location = url_for(".person_needs", person_id=person_id)
            idempotency.remember(form.idempotency_key.data, location)
        if location is None:
            return _page(row, shown, form), 422
    flash("記録しました。", "success")
    return redirect(location, 303)


def _open(person_id: UUID) -> tuple[Person, DisclosedPerson]:
    """Return a person the viewer may see, or 404: the same for nobody and for the protected."""
    row = find_person(person_id)
    shown = view(Audience.DESK, Purpose.RECORD).person(row)
    if row is None or shown is None:
        abort(404)
    return row, shown


def _groups() -> list[NeedGroup]:
    allowed = queries.needs_view().groups
    return [group for group in GROUPS if group in allowed]


def _page(row: Person, shown: DisclosedPerson, form: DetailsForm) -> str:
    return render_template(
        "vulnerable/person_needs.html",
        person=shown,
        form=form,
        groups=[(group, GROUPS[group]) for group in _groups()],
        needs=list_needs([row.id])[row.id],
    )
