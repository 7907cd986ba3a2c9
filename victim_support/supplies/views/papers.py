"""Papers and files: stock, movements, a request, the meals of all shelters."""

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from victim_support.core import clock
from victim_support.core.access import requires
from victim_support.core.actor import name_of
from victim_support.core.csv_io import Unwritable
from victim_support.core.documents.worker import PrintError
from victim_support.shelters.queries import get_shelter, list_states
from victim_support.supplies import documents, queries
from victim_support.supplies.models import MealOrder
from victim_support.supplies.rules import MealCount
from victim_support.supplies.views.blueprint import bp, place_asked
from victim_support.supplies.views.meals import asked_meal
from victim_support.supplies.views.requests import visible_case

ENCODINGS: dict[str, Literal["utf-8-sig", "cp932"]] = {"utf8": "utf-8-sig", "sjis": "cp932"}


@bp.get("/stock.pdf")
@requires("supply.read")
def stock_pdf() -> ResponseReturnValue:
    place = place_asked()
    lines = queries.list_stock(place.id, clock.now())
    return _pdf(lambda: documents.stock_pdf(lines, place.name))


@bp.get("/stock-<any(utf8, sjis):encoding>.csv")
@requires("supply.read")
def stock_csv(encoding: str) -> ResponseReturnValue:
    lines = queries.list_stock(place_asked().id, clock.now())
    return _csv("stock", encoding, documents.stock_csv(lines, ENCODINGS[encoding]))


@bp.get("/movements-<any(utf8, sjis):encoding>.csv")
@requires("supply.read")
def movements_csv(encoding: str) -> ResponseReturnValue:
    movements = queries.list_movements(place_asked().id)
    made = documents.movements_csv(movements, queries.items_by_id(), ENCODINGS[encoding])
    return _csv("movements", encoding, made)


@bp.get("/requests/<uuid:request_id>.pdf")
@requires("supply.read")
def request_pdf(request_id: UUID) -> ResponseReturnValue:
    case = visible_case(request_id)
    shelter = get_shelter(case.request.shelter_id)
    asked_by = name_of(case.request.requested_by)
    return _pdf(lambda: documents.request_pdf(case, shelter.name, asked_by))


@bp.get("/meals/all.pdf")
@requires("supply.arrange")
def meals_pdf() -> ResponseReturnValue:
    day, meal = asked_meal()
    rows = _meals()
    return _pdf(lambda: documents.meals_pdf(rows, day, meal))


@bp.get("/meals/all-<any(utf8, sjis):encoding>.csv")
@requires("supply.arrange")
def meals_csv(encoding: str) -> ResponseReturnValue:
    return _csv("meals", encoding, documents.meals_csv(_meals(), ENCODINGS[encoding]))


def _meals() -> list[tuple[str, MealCount, MealOrder | None]]:
    day, meal = asked_meal()
    orders = {
        order.shelter_id: order
        for order in queries.list_meal_orders(since=day)
        if order.served_on == day and order.meal == meal
    }
    return [
        (
            state.shelter.name,
            queries.count_meals(state.shelter.id, clock.now()),
            orders.get(state.shelter.id),
        )
        for state in list_states()
        if state.is_open
    ]


def _csv(name: str, encoding: str, made: tuple[bytes, list[Unwritable]]) -> Response:
    content, _lost = made
    file_name = f"{name}-{clock.local(clock.now()):%Y%m%d-%H%M}-{encoding}.csv"
    charset = "utf-8" if encoding == "utf8" else "Shift_JIS"
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return Response(content, content_type=f"text/csv; charset={charset}", headers=headers)


def _pdf(make: Callable[[], bytes]) -> ResponseReturnValue:
    try:
        content = make()
    except PrintError:
        flash("印刷用の書類を作れませんでした。画面をブラウザーから印刷してください。", "error")
        return redirect(url_for(".index"))
    return Response(content, mimetype="application/pdf")
