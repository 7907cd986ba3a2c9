"""The record of one person: facts, needs, answers, stays, what others say, protection."""

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, requires
from victim_support.core.db import transaction
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.reads import log_read
from victim_support.disasters.queries import get_current_disaster
from victim_support.evacuees import queries
from victim_support.evacuees.forms import PersonForm, answers_of
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries import checks, comparing
from victim_support.evacuees.queries.finding import match_register
from victim_support.evacuees.queries.groups import list_children_along
from victim_support.evacuees.queries.received import list_former_places
from victim_support.evacuees.services import edits, protect_person
from victim_support.evacuees.views.blueprint import bp
from victim_support.journal.history import Change, version_of
from victim_support.journal.versions import BadTokenError
from victim_support.journal.wording import words_of
from victim_support.shelters.queries import list_shelters
from victim_support.victims import services as victims
from victim_support.victims.models import Person
from victim_support.victims.queries import (
    find_person,
    get_answer_form,
    list_answers,
    list_needs,
    list_statements,
)
from victim_support.victims.rules import GivenBy, NeedKind, Protection

SAVED = "直しました。"


@bp.get("/persons/<uuid:person_id>")
@requires("person.read")
def person(person_id: UUID) -> str:
    row, shown = _open(person_id)
    log_read("person.open", [person_id], "記録")
    return _page(row, shown, PersonForm(formdata=None, **edits.values_of(row, shown)))


@bp.post("/persons/<uuid:person_id>")
@requires("person.edit")
def edit_person(person_id: UUID) -> ResponseReturnValue:
    form = PersonForm()
    is_valid = form.validate_on_submit()
    with transaction(reason=form.reason if is_valid else "訂正"):
        row, shown = _open(person_id)
        correction = edits.Correction()
        if is_valid:
            try:
                correction = edits.correct_person(
                    row, shown, form.values(), form.version.data or ""
                )
            except BadTokenError as error:
                form.form_errors.append(str(error.description))
                is_valid = False
        if is_valid and not correction.clashes:
            edits.link_corrected(row, match_register(form.data_of_person()))
        if not is_valid or correction.clashes:
            form.version.data = version_of(row)
            return _page(row, shown, form, correction.clashes), 409 if is_valid else 422
    flash(form.words_of(correction.fields), "success" if correction.fields else "info")
    return redirect(_way_on(person_id), 303)


@bp.post("/persons/<uuid:person_id>/needs")
@requires("person.edit")
def edit_needs(person_id: UUID) -> ResponseReturnValue:
    ticked, shown = (
        {kind for kind in NeedKind if kind.value in request.form.getlist(name)}
        for name in ("needs", "shown")
    )
    return _write(
        person_id,
        "急ぎの配慮",
        lambda row: victims.change_needs(row, added=ticked - shown, ended=shown - ticked),
    )


@bp.post("/persons/<uuid:person_id>/answers")
@requires("person.edit")
def edit_answers(person_id: UUID) -> ResponseReturnValue:
    def change(row: Person) -> None:
        form = get_answer_form()
        clashes = edits.change_answers(
            row,
            shown=answers_of(request.form, "shown"),
            given=answers_of(request.form, "person"),
            given_by=GivenBy.SELF if request.form.get("own-person") else GivenBy.PROXY,
            edition=form.edition,
        )
        for kind in clashes:
            flash(
                f"「{form.words[kind]}」は、先にほかの方が記録しています。見比べてください。",
                "error",
            )

    return _write(person_id, "知らせてよいか", change)


@bp.post("/persons/<uuid:person_id>/protection")
@requires("person.edit")
def protect(person_id: UUID) -> ResponseReturnValue:
    level = request.form.get("protection", "")
    if level not in {Protection.HIDE_ADDRESS.value, Protection.HIDE_PRESENCE.value}:
        abort(400)
    with transaction(reason="所在・住所を出さない"):
        _open(person_id)
        children = list_children_along(person_id) if request.form.get("along") else []
        for each in (person_id, *(child.id for child in children)):
            protect_person(each, Protection(level))
    along = f"いっしょに来た子ども {len(children)}人 も" if children else ""
    flash(f"{along}出さないようにしました。", "success")
    return redirect(_way_on(person_id), 303)


def _write(person_id: UUID, reason: str, act: Callable[[Person], None]) -> ResponseReturnValue:
    with transaction(reason=reason):
        key = request.form.get("idempotency_key")
        location = idempotency.find(key)
        if not location:
            row, _ = _open(person_id)
            act(row)
            location = url_for(".person", person_id=person_id)
            idempotency.remember(key, location)
    flash(SAVED, "success")
    return redirect(location, 303)


def _way_on(person_id: UUID) -> str:
    """Return the record, or the first page when the viewer may not find it any more."""
    shown = view(Audience.DESK, Purpose.RECORD).person(find_person(person_id))
    return url_for(".person", person_id=person_id) if shown else url_for(".home")


def _open(person_id: UUID) -> tuple[Person, DisclosedPerson]:
    """Return a person the viewer may see, or 404: the same for nobody and for the protected."""
    row = find_person(person_id)
    shown = view(Audience.DESK, Purpose.RECORD).person(row)
    if row is None or shown is None:
        abort(404)
    return row, shown


def _page(
    row: Person, shown: DisclosedPerson, form: PersonForm, clashes: Sequence[Change] = ()
) -> str:
    stays = queries.list_stays([row.id])[row.id]
    answers, edition = list_answers([row.id])[row.id], get_answer_form().edition
    actor = current_actor()
    may_know = actor.may("statement.read")
    sealed = queries.list_departures_of([row.id]) if shown.is_marked else []
    return render_template(
        "evacuees/person.html",
        person=shown,
        row=row,
        form=form,
        clashes=clashes,
        words_of=words_of,
        key=idempotency.new_key(),
        needs=list_needs([row.id])[row.id],
        answers={each.kind: each for each in answers if each.edition == edition},
        earlier=[each for each in answers if each.edition != edition],
        stays=stays[::-1],
        places={shelter.id: shelter.name for shelter in list_shelters()} if may_know else {},
        former=list_former_places([row.id]),
        departures={each.stay_id: each for each in sealed},
        lifting=queries.find_open_lifting(row.id) if shown.is_marked else None,
        children=_hinted(list_children_along(row.id)),
        has_address=shown.is_marked or row.protection in {None, Protection.NONE},
        statements=list_statements([row.id])[row.id] if may_know else [],
        disaster=get_current_disaster(),
        **_checks(row, stays),
    )


def _hinted(people: list[Person]) -> list[DisclosedPerson]:
    return view(Audience.DESK, Purpose.RECORD).people(people)


def _checks(row: Person, stays: list[Stay]) -> dict[str, object]:
    """Return what of a person is to be checked, for those who decide on it."""
    may_decide = current_actor().may("person.decide")
    return {
        "pairs": checks.list_pairs_of(row) if may_decide else [],
        "linked": [
            one
            for one in (comparing.list_decisions() if may_decide else [])
            if row.id in {person.id for person in one.people}
        ],
        "open_stays": [stay for stay in stays if stay.ended_at is None],
    }
