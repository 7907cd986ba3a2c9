"""Stock (在庫) of one place: what is there, until when it keeps; receive, count, write off."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.access import requires
from victim_support.supplies import queries, services
from victim_support.supplies.forms import CountForm, ReceiveForm
from victim_support.supplies.rules import SupplyOrigin
from victim_support.supplies.views.blueprint import (
    bp,
    here,
    keep,
    may_arrange,
    place_asked,
    show,
)

LAST = 30


@bp.get("/")
@requires("supply.read")
def index() -> ResponseReturnValue:
    if here() is None and "place" not in request.args:
        if may_arrange():
            return redirect(url_for(".places"))
        return show("index", place=None)
    place = place_asked()
    movements = queries.list_movements(place.id)
    return show(
        "index",
        place=place,
        lines=queries.list_stock(place.id, clock.now()),
        movements=list(reversed(movements))[:LAST],
        items=queries.items_by_id(),
        coming=[one for one in queries.list_shipments(place.id) if one.arrived_at is None],
        places={each.id: each.name for each in queries.list_places()},
    )


@bp.get("/places")
@requires("supply.arrange")
def places() -> str:
    stock = queries.list_all_stock(clock.now())
    known = {place.id: place for place in queries.list_places()}
    for place_id in stock.keys() - known.keys():
        if (place := queries.find_place(place_id)) is not None:
            known[place_id] = place
    items = [item for item in queries.list_items() if item.is_push]
    return show("places", places=list(known.values()), stock=stock, push=items)


@bp.get("/receive")
@requires("supply.record")
def receive() -> str:
    return _receive_page(ReceiveForm(formdata=None))


@bp.post("/receive")
@requires("supply.record")
def receive_goods() -> ResponseReturnValue:
    form = ReceiveForm()
    kept = keep(
        form,
        "物資の受入",
        _stock_page,
        lambda now: services.receive_goods(
            place_id=place_asked().id,
            item_id=UUID(form.item.data),
            pieces=form.total(),
            at=now,
            expires_on=form.expires_on.data,
            origin=SupplyOrigin(form.origin.data),
            note=form.note.data or "",
        ),
        prepare=lambda: form.offer(queries.list_items()),
        is_right=form.check,
    )
    return kept or (_receive_page(form), 422)


@bp.get("/count")
@requires("supply.record")
def count() -> str:
    return _count_page(CountForm(formdata=None, item=request.args.get("item")))


@bp.post("/count")
@requires("supply.record")
def count_goods() -> ResponseReturnValue:
    form = CountForm()
    reason = "物資の棚卸" if form.act.data == "count" else "物資の廃棄・紛失"
    kept = keep(
        form,
        reason,
        _stock_page,
        lambda now: _write_count(form, now),
        prepare=lambda: form.offer(queries.list_items()),
    )
    return kept or (_count_page(form), 422)


def _write_count(form: CountForm, now: datetime) -> None:
    place = place_asked()
    item_id, pieces = UUID(form.item.data), form.pieces.data or 0
    note = form.note.data or ""
    if form.act.data == "loss":
        services.lose_goods(place_id=place.id, item_id=item_id, pieces=pieces, at=now, note=note)
    else:
        services.count_stock(place_id=place.id, item_id=item_id, counted=pieces, at=now, note=note)


def _stock_page(**values: Any) -> str:
    """Return the address of the stock that was changed."""
    own, place = here(), place_asked()
    of: dict[str, Any] = {} if own is not None and own.id == place.id else {"place": place.id}
    return url_for(".index", **of, **values)


def _receive_page(form: ReceiveForm) -> str:
    items = queries.list_items()
    form.offer(items)
    return show("receive", form=form, place=place_asked(), items=items)


def _count_page(form: CountForm) -> str:
    place = place_asked()
    form.offer(queries.list_items())
    return show("count", form=form, place=place, lines=queries.list_stock(place.id, clock.now()))
