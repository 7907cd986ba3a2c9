"""What waits for who may see sealed records: requests to lift a protection, departures told."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import idempotency
from victim_support.core.access import asks_again, current_actor, requires
from victim_support.core.actor import name_of
from victim_support.core.db import transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.reads import log_read
from victim_support.evacuees import queries, services
from victim_support.evacuees.forms import LiftingForm, SettleDepartureForm
from victim_support.evacuees.models import Stay
from victim_support.evacuees.rules import LiftingOutcome
from victim_support.evacuees.services.departures import AlreadyLeftError, AlreadySettledError
from victim_support.evacuees.services.liftings import LiftingError
from victim_support.evacuees.views.blueprint import bp
from victim_support.residents.queries import list_protected_numbers
from victim_support.shelters.queries import list_shelters
from victim_support.victims.queries import get_person, list_people

REASON_MISSING = "理由を入れてください。"
CLOSED = {
    LiftingOutcome.WITHDRAWN: "求めを取り下げました。保護は続きます。",
    LiftingOutcome.REFUSED: "求めを認めませんでした。保護は続きます。",
}


@bp.get("/sealed-tasks")
@requires("sealed.manage")
def sealed_tasks() -> str:
    liftings = queries.list_lifting_tasks(frozenset(list_protected_numbers()))
    departures = queries.list_departure_tasks()
    shown = [task.person.id for task in liftings]
    shown += [person.id for task in departures for person, _stay in task.candidates]
    log_read("sealed.tasks", shown, "保護担当の確認")
    return render_template(
        "evacuees/sealed_tasks.html",
        liftings=liftings,
        departures=departures,
        decided=_decided(),
        places={shelter.id: shelter.name for shelter in list_shelters()},
        name_of=name_of,
        me=current_actor().id,
    )


@bp.post("/persons/<uuid:person_id>/lifting")
@asks_again
@requires("sealed.manage")
def request_lifting(person_id: UUID) -> ResponseReturnValue:
    form = LiftingForm()
    back = redirect(url_for(".person", person_id=person_id, _anchor="protection"), 303)
    if not form.validate_on_submit():
        flash(f"{REASON_MISSING}求めは出していません。", "error")
        return back
    try:
        with transaction(reason="保護を解く求め"):
            if not idempotency.find(form.idempotency_key.data):
                services.request_lifting(get_person(person_id), reason=form.reason.data or "")
                idempotency.remember(form.idempotency_key.data, url_for(".sealed_tasks"))
    except LiftingError as error:
        flash(error.message, "error")
    else:
        flash("保護を解く求めを出しました。別の保護担当が確かめるまで、保護は続きます。", "success")
    return back


@bp.post("/sealed-tasks/liftings/<uuid:lifting_id>/confirm")
@asks_again
@requires("sealed.manage")
def confirm_lifting(lifting_id: UUID) -> ResponseReturnValue:
    try:
        with transaction(reason="保護を解く（2人で確認）"):
            services.confirm_lifting(queries.get_lifting(lifting_id))
    except LiftingError as error:
        flash(error.message, "error")
    else:
        flash("保護を解きました。名簿と検索に、ほかの方と同じように出ます。", "success")
    return redirect(url_for(".sealed_tasks"), 303)


@bp.post("/sealed-tasks/liftings/<uuid:lifting_id>/close")
@requires("sealed.manage")
def close_lifting(lifting_id: UUID) -> ResponseReturnValue:
    reason = LiftingForm().reason.data or ""
    try:
        with transaction(reason="保護を解く求めを閉じる"):
            outcome = services.close_lifting(queries.get_lifting(lifting_id), reason=reason)
    except LiftingError as error:
        flash(error.message, "error")
    else:
        flash(CLOSED[outcome], "success")
    return redirect(url_for(".sealed_tasks"), 303)


@bp.post("/sealed-tasks/departures/<uuid:departure_id>/settle")
@requires("sealed.manage")
def settle_departure(departure_id: UUID) -> ResponseReturnValue:
    form, chosen = SettleDepartureForm(), request.form.get("stay", type=UUID)
    if chosen is None and not form.validate_on_submit():
        flash("どの方の退所にするかを選ぶか、合わせない理由を入れてください。", "error")
        return redirect(url_for(".sealed_tasks"), 303)
    try:
        with transaction(reason="退所の申し出を合わせる"):
            stay = _visible_stay(chosen) if chosen else None
            departure = queries.get_departure(departure_id)
            services.settle_departure(departure, stay=stay, how=form.how.data or "")
    except (AlreadyLeftError, AlreadySettledError) as error:
        flash(error.message, "error")
    else:
        flash("退所にしました。" if chosen else "合わせないことにしました。", "success")
    return redirect(url_for(".sealed_tasks"), 303)


def _visible_stay(stay_id: UUID) -> Stay:
    stay = queries.get_stay(stay_id)
    log_read("stay.open", [stay.person_id], "退所の申し出")
    return stay


def _decided() -> list[dict[str, object]]:
    """Return the requests that were decided, with whom they were about."""
    liftings = [one for one in queries.list_liftings() if one.outcome is not None]
    disclosure = view(Audience.DESK, Purpose.RECORD)
    people = disclosure.people(list_people([one.person_id for one in liftings]))
    names = {person.id: person.name for person in people}
    return [{"lifting": one, "name": names.get(one.person_id, "")} for one in liftings]
