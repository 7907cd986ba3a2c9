"""Presence search (さがす), leaving, going out and coming back (出入り)."""

from collections.abc import Sequence
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock, idempotency
from victim_support.core.access import reads, requires
from victim_support.core.context import current_context
from victim_support.core.db import current_write, transaction
from victim_support.core.disclosure import Audience, Purpose, view
from victim_support.core.reads import log_read, log_search
from victim_support.evacuees import queries, services
from victim_support.evacuees.forms import LeavingForm, UnfoundLeavingForm, ids_of
from victim_support.evacuees.forms.pages import ACTS, BACK, LEAVE
from victim_support.evacuees.models import Stay
from victim_support.evacuees.queries.movements import list_together
from victim_support.evacuees.queries.presence import find_present
from victim_support.evacuees.rules import LEAVING_KEYS, LeavingReason, PresenceKind
from victim_support.evacuees.services.departures import AlreadyLeftError
from victim_support.evacuees.views.blueprint import bp, current_shelter, shelter_id
from victim_support.victims.queries import list_people

HITS = 20
TOLD = "told"
WORDS = {
    PresenceKind.OUT.value: "外出にしました",
    PresenceKind.OVERNIGHT.value: "外泊にしました",
    BACK: "もどりました",
    LEAVE: "退所にしました",
}
TOLD_WORDS = (
    "の退所の申し出を記録しました。名簿と合わせるのは本部の担当です。"
    "急ぐときは本部へ電話してください。"
)


@bp.get("/presence")
@requires("person.search")
def presence() -> str:
    return _page("presence")


@bp.post("/presence")
@reads
@requires("person.search")
def search_presence() -> str:
    text = request.form.get("text", "")
    found, total = find_present(text, shelter_id=current_context().shelter_id, limit=HITS)
    log_search(text, total)
    return _page("presence", text=text, found=found, more=max(0, total - HITS))


@bp.get("/desk/leaving")
@requires("stay.record")
def leaving() -> str:
    return _page("leaving")


@bp.post("/desk/leaving/search")
@reads
@requires("stay.record")
def search_leaving() -> str:
    text = request.form.get("text", "")
    found, total = find_present(text, shelter_id=shelter_id(), limit=HITS)
    log_search(text, total)
    unfound = UnfoundLeavingForm(formdata=None, name=text)
    return _page("leaving", text=text, found=[one for one in found if one.is_here], unfound=unfound)


@bp.post("/desk/leaving/open")
@reads
@requires("stay.record")
def open_leaving() -> str:
    stay_id = request.form.get("stay", type=UUID) or abort(404)
    stay = queries.get_stay(stay_id)
    group = list_together(stay, view(Audience.DESK, Purpose.PRESENCE)) or abort(404)
    log_read("stay.open", [one.person.id for one in group], "出入り")
    form = LeavingForm(formdata=None, act=BACK if group[0].stay.away_since else None)
    return _page("leaving", group=group, chosen={stay_id}, form=form)


@bp.post("/desk/leaving")
@requires("stay.record")
def record_leaving() -> ResponseReturnValue:
    form = LeavingForm()
    try:
        with transaction(reason=WORDS.get(form.act.data or "", "")):
            location = idempotency.find(form.idempotency_key.data) or _save(form)
    except AlreadyLeftError as error:
        flash(error.message, "error")
        return redirect(url_for(".leaving"), 303)
    return redirect(location, 303) if location else _again(form)


def _again(form: LeavingForm) -> ResponseReturnValue:
    """Return the page with what was typed, as the form does not say who or what."""
    ids = ids_of(request.form, "stay")
    stays = _visible(queries.list_stays_by_ids(ids))
    if not stays:
        flash("だれが出るのかを選んで、もう一度お試しください。", "error")
        return redirect(url_for(".leaving"), 303)
    group = list_together(stays[0], view(Audience.DESK, Purpose.PRESENCE))
    return _page("leaving", group=group, chosen=set(ids), form=form), 422


@bp.get("/desk/left")
@requires("stay.record")
def left() -> str:
    return _page(
        "leaving",
        done=(WORDS | {TOLD: TOLD_WORDS}).get(request.args.get("act", "")),
        moved=_names(request.args.getlist("stay", type=UUID)),
        count=request.args.get("count", type=int),
        undo=request.args.get("txn", type=UUID),
    )


def _names(stay_ids: Sequence[UUID]) -> list[str]:
    """Return who just moved, so that a wrong one is noticed at once."""
    stays = _visible(queries.list_stays_by_ids(stay_ids))
    people = list_people([stay.person_id for stay in stays])
    shown = view(Audience.DESK, Purpose.PRESENCE).people(people)
    if shown:
        log_read("stay.moved", [person.id for person in shown], "出入り")
    return [person.name for person in shown]


@bp.get("/desk/leaving/unfound")
@requires("stay.record")
def unfound_leaving() -> str:
    return _page("leaving", unfound=UnfoundLeavingForm(formdata=None))


@bp.post("/desk/leaving/unfound")
@requires("stay.record")
def record_unfound() -> ResponseReturnValue:
    form = UnfoundLeavingForm()
    with transaction(reason="退所の申し出"):
        location = idempotency.find(form.idempotency_key.data)
        if not location and form.validate_on_submit():
            services.record_departure(
                shelter_id=shelter_id(),
                name=form.name.data or "",
                at=clock.now(),
                reason=LeavingReason(form.reason.data),
                destination=form.destination.data or "",
                destination_phone=form.destination_phone.data or "",
            )
            location = url_for(".left", act=TOLD, count=1, txn=current_write().id)
            idempotency.remember(form.idempotency_key.data, location)
    if location is None:
        return _page("leaving", unfound=form), 422
    return redirect(location, 303)


def _save(form: LeavingForm) -> str | None:
    """Record the movement and return the page that says so; None when the form does not say who."""
    stays = _visible(queries.list_stays_by_ids(ids_of(request.form, "stay")))
    if not form.validate_on_submit() or not stays:
        return None
    act = str(form.act.data)
    _record(form, act, stays)
    ids = [stay.id for stay in stays]
    location = url_for(".left", act=act, count=len(ids), stay=ids, txn=current_write().id)
    idempotency.remember(form.idempotency_key.data, location)
    return location


def _visible(stays: Sequence[Stay]) -> list[Stay]:
    """Leave out stays of people this desk may not find."""
    disclosure = view(Audience.DESK, Purpose.PRESENCE)
    people = {person.id: person for person in list_people([stay.person_id for stay in stays])}
    return [stay for stay in stays if disclosure.may_locate(people.get(stay.person_id))]


def _record(form: LeavingForm, act: str, stays: Sequence[Stay]) -> None:
    if act == LEAVE:
        _let_leave(form, stays)
        return
    until, now = form.destination.data or "", clock.now()
    for stay in stays:
        if act == BACK:
            services.come_back(stay=stay, at=now)
        else:
            services.go_out(stay=stay, at=now, kind=PresenceKind(act), until=until)


def _let_leave(form: LeavingForm, stays: Sequence[Stay]) -> None:
    reason = LeavingReason(form.reason.data)
    to, phone = form.destination.data or "", form.destination_phone.data or ""
    left = services.leave(
        stays=stays, at=clock.now(), reason=reason, destination=to, destination_phone=phone
    )
    kind = services.FOLLOWED.get(reason)
    if form.is_followed.data and kind is not None:
        place = services.Place(place=to, phone=phone)
        services.follow(left, kind=kind, shelter_id=shelter_id(), place=place)


def _page(name: str, **values: object) -> str:
    keys = {reason.value: key for key, reason in LEAVING_KEYS.items()}
    return render_template(
        f"evacuees/{name}.html",
        shelter=current_shelter(),
        leaving_keys=keys,
        act_keys={act: key for act, (_word, key) in ACTS.items()},
        **values,
    )
