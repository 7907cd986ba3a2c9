"""The household of a person (世帯): who belongs to it, who moves to another one."""

from collections.abc import Sequence
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import reads, requires
from victim_support.core.db import transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.reads import log_read, log_search
from victim_support.evacuees import services
from victim_support.evacuees.forms import SPLIT, HouseholdForm, ids_of
from victim_support.evacuees.queries import finding
from victim_support.evacuees.queries.finding import Found
from victim_support.evacuees.views.blueprint import bp
from victim_support.victims.models import Person
from victim_support.victims.queries import find_household, find_person, list_members

HITS = 8
NOBODY, NOWHERE = "移る方を選んでください。", "移る先の世帯をさがして選んでください。"


@bp.get("/persons/<uuid:person_id>/household")
@requires("person.read")
def household(person_id: UUID) -> str:
    return _page(person_id, HouseholdForm(formdata=None), ticked=[person_id])


@bp.post("/persons/<uuid:person_id>/household/find")
@reads
@requires("person.edit")
def find_target(person_id: UUID) -> str:
    text = request.form.get("text", "")
    found = finding.find_households(text, limit=HITS)
    log_search(text, found.total)
    ticked = ids_of(request.form, "member")
    return _page(person_id, HouseholdForm(), ticked=ticked, text=text, found=found)


@bp.post("/persons/<uuid:person_id>/household")
@requires("person.edit")
def change_members(person_id: UUID) -> ResponseReturnValue:
    form = HouseholdForm()
    ticked = ids_of(request.form, "member")
    is_split = request.form.get("act") == SPLIT
    words = "世帯を分ける" if is_split else "ほかの世帯へ移す"
    is_valid = form.validate_on_submit()
    with transaction(reason=f"{words}: {form.reason.data or ''}"):
        is_saved = is_valid and _change(person_id, form, ticked, is_split=is_split)
    if not is_saved:
        return _page(person_id, form, ticked=ticked), 422
    flash("世帯を分けました。" if is_split else "ほかの世帯へ移しました。", "success")
    return redirect(url_for(".household", person_id=person_id), 303)


def _change(
    person_id: UUID, form: HouseholdForm, ticked: Sequence[UUID], *, is_split: bool
) -> bool:
    """Move the people who are ticked; False, with the reason on the form, when it cannot be."""
    people = [one for one in _members(_open(person_id)) if one.id in ticked]
    target = None if is_split else finding.open_household(form.target.data or "")
    if not people:
        form.form_errors.append(NOBODY)
    elif not is_split and target is None:
        form.form_errors.append(NOWHERE)
    else:
        try:
            services.change_members(people, target=target)
        except services.AllMembersError as error:
            form.form_errors.append(error.message)
    return not form.form_errors


def _open(person_id: UUID) -> Person:
    """Return a person the viewer may see, or 404: the same for nobody and for the protected."""
    row = find_person(person_id)
    if row is None or view(Audience.DESK, Purpose.RECORD).person(row) is None:
        abort(404)
    return row


def _members(person: Person) -> list[Person]:
    """Return the household of a person as far as the viewer may see it, or the person alone."""
    disclosure = view(Audience.DESK, Purpose.RECORD)
    everybody = list_members(person.household_id) if person.household_id else [person]
    return [one for one in everybody if disclosure.person(one) is not None]


def _page(
    person_id: UUID,
    form: HouseholdForm,
    *,
    ticked: Sequence[UUID],
    text: str = "",
    found: Found | None = None,
) -> str:
    row = _open(person_id)
    members = view(Audience.DESK, Purpose.RECORD).people(_members(row))
    log_read("household.open", [one.id for one in members], "世帯")
    household = find_household(row.household_id) if row.household_id else None
    return render_template(
        "evacuees/household.html",
        person_id=person_id,
        members=members,
        household_id=row.household_id,
        head_id=household.head_person_id if household else None,
        number=household.register_number if household else None,
        form=form,
        ticked=ticked,
        text=text,
        found=found,
    )
