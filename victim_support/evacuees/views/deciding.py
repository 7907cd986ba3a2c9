"""Pages of decisions: two records side by side (同じ人・別の人), and which resident somebody is."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core.access import current_actor, reads, requires
from victim_support.core.actor import name_of
from victim_support.core.db import transaction
from victim_support.core.disclosure import DisclosedPerson
from victim_support.core.reads import log_read, log_search
from victim_support.evacuees import services
from victim_support.evacuees.forms import CompareForm, IdentifyForm
from victim_support.evacuees.queries import checks, comparing
from victim_support.evacuees.views.blueprint import bp
from victim_support.victims import services as victims
from victim_support.victims.links import find_link
from victim_support.victims.models import Person
from victim_support.victims.queries import find_person
from victim_support.victims.rules import LinkDecision

TAKEN_BACK = "判断を取り消しました。もう一度決められます。"


@bp.get("/persons/<uuid:first_id>/compare/<uuid:second_id>")
@requires("person.decide")
def compare(first_id: UUID, second_id: UUID) -> str:
    return _compare_page(first_id, second_id, CompareForm(formdata=None))


@bp.post("/persons/<uuid:first_id>/compare/<uuid:second_id>")
@requires("person.decide")
def decide(first_id: UUID, second_id: UUID) -> ResponseReturnValue:
    form = CompareForm()
    if first_id == second_id:
        abort(404)
    if not form.validate_on_submit():
        return _compare_page(first_id, second_id, form), 422
    decision = LinkDecision(form.decision.data)
    with transaction(reason=f"{decision.label}とする"):
        for person_id in (first_id, second_id):
            _open(person_id)
        services.decide_on_people(
            first_id, second_id, decision, reason=form.reason.data or "", by=current_actor().id
        )
    flash(f"{decision.label}としました。", "success")
    return redirect(url_for(".compare", first_id=first_id, second_id=second_id), 303)


@bp.post("/persons/<uuid:first_id>/compare/<uuid:second_id>/take-back")
@requires("person.decide")
def take_back_decision(first_id: UUID, second_id: UUID) -> ResponseReturnValue:
    with transaction(reason="同じ人・別の人の判断の取り消し"):
        for person_id in (first_id, second_id):
            _open(person_id)
        victims.unlink_people(first_id, second_id)
    flash(TAKEN_BACK, "success")
    return redirect(url_for(".compare", first_id=first_id, second_id=second_id), 303)


@bp.get("/persons/decided")
@requires("person.decide")
def decided() -> str:
    decisions = comparing.list_decisions()
    log_read("decisions.list", [one.id for each in decisions for one in each.people], "同じ人")
    return render_template("evacuees/decided.html", decisions=decisions, name_of=name_of)


@bp.get("/persons/<uuid:person_id>/identify")
@requires("person.edit")
def identify(person_id: UUID) -> str:
    row, shown = _open(person_id)
    text = row.kana or row.name or ""
    return _identify_page(row, shown, text, comparing.find_residents_like(row))


@bp.post("/persons/<uuid:person_id>/identify/search")
@reads
@requires("person.edit")
def search_resident(person_id: UUID) -> str:
    row, shown = _open(person_id)
    text = request.form.get("text", "")
    found = comparing.search_residents(text, row)
    log_search(text, found.total)
    return _identify_page(row, shown, text, found)


@bp.post("/persons/<uuid:person_id>/identify")
@requires("person.edit")
def identify_as(person_id: UUID) -> ResponseReturnValue:
    form = IdentifyForm()
    if not form.validate_on_submit():
        abort(400)
    with transaction(reason="住民の台帳との照合"):
        row, _shown = _open(person_id)
        if form.number.data:
            candidate = comparing.find_candidate(form.number.data) or abort(404)
            services.identify_person(row, candidate, by=current_actor().id)
        else:
            services.not_in_register(row)
    flash("照合の結果を記録しました。", "success")
    still = find_person(person_id)
    is_shown = still is not None and checks.may_see(still, checks.hinting())
    return redirect(url_for(".person", person_id=person_id) if is_shown else url_for(".home"), 303)


def _open(person_id: UUID) -> tuple[Person, DisclosedPerson]:
    """Return a person a hint may be about, or 404: the same for nobody and for the protected."""
    row, disclosure = find_person(person_id), checks.hinting()
    if row is None or not checks.may_see(row, disclosure):
        abort(404)
    return row, disclosure.person(row) or abort(404)


def _compare_page(first_id: UUID, second_id: UUID, form: CompareForm) -> str:
    if first_id == second_id:
        abort(404)
    (first, shown), (second, other) = _open(first_id), _open(second_id)
    log_read("person.compare", [first_id, second_id], "同じ人")
    return render_template(
        "evacuees/compare.html",
        first=shown,
        second=other,
        lines=comparing.compare(first, second, shown, other),
        link=find_link(first_id, second_id),
        form=form,
        name_of=name_of,
    )


def _identify_page(
    row: Person, shown: DisclosedPerson, text: str, found: comparing.FoundResidents
) -> str:
    log_read("person.identify", [row.id, *(one.shown.id for one in found.residents)], "照合")
    return render_template(
        "evacuees/identify.html",
        person=shown,
        row=row,
        text=text,
        found=found,
        form=IdentifyForm(formdata=None),
    )
