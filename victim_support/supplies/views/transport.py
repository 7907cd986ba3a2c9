"""Transport (輸送): goods leave one place and arrive at another, perhaps not all of them."""

from datetime import datetime
from uuid import UUID

from flask import abort, redirect, url_for
from flask import request as asked
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.access import requires
from victim_support.core.db import current_write, transaction
from victim_support.supplies import queries, services
from victim_support.supplies.forms import ArrivalForm, SendForm
from victim_support.supplies.models import Shipment
from victim_support.supplies.queries import Carried, Place
from victim_support.supplies.rules import RequestState
from victim_support.supplies.views.blueprint import (
    bp,
    here,
    keep,
    may_arrange,
    page,
    shelter_here,
    show,
)


@bp.get("/send")
@requires("supply.arrange")
def send() -> str:
    place = _from()
    request_id = asked.args.get("request", type=UUID)
    case = queries.get_request(request_id) if request_id else None
    wanted = {line.item.id: line.quantity for line in case.lines if line.item} if case else {}
    stock = queries.list_stock(place.id, clock.now())
    lines = [
        {"item": str(one.item.id), "quantity": _proposed(one.free, wanted.get(one.item.id))}
        for one in stock
    ]
    form = SendForm(formdata=None, lines=lines, to=str(case.request.shelter_id) if case else None)
    return _send_page(form, place, request_id)


@bp.post("/send")
@requires("supply.arrange")
def send_goods() -> ResponseReturnValue:
    request_id = asked.args.get("request", type=UUID)
    form = SendForm()
    kept = keep(
        form,
        "物資の輸送",
        page("shipments"),
        lambda now: _write(form, _from(), request_id, now),
        prepare=lambda: form.offer(_targets(_from())),
    )
    return kept or (_send_page(form, _from(), request_id), 422)


@bp.get("/shipments")
@requires("supply.read")
def shipments() -> str:
    found = queries.list_shipments(None if may_arrange() else shelter_here())
    return show(
        "shipments",
        shipments=[(one, queries.list_carried(one.id)) for one in found],
        names=_names(found),
    )


@bp.get("/shipments/<uuid:shipment_id>")
@requires("supply.read")
def shipment(shipment_id: UUID) -> str:
    found, carried = _visible(shipment_id), queries.list_carried(shipment_id)
    lines = [{"item": str(one.item.id), "quantity": one.sent} for one in carried]
    return _shipment_page(found, carried, ArrivalForm(formdata=None, lines=lines))


@bp.post("/shipments/<uuid:shipment_id>")
@requires("supply.record")
def confirm_arrival(shipment_id: UUID) -> ResponseReturnValue:
    form = ArrivalForm()
    with transaction(reason="物資の到着確認"):
        found, carried = _visible(shipment_id), queries.list_carried(shipment_id)
        if not (form.validate_on_submit() and form.check(carried)):
            return _shipment_page(found, carried, form), 422
        is_new = found.arrived_at is None
        services.confirm_arrival(
            found, arrived=form.arrived(carried), at=clock.now(), note=form.note.data or ""
        )
        if is_new and found.request_id:
            services.note_arrival(request_id=found.request_id, at=clock.now())
        location = url_for(".shipment", shipment_id=shipment_id, txn=current_write().id)
    return redirect(location, 303)


def _write(form: SendForm, place: Place, request_id: UUID | None, sent_at: datetime) -> None:
    services.send_goods(
        from_id=place.id,
        to_id=UUID(form.to.data),
        pieces=form.pieces(),
        at=sent_at,
        carrier=form.carrier.data or "",
        phone=form.phone.data or "",
        request_id=request_id,
    )
    if request_id:
        services.add_step(
            request_id=request_id,
            state=RequestState.SENT,
            at=sent_at,
            note=f"{place.name}から",
        )


def _proposed(free: int, wanted: int | None) -> int | None:
    """Propose what is asked for, as far as it is there."""
    return max(0, min(free, wanted)) or None if wanted else None


def _from() -> Place:
    """Return the place of the address, from which goods leave."""
    return queries.get_place(asked.args.get("place", type=UUID) or abort(404))


def _targets(place: Place) -> list[Place]:
    return [each for each in queries.list_places() if each.id != place.id]


def _visible(shipment_id: UUID) -> Shipment:
    found, own = queries.get_shipment(shipment_id), here()
    is_own = own is not None and own.id in {found.to_id, found.from_id}
    return found if is_own or may_arrange() else abort(404)


def _names(found: list[Shipment]) -> dict[UUID, str]:
    ids = {one.from_id for one in found} | {one.to_id for one in found}
    places = {place_id: queries.find_place(place_id) for place_id in ids}
    return {place_id: place.name if place else "―" for place_id, place in places.items()}


def _send_page(form: SendForm, place: Place, request_id: UUID | None) -> str:
    form.offer(_targets(place))
    stock = {str(one.item.id): one for one in queries.list_stock(place.id, clock.now())}
    lines = [
        (stock[entry.form.item.data], entry.form)
        for entry in form.lines
        if entry.form.item.data in stock
    ]
    return show("send", form=form, place=place, request_id=request_id, lines=lines)


def _shipment_page(found: Shipment, carried: list[Carried], form: ArrivalForm) -> str:
    own = here()
    return show(
        "shipment",
        shipment=found,
        lines=list(zip(carried, [entry.form for entry in form.lines], strict=False)),
        form=form,
        names=_names([found]),
        is_ours=may_arrange() or (own is not None and own.id == found.to_id),
    )
