"""Requests (要請): a shelter asks, the headquarters answers, both see how far it is."""

from uuid import UUID

from flask import abort, redirect, url_for
from flask import request as asked
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.access import current_actor, requires
from victim_support.core.context import current_context
from victim_support.core.db import current_write, transaction
from victim_support.shelters.queries import get_shelter
from victim_support.supplies import queries, services
from victim_support.supplies.forms import RequestForm, StepForm
from victim_support.supplies.queries import Item, RequestCase
from victim_support.supplies.rules import RequestState, SupplyOrigin
from victim_support.supplies.views.blueprint import (
    bp,
    keep,
    may_arrange,
    page,
    shelter_here,
    show,
)

OF_HEADQUARTERS = tuple(state for state in RequestState if state is not RequestState.REQUESTED)
OF_SHELTERS = (RequestState.RECEIVED, RequestState.CANCELLED)


@bp.get("/requests")
@requires("supply.read")
def requests() -> str:
    own = None if may_arrange() else shelter_here()
    cases = queries.list_requests(own)
    names = {one.request.shelter_id: "" for one in cases}
    names = {shelter_id: get_shelter(shelter_id).name for shelter_id in names}
    return show("requests", cases=cases, names=names, is_all=own is None)


@bp.get("/requests/new")
@requires("supply.record")
def new_request() -> str:
    items = queries.list_items()
    wanted = [{"item": str(item.id)} for item in items]
    return _form_page(RequestForm(formdata=None, wanted=wanted), items)


@bp.post("/requests/new")
@requires("supply.record")
def request_goods() -> ResponseReturnValue:
    form = RequestForm()
    kept = keep(
        form,
        "物資の要請",
        page("requests"),
        lambda now: services.request_goods(
            shelter_id=shelter_here(),
            lines=form.lines(),
            at=now,
            people=form.people.data,
            is_urgent=form.is_urgent.data,
            wanted_on=form.wanted_on.data,
            note=form.note.data or "",
        ),
    )
    return kept or (_form_page(form, queries.list_items()), 422)


@bp.get("/requests/<uuid:request_id>")
@requires("supply.read")
def request(request_id: UUID) -> str:
    return _request_page(visible_case(request_id), StepForm(formdata=None))


@bp.post("/requests/<uuid:request_id>")
@requires("supply.record")
def step(request_id: UUID) -> ResponseReturnValue:
    form = StepForm()

    def prepare() -> None:
        visible_case(request_id)
        form.offer(_states())

    kept = keep(
        form,
        "物資の要請の経過",
        page("request", request_id=request_id),
        lambda now: services.add_step(
            request_id=request_id,
            state=RequestState(form.state.data),
            at=now,
            origin=SupplyOrigin(form.origin.data) if form.origin.data else None,
            note=form.note.data or "",
        ),
        prepare=prepare,
    )
    return kept or (_request_page(visible_case(request_id), form), 422)


@bp.post("/requests/<uuid:request_id>/reserve")
@requires("supply.arrange")
def reserve(request_id: UUID) -> ResponseReturnValue:
    """Reserve at one place what a request asks for, as far as it is there."""
    with transaction(reason="物資の引当"):
        place = queries.get_place(asked.form.get("place", type=UUID) or abort(400))
        now, case = clock.now(), visible_case(request_id)
        if services.reserve_for(case, place_id=place.id, at=now):
            services.add_step(
                request_id=request_id,
                state=RequestState.ARRANGING,
                at=now,
                note=f"{place.name}で引当",
            )
        location = url_for(".request", request_id=request_id, txn=current_write().id)
    return redirect(location, 303)


def visible_case(request_id: UUID) -> RequestCase:
    """Return a request of the own shelter, or of any for who arranges goods; else 404."""
    case = queries.get_request(request_id)
    is_own = case.request.shelter_id == current_context().shelter_id
    return case if is_own or may_arrange() else abort(404)


def _states() -> tuple[RequestState, ...]:
    return OF_HEADQUARTERS if may_arrange() else OF_SHELTERS


def _request_page(case: RequestCase, form: StepForm) -> str:
    form.offer(_states())
    stores = queries.list_all_stock(clock.now()) if may_arrange() else {}
    return show(
        "request",
        case=case,
        shelter=get_shelter(case.request.shelter_id),
        form=form,
        depots=queries.list_depots() if may_arrange() else [],
        free={
            place_id: {line.item.id: line.free for line in lines}
            for place_id, lines in stores.items()
        },
        shipments=[one for one in queries.list_shipments() if one.request_id == case.request.id],
        may_step=current_actor().may("supply.record"),
    )


def _form_page(form: RequestForm, items: list[Item]) -> str:
    by_id = {str(item.id): item for item in items}
    lines = [
        (by_id[entry.form.item.data], entry.form)
        for entry in form.wanted
        if entry.form.item.data in by_id
    ]
    return show("new_request", form=form, lines=lines)
