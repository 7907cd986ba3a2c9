"""Applications and judgements: receive, record, approve by a second person."""

from functools import partial
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import current_actor, reads, requires
from victim_support.core.actor import name_of
from victim_support.core.clock import local, today
from victim_support.core.db import transaction
from victim_support.core.disclosure import Audience, DisclosedPerson, Purpose, view
from victim_support.core.documents.fonts import Style
from victim_support.core.documents.glyphs import name_spans
from victim_support.core.japanese.dates import both, wareki
from victim_support.core.reads import log_read, log_search
from victim_support.damage import queries, services
from victim_support.damage.forms import (
    ApplicationForm,
    ApprovalForm,
    FindForm,
    JudgementForm,
    ReturnForm,
    chosen,
)
from victim_support.damage.models import Application
from victim_support.damage.rules import JudgementState, RequestedPaper
from victim_support.disasters.queries import get_current_disaster
from victim_support.victims.models import Household
from victim_support.victims.queries import get_household, list_members, search_people
from victim_support.victims.rules import HEADS, label_of

bp = Blueprint("damage", __name__, url_prefix="/damage")
SHOWN = 20

bp.add_app_template_filter(label_of, "label_of")
bp.add_app_template_filter(partial(name_spans, style=Style.GOTHIC), "name_spans")
bp.add_app_template_filter(both, "japanese_date")
bp.add_app_template_filter(lambda moment: both(local(moment).date()), "japanese_day")


@bp.get("/")
@requires("damage.read")
def judgements() -> str:
    waiting = queries.list_waiting_judgements()
    applications = queries.list_applications(limit=SHOWN)
    places = [one.dwelling_id for one in waiting] + [one.dwelling_id for one in applications]
    return render_template(
        "damage/judgements.html",
        find=FindForm(formdata=None),
        waiting=waiting,
        applications=applications,
        dwellings=queries.list_dwellings(places),
        current=queries.judgements_in_force([one.dwelling_id for one in applications]),
        applied=queries.count_applications(),
    )


@bp.post("/search")
@reads
@requires("damage.apply")
def search() -> str:
    form = FindForm()
    text = (form.text.data or "") if form.validate_on_submit() else ""
    people, total = search_people(text, SHOWN) if text else ([], 0)
    shown = view(Audience.COUNTER, Purpose.RECORD).people(people)
    log_search(text, len(shown))
    return render_template("damage/search.html", find=form, people=shown, total=total)


@bp.get("/applications/new/<uuid:household_id>")
@requires("damage.apply")
def apply(household_id: UUID) -> str:
    household = get_household(household_id)
    people = _people_of(household)
    form = ApplicationForm()
    form.offer(people)
    disaster = get_current_disaster()
    if disaster and disaster.started_at:
        day = wareki(local(disaster.started_at).date())
        form.cause.data = f"{day}の{disaster.name}による"
    form.address.data = people[0].address
    form.contact.data = next((person.phone for person in people if person.phone), "")
    return _application_page(household, people, form)


@bp.post("/applications/new/<uuid:household_id>")
@requires("damage.apply")
def receive(household_id: UUID) -> ResponseReturnValue:
    form = ApplicationForm()
    try:
        with transaction(reason="罹災の申請の受付"):
            household = get_household(household_id)
            people = _people_of(household)
            form.offer(people)
            if not form.validate_on_submit():
                return _application_page(household, people, form), 422
            location = idempotency.find(form.idempotency_key.data)
            if location is None:
                location = _receipt_of(_receive(household, people, form))
                idempotency.remember(form.idempotency_key.data, location)
    except services.AlreadyAppliedError as error:
        flash(str(error), "warning")
        return redirect(_receipt_of(error.application), 303)
    flash("申請を受け付けました。受付票を出せます。", "success")
    return redirect(location, 303)


@bp.get("/dwellings/<uuid:dwelling_id>")
@requires("damage.read")
def dwelling(dwelling_id: UUID) -> str:
    form = JudgementForm()
    form.judged_on.data = today()
    return _dwelling_page(dwelling_id, form)


@bp.post("/dwellings/<uuid:dwelling_id>/judgements")
@requires("damage.judge")
def record(dwelling_id: UUID) -> ResponseReturnValue:
    form = JudgementForm()
    if not form.validate_on_submit():
        return _dwelling_page(dwelling_id, form), 422
    location = url_for("damage.dwelling", dwelling_id=dwelling_id)
    with transaction(reason="判定の記録"):
        if idempotency.find(form.idempotency_key.data) is None:
            services.record_judgement(
                dwelling_id=queries.get_dwelling(dwelling_id).id,
                survey=form.survey(),
                note=form.note.data or "",
                by=current_actor().id,
            )
            idempotency.remember(form.idempotency_key.data, location)
    flash("判定を記録しました。別の人が承認すると有効になります。", "success")
    return redirect(location, 303)


@bp.post("/judgements/<uuid:judgement_id>/approve")
@requires("damage.approve")
def approve(judgement_id: UUID) -> ResponseReturnValue:
    if not ApprovalForm().validate_on_submit():
        abort(400)
    try:
        with transaction(reason="判定の承認"):
            services.approve_judgement(queries.get_judgement(judgement_id), by=_actor_id())
    except services.DamageError as error:
        flash(str(error), "error")
    else:
        flash("承認しました。", "success")
    return redirect(_back(judgement_id), 303)


@bp.post("/judgements/<uuid:judgement_id>/return", endpoint="send_back")
@requires("damage.approve")
def send_back(judgement_id: UUID) -> ResponseReturnValue:
    form = ReturnForm()
    if not form.validate_on_submit():
        flash("差し戻す理由を入れてください。", "error")
        return redirect(_back(judgement_id), 303)
    try:
        with transaction(reason="判定の差し戻し"):
            judgement = queries.get_judgement(judgement_id)
            services.return_judgement(judgement, reason=form.reason.data or "", by=_actor_id())
    except services.DamageError as error:
        flash(str(error), "error")
    else:
        flash("差し戻しました。", "success")
    return redirect(_back(judgement_id), 303)


def _actor_id() -> UUID:
    return current_actor().id or abort(403)


def _back(judgement_id: UUID) -> str:
    """Return to the list of what waits, or to the dwelling when the page said so."""
    if request.args.get("from") == "dwelling":
        dwelling_id = queries.get_judgement(judgement_id).dwelling_id
        return url_for("damage.dwelling", dwelling_id=dwelling_id)
    return url_for("damage.judgements")


def _people_of(household: Household) -> list[DisclosedPerson]:
    """Return the members that the counter may see, the head first."""
    people = view(Audience.COUNTER, Purpose.RECORD).people(list_members(household.id))
    return people or abort(404)


def _head_of(household: Household, people: list[DisclosedPerson]) -> DisclosedPerson:
    known = [person for person in people if person.id == household.head_person_id]
    named = [person for person in people if person.relation in HEADS]
    return (known or named or people)[0]


def _receive(
    household: Household, people: list[DisclosedPerson], form: ApplicationForm
) -> Application:
    place = services.ensure_dwelling(address=form.address.data or "", unit=form.unit.data or None)
    head = _head_of(household, people)
    listed = set(form.members.data or ())
    members = [
        services.MemberEntry(one.id, "世帯主" if one.id == head.id else one.relation)
        for one in people
        if str(one.id) in listed
    ]
    data = services.ApplicationData(
        household_id=household.id,
        dwelling_id=place.id,
        head_person_id=head.id,
        applicant=services.Applicant(
            person_id=form.applicant_id,
            name=form.applicant_name.data or "",
            relation=form.applicant_relation.data or "",
            contact=form.contact.data or "",
        ),
        members=members,
        cause=form.cause.data or "",
        requested=chosen(RequestedPaper, form.requested.data) or RequestedPaper.RISAI,
        wants_self_judgement=form.wants_self_judgement.data,
        reported_damage=form.reported_damage.data or "",
        members_reason=form.members_reason.data or "",
    )
    return services.receive_application(data, by=current_actor().id)


def _receipt_of(application: Application) -> str:
    return url_for("certificates.paper", application_id=application.id, kind="receipt")


def _application_page(
    household: Household, people: list[DisclosedPerson], form: ApplicationForm
) -> str:
    log_read("application.new", [person.id for person in people])
    return render_template(
        "damage/apply.html",
        household=household,
        head=_head_of(household, people),
        form=form,
        earlier=queries.list_applications_of(household.id),
    )


def _dwelling_page(dwelling_id: UUID, form: JudgementForm) -> str:
    place = queries.get_dwelling(dwelling_id)
    log_read("dwelling.open", [place.id])
    return render_template(
        "damage/dwelling.html",
        dwelling=place,
        form=form,
        rounds=queries.list_judgements(place.id),
        current=queries.judgement_in_force(place.id),
        policy=queries.in_force_policy(),
        applications=queries.list_applications_for(place.id),
        states=JudgementState,
        name_of=name_of,
        actor_id=current_actor().id,
    )
